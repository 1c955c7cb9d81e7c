"""What a test needs from the machine: without it, it is skipped and says why, or fails where all must be.

`.ci/run` sets `FORMCLERK_REQUIRE_SERVERS=1`: then nothing may be missing.
"""

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest

_VARIABLE = "FORMCLERK_REQUIRE_SERVERS"
_PLACES = (os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/lib/postfix/sbin", "/usr/lib/dovecot")


def need(program: str, *, package: str = "") -> Path:
    """Return where `program` is, also among those of the administrator."""
    found = shutil.which(program, path=os.pathsep.join(_PLACES))
    if found is None:
        without(f"{program} is not installed (Debian: {package or program})")
    return Path(found)


def need_root(why: str) -> None:
    """Go on only as root."""
    if os.getuid() != 0:
        without(f"only root may {why}")


def without(reason: str) -> NoReturn:
    """End a test that cannot run here."""
    if os.environ.get(_VARIABLE) == "1":
        pytest.fail(f"{reason}, and {_VARIABLE}=1 says that everything is here", pytrace=False)
    pytest.skip(reason)
