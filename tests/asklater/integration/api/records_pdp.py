"""The application of AuthZEN's certification scenario: Alice and Bob, two records, and who may do what with them."""

from flask import Flask

from asklater.api import Api, ApiOptions, Evaluation
from asklater.services import Services

NAMES: dict[str, int] = {}
"""The subjects by name; the tests fill it."""
ROLES = {"bob": "admin"}
RECORDS = {"record-1": "active", "record-2": "archived"}


def may(asked: Evaluation) -> bool:
    """Administrators write what is archived, everybody else what is not; a deletion has to be a soft one."""
    if asked.action == "write":
        status = asked.resource_properties.get("status", RECORDS.get(asked.resource_id))
        role = asked.subject_properties.get("role", ROLES.get(asked.subject_id))
        return (status == "archived") is (role == "admin")
    return asked.action != "delete" or asked.action_properties.get("soft") is True


def init_app(app: Flask, services: Services) -> None:
    options = ApiOptions(
        find_subject=lambda kind, name: NAMES.get(name) if kind == "user" else None,
        name_subject=lambda _kind, number: next((name for name, known in NAMES.items() if known == number), None),
        allows=may,
        resources=lambda kind: RECORDS if kind == "record" else (),
    )
    Api(options=options).init_app(app, services)
