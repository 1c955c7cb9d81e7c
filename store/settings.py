"""Small things that the store remembers about itself."""

import secrets

from sqlalchemy import bindparam, select
from sqlmodel import col

from store import sql
from store.session import Session
from store.tables import SettingRow

_SETTINGS = sql.table_of(SettingRow).c
_VALUE = select(_SETTINGS.value).where(_SETTINGS.key == bindparam("of_key"))
_SECRET = "secret"  # noqa: S105 - the name of the row, not what is in it
_SECRET_BYTES = 32
RESTORED = "restored"
"""When the clerk first worked on rows that came from a backup; empty until it does."""


class Settings:
    """Keys and values; the secret is one of them."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def get(self, key: str) -> str | None:
        """Return the value of `key`, None when it was never set."""
        found = sql.ask(self._session, _VALUE, of_key=key)
        return found[0].value if found else None

    def set(self, key: str, value: str) -> None:
        """Set `key`."""
        if not sql.insert_new(self._session, SettingRow, {"key": key, "value": value}):
            sql.update(self._session, SettingRow, col(SettingRow.key) == key, value=value)

    def secret(self) -> bytes:
        """Return the 32 bytes that the codes of this store's sheets are made with.

        They are drawn at random once; drawing them needs a unit that writes and is committed.
        `migrate` has done so.
        """
        found = self.get(_SECRET)
        if found is None:
            drawn = secrets.token_hex(_SECRET_BYTES)
            sql.insert_new(self._session, SettingRow, {"key": _SECRET, "value": drawn})
            found = self.get(_SECRET) or drawn
        return bytes.fromhex(found)
