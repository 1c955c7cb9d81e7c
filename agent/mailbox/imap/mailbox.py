"""A mailbox on an IMAP server, with SMTP for what leaves."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from imapclient import DELETED, IMAPClient
from imapclient.exceptions import IMAPClientAbortError, IMAPClientError

from agent.domain.errors import TryLater, WillNotWork
from agent.domain.mail import Address, MessageId
from agent.mailbox.imap.copies import ImapCopies
from agent.mailbox.imap.fetching import Listed, by_few, fetch
from agent.mailbox.imap.folders import ImapFolders
from agent.mailbox.imap.moving import move, move_together
from agent.mailbox.imap.session import ImapSession
from agent.mailbox.imap.watch import ImapWatch
from agent.mailbox.patience import Patience
from agent.mailbox.port import PartlySent, RawMail, Shelf
from agent.mailbox.settings import ImapSettings, SmtpSettings
from agent.mailbox.shelved import on_shelf, place_of
from agent.mailbox.smtp.sender import SmtpSender

_LISTED_AT_ONCE = 500
_LOOKED_BACK = 200
"""Sent mails whose Message-ID we read ourselves, where the server's search finds nothing: some cannot
search headers at all, and say so by finding nothing."""
_STUMBLES = 3
"""A mail at which the connection broke so often is fetched after all others: it must not hold them up.

