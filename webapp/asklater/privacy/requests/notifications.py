"""Mails about a request to its person: it arrived, needs more time, was refused or done, or a value was looked at."""

from asklater.engine import current_engine
from asklater.http import page_url
from asklater.i18n import gettext
from asklater.identity import current_identity
from asklater.messages.mail import Importance, post_mail
from asklater.privacy.requests.deadlines import due_on
from asklater.privacy.requests.labels import kind_label
from asklater.privacy.requests.queries import Request, sealed_texts
from asklater.privacy.tables import address_label


def contact_address(request: Request) -> str:
    """Returns where its person is written to: the address that was proved for it, or their account's; "" for
    nowhere."""
    if request.subject_id is None:
        return ""
    sealed = sealed_texts(request.id)["address"]
    if sealed is not None:
        label = address_label(request.public_id)
        return current_engine().open(request.subject_id, {label: sealed})[label]
    return current_identity().address_of(request.subject_id)


def status_url(request: Request) -> str:
    """Returns the address at which whoever has it sees how the request stands; known to a worker, too."""
    return page_url("requests.status", public_id=request.public_id)


def notify_person(
    request: Request, what: str, reason: str = "", *, complaint: bool = False, at: str = "", withheld: str = ""
) -> None:
    """Mail the sentence `what`, with the officer's `reason`; nothing where there is no address. It holds no value.

    `withheld` tells what could not be given to them, by its sorts.
    `at` is the address where the person has been erased: the mail is then nobody's, and goes once it is old.
    """
    address = at or contact_address(request)
    if not address:
        return
    manifest = current_engine().manifest
    due = due_on(request.received_at.date(), request.extension).isoformat() if request.is_running else ""
    post_mail(
        address,
        gettext("Your request: %(kind)s", kind=kind_label(request.kind)),
        "asklater/messages/request.txt",
        subject_id=request.subject_id,
        importance=Importance.NOTICE,
        what=what,
        reason=reason,
        withheld=withheld,
        due=due,
        contact=manifest.controller.contact if complaint else "",
        url=status_url(request),
    )
