"""The tables of accounts: sessions, codes, events; factors, passkeys, phones, providers, recoveries."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint, select, text
from sqlalchemy.orm import Mapped, mapped_column

from asklater.database.access import Base, UTCDateTime

IS_VERIFIED = text("verified_at IS NOT NULL")
HAS_ROLE = text("role <> ''")


class Account(Base):
    """A subject that gave an address. Provisional until the address is proved; unique only from then on."""

    __tablename__ = "asklater_account"
    __table_args__ = (
        Index(
            "uq_asklater_account_verified",
            "email_mark",
            unique=True,
            sqlite_where=IS_VERIFIED,
            postgresql_where=IS_VERIFIED,
        ),
        Index("ix_asklater_account_email_mark", "email_mark"),
        Index("ix_asklater_account_staff", "role", sqlite_where=HAS_ROLE, postgresql_where=HAS_ROLE),
    )

    subject_id: Mapped[int] = mapped_column(ForeignKey("asklater_subject.id", ondelete="CASCADE"), primary_key=True)
    email: Mapped[bytes] = mapped_column(LargeBinary, doc="the address, as it was typed, under the subject's own key")
    email_mark: Mapped[bytes] = mapped_column(LargeBinary(32), doc="a keyed hash of it: what an account is found by")
    role: Mapped[str] = mapped_column(String(20), default="", doc="staff only: pm, privacy_officer or admin")
    verified_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    browser_mark: Mapped[str | None] = mapped_column(
        String(24), doc="a keyed hash of the number of the browser in which it began, which only that browser knows"
    )
    device_proved: Mapped[bool] = mapped_column(
        default=False, server_default=text("false"), doc="that browser had proved this very address before"
    )
    imported_at: Mapped[datetime | None] = mapped_column(
        UTCDateTime, doc="when it came from another system; whoever proves its address is its person"
    )


STAFF_IDS = select(Account.subject_id).where(HAS_ROLE)
"""The subjects of those who work here."""


class BrowserSession(Base):
    """A session. The cookie holds a random token, the row its hash; an ended one opens nothing any more."""

    __tablename__ = "asklater_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    former_hash: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), index=True, doc="of the token before, until the browser was heard of with the new one"
    )
    rotated_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="when the former token gave way")
    subject_id: Mapped[int] = mapped_column(ForeignKey("asklater_subject.id", ondelete="CASCADE"), index=True)
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime, doc="to within an hour")
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime, index=True)
    device: Mapped[str] = mapped_column(String(80), doc="such as Firefox on Linux, for the list of sessions")
    method: Mapped[str] = mapped_column(String(20), doc="how it was entered: sign_up, code, provider, passkey")
    proved_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="the last proof of who it is")
    factor_at: Mapped[datetime | None] = mapped_column(UTCDateTime, doc="the last proof of a second factor")


class PendingLogin(Base):
    """A session that passed the first step of a login, and still owes the account's second factor."""

    __tablename__ = "asklater_pending_login"

    session_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("asklater_subject.id", ondelete="CASCADE"), index=True)
    method: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40), doc="whose prompt led here")
    began_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


class OneTimeCode(Base):
    """A code that was sent somewhere, good for the subject whose session asked for it."""

    __abstract__ = True

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("asklater_subject.id", ondelete="CASCADE"))
    session_hash: Mapped[bytes] = mapped_column(LargeBinary(32), doc="the session that asked")
    purpose: Mapped[str] = mapped_column(String(10), doc="what it proves: an address, a change of it, a presence")
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    sent_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class EmailCode(OneTimeCode):
    """A code that was sent by mail."""

    __tablename__ = "asklater_email_code"
    __table_args__ = (Index("ix_asklater_email_code_subject_id_sent_at", "subject_id", "sent_at"),)

    email: Mapped[bytes] = mapped_column(LargeBinary, doc="where it went, under the subject's own key")
    email_mark: Mapped[bytes] = mapped_column(LargeBinary(32), index=True, doc="a keyed hash of that")


