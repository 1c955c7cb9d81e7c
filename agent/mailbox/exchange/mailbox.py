"""A mailbox on an Exchange server of one's own (2013 to SE), through Exchange Web Services."""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.utils import getaddresses
from typing import Any

from exchangelib import Message
from exchangelib.properties import ItemId, Mailbox
from exchangelib.services import MoveItem

from agent.domain.errors import TryLater, WillNotWork
from agent.domain.mail import Address, MessageId, address
from agent.mailbox import heads
from agent.mailbox.exchange import errors
from agent.mailbox.exchange.folders import EwsFolders
from agent.mailbox.exchange.inbox import EwsInbox, Listed
from agent.mailbox.exchange.mime import Headers, fetch, headers_of
from agent.mailbox.exchange.session import EwsSession
from agent.mailbox.exchange.settings import EwsSettings
from agent.mailbox.exchange.watch import EwsWatch
from agent.mailbox.lost_heads import restored
from agent.mailbox.patience import Patience
from agent.mailbox.port import RawMail, Shelf
from agent.mailbox.shelved import on_shelf, place_of

log = logging.getLogger(__name__)

_HANDLE = re.compile(r"[A-Za-z0-9+/_=-]{20,1000}")
_AT_ONCE = 50
"""Mails whose headers are fetched in one answer."""
_STUMBLES = 3
"""A mail at which the connection broke so often is fetched after all others: it must not hold them up."""
_SENT_WITHIN = timedelta(minutes=2)
"""The server sends and keeps in one act, but one that gave us no answer may still be at it."""
_GONE = frozenset({"ErrorItemNotFound"})
_NO_SHELF = frozenset({"ErrorFolderNotFound", "ErrorToFolderNotFound"})
_UNREADABLE = frozenset(
    {
        "ErrorContentConversionFailed",
        "ErrorCorruptData",
        "ErrorItemCorrupt",
        "ErrorMimeContentConversionFailed",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a login may do in a mailbox, as far as its server tells without doing it."""

    waiting: int
    """Items in the inbox."""
    may_file: bool
    """Mail may be taken out of the inbox."""
    may_keep: bool
    """What is sent may be kept among the sent mail."""
    has_shelves: bool
    """Our own folders are there, or may be made."""


class EwsMailbox:
    """See `Mailbox`.

    Two connections: one works, one watches.  Handles are the server's ItemIds, which hold as long as a mail
    stays in its folder.  Exchange takes the recipients of a letter from the letter itself.
    """

    def __init__(self, settings: EwsSettings) -> None:
        """Connect nowhere yet: the first call does."""
        self.settings = settings
        """As given; secrets in it are never shown."""
        patience = Patience()
        self._work = EwsSession(settings, patience)
        self._watch = EwsWatch(settings, patience)
        self._folders = EwsFolders(settings)
        self._inbox = EwsInbox()
        self._stumbled: Counter[str] = Counter()

    @property
    def sent_within(self) -> timedelta | None:
        """See `Mailbox`."""
        return _SENT_WITHIN

    def arrived(self) -> Iterator[RawMail]:
        """See `Mailbox`; the order is that in which the server received the mails."""
        with self._work.speaking("listing the inbox") as account:
            listed = self._inbox.refresh(account)
        order = sorted(listed, key=lambda one: (self._stumbled[one.id] >= _STUMBLES, one))
        for first in range(0, len(order), _AT_ONCE):
            batch = [each for each in order[first : first + _AT_ONCE] if self._inbox.knows(each.id)]
            with self._work.speaking("reading headers") as account:
                received = headers_of(account, [each.id for each in batch]) if batch else {}
            for each in batch:
                if self._inbox.knows(each.id):
                    mail = self._fetched(each, received.get(each.id, ()))
                    if mail is not None:
                        yield mail

    def file_away(self, handle: str, shelf: Shelf) -> str:
        """See `Mailbox`; the mail has another id afterwards."""
        place, name = place_of(handle)
        if not _HANDLE.fullmatch(name):
            raise WillNotWork(f"{handle!r} is no handle of an Exchange mailbox")
        if place is shelf:
            return handle
        moved = ""
        with self._work.speaking("filing a mail") as account:
            if place is not None:
                source = self._folders.shelf(account, place).id
                if _lies_in(account, name, source):
                    moved = self._move(account, name, shelf, source)
            elif self._inbox.knows(name) or _lies_in(account, name, account.inbox.id):
                moved = self._move(account, name, shelf, account.inbox.id)
        self._inbox.left(name)
        del self._stumbled[name]
        return on_shelf(shelf, moved) if moved else ""

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """See `Mailbox`; the server keeps a copy among the sent mail in the same act."""
        del sender  # bounces return to the From of the letter, whose right to send Exchange checks
        hidden = _hidden(message_id, recipients, content)
        with self._work.speaking("looking for the sent mail") as account:
            _ = account.sent
        with self._work.speaking(f"sending {message_id}", judge=errors.of_sending) as account:
            patience, account.protocol.TIMEOUT = (
                account.protocol.TIMEOUT,
                self.settings.last_word.total_seconds(),
            )
            try:
                Message(
                    account=account, folder=account.sent, mime_content=content, bcc_recipients=hidden or None
                ).send_and_save()
            finally:
                account.protocol.TIMEOUT = patience

    def find_sent(self, message_id: MessageId) -> bool:
        """See `Mailbox`."""
        with self._work.speaking("searching the sent mail") as account:
            found = account.sent.filter(message_id=message_id).only("message_id")
            return any(each.message_id == message_id for each in found)

    def standing(self) -> Standing:
        """Look over the mailbox as it would be worked with, and change nothing.

        Whether letters may leave under the address of the sender shows when the first one does.

        Raises:
            TryLater: as for every call.
            WillNotWork: likewise.
        """
        with self._work.speaking("looking over the mailbox") as account:
            waiting = len(self._inbox.refresh(account))
            inbox, sent = account.inbox.effective_rights, account.sent.effective_rights
            place = self._folders.parent(account).effective_rights
            has_shelves = _may(place, "create_hierarchy") or self._folders.exist(account)
        return Standing(
            waiting=waiting,
            may_file=_may(inbox, "delete"),
            may_keep=_may(sent, "create_contents"),
            has_shelves=has_shelves,
        )

    def wait(self, seconds: float) -> bool:
        """See `Mailbox`."""
        return self._watch.wait(seconds)

    def close(self) -> None:
        """See `Mailbox`."""
        self._watch.close()
        self._work.close()

    def _fetched(self, listed: Listed, received: Headers) -> RawMail | None:
        """Fetch one mail; None when it has vanished or the server cannot hand it out."""
        limit = self.settings.limit
        try:
            with self._work.speaking("fetching a mail") as account:
                try:
                    content = fetch(account, listed.id, limit)
                except Exception as error:
                    name = type(error).__name__
                    if name in _UNREADABLE:
                        log.warning(
                            "a mail of %s is passed over: %s",
                            listed.received,
                            name,
                            extra={"action": "passed_over"},
                        )
                    if name in _GONE or name in _UNREADABLE:
                        return None
                    raise
        except TryLater:
            self._stumbled[listed.id] += 1
            raise
        whole = len(content) <= limit
        mail = restored(content[:limit], received)
        size = len(mail) if whole else max(listed.size, len(content)) + len(mail) - limit
        return RawMail(handle=listed.id, content=mail, size=size)

    def _move(self, account: Any, handle: str, shelf: Shelf, source: str) -> str:  # noqa: ANN401 - the library has no types
        """Move a mail; return its new id, which is empty when it is gone or the server does not say."""
        for again in (True, False):
            target = self._folders.shelf(account, shelf)
            try:
                moved = MoveItem(account=account).get(
                    items=[ItemId(id=handle)], to_folder=target, expect_result=None
                )
            except Exception as error:
                # What is not found may be the mail, or a shelf that somebody deleted.
                name = type(error).__name__
                if name in _GONE and not _lies_in(account, handle, source):
                    return ""
                if not again or name not in _GONE | _NO_SHELF:
                    raise
                self._folders.forget(shelf)
            else:
                # The library tells a pair of id and change key.
                return str(moved[0]) if isinstance(moved, tuple) and moved[0] else ""
        return ""


def _lies_in(account: Any, handle: str, folder: str) -> bool:  # noqa: ANN401 - likewise
    (found,) = account.fetch([(handle, None)], only_fields=["parent_folder_id"])
    if isinstance(found, Exception):
        if type(found).__name__ in _GONE:
            return False
        raise found
    return bool(found.parent_folder_id.id == folder)


def _may(rights: Any, right: str) -> bool:  # noqa: ANN401 - likewise
    """Say whether a folder's rights have this one; a server that tells none leaves it to be tried."""
    return rights is None or bool(getattr(rights, right))


def _hidden(message_id: MessageId, recipients: tuple[Address, ...], content: bytes) -> list[Any]:
    """Return those recipients whom the letter does not name.

    Raises:
        WillNotWork: there are none at all, or the letter names somebody who shall not get it: Exchange
            would send it to them.
    """
    if not recipients:
        raise WillNotWork(f"{message_id} is addressed to nobody")
    head = heads.own(content)
    lines = [str(line) for name in ("To", "Cc", "Bcc") for line in head.get_all(name, [])]
    named = {address(each) for _, each in getaddresses(lines) if each}
    if more := named - {address(each) for each in recipients}:
        raise WillNotWork(f"{message_id} names {', '.join(sorted(more))}, who shall not get it")
    return [Mailbox(email_address=each) for each in recipients if address(each) not in named]
