"""The notice, generated from the live manifest, so that it cannot say anything else than what is done."""

from webapp.privacy.pages import NoticeField, NoticePage
from webapp.profiling.manifest import Manifest
from webapp.profiling.notice import kept, version
from webapp.profiling.words import gettext


def notice_page(manifest: Manifest) -> NoticePage:
    """Every declared field with its purpose, legal basis, retention, readers and recipients (GDPR Art. 13)."""
    return NoticePage(
        controller=manifest.controller.name,
        contact=manifest.controller.contact,
        fields=tuple(_field(manifest, key) for key in manifest.fields),
    )


def _field(manifest: Manifest, key: str) -> NoticeField:
    declared = manifest.fields[key]
    purpose = manifest.purposes[declared.purpose]
    actions = [gettext(action.label) for action in manifest.asking(key)]
    prompts = [gettext(prompt.label) for prompt in manifest.prompting(key)]
    return NoticeField(
        key=key,
        label=gettext(declared.label),
        reason=gettext(declared.reason),
        purpose=gettext(purpose.label),
        basis=basis_of(purpose.basis),
        kept=kept(declared),
        readers=", ".join(gettext(reader) for reader in declared.readers),
        recipients=", ".join(gettext(name) for name in purpose.recipients) or gettext("nobody outside"),
        transfers=", ".join(gettext(name) for name in purpose.transfers) or gettext("none"),
        asked_by=", ".join((*actions, *prompts)),
        version=version(manifest, key),
    )


def basis_of(basis: str) -> str:
    """A legal basis in words."""
    return {
        "contract": gettext("needed for what you asked us to do (Art. 6(1)(b) GDPR)"),
        "consent": gettext("your consent (Art. 6(1)(a) GDPR)"),
        "legal_obligation": gettext("the law demands it (Art. 6(1)(c) GDPR)"),
        "legitimate_interests": gettext("a legitimate interest (Art. 6(1)(f) GDPR)"),
    }[basis]
