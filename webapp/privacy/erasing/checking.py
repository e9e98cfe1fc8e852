"""What the application refuses to start with: what would outlive an erasure without a law, a webhook for nobody."""

from collections.abc import Callable, Iterable, Iterator

from webapp.profiling.checking import Finding
from webapp.profiling.engine import Check, Engine
from webapp.profiling.manifest import Manifest


def check_kept(engine: Engine) -> Check:
    """Only a legal obligation outlives an erasure (Art. 17(3)(b) GDPR)."""
    return _listing(lambda manifest: _baseless(engine, manifest))


def check_webhooks(engine: Engine, webhooks: Iterable[tuple[str, str]]) -> Check:
    """A webhook is one of a recipient that some room knows of: others would never be told of anything."""
    return _listing(lambda _manifest: _strangers(engine, webhooks))


def _baseless(engine: Engine, manifest: Manifest) -> Iterator[Finding]:
    for holding in engine.holdings.values():
        purpose = manifest.purposes.get(holding.kept.purpose) if holding.kept else None
        if purpose is not None and purpose.basis != "legal_obligation":
            words = f"{holding.table} outlives an erasure, so its basis must be legal_obligation"
            yield Finding(f"purposes.{purpose.key}.basis", words)


def _strangers(engine: Engine, webhooks: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    known = engine.disclosures.keys()
    for name, _url in webhooks:
        if name not in known:
            yield Finding(
                f"ERASURE_WEBHOOKS.{name}", f"no such recipient; there are {', '.join(sorted(known)) or 'none'}"
            )


def _listing(find: Callable[[Manifest], Iterator[Finding]]) -> Check:
    return lambda manifest: list(find(manifest))
