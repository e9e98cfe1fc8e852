"""What a manifest has to say for the record of processing to be whole. One element that lacks stops the start."""

from collections.abc import Iterator

from webapp.profiling.checking import Finding
from webapp.profiling.manifest import Controller, Manifest, Purpose

OF_CONTROLLER = {
    "representative": 'say who represents the controller in the Union, or "none" and why (Art. 27)',
    "joint_controllers": 'say who decides along with the controller, or "none" (Art. 26)',
    "jurisdiction": "say under which law the controller is",
    "storage_location": "say where what is held is stored",
    "supervisory_authority": "say to which authority people can complain",
}
SAID_EVEN_IF_NONE = {
    "recipients": "say who receives it; [] says that nobody outside does",
    "transfers": "say to which countries it goes, each with its safeguard; [] says that it does not leave the Union",
}
NONE = "none"
"""What there is none of begins with this word."""


def demands(manifest: Manifest) -> list[Finding]:
    """A finding for every element of Art. 30(1) that is not said."""
    found = [*_controller(manifest.controller)]
    for purpose in manifest.purposes.values():
        found += _purpose(purpose)
    if not any(measure.strip() for measure in manifest.security.measures):
        found.append(Finding("security.measures", "say how processing is kept secure, beside what the settings tell"))
    return found


def _controller(controller: Controller) -> Iterator[Finding]:
    for name, what in OF_CONTROLLER.items():
        if not getattr(controller, name).strip():
            yield Finding(f"controller.{name}", what)
    officer = controller.data_protection_officer
    if officer is None:
        what = 'name the officer, { name, contact }, or say name = "none" and why (Art. 37)'
        yield Finding("controller.data_protection_officer", what)
    elif not officer.contact.strip() and not officer.name.lower().startswith(NONE):
        yield Finding("controller.data_protection_officer.contact", "say how the officer is reached")


def _purpose(purpose: Purpose) -> Iterator[Finding]:
    where = f"purposes.{purpose.key}"
    if not purpose.persons:
        yield Finding(f"{where}.persons", "say which people it is about")
    for name, what in SAID_EVEN_IF_NONE.items():
        if name not in purpose.model_fields_set:
            yield Finding(f"{where}.{name}", what)
    if purpose.basis == "legitimate_interests" and not purpose.legitimate_interest.strip():
        yield Finding(f"{where}.legitimate_interest", "name the interest, and how it was weighed (Art. 6(1)(f))")
    if purpose.basis == "legal_obligation" and not purpose.law.strip():
        yield Finding(f"{where}.law", "name the law that demands it (Art. 6(1)(c))")
