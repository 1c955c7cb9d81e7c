"""Secrets: named in the configuration, fetched at the last moment, never shown.

A secret comes from a file (`*_file`), the environment (`*_env`) or the system keyring (`*_keyring`),
never from the configuration itself and never from an argument of a command.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import assert_never

from agent.domain.errors import WillNotWork

_LONGEST = 64 * 1024


class SecretPlace(Enum):
    """Where a secret can come from; the value is the end of its key in the configuration."""

    FILE = "file"
    ENVIRONMENT = "env"
    KEYRING = "keyring"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secret:
    """The place of a secret, not the secret: it may be printed and compared."""

    place: SecretPlace
    name: str
    """A path, the name of a variable, or `service/user` of the keyring."""

    def __str__(self) -> str:
        """Return where the secret is, for messages."""
        return f"{self.place.value} {self.name}"

    def reveal(self, environment: Mapping[str, str] | None = None) -> str:
        """Return the secret itself; keep it out of every message.

        Args:
            environment: The environment variables; those of this process when not given.

        Raises:
            WillNotWork: it is not there; the message names the place only.
        """
        match self.place:
            case SecretPlace.FILE:
                found = _from_file(Path(self.name))
            case SecretPlace.ENVIRONMENT:
                found = (os.environ if environment is None else environment).get(self.name, "")
            case SecretPlace.KEYRING:
                found = _from_keyring(self.name)
            case _:
                assert_never(self.place)
        if not found:
            raise WillNotWork(f"there is no secret in {self}")
        return found

    def is_open_to_others(self) -> bool:
        """Say whether other users of this machine may read the file that holds the secret."""
        if self.place is not SecretPlace.FILE or os.name != "posix":
            return False
        try:
            return bool(Path(self.name).stat().st_mode & 0o077)
        except OSError:
            return False


def _from_file(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LONGEST).decode("utf-8-sig").strip("\r\n")
    except OSError as error:
        raise WillNotWork(f"the secret in {path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        # Without `from`: the error of the codec repeats the bytes.
        raise WillNotWork(f"the secret in {path} is no UTF-8 text") from None


def _from_keyring(name: str) -> str:
    try:
        import keyring  # noqa: PLC0415 - an optional extra
        import keyring.errors  # noqa: PLC0415
    except ImportError as error:
        raise WillNotWork("secrets in the keyring need the extra: pip install formclerk[keyring]") from error
    service, _, user = name.partition("/")
    try:
        return keyring.get_password(service, user) or ""
    except keyring.errors.KeyringError as error:
        raise WillNotWork(f"the keyring of this system cannot be opened: {type(error).__name__}") from error
