"""The formats of the systems that people come from: a declared table each, and no code.

A path leads through objects ("profile.email"); where it meets a list, its first entry counts.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Addresses:
    """Where a record keeps email addresses: `value` of the record itself, or of each entry of the list `at`.

    `proved` leads to the flag that says an address was proved; without one, none was. `among` leads to a list of
    proved addresses instead. `chosen` names the id of the entry that is the main one. `only` is what an entry of
    another sort does not have.
    """

    value: str
    proved: str = ""
    at: str = ""
    among: str = ""
    chosen: str = ""
    only: tuple[str, str] | None = None


@dataclass(frozen=True)
class LeftOut:
    """Records that are nobody who comes along: what stands at `path` is one of `values`, or anything at all."""

    path: str
    reason: str
    values: tuple[object, ...] = ()


@dataclass(frozen=True)
class Format:
    """How one system writes its users down.

    `lists` are the names under which a document keeps its records; without one it is a list, or a record a line.
    `record` leads to the user within each entry; entries that differ from `only` are no users. `named` maps our
    attributes to paths, `bags` are objects whose every member is an attribute. `prefix` is what the names of custom
    attributes begin with, as a pattern. `apostrophes` says that texts of its CSV begin with one.
    """

    key: str
    label: str
    ids: tuple[str, ...]
    addresses: tuple[Addresses, ...]
    named: Mapping[str, str] = field(default_factory=dict)
    bags: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    record: str = ""
    only: tuple[str, str] | None = None
    left_out: tuple[LeftOut, ...] = ()
    prefix: str = ""
    yaml: bool = False
    apostrophes: bool = False
    every_column: bool = False


BLOCKED, DISABLED, DELETED, MACHINE = ("blocked there", "disabled there", "deleted there", "no person, but a service")
OFF = (False, "false", "0", 0)
ON = (True, "true", "1", 1)

FORMATS: Mapping[str, Format] = {
    known.key: known
    for known in (
        Format(
            key="auth0",
            label="Auth0",
            ids=("user_id", "id"),
            addresses=(Addresses("email", "email_verified"),),
            named={
                "given_name": "given_name",
                "family_name": "family_name",
                "name": "name",
                "nickname": "nickname",
                "phone_number": "phone_number",
                "locale": "locale",
            },
            bags=("user_metadata", "app_metadata"),
            left_out=(LeftOut("blocked", BLOCKED, ON),),
            apostrophes=True,
        ),
        Format(
            key="okta",
            label="Okta",
            ids=("id",),
            addresses=(Addresses("profile.email"),),
            named={
                "given_name": "profile.firstName",
                "family_name": "profile.lastName",
                "name": "profile.displayName",
                "phone_number": "profile.mobilePhone",
                "locale": "profile.locale",
            },
            bags=("profile",),
            left_out=(LeftOut("status", DISABLED, ("DEPROVISIONED", "SUSPENDED")),),
        ),
        Format(
            key="keycloak",
            label="Keycloak",
            ids=("id",),
            addresses=(Addresses("email", "emailVerified"),),
            named={"given_name": "firstName", "family_name": "lastName", "username": "username"},
            bags=("attributes",),
            lists=("users",),
            left_out=(LeftOut("serviceAccountClientId", MACHINE), LeftOut("enabled", DISABLED, OFF)),
        ),
        Format(
            key="fusionauth",
            label="FusionAuth",
            ids=("id",),
            addresses=(
                Addresses("value", "verified", at="identities", only=("type", "email")),
                Addresses("email", "verified"),
            ),
            named={
                "given_name": "firstName",
                "family_name": "lastName",
                "name": "fullName",
                "username": "username",
                "birthdate": "birthDate",
                "phone_number": "mobilePhone",
                "locale": "preferredLanguages",
                "time_zone": "timezone",
            },
            bags=("data",),
            lists=("users",),
            left_out=(LeftOut("active", DISABLED, OFF),),
        ),
        Format(
            key="authentik",
            label="authentik",
            ids=("attrs.uuid", "identifiers.uuid", "identifiers.pk", "attrs.username"),
            addresses=(Addresses("attrs.email"),),
            named={"name": "attrs.name", "username": "attrs.username"},
            bags=("attrs.attributes",),
            lists=("entries",),
            only=("model", "authentik_core.user"),
            left_out=(
                LeftOut("attrs.is_active", DISABLED, OFF),
                LeftOut("attrs.type", MACHINE, ("service_account", "internal_service_account")),
            ),
            yaml=True,
        ),
        Format(
            key="clerk",
            label="Clerk",
            ids=("id",),
            addresses=(
                Addresses("primary_email_address", among="verified_email_addresses"),
                Addresses(
                    "email_address", "verification.status", at="email_addresses", chosen="primary_email_address_id"
                ),
                Addresses("verified_email_addresses", among="verified_email_addresses"),
                Addresses("unverified_email_addresses"),
            ),
            named={
                "given_name": "first_name",
                "family_name": "last_name",
                "username": "username",
                "phone_number": "primary_phone_number",
                "locale": "locale",
            },
            bags=("public_metadata", "private_metadata", "unsafe_metadata"),
            left_out=(LeftOut("banned", BLOCKED, ON), LeftOut("locked", BLOCKED, ON)),
        ),
        Format(
            key="stytch",
            label="Stytch",
            ids=("user_id", "member_id"),
            addresses=(
                Addresses("email", "verified", at="emails"),
                Addresses("email_address", "email_address_verified"),
            ),
            named={
                "given_name": "name.first_name",
                "family_name": "name.last_name",
                "phone_number": "phone_numbers.phone_number",
            },
            bags=("trusted_metadata", "untrusted_metadata"),
            lists=("results", "members", "users"),
            left_out=(LeftOut("status", DELETED, ("deleted",)), LeftOut("is_locked", BLOCKED, ON)),
        ),
        Format(
            key="frontegg",
            label="Frontegg",
            ids=("id",),
            addresses=(Addresses("email", "verified"),),
            named={"name": "name", "phone_number": "phoneNumber"},
            bags=("metadata",),
            lists=("items", "users"),
        ),
        Format(
            key="entra",
            label="Entra External ID",
            ids=("id",),
            addresses=(
                Addresses("mail"),
                Addresses("issuerAssignedId", at="identities", only=("signInType", "emailAddress")),
                Addresses("otherMails"),
            ),
            named={
                "given_name": "givenName",
                "family_name": "surname",
                "name": "displayName",
                "phone_number": "mobilePhone",
                "locale": "preferredLanguage",
                "company": "companyName",
                "department": "department",
                "job_title": "jobTitle",
            },
            lists=("value",),
            left_out=(LeftOut("accountEnabled", DISABLED, OFF),),
            prefix=r"extension_[0-9a-fA-F]+_",
        ),
        Format(
            key="csv",
            label="CSV",
            ids=("id", "user_id", "external_id"),
            addresses=tuple(
                Addresses(column, "email_verified")
                for column in ("email", "Email", "E-mail", "e-mail", "email_address", "mail", "E-Mail")
            ),
            every_column=True,
        ),
    )
}
"""Every system by the name that the command takes."""
