"""first tables"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "asklater_answered_challenge",
        sa.Column("challenge_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("answered_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("challenge_hash", name=op.f("pk_asklater_answered_challenge")),
    )
    op.create_index(op.f("ix_asklater_answered_challenge_answered_at"), "asklater_answered_challenge", ["answered_at"])

    op.create_table(
        "asklater_application_key",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("data_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_asklater_application_key")),
        comment="A key of the application's own: for marks of addresses, and for what belongs to nobody in particular",
    )
    op.create_table(
        "asklater_authorization_attempt",
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_asklater_authorization_attempt")),
    )
    op.create_index(
        op.f("ix_asklater_authorization_attempt_expires_at"), "asklater_authorization_attempt", ["expires_at"]
    )

    op.create_table(
        "asklater_coverage",
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("field", "simulated", name=op.f("pk_asklater_coverage")),
        comment="How many accounts held each field when the worker last counted",
    )
    op.create_table(
        "asklater_daily_held_count",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("part", sa.String(length=80), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.Column("accounts", sa.Integer(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=False),
        sa.Column("declared", sa.Integer(), nullable=False),
        sa.Column("oldest_at", sa.BigInteger(), nullable=True),
        sa.Column("aged", sa.Integer(), nullable=False),
        sa.Column("unused", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "part", name=op.f("pk_asklater_daily_held_count")),
        comment="How much was held on a day: counts alone, of each field, each table and in all",
    )
    op.create_table(
        "asklater_erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("erased_at", sa.BigInteger(), nullable=False),
        sa.Column("erased_by", sa.String(length=12), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=True),
        sa.Column("scrubbed_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_erasure")),
        sa.UniqueConstraint("public_id", name=op.f("uq_asklater_erasure_public_id")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_asklater_erasure_mark"), "asklater_erasure", ["mark"])
    op.create_index(
        "ix_asklater_erasure_unfiled",
        "asklater_erasure",
        ["id"],
        sqlite_where=sa.text("filed_at IS NULL"),
        postgresql_where=sa.text("filed_at IS NULL"),
    )
    op.create_index(
        "ix_asklater_erasure_unscrubbed",
        "asklater_erasure",
        ["id"],
        sqlite_where=sa.text("scrubbed_at IS NULL"),
        postgresql_where=sa.text("scrubbed_at IS NULL"),
    )

    op.create_table(
        "asklater_experiment_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("experiment", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("started_by", sa.String(length=20), nullable=False),
        sa.Column("stopped_at", sa.BigInteger(), nullable=True),
        sa.Column("winner", sa.String(length=40), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_experiment_run")),
        comment="An experiment from its start to its end",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_asklater_experiment_run_experiment", "asklater_experiment_run", ["experiment"])
    op.create_index(
        "uq_asklater_experiment_run_running",
        "asklater_experiment_run",
        ["experiment"],
        unique=True,
        sqlite_where=sa.text("stopped_at IS NULL"),
        postgresql_where=sa.text("stopped_at IS NULL"),
    )

    op.create_table(
        "asklater_halted_texting",
        sa.Column("calling_code", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("calling_code", name=op.f("pk_asklater_halted_texting")),
    )
    op.create_table(
        "asklater_kept_count",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("counted_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_asklater_kept_count")),
        comment="What the worker counted last for pages that would else read all rows",
    )
    op.create_table(
        "asklater_key_rotation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sort", sa.String(length=10), nullable=False),
        sa.Column("master", sa.String(length=8), nullable=False),
        sa.Column("made_before", sa.BigInteger(), nullable=True),
        sa.Column("phase", sa.String(length=10), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("failed", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("resumes_at", sa.BigInteger(), nullable=True),
        sa.Column("finished_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_key_rotation")),
        comment="One rotation of the master key or of the accounts' keys, and how far it has come",
    )
    op.create_index(
        "uq_asklater_key_rotation_open",
        "asklater_key_rotation",
        ["sort"],
        unique=True,
        sqlite_where=sa.text("finished_at IS NULL"),
        postgresql_where=sa.text("finished_at IS NULL"),
    )

    op.create_table(
        "asklater_master_key",
        sa.Column("master", sa.String(length=8), nullable=False),
        sa.Column("check_value", sa.LargeBinary(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("emptied_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("master", name=op.f("pk_asklater_master_key")),
        comment="A master key that this database has been under, without the key",
    )
    op.create_index(
        "uq_asklater_master_key_in_use",
        "asklater_master_key",
        ["in_use"],
        unique=True,
        sqlite_where=sa.text("in_use"),
        postgresql_where=sa.text("in_use"),
    )

    op.create_table(
        "asklater_notice_version",
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("version", sa.String(length=16), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("field", "version", name=op.f("pk_asklater_notice_version")),
        comment="What people were told of a field, in every version that an application ran with",
    )
    op.create_table(
        "asklater_processing_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_processing_record")),
        sa.UniqueConstraint("digest", name=op.f("uq_asklater_processing_record_digest")),
        comment="The record of processing as it stood from when on; no value and no person stands in it",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "asklater_purge_count",
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "field", name=op.f("pk_asklater_purge_count")),
        comment="How many answers went because their retention was over: counts, no values and nobody's",
    )
    op.create_table(
        "asklater_heartbeat",
        sa.Column("machine", sa.String(length=80), nullable=False),
        sa.Column("process", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("beat_at", sa.BigInteger(), nullable=False),
        sa.Column("secret", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("machine", "process", "role", name=op.f("pk_asklater_heartbeat")),
        comment="When each process was alive last",
    )
    op.create_table(
        "asklater_schema_note",
        sa.Column("history", sa.String(length=63), nullable=False),
        sa.Column("revision", sa.String(length=32), nullable=False),
        sa.Column("serves_from", sa.String(length=32), nullable=False),
        sa.PrimaryKeyConstraint("history", name=op.f("pk_asklater_schema_note")),
        comment="Which older code works with a schema that is newer than it",
    )
    op.create_table(
        "asklater_job_claim",
        sa.Column("job", sa.String(length=80), nullable=False),
        sa.Column("holder", sa.String(length=16), nullable=False),
        sa.Column("held_until", sa.BigInteger(), nullable=True),
        sa.Column("asked_again", sa.Boolean(), nullable=False),
        sa.Column("done_tick", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("job", name=op.f("pk_asklater_job_claim")),
        comment="Which process runs which job, so that none runs beside itself on any machine",
    )
    op.create_table(
        "asklater_rate_allowance",
        sa.Column("bucket", sa.LargeBinary(length=32), nullable=False),
        sa.Column("used_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bucket", name=op.f("pk_asklater_rate_allowance")),
    )
    op.create_table(
        "asklater_rollup_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("rolled_at", sa.BigInteger(), nullable=False),
        sa.Column("window", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_rollup_state")),
        comment="One row, which is locked while totals change",
    )
    op.create_table(
        "asklater_series",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("context", sa.String(length=40), nullable=False),
        sa.Column("variant", sa.String(length=81), nullable=False),
        sa.Column("device", sa.String(length=10), nullable=False),
        sa.Column("visitor", sa.String(length=10), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_series")),
        sa.UniqueConstraint(
            "simulated", "field", "context", "variant", "device", "visitor", name="uq_asklater_series_key"
        ),
        comment="What is counted apart",
    )
    op.create_table(
        "asklater_signup_form",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("declaration", sa.Text(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_signup_form")),
        sa.UniqueConstraint("digest", name=op.f("uq_asklater_signup_form_digest")),
        comment="What the sign-up form asked from when on; its history is the difference of one row and the next",
        sqlite_autoincrement=True,
    )
    op.create_table(
        "asklater_subject",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("signed_up_at", sa.BigInteger(), nullable=True),
        sa.Column("data_key", sa.LargeBinary(), nullable=True),
        sa.Column("simulated", sa.Boolean(), server_default=sa.text("false"), nullable=False),
        sa.Column("restricted_at", sa.BigInteger(), nullable=True),
        sa.Column("objected_at", sa.BigInteger(), nullable=True),
        sa.Column("erased_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_subject")),
        comment="The person who is asked: a visitor or an account",
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_asklater_subject_objected",
        "asklater_subject",
        ["id"],
        sqlite_where=sa.text("objected_at IS NOT NULL"),
        postgresql_where=sa.text("objected_at IS NOT NULL"),
    )
    op.create_index(
        "ix_asklater_subject_restricted",
        "asklater_subject",
        ["id"],
        sqlite_where=sa.text("restricted_at IS NOT NULL"),
        postgresql_where=sa.text("restricted_at IS NOT NULL"),
    )
    op.create_index("ix_asklater_subject_signed_up_at", "asklater_subject", ["signed_up_at"])

    op.create_table(
        "asklater_suspended_request",
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("session_hash", sa.LargeBinary(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_asklater_suspended_request")),
        comment="An action that was interrupted by the way to somewhere else, and will be carried on",
    )
    op.create_index(
        "ix_asklater_suspended_request_session_hash", "asklater_suspended_request", ["session_hash", "expires_at"]
    )
    op.create_index("ix_asklater_suspended_request_expires_at", "asklater_suspended_request", ["expires_at"])

    op.create_table(
        "asklater_account",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("verified_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["asklater_subject.id"], name=op.f("fk_asklater_account_subject_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_asklater_account")),
    )
    op.create_index("ix_asklater_account_email_mark", "asklater_account", ["email_mark"])
    op.create_index(
        "ix_asklater_account_staff",
        "asklater_account",
        ["role"],
        sqlite_where=sa.text("role <> ''"),
        postgresql_where=sa.text("role <> ''"),
    )
    op.create_index(
        "uq_asklater_account_verified",
        "asklater_account",
        ["email_mark"],
        unique=True,
        sqlite_where=sa.text("verified_at IS NOT NULL"),
        postgresql_where=sa.text("verified_at IS NOT NULL"),
    )

    op.create_table(
        "asklater_account_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("event", sa.String(length=30), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_account_event_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_account_event")),
    )
    op.create_index("ix_asklater_account_event_at", "asklater_account_event", ["at"])
    op.create_index("ix_asklater_account_event_event_id", "asklater_account_event", ["event", "id"])
    op.create_index("ix_asklater_account_event_subject_id_at", "asklater_account_event", ["subject_id", "at"])

    op.create_table(
        "asklater_anonymous_participants",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=40), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("assigned", sa.BigInteger(), nullable=False),
        sa.Column("persons", sa.BigInteger(), nullable=False),
        sa.Column("successes", sa.BigInteger(), nullable=False),
        sa.Column("acted", sa.BigInteger(), nullable=False),
        sa.Column("dismissed", sa.BigInteger(), nullable=False),
        sa.Column("again", sa.BigInteger(), nullable=False),
        sa.Column("squares", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["asklater_experiment_run.id"],
            name=op.f("fk_asklater_anonymous_participants_run_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "run_id", "variant", "simulated", "day", name=op.f("pk_asklater_anonymous_participants")
        ),
        comment="What came of participants whose rows went, by variant and the day on which their window ended",
    )
    op.create_table(
        "asklater_anonymous_totals",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("episodes", sa.BigInteger(), nullable=False),
        sa.Column("completed", sa.BigInteger(), nullable=False),
        sa.Column("dismissed", sa.BigInteger(), nullable=False),
        sa.Column("superseded", sa.BigInteger(), nullable=False),
        sa.Column("abandoned", sa.BigInteger(), nullable=False),
        sa.Column("impressions", sa.BigInteger(), nullable=False),
        sa.Column("submitted", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("rejections", sa.BigInteger(), nullable=False),
        sa.Column("unable", sa.BigInteger(), nullable=False),
        sa.Column("prompts", sa.BigInteger(), nullable=False),
        sa.Column("prompts_submitted", sa.BigInteger(), nullable=False),
        sa.Column("prompts_given", sa.BigInteger(), nullable=False),
        sa.Column("actions", sa.BigInteger(), nullable=False),
        sa.Column("times_completed", sa.LargeBinary(), nullable=False),
        sa.Column("times_dismissed", sa.LargeBinary(), nullable=False),
        sa.Column("times_superseded", sa.LargeBinary(), nullable=False),
        sa.Column("asked_again", sa.LargeBinary(), nullable=False),
        sa.Column("completed_again", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"],
            ["asklater_series.id"],
            name=op.f("fk_asklater_anonymous_totals_series_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("series_id", "day", name=op.f("pk_asklater_anonymous_totals")),
        comment="What the totals hold of persons whose rows went, by day: sums, which a rebuild starts from",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "asklater_answer",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("notice_version", sa.String(length=16), nullable=False),
        sa.Column("given_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["asklater_subject.id"], name=op.f("fk_asklater_answer_subject_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", "field", name=op.f("pk_asklater_answer")),
        comment="A stored value with its provenance",
    )
    op.create_index("ix_asklater_answer_expires_at", "asklater_answer", ["expires_at"])
    op.create_index("ix_asklater_answer_field", "asklater_answer", ["field"])

    op.create_table(
        "asklater_answer_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("change", sa.String(length=10), nullable=False),
        sa.Column("stated", sa.String(length=10), server_default="", nullable=False),
        sa.Column("notice_version", sa.String(length=16), server_default="", nullable=False),
        sa.Column("language", sa.String(length=20), server_default="", nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_answer_event_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_answer_event")),
        comment="What became of answers, without values: saves are credited to contexts by these rows",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_asklater_answer_event_at", "asklater_answer_event", ["at"])
    op.create_index("ix_asklater_answer_event_subject_id", "asklater_answer_event", ["subject_id"])

    op.create_table(
        "asklater_background_refusal",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("refused_at", sa.BigInteger(), nullable=False),
        sa.Column("lifted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_background_refusal_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", "field", name=op.f("pk_asklater_background_refusal")),
        comment="Do not ask again: a field that no background prompt asks this person for",
    )
    op.create_table(
        "asklater_background_showing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("prompt", sa.String(length=40), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_background_showing_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_background_showing")),
        comment="One time that a person was asked in the background: what caps and the budget count",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_asklater_background_showing_subject_id", "asklater_background_showing", ["subject_id"])

    op.create_table(
        "asklater_email_code",
        sa.Column("email", sa.LargeBinary(), nullable=False),
        sa.Column("email_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("session_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["asklater_subject.id"], name=op.f("fk_asklater_email_code_subject_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_email_code")),
    )
    op.create_index("ix_asklater_email_code_subject_id_sent_at", "asklater_email_code", ["subject_id", "sent_at"])
    op.create_index(op.f("ix_asklater_email_code_sent_at"), "asklater_email_code", ["sent_at"])
    op.create_index(op.f("ix_asklater_email_code_email_mark"), "asklater_email_code", ["email_mark"])

    op.create_table(
        "asklater_experiment_assignment",
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("variant", sa.String(length=40), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("acted_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["asklater_experiment_run.id"],
            name=op.f("fk_asklater_experiment_assignment_run_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_experiment_assignment_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("run_id", "subject_id", name=op.f("pk_asklater_experiment_assignment")),
        comment="Which variant of an experiment a person gets, from its first eligible moment on",
    )
    op.create_index("ix_asklater_experiment_assignment_subject_id", "asklater_experiment_assignment", ["subject_id"])

    op.create_table(
        "asklater_export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("ordered_at", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("unopened", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("after", sa.Text(), nullable=False),
        sa.Column("places", sa.Integer(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=True),
        sa.Column("ready_at", sa.BigInteger(), nullable=True),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["asklater_subject.id"], name=op.f("fk_asklater_export_subject_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_export")),
        comment="A person's order of everything that is held of them; what it holds expires",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_asklater_export_expires_at", "asklater_export", ["expires_at"])
    op.create_index("ix_asklater_export_subject_id", "asklater_export", ["subject_id"])
    op.create_index(
        "uq_asklater_export_unfinished",
        "asklater_export",
        ["subject_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('waiting', 'building')"),
        postgresql_where=sa.text("state IN ('waiting', 'building')"),
    )

    op.create_table(
        "asklater_bounced_address",
        sa.Column("recipient_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("bounced_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_bounced_address_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("recipient_mark", name=op.f("pk_asklater_bounced_address")),
    )
    op.create_index(op.f("ix_asklater_bounced_address_subject_id"), "asklater_bounced_address", ["subject_id"])

    op.create_table(
        "asklater_outgoing_mail",
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("title", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("recipient_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("bounced_at", sa.BigInteger(), nullable=True),
        sa.Column("consent", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_outgoing_mail_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_outgoing_mail")),
    )
    op.create_index(
        "ix_asklater_outgoing_mail_urgent_next_try_at", "asklater_outgoing_mail", ["urgent", "next_try_at"]
    )
    op.create_index(op.f("ix_asklater_outgoing_mail_subject_id"), "asklater_outgoing_mail", ["subject_id"])
    op.create_index(op.f("ix_asklater_outgoing_mail_written_at"), "asklater_outgoing_mail", ["written_at"])

    op.create_table(
        "asklater_outgoing_text",
        sa.Column("recipient", sa.LargeBinary(), nullable=False),
        sa.Column("text", sa.LargeBinary(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_outgoing_text_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_outgoing_text")),
    )
    op.create_index(
        "ix_asklater_outgoing_text_urgent_next_try_at", "asklater_outgoing_text", ["urgent", "next_try_at"]
    )
    op.create_index(op.f("ix_asklater_outgoing_text_subject_id"), "asklater_outgoing_text", ["subject_id"])
    op.create_index(op.f("ix_asklater_outgoing_text_written_at"), "asklater_outgoing_text", ["written_at"])

    op.create_table(
        "asklater_pending_login",
        sa.Column("session_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["asklater_subject.id"], name=op.f("fk_asklater_pending_login_owner_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("session_hash", name=op.f("pk_asklater_pending_login")),
    )
    op.create_index(op.f("ix_asklater_pending_login_owner_id"), "asklater_pending_login", ["owner_id"])
    op.create_index(op.f("ix_asklater_pending_login_began_at"), "asklater_pending_login", ["began_at"])

    op.create_table(
        "asklater_phone_code",
        sa.Column("number_mark", sa.LargeBinary(length=32), nullable=False),
        sa.Column("number", sa.LargeBinary(), nullable=False),
        sa.Column("calling_code", sa.Integer(), nullable=False),
        sa.Column("verified", sa.Boolean(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("session_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("purpose", sa.String(length=10), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["asklater_subject.id"], name=op.f("fk_asklater_phone_code_subject_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_phone_code")),
    )
    op.create_index("ix_asklater_phone_code_calling_code_sent_at", "asklater_phone_code", ["calling_code", "sent_at"])
    op.create_index("ix_asklater_phone_code_subject_id_sent_at", "asklater_phone_code", ["subject_id", "sent_at"])
    op.create_index(op.f("ix_asklater_phone_code_sent_at"), "asklater_phone_code", ["sent_at"])

    op.create_table(
        "asklater_privacy_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("through", sa.String(length=10), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("outcome", sa.String(length=12), nullable=False),
        sa.Column("received_at", sa.BigInteger(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("extension", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("taken_by", sa.String(length=12), nullable=False),
        sa.Column("pressed", sa.String(length=32), nullable=True),
        sa.Column("address", sa.LargeBinary(), nullable=True),
        sa.Column("message", sa.LargeBinary(), nullable=True),
        sa.Column("receipt", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_privacy_request_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_privacy_request")),
        sa.UniqueConstraint("public_id", name=op.f("uq_asklater_privacy_request_public_id")),
        sa.UniqueConstraint("subject_id", "pressed", name=op.f("uq_asklater_privacy_request_subject_id")),
    )
    op.create_index("ix_asklater_privacy_request_state_due_at", "asklater_privacy_request", ["state", "due_at"])

    op.create_table(
        "asklater_prompt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=10), server_default="gate", nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("completed_at", sa.BigInteger(), nullable=True),
        sa.Column("dismissed_at", sa.BigInteger(), nullable=True),
        sa.Column("variant", sa.String(length=81), server_default="", nullable=False),
        sa.Column("device", sa.String(length=10), server_default="other", nullable=False),
        sa.Column("visitor", sa.String(length=10), server_default="new", nullable=False),
        sa.Column("rolled_as", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["asklater_subject.id"], name=op.f("fk_asklater_prompt_subject_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_prompt")),
        comment="One contextual ask of one person",
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_asklater_prompt_moved",
        "asklater_prompt",
        ["rolled_as"],
        sqlite_where=sa.text("rolled_as <> subject_id"),
        postgresql_where=sa.text("rolled_as <> subject_id"),
    )
    op.create_index("ix_asklater_prompt_subject_id", "asklater_prompt", ["subject_id"])
    op.create_index(
        "ix_asklater_prompt_unrolled",
        "asklater_prompt",
        ["opened_at"],
        sqlite_where=sa.text("rolled_as IS NULL"),
        postgresql_where=sa.text("rolled_as IS NULL"),
    )
    op.create_index(
        "uq_asklater_prompt_open",
        "asklater_prompt",
        ["subject_id", "action"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )

    op.create_table(
        "asklater_recipient_notice",
        sa.Column("erasure_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=40), nullable=False),
        sa.Column("contents", sa.Text(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("written_at", sa.BigInteger(), nullable=False),
        sa.Column("urgent", sa.Boolean(), nullable=False),
        sa.Column("next_try_at", sa.BigInteger(), nullable=True),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["erasure_id"],
            ["asklater_erasure.id"],
            name=op.f("fk_asklater_recipient_notice_erasure_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_recipient_notice")),
    )
    op.create_index(
        "ix_asklater_recipient_notice_urgent_next_try_at", "asklater_recipient_notice", ["urgent", "next_try_at"]
    )
    op.create_index(op.f("ix_asklater_recipient_notice_erasure_id"), "asklater_recipient_notice", ["erasure_id"])
    op.create_index(op.f("ix_asklater_recipient_notice_written_at"), "asklater_recipient_notice", ["written_at"])

    op.create_table(
        "asklater_right_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("right", sa.String(length=20), nullable=False),
        sa.Column("change", sa.String(length=10), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_right_event_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_right_event")),
        comment="When a person restricted what is held, or objected to being measured, and took it back",
        sqlite_autoincrement=True,
    )
    op.create_index("ix_asklater_right_event_subject_id", "asklater_right_event", ["subject_id"])

    op.create_table(
        "asklater_series_totals",
        sa.Column("series_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("episodes", sa.BigInteger(), nullable=False),
        sa.Column("completed", sa.BigInteger(), nullable=False),
        sa.Column("dismissed", sa.BigInteger(), nullable=False),
        sa.Column("superseded", sa.BigInteger(), nullable=False),
        sa.Column("abandoned", sa.BigInteger(), nullable=False),
        sa.Column("impressions", sa.BigInteger(), nullable=False),
        sa.Column("submitted", sa.BigInteger(), nullable=False),
        sa.Column("rejected", sa.BigInteger(), nullable=False),
        sa.Column("rejections", sa.BigInteger(), nullable=False),
        sa.Column("unable", sa.BigInteger(), nullable=False),
        sa.Column("prompts", sa.BigInteger(), nullable=False),
        sa.Column("prompts_submitted", sa.BigInteger(), nullable=False),
        sa.Column("prompts_given", sa.BigInteger(), nullable=False),
        sa.Column("actions", sa.BigInteger(), nullable=False),
        sa.Column("times_completed", sa.LargeBinary(), nullable=False),
        sa.Column("times_dismissed", sa.LargeBinary(), nullable=False),
        sa.Column("times_superseded", sa.LargeBinary(), nullable=False),
        sa.Column("asked_again", sa.LargeBinary(), nullable=False),
        sa.Column("completed_again", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["series_id"], ["asklater_series.id"], name=op.f("fk_asklater_series_totals_series_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("series_id", "day", name=op.f("pk_asklater_series_totals")),
        comment="Running totals up to and with a day: any range of days is the difference of two rows",
        sqlite_with_rowid=False,
    )
    op.create_table(
        "asklater_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger(), nullable=True),
        sa.Column("device", sa.String(length=80), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("proved_at", sa.BigInteger(), nullable=True),
        sa.Column("factor_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["asklater_subject.id"], name=op.f("fk_asklater_session_subject_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_session")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_asklater_session_token_hash")),
    )
    op.create_index(op.f("ix_asklater_session_subject_id"), "asklater_session", ["subject_id"])
    op.create_index(op.f("ix_asklater_session_expires_at"), "asklater_session", ["expires_at"])
    op.create_index(op.f("ix_asklater_session_ended_at"), "asklater_session", ["ended_at"])

    op.create_table(
        "asklater_signal",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("signal", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("first_at", sa.BigInteger(), nullable=False),
        sa.Column("last_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["asklater_subject.id"], name=op.f("fk_asklater_signal_subject_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", "signal", name=op.f("pk_asklater_signal")),
        comment="How often a person did what background prompts wait for",
    )
    op.create_table(
        "asklater_suggestion",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("origin", sa.String(length=60), nullable=False),
        sa.Column("suggested_at", sa.BigInteger(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"], ["asklater_subject.id"], name=op.f("fk_asklater_suggestion_subject_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("subject_id", "field", name=op.f("pk_asklater_suggestion")),
        comment="What a provider said of a field: it fills the prompt, and is an answer once its person confirms it",
    )
    op.create_index("ix_asklater_suggestion_expires_at", "asklater_suggestion", ["expires_at"])

    op.create_table(
        "asklater_authenticator",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("began_at", sa.BigInteger(), nullable=False),
        sa.Column("confirmed_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_account.subject_id"],
            name=op.f("fk_asklater_authenticator_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_asklater_authenticator")),
    )
    op.create_table(
        "asklater_delivered_mail",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outgoing_id", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outgoing_id"],
            ["asklater_outgoing_mail.id"],
            name=op.f("fk_asklater_delivered_mail_outgoing_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_delivered_mail")),
        sa.UniqueConstraint("outgoing_id", name=op.f("uq_asklater_delivered_mail_outgoing_id")),
    )
    op.create_table(
        "asklater_delivered_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outgoing_id", sa.Integer(), nullable=False),
        sa.Column("delivered_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["outgoing_id"],
            ["asklater_outgoing_text.id"],
            name=op.f("fk_asklater_delivered_text_outgoing_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_delivered_text")),
        sa.UniqueConstraint("outgoing_id", name=op.f("uq_asklater_delivered_text_outgoing_id")),
    )
    op.create_table(
        "asklater_export_part",
        sa.Column("export_id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=60), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["export_id"], ["asklater_export.id"], name=op.f("fk_asklater_export_part_export_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("export_id", "place", name=op.f("pk_asklater_export_part")),
        comment="Some rows of one section of an export",
    )
    op.create_table(
        "asklater_linked_identity",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("issuer", sa.String(length=300), nullable=False),
        sa.Column("sub", sa.String(length=255), nullable=False),
        sa.Column("linked_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_account.subject_id"],
            name=op.f("fk_asklater_linked_identity_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_linked_identity")),
        sa.UniqueConstraint("issuer", "sub", name="uq_asklater_linked_identity_issuer_sub"),
    )
    op.create_index(op.f("ix_asklater_linked_identity_subject_id"), "asklater_linked_identity", ["subject_id"])

    op.create_table(
        "asklater_passkey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("credential_id", sa.LargeBinary(length=1023), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.Column("sign_count", sa.BigInteger(), nullable=False),
        sa.Column("user_handle", sa.LargeBinary(length=32), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("transports", sa.String(length=80), nullable=False),
        sa.Column("backed_up", sa.Boolean(), nullable=False),
        sa.Column("added_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_account.subject_id"],
            name=op.f("fk_asklater_passkey_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_passkey")),
        sa.UniqueConstraint("credential_id", name=op.f("uq_asklater_passkey_credential_id")),
    )
    op.create_index(op.f("ix_asklater_passkey_subject_id"), "asklater_passkey", ["subject_id"])

    op.create_table(
        "asklater_phone_factor",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("enrolled_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_account.subject_id"],
            name=op.f("fk_asklater_phone_factor_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", name=op.f("pk_asklater_phone_factor")),
    )
    op.create_table(
        "asklater_privacy_request_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("event", sa.String(length=12), nullable=False),
        sa.Column("role", sa.String(length=10), nullable=False),
        sa.Column("by", sa.String(length=12), nullable=False),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(
            ["request_id"],
            ["asklater_privacy_request.id"],
            name=op.f("fk_asklater_privacy_request_event_request_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_privacy_request_event")),
    )
    op.create_index(
        op.f("ix_asklater_privacy_request_event_request_id"), "asklater_privacy_request_event", ["request_id"]
    )

    op.create_table(
        "asklater_prompt_field",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("prompt_id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("field", sa.String(length=40), nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("closed_at", sa.BigInteger(), nullable=True),
        sa.Column("outcome", sa.String(length=12), nullable=True),
        sa.Column("impressions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("submissions", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rejections", sa.Integer(), server_default="0", nullable=False),
        sa.Column("unable", sa.Integer(), server_default="0", nullable=False),
        sa.Column("rolled_as", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (outcome IS NULL)", name=op.f("ck_asklater_prompt_field_closed_with_outcome")
        ),
        sa.ForeignKeyConstraint(
            ["prompt_id"], ["asklater_prompt.id"], name=op.f("fk_asklater_prompt_field_prompt_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_subject.id"],
            name=op.f("fk_asklater_prompt_field_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_prompt_field")),
        comment="An episode: one person being asked for one field in one context",
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_asklater_prompt_field_moved",
        "asklater_prompt_field",
        ["rolled_as"],
        sqlite_where=sa.text("rolled_as <> subject_id"),
        postgresql_where=sa.text("rolled_as <> subject_id"),
    )
    op.create_index("ix_asklater_prompt_field_prompt_id", "asklater_prompt_field", ["prompt_id"])
    op.create_index("ix_asklater_prompt_field_subject_id", "asklater_prompt_field", ["subject_id"])
    op.create_index(
        "ix_asklater_prompt_field_unrolled",
        "asklater_prompt_field",
        ["opened_at"],
        sqlite_where=sa.text("rolled_as IS NULL"),
        postgresql_where=sa.text("rolled_as IS NULL"),
    )
    op.create_index(
        "uq_asklater_prompt_field_open",
        "asklater_prompt_field",
        ["subject_id", "action", "field"],
        unique=True,
        sqlite_where=sa.text("closed_at IS NULL"),
        postgresql_where=sa.text("closed_at IS NULL"),
    )

    op.create_table(
        "asklater_recovery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("lost", sa.String(length=10), nullable=False),
        sa.Column("method", sa.String(length=20), nullable=False),
        sa.Column("new_email", sa.LargeBinary(), nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("opens_at", sa.BigInteger(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("cancel_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(length=32), nullable=True),
        sa.Column("reminded_at", sa.BigInteger(), nullable=True),
        sa.Column("cancelled_at", sa.BigInteger(), nullable=True),
        sa.Column("done_at", sa.BigInteger(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"], ["asklater_session.id"], name=op.f("fk_asklater_recovery_session_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_account.subject_id"],
            name=op.f("fk_asklater_recovery_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asklater_recovery")),
        sa.UniqueConstraint("cancel_hash", name=op.f("uq_asklater_recovery_cancel_hash")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_asklater_recovery_token_hash")),
    )
    op.create_index("ix_asklater_recovery_opens_at", "asklater_recovery", ["opens_at"])
    op.create_index(op.f("ix_asklater_recovery_session_id"), "asklater_recovery", ["session_id"])
    op.create_index(op.f("ix_asklater_recovery_subject_id"), "asklater_recovery", ["subject_id"])

    op.create_table(
        "asklater_recovery_code",
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.LargeBinary(length=32), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject_id"],
            ["asklater_account.subject_id"],
            name=op.f("fk_asklater_recovery_code_subject_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("subject_id", "code_hash", name=op.f("pk_asklater_recovery_code")),
    )


def downgrade() -> None:
    for name in (
        "asklater_recovery_code",
        "asklater_recovery",
        "asklater_prompt_field",
        "asklater_privacy_request_event",
        "asklater_phone_factor",
        "asklater_passkey",
        "asklater_linked_identity",
        "asklater_export_part",
        "asklater_delivered_text",
        "asklater_delivered_mail",
        "asklater_authenticator",
        "asklater_suggestion",
        "asklater_signal",
        "asklater_session",
        "asklater_series_totals",
        "asklater_right_event",
        "asklater_recipient_notice",
        "asklater_prompt",
        "asklater_privacy_request",
        "asklater_phone_code",
        "asklater_pending_login",
        "asklater_outgoing_text",
        "asklater_outgoing_mail",
        "asklater_bounced_address",
        "asklater_export",
        "asklater_experiment_assignment",
        "asklater_email_code",
        "asklater_background_showing",
        "asklater_background_refusal",
        "asklater_answer_event",
        "asklater_answer",
        "asklater_anonymous_totals",
        "asklater_anonymous_participants",
        "asklater_account_event",
        "asklater_account",
        "asklater_suspended_request",
        "asklater_subject",
        "asklater_signup_form",
        "asklater_series",
        "asklater_rollup_state",
        "asklater_rate_allowance",
        "asklater_purge_count",
        "asklater_processing_record",
        "asklater_notice_version",
        "asklater_master_key",
        "asklater_kept_count",
        "asklater_key_rotation",
        "asklater_schema_note",
        "asklater_job_claim",
        "asklater_heartbeat",
        "asklater_halted_texting",
        "asklater_experiment_run",
        "asklater_erasure",
        "asklater_daily_held_count",
        "asklater_coverage",
        "asklater_authorization_attempt",
        "asklater_application_key",
        "asklater_answered_challenge",
    ):
        op.drop_table(name)
