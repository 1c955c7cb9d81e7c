"""LibreOffice as a tool of the tests: start it, let it convert, and let nothing of it stay behind.

Every call has its own profile, since two instances of one profile refuse each other.
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping
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


def fill(files: Mapping[str, tuple[bytes, Mapping[str, str]]], *, folder: Path) -> dict[str, bytes]:
    """Open every file in LibreOffice, write words into its controls, save it as .docx.

    Args:
        files: name → (bytes, words by the tag of their control); `☑` ticks a box.
        folder: an empty folder of the test's own, for files and profile.
    """
    program, python = soffice(), _python_with_uno()
    folder.mkdir(parents=True, exist_ok=True)
    jobs = []
    for name, (content, values) in files.items():
        (folder / name).write_bytes(content)
        made = folder / f"filled-{name}"
        jobs.append({"from": str(folder / name), "to": str(made), "values": dict(values)})
    (folder / "jobs.json").write_text(json.dumps(jobs), "utf-8")
    pipe = f"formclerk{os.getpid()}"
    office = subprocess.Popen(
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
        done = subprocess.run(
            [python, str(script), pipe, str(folder / "jobs.json")],
            check=False,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        assert done.returncode == 0, done.stderr
        office.wait(SECONDS)
    finally:
        # soffice is a script around soffice.bin: the whole session of ours ends, and nothing else.
        if office.poll() is None:
            os.killpg(office.pid, signal.SIGKILL)
            office.wait()
    return {name: (folder / f"filled-{name}").read_bytes() for name in files}


def _python_with_uno() -> str:
    for each in ("/usr/bin/python3", "/usr/lib/libreoffice/program/python", sys.executable):
        if (
            Path(each).exists()
            and subprocess.run([each, "-c", "import uno"], check=False, capture_output=True).returncode == 0
        ):
            return each
    return without("no Python here can import uno (Debian: python3-uno)")
