"""The certificates whose digital signatures count: a folder of PEM or DER files (`[signatures] roots`)."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from agent.config_sections import Config

log = logging.getLogger(__name__)

_LARGEST = 1024 * 1024
"""Bytes of one file; a bundle of every public authority has 220 kB."""
_MOST = 500
"""Files in the folder."""
_ENDINGS = frozenset({".pem", ".crt", ".cer", ".der"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RootFile:
    """One file of the folder."""

    path: Path
    certificates: tuple[bytes, ...]
    """DER; none when it holds nothing of the kind."""


def files(folder: Path) -> tuple[RootFile, ...]:
    """Return every certificate file of `folder`, by name; other files (a README) are left alone.

    Raises:
        OSError: the folder or a file in it cannot be read.
    """
    from parsers.digital.marks import certificates  # noqa: PLC0415 - who has no roots need not load cryptography

    found = [path for path in sorted(folder.iterdir()) if path.suffix.casefold() in _ENDINGS][:_MOST]
    return tuple(RootFile(path=each, certificates=certificates(_beginning(each))) for each in found)


def of(config: Config) -> Callable[[], tuple[bytes, ...]]:
    """Return what tells the certificates as the folder has them at the moment of asking.

    Files that have not changed give the same object.  A folder that has become unreadable leaves them as they
    were; `doctor` and the log say so.
    """
    folder = config.signatures.roots
    kept: list[tuple[object, tuple[bytes, ...]]] = [(None, ())]

    def roots() -> tuple[bytes, ...]:
        if folder is None:
            return ()
        try:
            stamp = tuple((each.name, each.stat().st_mtime_ns) for each in sorted(folder.iterdir())[:_MOST])
            if kept[0][0] != stamp:
                kept[:] = [(stamp, tuple(der for file in files(folder) for der in file.certificates))]
        except OSError as error:
            if kept[0][0] != "away":
                log.warning("the roots stay as they were: %s", error, extra={"action": "roots"})
            kept[:] = [("away", kept[0][1])]
        return kept[0][1]

    return roots


def _beginning(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(_LARGEST)
