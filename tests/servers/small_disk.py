"""A small disk that can be filled, made read-only and given room again, for programs that really meet it.

It is a tmpfs in a mount namespace of its own: permissions do not bind root, a mount does.  Programs are
started inside; the test looks at it from outside, through `/proc`.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.needs import need

_ROOT = Path(__file__).parent.parent.parent
_BLOCK = b"\0" * 4096


@dataclass(frozen=True, slots=True)
class SmallDisk:
    """See the module."""

    mounted: Path
    """Where it is, for programs inside."""
    keeper: int
    """The process that keeps the namespace."""

    @property
    def folder(self) -> Path:
        """Return where it is, seen from outside."""
        return Path(f"/proc/{self.keeper}/root{self.mounted}")

    def command(self, *arguments: str, before: tuple[str, ...] = ()) -> list[str]:
        """Return what runs the program inside; `before` is a program that starts it, such as faketime."""
        user = () if os.getuid() == 0 else ("-U", "--preserve-credentials")
        enter = ("nsenter", "-t", str(self.keeper), *user, "-m", f"--wd={self.mounted}")
        return [*enter, *before, sys.executable, "-m", "agent", *arguments]

    def run(self, *arguments: str, before: tuple[str, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Run the program inside to its end."""
        return subprocess.run(
            self.command(*arguments, before=before),
            env=environment(),
            capture_output=True,
            encoding="utf-8",
            check=False,
            timeout=120,
        )

    def fill(self) -> None:
        """Leave no block free."""
        with (self.folder / "ballast").open("ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(_BLOCK)
            except OSError:
                return

    def make_room(self) -> None:
        """Undo `fill`."""
        (self.folder / "ballast").unlink()

    def read_only(self, *, yes: bool) -> None:
        """Let nobody write, or everybody again."""
        self._mount("-o", "remount,bind,ro" if yes else "remount,bind,rw", str(self.mounted))

    def _mount(self, *arguments: str) -> None:
        user = () if os.getuid() == 0 else ("-U", "--preserve-credentials")
        subprocess.run(["nsenter", "-t", str(self.keeper), *user, "-m", "mount", *arguments], check=True)


def environment() -> dict[str, str]:
    """Return the environment of a program that belongs to nobody's desktop."""
    clean = {k: v for k, v in os.environ.items() if not k.startswith(("FORMCLERK", "LC_", "XDG"))}
    return {**clean, "FORMCLERK_LANG": "en", "PYTHONPATH": str(_ROOT)}


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[SmallDisk]:
    """Mount an empty disk at the folder `place`, which is made."""
    for program in ("unshare", "nsenter"):
        need(program, package="util-linux")
    place.mkdir()
    mount = f"mount -t tmpfs -o size={megabytes}m none '{place}' && echo mounted && exec sleep 3600"
    namespace = "-m" if os.getuid() == 0 else "-Urm"
    keeper = subprocess.Popen(
        ["unshare", namespace, "sh", "-c", mount],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    with keeper:
        try:
            assert keeper.stdout is not None
            if keeper.stdout.readline() != "mounted\n":
                # Not `needs.without`: no package helps where a container may not mount.
                assert keeper.stderr is not None
                pytest.skip(f"this system lets nobody mount a disk: {keeper.stderr.read().strip()}")
            yield SmallDisk(mounted=place, keeper=keeper.pid)
        finally:
            keeper.kill()
    shutil.rmtree(place, ignore_errors=True)
