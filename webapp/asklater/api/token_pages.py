"""The administrators' page of service tokens: the list, a form for another one, and its token, which is shown once."""

from dataclasses import dataclass, field
from datetime import datetime

from asklater import clock
from asklater.api.tokens import DAYS, LONGEST_NAME, SCOPES, ServiceToken
from asklater.forms import errors_of
from asklater.i18n import gettext
from asklater.kinds.base import Input, InputError, Option


@dataclass(frozen=True)
class TokenLine:
    """One token. `revoke_id` is "" where there is nothing to revoke."""

    name: str
    public_id: str
    scopes: str
    state: str
    made_at: datetime
    expires_at: datetime
    used_at: datetime | None
    revoke_id: str


@dataclass(frozen=True)
class TokensPage:
    """The page. `token` is a new one, "" where none was made just now."""

    tokens: tuple[TokenLine, ...]
    inputs: tuple[Input, ...]
    errors: tuple[InputError, ...]
    token: str = ""
    name: str = ""


@dataclass(frozen=True)
class TokenForm:
    """The form as it was sent; `faults` are sentences by input."""

    name: str = ""
    scopes: tuple[str, ...] = ()
    days: str = str(DAYS[1])
    faults: dict[str, str] = field(default_factory=dict)


def read_form(name: str, scopes: list[str], days: str) -> TokenForm:
    """What was sent, with what is wrong with it."""
    name = " ".join(name.split())
    faults: dict[str, str] = {}
    if not name:
        faults["name"] = gettext("Give the token a name, such as the system that will use it.")
    elif len(name) > LONGEST_NAME:
        faults["name"] = gettext("Give it a shorter name, of at most %(most)s characters.", most=LONGEST_NAME)
    elif not name.isprintable():
        faults["name"] = gettext("Use letters, digits and signs only.")
    if not scopes or not {*scopes} <= SCOPES.keys():
        faults["scopes"] = gettext("Choose what it may do.")
    if days not in map(str, DAYS):
        faults["days"] = gettext("Choose how long it is valid.")
    return TokenForm(name, tuple(scopes), days, faults)


def tokens_page(tokens: list[ServiceToken], form: TokenForm | None = None, *, token: str = "") -> TokensPage:
    """The page with these tokens, and with the form as it was sent; a `token` that was made has an empty form."""
    shown = form if form and not token else TokenForm()
    inputs = _inputs(shown)
    return TokensPage(tuple(map(_line, tokens)), inputs, errors_of(inputs), token, form.name if form and token else "")


def _line(token: ServiceToken) -> TokenLine:
    return TokenLine(
        name=token.name,
        public_id=token.public_id,
        scopes=" ".join(scope for scope in SCOPES if scope in token.scopes),
        state=_state(token),
        made_at=token.made_at,
        expires_at=token.expires_at,
        used_at=token.used_at,
        revoke_id=token.public_id if token.is_good else "",
    )


def _state(token: ServiceToken) -> str:
    if token.revoked_at is not None:
        return gettext("Revoked")
    return gettext("Expired") if token.expires_at <= clock.now() else gettext("In use")


def _inputs(form: TokenForm) -> tuple[Input, ...]:
    def told(name: str) -> tuple[str, ...]:
        return (form.faults[name],) if name in form.faults else ()

    scopes = tuple(Option(scope, label(), scope) for scope, label in SCOPES.items())
    spans = tuple(Option(str(days), gettext("%(days)s days", days=days)) for days in DAYS)
    return (
        Input(
            *("name", "token-name", gettext("Name")),
            values=(form.name[: 2 * LONGEST_NAME],) if form.name else (),
            hint=gettext("The system that will use it."),
            errors=told("name"),
            maxlength=LONGEST_NAME,
        ),
        Input(
            *("scopes", "token-scopes", gettext("It may"), "checkboxes"),
            values=form.scopes,
            options=scopes,
            errors=told("scopes"),
        ),
        Input(
            *("days", "token-days", gettext("Good for"), "radios"),
            values=(form.days,),
            options=spans,
            errors=told("days"),
        ),
    )
