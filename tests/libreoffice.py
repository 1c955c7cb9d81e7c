"""LibreOffice as a tool of the tests: start it, let it convert, and let nothing of it stay behind.

Every call has its own profile, since two instances of one profile refuse each other.
"""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from tests.needs import need

SECONDS = 120
"""A cold start takes one to four seconds on a quiet machine; a busy one may take a minute."""

FILTERS = {
    "docx": "docx:MS Word 2007 XML",
    "odt": "odt:writer8",
    "rtf": "rtf:Rich Text Format",
    "doc": "doc:MS Word 97",
    "pdf": "pdf:writer_pdf_Export",
}
"""The export filter of each kind of file, so that LibreOffice never has to guess."""


def soffice() -> str:
    """Return the program; without it the test ends and says what is missing."""
    return str(need("soffice", package="libreoffice-writer-nogui"))


def convert(files: Mapping[str, bytes], *, to: str, folder: Path) -> dict[str, bytes]:
    """Save every file in another format, in one call; the names keep their stems.

    Args:
        files: name → bytes; the extension says what they are.
        to: the extension of the new format, a key of `FILTERS`.
        folder: an empty folder of the test's own, for files and profile.
    """
    program = soffice()
    inside, outside = folder / "in", folder / f"out-{to}"
    inside.mkdir(parents=True, exist_ok=True)
    outside.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, content in files.items():
        path = inside / name
        path.write_bytes(content)
        paths.append(str(path))
    subprocess.run(
        [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
            *("--convert-to", FILTERS[to], "--outdir", str(outside)),
            *paths,
        ],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    made = {path.name: path.read_bytes() for path in outside.iterdir()}
    assert len(made) == len(files), f"LibreOffice gave {sorted(made)} for {sorted(files)}"
    return made


def through(files: Mapping[str, bytes], *formats: str, folder: Path) -> dict[str, bytes]:
    """Save every file through one format after another: `through(files, "odt", "docx", …)`."""
    now = dict(files)
    for number, each in enumerate(formats):
        now = convert(now, to=each, folder=folder / str(number))
    return now
