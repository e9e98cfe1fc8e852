"""Which accounts hold which evidence, and what opens a lost one: told, as statements, to whoever counts it."""

from functools import partial
from typing import Any

from flask import Flask
from sqlalchemy import Select, literal, select

from asklater import clock
from asklater.accounts.recovery.evidence import Evidence, evidence_of
from asklater.accounts.recovery.labels import delay_label, method_label
from asklater.accounts.recovery.methods import (
    AUTHENTICATOR,
    PASSKEY,
    PHONE,
    PROVIDER,
    RECOVERY_CODE,
    RECOVERY_METHODS,
    SECOND_ADDRESS,
    Loss,
    RecoveryMethod,
)
from asklater.accounts.tables import Authenticator, LinkedIdentity, Passkey, PhoneFactor, RecoveryCode
from asklater.database.access import table_of
from asklater.engine import Engine
from asklater.i18n import gettext
from asklater.registry import RecoveryEvidence, RecoveryWay
from asklater.tables import answer

PASSKEY_TABLE, PHONE_TABLE, CODE_TABLE = table_of(Passkey), table_of(PhoneFactor), table_of(RecoveryCode)
AUTHENTICATOR_TABLE, IDENTITY_TABLE = table_of(Authenticator), table_of(LinkedIdentity)


def register_holders(app: Flask, engine: Engine) -> None:
    """Register all evidence of the application, and every method of recovery."""
    evidence = (_evidence(engine, one) for one in evidence_of(app).all)
    engine.registry.register_recovery(evidence, map(_way, RECOVERY_METHODS))


def _evidence(engine: Engine, evidence: Evidence) -> RecoveryEvidence:
    otherwise = (
        (lambda: gettext("Made along with a second factor"))
        if evidence.key == RECOVERY_CODE
        else (lambda: gettext("Signed in with it"))
    )
    return RecoveryEvidence(evidence.key, evidence.label, partial(_holders, engine, evidence.key), otherwise)


def _loss_label(loss: Loss) -> str:
    """A loss as a heading, of accounts that are somebody else's."""
    return {
        Loss.MAIL: gettext("After access to the email is lost"),
        Loss.FACTOR: gettext("After the second factor is lost"),
        Loss.BOTH: gettext("After both the email and the second factor are lost"),
    }[loss]


def _way(method: RecoveryMethod) -> RecoveryWay:
    return RecoveryWay(
        loss=method.loss,
        loss_label=partial(_loss_label, method.loss),
        label=partial(method_label, method),
        evidence=method.evidence,
        delay_label=partial(delay_label, method.delay),
    )


def _holders(engine: Engine, key: str) -> Select[int, str]:
    """Raises KeyError for evidence of which it is not known where it lies."""
    confirmed = AUTHENTICATOR_TABLE.c.confirmed_at.is_not(None)
    enrolled = answer.c.subject_id.in_(select(PHONE_TABLE.c.subject_id))
    return {
        PASSKEY: _rows(PASSKEY_TABLE.c.subject_id, "add_passkey"),
        AUTHENTICATOR: _rows(AUTHENTICATOR_TABLE.c.subject_id, "add_authenticator").where(confirmed),
        RECOVERY_CODE: _rows(CODE_TABLE.c.subject_id, ""),
        PROVIDER: _rows(IDENTITY_TABLE.c.subject_id, ""),
        PHONE: _proved(engine, "verified_phone").where(enrolled),
        SECOND_ADDRESS: _proved(engine, "verified_second_email"),
    }[key]


def _rows(subject_id: Any, context: str) -> Select[int, str]:
    return select(subject_id, literal(context).label("context")).distinct()


def _proved(engine: Engine, kind: str) -> Select[int, str]:
    """Who holds an answer of that kind, which proves another one, from where. Nobody where no field is declared so."""
    keys = [declared.key for declared in engine.manifest.fields.values() if declared.kind == kind]
    held = answer.c.field.in_(keys[:1]) & (answer.c.expires_at > clock.now())
    return select(answer.c.subject_id, answer.c.action.label("context")).where(held)
