"""The tables of the library's core. No row of analytics holds a value or an address: only keys, counts and moments."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    text,
)

from asklater.database.access import UTCDateTime, metadata
from asklater.field_columns import names_field

OPEN = text("closed_at IS NULL")
UNROLLED = text("rolled_as IS NULL")
RESTRICTED, OBJECTED = text("restricted_at IS NOT NULL"), text("objected_at IS NOT NULL")
HELD = text("held_at IS NOT NULL")
MOVED = text("rolled_as <> subject_id")
ROLLED_AS = "the subject that a roll-up counted this under, 0 where it passed it over; null while it has not"

subject = Table(
    "asklater_subject",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("created_at", UTCDateTime, nullable=False),
    Column("signed_up_at", UTCDateTime, doc="when a visitor became an account"),
    Column("data_key", LargeBinary, doc="the subject's own ring of keys, wrapped by a master key"),
    Column("simulated", Boolean, nullable=False, server_default=text("false")),
    Column("restricted_at", UTCDateTime, doc="since when what is held is kept, and used for nothing (Art. 18)"),
    Column("objected_at", UTCDateTime, doc="since when nothing of it is measured (Art. 21)"),
    Column("held_at", UTCDateTime, doc="since when a legal hold keeps everything from going"),
    Column("active_at", UTCDateTime, doc="the last visit, to within a day; null where none was noted yet"),
    Column("warned_at", UTCDateTime, doc="when a mail said that the account will go, since nobody visited"),
    Column("erased_at", UTCDateTime, doc="a shell, for what a law makes one keep; nothing else is left"),
    Index("ix_asklater_subject_signed_up_at", "signed_up_at"),
    Index("ix_asklater_subject_active_at", "active_at"),
    Index("ix_asklater_subject_restricted", "id", sqlite_where=RESTRICTED, postgresql_where=RESTRICTED),
    Index("ix_asklater_subject_objected", "id", sqlite_where=OBJECTED, postgresql_where=OBJECTED),
    Index("ix_asklater_subject_held", "id", sqlite_where=HELD, postgresql_where=HELD),
    comment="The person who is asked: a visitor or an account",
    sqlite_autoincrement=True,
)

application_user = Table(
    "asklater_user",
    metadata,
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), primary_key=True),
    Column("user_mark", LargeBinary(32), nullable=False, unique=True, doc="a keyed hash of the application's own id"),
    Column("user_id", LargeBinary, nullable=False, doc="the id itself, encrypted under the subject's own key"),
    Column("since", UTCDateTime, nullable=False),
    comment="Which subject a user of the application is, where it has users of its own",
)

answer = Table(
    "asklater_answer",
    metadata,
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), primary_key=True),
    Column("field", String(40), primary_key=True, info=names_field(newest_by="given_at")),
    Column("value", LargeBinary, nullable=False, doc="encrypted, subject and field bound in"),
    Column("action", String(40), nullable=False, doc="the context that it was given in"),
    Column("prompt_id", Integer),
    Column("source", String(20), nullable=False, doc="person, settings, import, provider or service"),
    Column("notice_version", String(16), nullable=False),
    Column("terms_version", String(40), doc="of a consent: the terms that it was given under"),
    Column("given_at", UTCDateTime, nullable=False),
    Column("used_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Index("ix_asklater_answer_field", "field"),
    Index("ix_asklater_answer_expires_at", "expires_at"),
    comment="A stored value with its provenance",
)

prompt = Table(
    "asklater_prompt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), nullable=False),
    Column("action", String(40), nullable=False),
    Column("kind", String(10), nullable=False, server_default="gate", doc="gate or background"),
    Column("opened_at", UTCDateTime, nullable=False),
    Column("closed_at", UTCDateTime),
    Column("completed_at", UTCDateTime, doc="when the gated action ran to success"),
    Column("dismissed_at", UTCDateTime),
    Column("variant", String(81), nullable=False, server_default="", doc="experiment:variant, where one applied"),
    Column("device", String(10), nullable=False, server_default="other", doc="phone, tablet, desktop or other"),
    Column("visitor", String(10), nullable=False, server_default="new", doc="returning: first seen over W before"),
    Column("rolled_as", Integer, doc=ROLLED_AS),
    Index("uq_asklater_prompt_open", "subject_id", "action", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
    Index("ix_asklater_prompt_unrolled", "opened_at", sqlite_where=UNROLLED, postgresql_where=UNROLLED),
    Index("ix_asklater_prompt_moved", "rolled_as", sqlite_where=MOVED, postgresql_where=MOVED),
    Index("ix_asklater_prompt_subject_id", "subject_id"),
    comment="One contextual ask of one person",
    sqlite_autoincrement=True,
)

prompt_field = Table(
    "asklater_prompt_field",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("prompt_id", ForeignKey("asklater_prompt.id", ondelete="CASCADE"), nullable=False),
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), nullable=False),
    Column("action", String(40), nullable=False),
    Column("field", String(40), nullable=False, info=names_field()),
    Column("opened_at", UTCDateTime, nullable=False, doc="the first impression, t0"),
    Column("closed_at", UTCDateTime),
    Column("optional", Boolean, nullable=False, server_default=text("false"), doc="no action waited for it"),
    Column("outcome", String(12), doc="completed, dismissed, superseded, skipped or abandoned; null while open"),
    Column("impressions", Integer, nullable=False, server_default="0"),
    Column("submissions", Integer, nullable=False, server_default="0"),
    Column("rejections", Integer, nullable=False, server_default="0"),
    Column("unable", Integer, nullable=False, server_default="0", doc="renders that could only explain"),
    Column("rolled_as", Integer, doc=ROLLED_AS),
    CheckConstraint("(closed_at IS NULL) = (outcome IS NULL)", name="closed_with_outcome"),
    Index(
        "uq_asklater_prompt_field_open",
        "subject_id",
        "action",
        "field",
        unique=True,
        sqlite_where=OPEN,
        postgresql_where=OPEN,
    ),
    Index("ix_asklater_prompt_field_unrolled", "opened_at", sqlite_where=UNROLLED, postgresql_where=UNROLLED),
    Index("ix_asklater_prompt_field_moved", "rolled_as", sqlite_where=MOVED, postgresql_where=MOVED),
    Index("ix_asklater_prompt_field_prompt_id", "prompt_id"),
    Index("ix_asklater_prompt_field_subject_id", "subject_id"),
    comment="An episode: one person being asked for one field in one context",
    sqlite_autoincrement=True,
)

rejection = Table(
    "asklater_rejection",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("prompt_field_id", ForeignKey("asklater_prompt_field.id", ondelete="CASCADE"), nullable=False),
    Column("reason", String(40), nullable=False, doc="a code of the field's kind, never what was typed"),
    Index("ix_asklater_rejection_prompt_field_id", "prompt_field_id"),
    comment="Why a field was rejected in a submission of its episode: a row for each reason",
    sqlite_autoincrement=True,
)

answer_event = Table(
    "asklater_answer_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), nullable=False),
    Column("field", String(40), nullable=False, info=names_field()),
    Column("action", String(40), nullable=False, doc="the context, or settings, import, expiry"),
    Column("change", String(10), nullable=False, doc="given, changed, removed, expired, merged or outdated"),
    Column("source", String(20), doc="of what was given or changed, as of an answer; null before it was kept"),
    Column("stated", String(10), nullable=False, server_default="", doc="of a consent: yes or no; of others nothing"),
    Column("notice_version", String(16), nullable=False, server_default="", doc="what was told when it was given"),
    Column("terms_version", String(40), doc="of a consent: the terms that it was said to"),
    Column("language", String(20), nullable=False, server_default="", doc="in which it was told"),
    Column("at", UTCDateTime, nullable=False),
    Index("ix_asklater_answer_event_subject_id", "subject_id"),
    Index("ix_asklater_answer_event_at", "at"),
    comment="What became of answers, without values: saves are credited to contexts by these rows",
    sqlite_autoincrement=True,
)

right_event = Table(
    "asklater_right_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), nullable=False),
    Column("right", String(20), nullable=False, doc="restriction or objection"),
    Column("change", String(10), nullable=False, doc="exercised or withdrawn"),
    Column("at", UTCDateTime, nullable=False),
    Index("ix_asklater_right_event_subject_id", "subject_id"),
    comment="When a person restricted what is held, or objected to being measured, and took it back",
    sqlite_autoincrement=True,
)

purge_count = Table(
    "asklater_purge_count",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False, doc="days since 1970, UTC"),
    Column("field", String(40), primary_key=True, info=names_field(adds_up=True)),
    Column("answers", Integer, nullable=False),
    comment="How many answers went because their retention was over: counts, no values and nobody's",
)

left_out_count = Table(
    "asklater_left_out_count",
    metadata,
    Column("day", Integer, primary_key=True, autoincrement=False, doc="days since 1970, UTC"),
    Column("reason", String(10), primary_key=True, doc="head, prefetch or crawler"),
    Column("asks", BigInteger, nullable=False),
    comment="How many asks nobody looked at, which are in no figure: counts, and nobody's",
)

suggestion = Table(
    "asklater_suggestion",
    metadata,
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), primary_key=True),
    Column("field", String(40), primary_key=True, info=names_field(newest_by="suggested_at")),
    Column("value", LargeBinary, nullable=False, doc="encrypted like an answer"),
    Column("origin", String(60), nullable=False, doc="who says so, as a person knows it: Google, Okta"),
    Column("source", String(10), nullable=False, server_default="provider", doc="provider or import"),
    Column("suggested_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Index("ix_asklater_suggestion_expires_at", "expires_at"),
    comment="What a provider said of a field: it fills the prompt, and is an answer once its person confirms it",
)

suspended_request = Table(
    "asklater_suspended_request",
    metadata,
    Column("token_hash", LargeBinary, primary_key=True),
    Column("session_hash", LargeBinary, nullable=False, doc="what the rows of one session have in common"),
    Column("content", LargeBinary, nullable=False, doc="the request, under a key that only the session has"),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("used_at", UTCDateTime),
    Index("ix_asklater_suspended_request_session_hash", "session_hash", "expires_at"),
    Index("ix_asklater_suspended_request_expires_at", "expires_at"),
    comment="An action that was interrupted by the way to somewhere else, and will be carried on",
)


background_showing = Table(
    "asklater_background_showing",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), nullable=False),
    Column("prompt", String(40), nullable=False, doc="the key of the background prompt"),
    Column("began_at", UTCDateTime, nullable=False),
    Column("ended_at", UTCDateTime, doc="when its person answered, or said not now"),
    Index("ix_asklater_background_showing_subject_id", "subject_id"),
    comment="One time that a person was asked in the background: what caps and the budget count",
    sqlite_autoincrement=True,
)

background_refusal = Table(
    "asklater_background_refusal",
    metadata,
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), primary_key=True),
    Column("field", String(40), primary_key=True, info=names_field(newest_by="refused_at")),
    Column("refused_at", UTCDateTime, nullable=False),
    Column("lifted_at", UTCDateTime, doc="when the person took it back"),
    comment="Do not ask again: a field that no background prompt asks this person for",
)

skipped_field = Table(
    "asklater_skipped_field",
    metadata,
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), primary_key=True),
    Column("context", String(40), primary_key=True, doc="the action, or the placement of a background prompt"),
    Column("field", String(40), primary_key=True, info=names_field(newest_by="skipped_at")),
    Column("declaration", String(16), nullable=False, doc="fingerprint of the field; another one is asked anew"),
    Column("skipped_at", UTCDateTime, nullable=False),
    comment="An optional field that was left empty beside others that were answered: not asked again in that context",
)

signal = Table(
    "asklater_signal",
    metadata,
    Column("subject_id", ForeignKey("asklater_subject.id", ondelete="CASCADE"), primary_key=True),
    Column("signal", String(40), primary_key=True),
    Column("count", Integer, nullable=False),
    Column("first_at", UTCDateTime, nullable=False),
    Column("last_at", UTCDateTime, nullable=False),
    comment="How often a person did what background prompts wait for",
)

heartbeat = Table(
    "asklater_heartbeat",
    metadata,
    Column("machine", String(80), primary_key=True),
    Column("process", Integer, primary_key=True, autoincrement=False),
    Column("role", String(10), primary_key=True, doc="worker, or web: a server that tries whether it can write"),
    Column("beat_at", UTCDateTime, nullable=False),
    Column(
        "secret",
        String(16),
        nullable=False,
        default="",
        doc="fingerprint of its SECRET_KEY: all machines have the same",
    ),
    comment="When each process was alive last",
)

job_claim = Table(
    "asklater_job_claim",
    metadata,
    Column("job", String(80), primary_key=True),
    Column("holder", String(16), nullable=False, doc="the process that runs it; empty while none does"),
    Column("held_until", UTCDateTime, doc="the holder moves it ahead as long as it lives"),
    Column("asked_again", Boolean, nullable=False, doc="somebody wanted it while it ran, so it runs once more"),
    Column("done_tick", UTCDateTime, doc="the last moment of its schedule that it was run for"),
    comment="Which process runs which job, so that none runs beside itself on any machine",
)

rate_allowance = Table(
    "asklater_rate_allowance",
    metadata,
    Column("bucket", LargeBinary(32), primary_key=True, doc="a hash: limit and whom it limits"),
    Column("used_until", BigInteger, nullable=False, doc="microseconds since 1970; in the past it is all unused"),
)
"""How much of a limit is used up: one moment tells it all (the generic cell rate algorithm)."""