Of several that were fetched together it is not known which one it was: from then on each is fetched alone."""
_KEPT_WITHIN = timedelta(minutes=1)
"""Gmail and Exchange Online show a mail among the sent ones within seconds of taking it."""
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class ImapMailbox:
    """See `Mailbox`.

    Four connections: one works, one watches, one sends, one keeps copies of what was sent.  Handles are
    `UIDVALIDITY/UID`.  Nothing depends on flags that people's mail programs set, save that a mail marked as
    deleted has left the inbox.  Where the server has neither MOVE nor UIDPLUS, filed mails may stay behind in
    the inbox, marked as deleted.
    """

    def __init__(self, imap: ImapSettings, smtp: SmtpSettings) -> None:
        """Connect nowhere yet: the first call does."""
        self.settings = imap
        """As given; secrets in it are never shown."""
        patience = Patience()
        self._work = ImapSession(imap, patience)
        self._watch = ImapWatch(imap, patience)
        self._folders = ImapFolders(imap)
        self._sender = SmtpSender(smtp)
        self._copies = ImapCopies(ImapSession(imap, patience), self._folders)
        self._stumbled: Counter[int] = Counter()

    @property
    def sent_within(self) -> timedelta | None:
        """See `Mailbox`; without `keeps_sent` the copy is ours, and a death may come before it."""
        return _KEPT_WITHIN if self.settings.keeps_sent else None

    def arrived(self) -> Iterator[RawMail]:
        """See `Mailbox`; the order is that of INTERNALDATE, the moment the server received a mail."""
        with self._work.speaking("listing the inbox") as client:
            count = self._work.open(client, self.settings.inbox)
            validity = self._work.validity
            listed = _list(client, count)
        in_order = sorted(listed, key=lambda one: (self._stumbled[one.uid] >= _STUMBLES, one))
        limit = self.settings.limit
        for few in by_few(in_order, alone=self._stumbled, limit=limit):
            try:
                with self._work.speaking(f"fetching mails from {few[0].uid} on") as client:
                    if not self._is_open(client, validity):
                        return
                    mails = fetch(client, few, validity=validity, limit=limit)
            except TryLater:
                self._stumbled.update(each.uid for each in few)
                raise
            for each in few:
                del self._stumbled[each.uid]
            yield from mails

    def file_away(self, handle: str, shelf: Shelf) -> str:
        """See `Mailbox`; a server without MOVE that dies half-way may leave a copy on the shelf twice.

        Where a mail lies afterwards is told by servers that have UIDPLUS (RFC 4315).
        """
        place, name = place_of(handle)
        validity, uid = _understood(name)
        if place is shelf:
            return handle
        with self._work.speaking(f"filing mail {uid}") as client:
            source = self.settings.inbox if place is None else self._folders.shelf(client, place)
            if place is not None and not client.folder_exists(source):
                return ""
            if not self._is_open(client, validity, source):
                return ""
            target = self._folders.shelf(client, shelf)
            try:
                moved = move(client, uid, target)
            except IMAPClientAbortError:
                raise
            except IMAPClientError:
                # Either the shelf is missing (TRYCREATE, which not all servers say) or the mail is gone.
                if not client.fetch([uid], ["FLAGS"]):
                    return ""
                self._folders.make(client, target)
                moved = move(client, uid, target)
        return on_shelf(shelf, moved) if moved else ""

    def file_together(self, handles: Sequence[str], shelf: Shelf) -> Mapping[str, str]:
        """See `FilesTogether`."""
        known = {_understood(handle): handle for handle in handles if place_of(handle)[0] is None}
        with self._work.speaking(f"filing {len(known)} mails") as client:
            self._is_open(client, 0)
            uids = [uid for validity, uid in known if validity == self._work.validity]
            if not uids:
                return {}
            target = self._folders.shelf(client, shelf)
            try:
                moved = move_together(client, uids, target)
            except IMAPClientAbortError:
                raise
            except IMAPClientError:
                if client.folder_exists(target):
                    return {}
                self._folders.make(client, target)
                moved = move_together(client, uids, target)
            validity = self._work.validity
        return {known[validity, uid]: on_shelf(shelf, place) for uid, place in moved.items() if uid in uids}

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """See `Mailbox`; afterwards a copy is put among the sent mail, unless the server does that itself."""
        try:
            self._sender.send(message_id, sender, recipients, content)
        except PartlySent:
            self._keep(message_id, content)
            raise
        self._keep(message_id, content)

    def find_sent(self, message_id: MessageId) -> bool:
        """See `Mailbox`; one that we were unsure about is found only where the server keeps the sent mail."""
        self._copies.settle()
        with self._work.speaking("searching the sent mail") as client:
            folder = self._folders.sent(client)
            if not client.folder_exists(folder):
                return False
            count = self._work.open(client, folder, readonly=True)
            if _has_message_id(client, _search(client, message_id), message_id):
                return True
            latest = range(max(1, count - _LOOKED_BACK + 1), count + 1)
            with _by_sequence(client):
                return _has_message_id(client, latest, message_id)

    def wait(self, seconds: float) -> bool:
        """See `Mailbox`."""
        return self._watch.wait(seconds)

    def close(self) -> None:
        """See `Mailbox`."""
        self._watch.close()
        self._work.close()
        self._sender.close()
        self._copies.close()

    def _is_open(self, client: IMAPClient, validity: int, folder: str = "") -> bool:
        """Open `folder`, else the inbox, if need be; say whether its UIDs still mean what they meant."""
        wanted = folder or self.settings.inbox
        if self._work.folder != wanted:
            self._work.open(client, wanted)
        return self._work.validity == validity

    def _keep(self, message_id: MessageId, content: bytes) -> None:
        """Put a mail that has left among the sent ones, unless the server does that itself."""
        if not self.settings.keeps_sent:
            self._copies.keep(message_id, content)


def _list(client: IMAPClient, count: int) -> list[Listed]:
    """List the mails of the open folder by its sequence numbers: they hold as long as we only FETCH."""
    listed: list[Listed] = []
    with _by_sequence(client):
        for first in range(1, count + 1, _LISTED_AT_ONCE):
            numbers = range(first, min(first + _LISTED_AT_ONCE, count + 1))
            for each in client.fetch(numbers, ["UID", "INTERNALDATE", "RFC822.SIZE", "FLAGS"]).values():
                if b"UID" in each and DELETED not in each.get(b"FLAGS", ()):
                    received = each.get(b"INTERNALDATE") or _LONG_AGO
                    listed.append(Listed(received, each[b"UID"], each.get(b"RFC822.SIZE", 0)))
    return listed


def _search(client: IMAPClient, message_id: MessageId) -> Sequence[int]:
    """Ask the server for mails with that Message-ID; what it cannot search, it does not find."""
    try:
        found: Sequence[int] = client.search(["HEADER", "Message-ID", message_id])
    except IMAPClientAbortError:
        raise
    except IMAPClientError:
        return ()
    return found


def _has_message_id(client: IMAPClient, mails: Sequence[int], message_id: MessageId) -> bool:
    """Say whether one of `mails` has exactly that Message-ID: searching finds parts of words as well."""
    wanted = message_id.encode()
    for answer in client.fetch(mails, ["BODY.PEEK[HEADER.FIELDS (MESSAGE-ID)]"]).values():
        heads = (value for key, value in answer.items() if key.startswith(b"BODY["))
        if any(isinstance(head, bytes) and wanted in head.partition(b":")[2].split() for head in heads):
            return True
    return False


@contextmanager
def _by_sequence(client: IMAPClient) -> Iterator[None]:
    """Speak of mails by their sequence numbers for a moment."""
    client.use_uid = False
    try:
        yield
    finally:
        client.use_uid = True


def _understood(handle: str) -> tuple[int, int]:
    validity, _, uid = handle.partition("/")
    if not (validity.isdecimal() and uid.isdecimal()):
        raise WillNotWork(f"{handle!r} is no handle of an IMAP mailbox")
    return int(validity), int(uid)
