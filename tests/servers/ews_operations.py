"""What the small Exchange server does when it is asked: one method for each operation of EWS."""

import base64
import re
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from email import policy
from email.parser import BytesHeaderParser
from email.utils import getaddresses
from queue import Empty

from lxml import etree

from tests.servers.ews_answers import NS, error, folder_xml, item_xml, listing, success, wrapped
from tests.servers.ews_store import Fault, Folder, Post, Subscription
from tests.servers.ews_world import EwsWorld

_HEARTBEAT = 0.5
_SECONDS = 60
_LISTED = frozenset({"item:DateTimeReceived", "item:Size", "message:InternetMessageId"})
_CLOSED = "<m:ConnectionStatus>Closed</m:ConnectionStatus>"
TOKEN = "token"  # noqa: S105 - a name
"""Who shows a token, and not a name: may work in any mailbox."""


class Asked:
    """One request."""

    def __init__(self, body: bytes) -> None:
        self._envelope = etree.fromstring(body)
        self.operation = etree.QName(self._all("s:Body/*")[0]).localname

    def text(self, path: str) -> str:
        """Return the text of an element, empty when it is not there."""
        found = self._all(path)
        return (found[0].text or "") if found else ""

    def attribute(self, path: str, name: str) -> list[str]:
        """Return an attribute of every element at `path`."""
        return [each.get(name) or "" for each in self._all(path)]

    def places(self, path: str) -> list[tuple[str, str]]:
        """Return the id of each folder at `path`, and whose well-known folder it is, empty for a real id."""
        return [
            (each.get("Id") or "", each.findtext("t:Mailbox/t:EmailAddress", namespaces=NS) or "")
            for each in self._all(f"{path}/*")
        ]

    def _all(self, path: str) -> list[etree._Element]:
        return self._envelope.findall(path if path.startswith("s:") else f".//{path}", NS)


