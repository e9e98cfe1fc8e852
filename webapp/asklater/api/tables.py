"""The table of service tokens: of each its name, what it may do and until when; never the token itself."""

from sqlalchemy import Column, Integer, LargeBinary, String, Table

from asklater.database.access import UTCDateTime, metadata

service_token = Table(
    "asklater_service_token",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("public_id", String(16), nullable=False, unique=True, doc="the part of the token that is no secret"),
    Column("secret_hash", LargeBinary, nullable=False, doc="SHA-256 of the part that is"),
    Column("name", String(80), nullable=False, doc="whose it is, in an administrator's words"),
    Column("scopes", String(80), nullable=False, doc="what it may do, with spaces between"),
    Column("made_at", UTCDateTime, nullable=False),
    Column("expires_at", UTCDateTime, nullable=False),
    Column("revoked_at", UTCDateTime),
    Column("used_at", UTCDateTime, doc="the last use, to within an hour"),
    comment="What another system of the application's shows to ask or answer for people",
    sqlite_autoincrement=True,
)
