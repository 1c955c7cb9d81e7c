"""What lies in the inbox of an Exchange mailbox, kept up to date by what changed since the last look.

Synchronising skips nothing while mails come and go, which paging through a listing does; and a look at an
inbox in which nothing happened costs one small answer, however many mails wait there.  What we know is memory
only: when it is lost, or the server does not know our state any more, everything is told anew, and
nothing else changes.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from exchangelib.fields import FieldPath
from exchangelib.items import ID_ONLY, Message
from exchangelib.services import SyncFolderItems
from exchangelib.services.sync_folder_hierarchy import SyncFolder
from exchangelib.util import MNS, TNS

from agent.mailbox.exchange import errors

_PAGE = 500
_AFRESH = 3600.0
"""Seconds after which everything is listed anew: whatever a server forgot to tell comes to light then."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_FIELDS = frozenset(
    FieldPath(field=Message.get_field_by_fieldname(name)) for name in ("size", "datetime_received")
)


@dataclass(frozen=True, slots=True, order=True)
class Listed:
    """One item of the inbox, in the order of arrival."""

    received: datetime
    id: str
    size: int
    """Bytes in the store, which is near those of the mail."""


class EwsInbox:
    """The inbox as far as we were told."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Know nothing yet; `monotonic` gives seconds that only pass."""
        self._monotonic = monotonic
        self._state = ""
        self._items: dict[str, Listed] = {}
        self._began = 0.0

    def refresh(self, account: Any) -> tuple[Listed, ...]:  # noqa: ANN401 - the library has no types
        """Ask what changed and return what lies there, oldest first.

        Each page counts as soon as it came.  Where the server cannot go on from our state (it was moved,
        restored, or says so without a word), everything is asked anew.
        """
        if self._monotonic() - self._began > _AFRESH:
            self._forget()
        try:
            self._follow(account)
        except Exception as error:
            if not self._state or errors.concerns_all(error):
                raise
            self._forget()
            self._follow(account)
        return tuple(sorted(self._items.values()))

    def knows(self, handle: str) -> bool:
        """Say whether that item lies in the inbox, as far as we were told."""
        return handle in self._items

    def left(self, handle: str) -> None:
        """Note that an item left the inbox."""
        self._items.pop(handle, None)

    def _forget(self) -> None:
        self._state = ""
        self._items = {}
        self._began = self._monotonic()

    def _follow(self, account: Any) -> None:  # noqa: ANN401 - likewise
        while True:
            changes = _Changes(account=account)
            page = list(
                changes.call(
                    folder=account.inbox,
                    shape=ID_ONLY,
                    additional_fields=set(_FIELDS),
                    sync_state=self._state or None,
                    ignore=None,
                    max_changes_returned=_PAGE,
                    sync_scope="NormalItems",
                )
            )
            before = self._state
            for each in page:
                if isinstance(each, Exception):
                    raise each
                kind, item = each
                if kind == SyncFolderItems.DELETE:
                    self._items.pop(item.id, None)
                elif kind == SyncFolderItems.CREATE or item.id in self._items:
                    self._items[item.id] = item
            self._state = changes.sync_state or ""
            if changes.includes_last_item_in_range or self._state == before:
                return


class _Changes(SyncFolderItems):  # type: ignore[misc]  # the library has no types
    """Reads the little we ask for of any kind of item: the library gives up at kinds it does not know."""

    def _get_element_container(self, message: Any, name: str | None = None) -> Any:  # noqa: ANN401 - likewise
        if message.find(f"{{{MNS}}}SyncState") is None:
            # An error that comes without one is no AttributeError, as the library has it, but what it says.
            return super(SyncFolder, self)._get_element_container(message=message, name=name)
        return super()._get_element_container(message=message, name=name)

    def _elem_to_obj(self, elem: Any) -> tuple[str, Listed]:  # noqa: ANN401 - likewise
        kind = self.change_types_map.get(elem.tag, SyncFolderItems.UPDATE)
        item = elem if kind in (SyncFolderItems.DELETE, self.READ_FLAG_CHANGE) else elem[0]
        if kind == self.READ_FLAG_CHANGE:
            kind = self.UPDATE
            return kind, Listed(_LONG_AGO, "", 0)  # no mail program's flag means anything to us
        size, received = item.findtext(f"{{{TNS}}}Size"), item.findtext(f"{{{TNS}}}DateTimeReceived")
        return kind, Listed(
            received=_moment(received),
            id=item.find(f"{{{TNS}}}ItemId").get("Id"),
            size=int(size) if size and size.isdecimal() else 0,
        )


def _moment(text: str | None) -> datetime:
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return _LONG_AGO
    return found if found.tzinfo else found.replace(tzinfo=UTC)