class Operations:
    """What one login asks for, done."""

    def __init__(self, world: EwsWorld, login: str, asked: Asked) -> None:
        """See who is asking.

        Raises:
            Fault: it may not be who it wants to be.
        """
        self._world = world
        self._asked = asked
        impersonated = asked.text("t:ConnectingSID/t:PrimarySmtpAddress")
        if impersonated and login not in world.impersonators:
            raise Fault("ErrorImpersonateUserDenied")
        self._as = impersonated or login

    def answer(self) -> bytes | Iterator[bytes]:
        """Return the whole answer, or its pieces as they come about."""
        operation = self._asked.operation
        if operation == "GetStreamingEvents":
            return self._events()
        name = re.sub("(?<!^)([A-Z])", r"_\1", operation).lower()
        does: Callable[[], Iterator[str]] = getattr(self, f"_{name}")
        try:
            return wrapped(operation, list(does()))
        except Fault as fault:
            return wrapped(operation, [error(operation, fault.code, fault.words)])

    def _post(self, address: str) -> Post:
        if address not in self._world.posts:
            raise Fault("ErrorNonExistentMailbox")
        if self._as not in (address, TOKEN) and (self._as, address) not in self._world.full_access:
            raise Fault("ErrorAccessDenied")
        return self._world.posts[address]

    def _place(self, path: str) -> tuple[Post, Folder]:
        return self._placed(*self._asked.places(path)[0])

    def _placed(self, identifier: str, whose: str) -> tuple[Post, Folder]:
        if whose:
            post = self._post(whose)
            return post, post.folder(identifier)
        for post in self._world.posts.values():
            with suppress(Fault):
                found = post.folder(identifier)
                return self._post(post.address), found
        raise Fault("ErrorItemNotFound")

    def _holder(self, identifier: str) -> Post:
        posts = list(self._world.posts.values())
        return next((self._post(each.address) for each in posts if identifier in each.items), posts[0])

    def _get_folder(self) -> Iterator[str]:
        for identifier, whose in self._asked.places("m:FolderIds"):
            try:
                _, folder = self._placed(identifier, whose)
            except Fault as fault:
                yield error("GetFolder", fault.code, fault.words)
            else:
                yield success("GetFolder", f"<m:Folders>{self._folder(folder)}</m:Folders>")

    def _find_folder(self) -> Iterator[str]:
        post, parent = self._place("m:ParentFolderIds")
        shown = [self._folder(each) for each in post.below(parent)]
        yield success("FindFolder", listing("RootFolder", "Folders", shown))

    def _create_folder(self) -> Iterator[str]:
        post, parent = self._place("m:ParentFolderId")
        made = post.make(parent, self._asked.text("t:DisplayName"))
        yield success("CreateFolder", f"<m:Folders>{self._folder(made)}</m:Folders>")

    def _subscribe(self) -> Iterator[str]:
        post, _ = self._place("t:FolderIds")
        yield success("Subscribe", f"<m:SubscriptionId>{post.subscribe().id}</m:SubscriptionId>")

    def _unsubscribe(self) -> Iterator[str]:
        identifier = self._asked.text("m:SubscriptionId")
        gone = [post.subscriptions.pop(identifier, None) for post in self._world.posts.values()]
        if not any(gone):
            raise Fault("ErrorSubscriptionNotFound")
        yield success("Unsubscribe", "")

    def _events(self) -> Iterator[bytes]:
        """Answer a stream: complete envelopes, heartbeats, and at the end the word that it closed."""
        name = self._asked.operation
        identifier = self._asked.text("t:SubscriptionId")
        mine = self._subscription(identifier)
        if mine is None:
            which = f"<m:SubscriptionId>{identifier}</m:SubscriptionId>"
            more = f"<m:ErrorSubscriptionIds>{which}</m:ErrorSubscriptionIds>{_CLOSED}"
            yield wrapped(name, [error(name, "ErrorSubscriptionNotFound", "", more)])
            return
        yield wrapped(name, [success(name, "<m:ConnectionStatus>OK</m:ConnectionStatus>")])
        end = time.monotonic() + int(self._asked.text("m:ConnectionTimeout")) * _SECONDS
        while time.monotonic() < end and not self._world.stopped.is_set():
            if self._subscription(identifier) is None:
                return  # as after a restart of the server
            note = f"<t:SubscriptionId>{identifier}</t:SubscriptionId>{_next_event(mine)}"
            said = f"<m:Notifications><m:Notification>{note}</m:Notification></m:Notifications>"
            yield wrapped(name, [success(name, said)])
        yield wrapped(name, [success(name, _CLOSED)])

    def _subscription(self, identifier: str) -> Subscription | None:
        found = (post.subscriptions.get(identifier) for post in self._world.posts.values())
        return next((each for each in found if each is not None), None)

    def _sync_folder_items(self) -> Iterator[str]:
        post, folder = self._place("m:SyncFolderId")
        begin = _position(self._asked.text("m:SyncState"), folder)
        most = min(self._world.page, int(self._asked.text("m:MaxChangesReturned")))
        with post.lock:
            page = folder.journal[begin : begin + most]
            gone = {item for kind, item in folder.journal if kind == "Delete"}
            told = "".join(
                f'<t:Delete><t:ItemId Id="{item}" ChangeKey="c"/></t:Delete>'
                if kind == "Delete"
                else f"<t:Create>{item_xml(post.items[item], _LISTED)}</t:Create>"
                for kind, item in page
                if kind == "Delete" or item not in gone
            )
            end = begin + len(page)
            last = str(end >= len(folder.journal)).lower()
        state = base64.b64encode(f"{folder.id} {end}".encode()).decode()
        yield success(
            "SyncFolderItems",
            f"<m:SyncState>{state}</m:SyncState><m:IncludesLastItemInRange>{last}</m:IncludesLastItemInRange>"
            f"<m:Changes>{told}</m:Changes>",
        )

    def _find_item(self) -> Iterator[str]:
        post, folder = self._place("m:ParentFolderIds")
        wanted = self._asked.attribute("t:Constant", "Value")
        found = [each for each in post.lying_in(folder) if wanted in ([], [each.header("Message-ID")])]
        shown = [item_xml(each, _LISTED) for each in found]
        yield success("FindItem", listing("RootFolder", "Items", shown))

    def _get_item(self) -> Iterator[str]:
        fields = frozenset(self._asked.attribute("t:FieldURI", "FieldURI"))
        for identifier in self._asked.attribute("m:ItemIds/t:ItemId", "Id"):
            try:
                item = self._holder(identifier).item(identifier)
            except Fault as fault:
                yield error("GetItem", fault.code, fault.words, "<m:Items/>")
            else:
                yield success("GetItem", f"<m:Items>{item_xml(item, fields)}</m:Items>")

    def _move_item(self) -> Iterator[str]:
        post, target = self._place("m:ToFolderId")
        for identifier in self._asked.attribute("m:ItemIds/t:ItemId", "Id"):
            moved = post.move(identifier, target)
            yield success("MoveItem", f"<m:Items>{item_xml(moved, frozenset())}</m:Items>")

    def _delete_item(self) -> Iterator[str]:
        for identifier in self._asked.attribute("m:ItemIds/t:ItemId", "Id"):
            self._holder(identifier).delete(identifier)
            yield success("DeleteItem", "")

    def _create_item(self) -> Iterator[str]:
        post, folder = self._place("m:SavedItemFolderId")
        mime = base64.b64decode(self._asked.text("t:MimeContent"))
        head = BytesHeaderParser(policy=policy.default).parsebytes(mime)
        lines = [str(line) for name in ("To", "Cc", "Bcc") for line in head.get_all(name, [])]
        hidden = self._asked.text("t:BccRecipients/t:Mailbox/t:EmailAddress")
        recipients = (*(who for _, who in getaddresses(lines) if who), *((hidden,) if hidden else ()))
        if self._asked.attribute("m:CreateItem", "MessageDisposition") == ["SaveOnly"]:
            made = post.put(mime, folder=folder.id)
            yield success("CreateItem", f"<m:Items>{item_xml(made, frozenset())}</m:Items>")
            return
        if not recipients:
            raise Fault("ErrorInvalidRecipients")
        self._world.deliver(post, recipients, mime)
        post.put(mime, folder=folder.id)
        yield success("CreateItem", "<m:Items/>")

    def _folder(self, folder: Folder) -> str:
        return folder_xml(folder, self._world.rights)


def _next_event(mine: Subscription) -> str:
    try:
        event, item, folder = mine.events.get(timeout=_HEARTBEAT)
    except Empty:
        return "<t:StatusEvent><t:Watermark>w</t:Watermark></t:StatusEvent>"
    return (
        f"<t:{event}><t:Watermark>w</t:Watermark><t:TimeStamp>2026-01-05T09:00:00Z</t:TimeStamp>"
        f'<t:ItemId Id="{item}" ChangeKey="c"/><t:ParentFolderId Id="{folder}" ChangeKey="c"/></t:{event}>'
    )


def _position(state: str, folder: Folder) -> int:
    """Return how far somebody has heard what happened in `folder`."""
    if not state:
        return 0
    name, _, position = base64.b64decode(state).decode().partition(" ")
    if name != folder.id:
        raise Fault("ErrorInvalidSyncStateData")
    return int(position)
