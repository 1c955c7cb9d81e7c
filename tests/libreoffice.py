"""LibreOffice as a tool of the tests: start it, let it convert, and let nothing of it stay behind.

Every call has its own profile, since two instances of one profile refuse each other.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.needs import need, without

SECONDS = 120
"""A cold start takes one to four seconds on a quiet machine; a busy one may take a minute."""

FILTERS = {
    "docx": "docx:MS Word 2007 XML",
    "odt": "odt:writer8",
    "rtf": "rtf:Rich Text Format",
    "doc": "doc:MS Word 97",
    "pdf": "pdf:writer_pdf_Export",
    "pdf+places": (
        'pdf:writer_pdf_Export:{"ExportBookmarksToPDFDestination":{"type":"boolean","value":"true"},'
        '"ExportFormFields":{"type":"boolean","value":"false"}}'
    ),
}
"""The export filter of each kind of file, so that LibreOffice never has to guess; `pdf+places` prints no
form fields and tells where every bookmark came to stand."""


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


class Office:
    """A running LibreOffice that fills forms as a person at a desk does; see `office`."""

    def __init__(self, folder: Path, desk: "subprocess.Popen[str]") -> None:
        self._folder = folder
        self._desk = desk
        self._count = 0

    def fill(
        self, content: bytes, values: Mapping[str, str], pictures: Mapping[str, bytes] | None = None
    ) -> bytes:
        """Open a form, write words into its controls, put pictures into others, save it as .docx.

        Args:
            content: the Word file.
            values: words by the tag of their control; `☑` ticks a box.
            pictures: PNG files by the tag of the control they go into.
        """
        self._count += 1
        place = self._folder / f"{self._count}"
        place.mkdir()
        before, after = place / "form.docx", place / "filled.docx"
        before.write_bytes(content)
        paths = {}
        for tag, picture in (pictures or {}).items():
            (place / f"{tag}.png").write_bytes(picture)
            paths[tag] = str(place / f"{tag}.png")
        job = {"from": str(before), "to": str(after), "values": dict(values), "pictures": paths}
        assert self._desk.stdin is not None
        assert self._desk.stdout is not None
        self._desk.stdin.write(json.dumps(job) + "\n")
        self._desk.stdin.flush()
        said = self._desk.stdout.readline().strip()
        assert said == "done", said or "LibreOffice went away"
        return after.read_bytes()


@contextmanager
def office(folder: Path) -> Iterator[Office]:
    """Keep one LibreOffice running for the length of the block.

    Args:
        folder: an empty folder of the test's own, for files and profile.
    """
    program, python = soffice(), _python_with_uno()
    folder.mkdir(parents=True, exist_ok=True)
    pipe = f"formclerk{os.getpid()}"
    running = subprocess.Popen(
        [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--norestore", "--nolockcheck", "--nodefault"),
            f"--accept=pipe,name={pipe};urp;",
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        script = Path(__file__).with_name("libreoffice_fill.py")
        with subprocess.Popen(
            [python, str(script), pipe], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as desk:
            yield Office(folder, desk)
        running.wait(SECONDS)
    finally:
        # soffice is a script around soffice.bin: the whole session of ours ends, and nothing else.
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
            running.wait()


def fill(files: Mapping[str, tuple[bytes, Mapping[str, str]]], *, folder: Path) -> dict[str, bytes]:
    """Open every file in LibreOffice, write words into its controls, save it as .docx.

    Args:
        files: name → (bytes, words by the tag of their control); `☑` ticks a box.
        folder: an empty folder of the test's own, for files and profile.
    """
    with office(folder) as desk:
        return {name: desk.fill(content, values) for name, (content, values) in files.items()}


def _python_with_uno() -> str:
    for each in ("/usr/bin/python3", "/usr/lib/libreoffice/program/python", sys.executable):
        if (
            Path(each).exists()
            and subprocess.run([each, "-c", "import uno"], check=False, capture_output=True).returncode == 0
        ):
            return each
    return without("no Python here can import uno (Debian: python3-uno)")
