"""The mailboxes of a small Exchange server: folders, items, what changed, who is told."""

import base64
import itertools
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email import policy
from email.parser import BytesHeaderParser
from queue import SimpleQueue
from threading import RLock

BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
WELL_KNOWN = {"root": "", "msgfolderroot": "root", "inbox": "msgfolderroot", "sentitems": "msgfolderroot"}


class Fault(Exception):
    """What the server answers instead: a response code, as Exchange names them."""

    def __init__(self, code: str, words: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.words = words or f"The stand-in says {code}."


@dataclass(slots=True, kw_only=True)
class Item:
    """One mail in one folder."""

    id: str
    folder: str
    mime: bytes
    received: datetime
    kind: str = "Message"
    headers: tuple[tuple[str, str], ...] | None = None
    """What InternetMessageHeaders gives, where that is not what stands in `mime`."""

    def header(self, name: str) -> str:
        """Return a header of the mail."""
        return str(BytesHeaderParser(policy=policy.compat32).parsebytes(self.mime).get(name, "")).strip()

    def all_headers(self) -> tuple[tuple[str, str], ...]:
        """Return what the server received."""
        if self.headers is not None:
            return self.headers
        found = BytesHeaderParser(policy=policy.compat32).parsebytes(self.mime).items()
        return tuple((name, str(value)) for name, value in found)


@dataclass(slots=True)
class Folder:
    """One folder; its id is `name` for the well-known ones."""

    id: str
    name: str
    parent: str
    journal: list[tuple[str, str]] = field(default_factory=list)
    """("Create" or "Delete", item) in order: what SyncFolderItems replays."""


@dataclass(slots=True)
class Subscription:
    """Somebody who is told of the inbox."""

    id: str
    events: SimpleQueue[tuple[str, str, str]] = field(default_factory=SimpleQueue)
    """(event, item, the folder where it is now)."""


class Post:
    """One mailbox; every method may be called from any thread."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.lock = RLock()
        self.items: dict[str, Item] = {}
        self.folders = {
            name: Folder(id=_identifier(f"{address}/{name}"), name=name, parent=above)
            for name, above in WELL_KNOWN.items()
        }
        self.subscriptions: dict[str, Subscription] = {}
        self.outside: list[tuple[tuple[str, ...], bytes]] = []
        """What left: recipients and mail."""
        self._numbers = itertools.count(1)

    def folder(self, reference: str) -> Folder:
        """Return a folder by its id or well-known name."""
        for each in self.folders.values():
            if reference in (each.id, each.name if each.name in WELL_KNOWN else each.id):
                return each
        raise Fault("ErrorFolderNotFound" if reference in WELL_KNOWN else "ErrorItemNotFound")

    def below(self, parent: Folder) -> list[Folder]:
        """Return the folders right below one."""
        return [each for each in self.folders.values() if each.parent == parent.name and each is not parent]

    def make(self, parent: Folder, name: str) -> Folder:
        """Make a folder."""
        with self.lock:
            if any(each.name.casefold() == name.casefold() for each in self.below(parent)):
                raise Fault("ErrorFolderExists")
            made = Folder(
                id=_identifier(f"{self.address}/{name}/{next(self._numbers)}"), name=name, parent=parent.name
            )
            self.folders[made.id] = made
            return made

    def named(self, name: str) -> Folder | None:
        """Return a folder by what people call it."""
        return next((each for each in self.folders.values() if each.name == name), None)

    def put(
        self,
        mime: bytes,
        *,
        folder: str = "inbox",
        received: datetime | None = None,
        kind: str = "Message",
        headers: tuple[tuple[str, str], ...] | None = None,
    ) -> Item:
        """Let a mail arrive."""
        with self.lock:
            number = next(self._numbers)
            where = self.folder(folder)
            item = Item(
                id=_identifier(f"{self.address}/item/{number}"),
                folder=where.id,
                mime=mime,
                kind=kind,
                received=received or BEGAN + timedelta(days=1, seconds=number),
                headers=headers,
            )
            self.items[item.id] = item
            where.journal.append(("Create", item.id))
            self._tell("NewMailEvent", item, where)
            return item

    def move(self, identifier: str, target: Folder) -> Item:
        """Move an item; it has another id afterwards."""
        with self.lock:
            item = self.item(identifier)
            before = self.folder(item.folder)
            del self.items[identifier]
            before.journal.append(("Delete", identifier))
            item.id, item.folder = _identifier(f"{self.address}/item/{next(self._numbers)}"), target.id
            self.items[item.id] = item
            target.journal.append(("Create", item.id))
            if "inbox" in (before.name, target.name):
                self._tell("MovedEvent", item, target)
            return item

    def delete(self, identifier: str) -> None:
        """Delete an item for good."""
        with self.lock:
            self.folder(self.item(identifier).folder).journal.append(("Delete", identifier))
            del self.items[identifier]

    def item(self, identifier: str) -> Item:
        """Return an item by its id."""
        try:
            base64.b64decode(identifier, validate=True)
        except ValueError:
            raise Fault("ErrorInvalidIdMalformed") from None
        if identifier not in self.items:
            raise Fault("ErrorItemNotFound")
        return self.items[identifier]

    def lying_in(self, folder: Folder) -> list[Item]:
        """Return what lies in a folder, in no order that anybody asked for."""
        with self.lock:
            return [each for each in self.items.values() if each.folder == folder.id][::-1]

    def subscribe(self) -> Subscription:
        """Have somebody told of the inbox."""
        with self.lock:
            made = Subscription(_identifier(f"{self.address}/subscription/{next(self._numbers)}"))
            self.subscriptions[made.id] = made
            return made

    def _tell(self, event: str, item: Item, where: Folder) -> None:
        if where.name == "inbox" or event == "MovedEvent":
            for each in self.subscriptions.values():
                each.events.put((event, item.id, where.id))


def _identifier(name: str) -> str:
    """Return an id as long and as opaque as those of Exchange."""
    return base64.b64encode(name.encode().ljust(100, b"\0")).decode()
