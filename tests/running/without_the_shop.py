"""The house without its shop: a copy from which the demo is taken, to run everything else in.

Whatever stands outside the shop is tested there, and only there: run in the whole house as well, it would take the
same time again to say the same.
"""

import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.contracts.files import tracked
from tests.running.stages import ROOT

LINE = re.compile(r'^ *"webapp\.shop\.room",\n', re.MULTILINE)
LEFT_OUT = ("tests/e2e", "tests/benchmarks")


@contextmanager
def house_without_the_shop() -> Iterator[Path]:
    """The project as it is tracked, without the shop, its tests and its line in create_app. Raises LookupError."""
    folder = Path(tempfile.mkdtemp(prefix="asklater-without-shop-"))
    try:
        for path in tracked():
            name = path.relative_to(ROOT)
            if "shop" not in name.parts and not str(name).startswith(LEFT_OUT):
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, folder / name)
        rooms = folder / "webapp" / "__init__.py"
        shortened, count = LINE.subn("", rooms.read_text("utf-8"))
        if count != 1:
            raise LookupError("create_app names the shop in no line of its own")
        rooms.write_text(shortened, "utf-8")
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