class AccountEvent(Base):
    """Something that happened to an account's authentication or authorisation. No values, no addresses."""

    __tablename__ = "asklater_account_event"
    __table_args__ = (
        Index("ix_asklater_account_event_subject_id_at", "subject_id", "at"),
        Index("ix_asklater_account_event_at", "at"),
        Index("ix_asklater_account_event_event_id", "event", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    subject_id: Mapped[int] = mapped_column(ForeignKey("asklater_subject.id", ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(30), doc="a key of asklater.accounts.audit_log.EVENTS")
    method: Mapped[str] = mapped_column(String(20), doc="by which method or factor, where that matters")
    device: Mapped[str] = mapped_column(String(80))


# Recovery codes


class RecoveryCode(Base):
    """One code that is good. Using it puts a fresh one in its place."""

    __tablename__ = "asklater_recovery_code"

    subject_id: Mapped[int] = mapped_column(
        ForeignKey("asklater_account.subject_id", ondelete="CASCADE"), primary_key=True
    )
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


# Authenticator apps


class Authenticator(Base):
    """The app of an account. Until a code of it was typed, it is a draft that protects nothing."""

    __tablename__ = "asklater_authenticator"

    subject_id: Mapped[int] = mapped_column(
        ForeignKey("asklater_account.subject_id", ondelete="CASCADE"), primary_key=True
    )
    secret: Mapped[bytes] = mapped_column(LargeBinary, doc="under the subject's own key")
    last_step: Mapped[int] = mapped_column(BigInteger, default=0, doc="the half minute of the last code taken")
    began_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


# Passkeys


MAX_CREDENTIAL_ID_LENGTH, MAX_PASSKEY_NAME_LENGTH = 1023, 60


class Passkey(Base):
    """One passkey of an account: its public half, and what its owner calls it."""

    __tablename__ = "asklater_passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("asklater_account.subject_id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(MAX_CREDENTIAL_ID_LENGTH), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary, doc="COSE")
    sign_count: Mapped[int] = mapped_column(BigInteger, doc="grows with each use; 0 where the device does not count")
    user_handle: Mapped[bytes] = mapped_column(LargeBinary(32), doc="says nothing; the same for the whole account")
    name: Mapped[str] = mapped_column(Text, doc="of at most 60 characters as people count them")
    transports: Mapped[str] = mapped_column(String(80), doc="how its device is reached, with commas: usb,nfc")
    backed_up: Mapped[bool] = mapped_column(doc="whether its owner's other devices have it too")
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class AnsweredChallenge(Base):
    """A challenge that was answered, well or badly: it is good for nothing any more."""

    __tablename__ = "asklater_answered_challenge"

    challenge_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    answered_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)


# Phones


class PhoneCode(OneTimeCode):
    """A code that was sent to a phone. The number itself is sealed; the mark tells whether two are the same."""

    __tablename__ = "asklater_phone_code"
    __table_args__ = (
        Index("ix_asklater_phone_code_subject_id_sent_at", "subject_id", "sent_at"),
        Index("ix_asklater_phone_code_calling_code_sent_at", "calling_code", "sent_at"),
    )

    number_mark: Mapped[bytes] = mapped_column(LargeBinary(32), doc="a keyed hash")
    number: Mapped[bytes] = mapped_column(LargeBinary, doc="sealed under the subject's key")
    calling_code: Mapped[int]
    verified: Mapped[bool] = mapped_column(default=False, doc="typed in right; what the breaker counts")


class PhoneFactor(Base):
    """An account whose phone is a second factor. Which number, the answers to `phone` and its proof say."""

    __tablename__ = "asklater_phone_factor"

    subject_id: Mapped[int] = mapped_column(
        ForeignKey("asklater_account.subject_id", ondelete="CASCADE"), primary_key=True
    )
    enrolled_at: Mapped[datetime] = mapped_column(UTCDateTime)


class HaltedTexting(Base):
    """A calling code to which no text message goes before `until`: too few of the last ones were ever used."""

    __tablename__ = "asklater_halted_texting"

    calling_code: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    until: Mapped[datetime] = mapped_column(UTCDateTime)


# Identity providers


MAX_SUB_LENGTH = 255


class LinkedIdentity(Base):
    """What a provider calls somebody, linked to their account. No token is kept, and nothing that it said of them."""

    __tablename__ = "asklater_linked_identity"
    __table_args__ = (UniqueConstraint("issuer", "sub", name="uq_asklater_linked_identity_issuer_sub"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("asklater_account.subject_id", ondelete="CASCADE"), index=True)
    provider: Mapped[str] = mapped_column(String(20), doc="the key of its declaration")
    issuer: Mapped[str] = mapped_column(String(300))
    sub: Mapped[str] = mapped_column(String(MAX_SUB_LENGTH), doc="the provider's own name for the person")
    linked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class AuthorizationAttempt(Base):
    """An attempt to authorise at a provider, or an identity that waits for a second factor. Single use."""

    __tablename__ = "asklater_authorization_attempt"

    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    provider: Mapped[str] = mapped_column(String(20))
    content: Mapped[bytes] = mapped_column(LargeBinary, doc="under a key that only the session has")
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    used_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


# Recoveries


class Recovery(Base):
    """Somebody asked to get back into an account. Nothing has happened to it yet, and its owner can say no."""

    __tablename__ = "asklater_recovery"
    __table_args__ = (Index("ix_asklater_recovery_opens_at", "opens_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_id: Mapped[int] = mapped_column(ForeignKey("asklater_account.subject_id", ondelete="CASCADE"), index=True)
    lost: Mapped[str] = mapped_column(String(10))
    method: Mapped[str] = mapped_column(String(20), doc="a key of asklater.accounts.recovery.methods.RECOVERY_METHODS")
    new_email: Mapped[bytes] = mapped_column(LargeBinary, doc='proved, and sealed; "" where the own address works')
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    opens_at: Mapped[datetime] = mapped_column(UTCDateTime)
    session_id: Mapped[int | None] = mapped_column(
        ForeignKey("asklater_session.id", ondelete="SET NULL"), index=True, doc="the session that asked"
    )
    cancel_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    token_hash: Mapped[bytes | None] = mapped_column(
        LargeBinary(32), unique=True, doc="of the link that is mailed once it is open"
    )
    reminded_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
