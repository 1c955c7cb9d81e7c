"""A mailbox in Exchange Online, through Microsoft Graph (v1.0).

Only this package speaks httpx and msal, which come with the extra `graph`.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from agent.domain.errors import TryLater, WillNotWork
from agent.domain.mail import Address, MessageId
from agent.mailbox.graph.errors import Doubtful, Refused
from agent.mailbox.graph.folders import GraphFolders
from agent.mailbox.graph.sender import GraphSender
from agent.mailbox.graph.session import GraphSession, Repeat
from agent.mailbox.graph.settings import GraphSettings
from agent.mailbox.graph.tokens import ClientTokens, roles
from agent.mailbox.graph.watch import GraphWatch
from agent.mailbox.lost_heads import restored
from agent.mailbox.patience import Patience
from agent.mailbox.port import RawMail, Shelf
from agent.mailbox.shelved import on_shelf, place_of
from agent.mailbox.tokens import TokenSource

log = logging.getLogger(__name__)

_LISTED_AT_ONCE = "500"
_STUMBLES = 3
"""A mail that could not be fetched so often is fetched after all others: it must not hold them up."""
_KEPT_WITHIN = timedelta(minutes=5)
"""Exchange Online shows a mail among the sent ones some seconds after accepting it; on a bad day later."""
_HANDLE = re.compile(r"[A-Za-z0-9_+/=-]{16,512}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What a look at the mailbox shows, for whoever sets it up."""

    roles: frozenset[str] | None
    """The application permissions in the token; None when it does not say."""
    waiting: int
    """Mails in the inbox."""


@dataclass(frozen=True, slots=True)
class _Listed:
    received: str
    handle: str


class GraphMailbox:
    """See `Mailbox`.

    Handles are immutable ids: they stay when a mail is moved, so filing asks first where it lies.
    """

    def __init__(self, settings: GraphSettings, tokens: TokenSource | None = None) -> None:
        """Connect nowhere yet: the first call does.

        Args:
            settings: the mailbox; secrets in it are never shown.
            tokens: another source of access tokens than the application's own sign-in.
        """
        self.settings = settings
        self._tokens = tokens if tokens is not None else ClientTokens(settings)
        patience = Patience()
        self._session = GraphSession(settings, self._tokens, patience)
        self._folders = GraphFolders(self._session, settings)
        self._watch = GraphWatch(self._session, settings)
        self._sender = GraphSender(self._session, settings)
        self._stumbled: Counter[str] = Counter()

    @property
    def sent_within(self) -> timedelta | None:
        """See `Mailbox`."""
        return _KEPT_WITHIN

    def arrived(self) -> Iterator[RawMail]:
        """See `Mailbox`; the order is that in which Exchange received them."""
        listed = self._list()
        for each in sorted(listed, key=lambda one: (self._stumbled[one.handle] >= _STUMBLES, one.received)):
            try:
                mail = self._fetch(each.handle)
            except TryLater:
                self._stumbled[each.handle] += 1
                raise
            if mail is not None:
                yield mail

    def file_away(self, handle: str, shelf: Shelf) -> str:
        """See `Mailbox`."""
        place, name = place_of(handle)
        if not _HANDLE.fullmatch(name):
            raise WillNotWork(f"{handle!r} is no handle of a mailbox at Microsoft Graph")
        if place is shelf:
            return handle
        for last in (False, True):
            source = self._folders.inbox() if place is None else self._folders.shelf(place)
            if self._lies_in(name) != source:
                return ""
            try:
                moved = self._move(name, self._folders.shelf(shelf))
            except Doubtful:
                # Where it lies now says whether it was moved.
                if last:
                    raise
            except Refused as error:
                # The mail has gone meanwhile, which is well, or the shelf has, and is made anew.
                if not error.item_is_gone or last:
                    raise
                self._folders.forget()
            else:
                return on_shelf(shelf, moved) if _HANDLE.fullmatch(moved) else ""
        return ""

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """See `Mailbox`; bounces return to the mailbox itself, for Graph knows no other envelope."""
        del sender
        self._sender.send(message_id, recipients, content)

    def find_sent(self, message_id: MessageId) -> bool:
        """See `Mailbox`."""
        return self._sender.find_sent(message_id)

    def wait(self, seconds: float) -> bool:
        """See `Mailbox`."""
        return self._watch.wait(seconds)

    def close(self) -> None:
        """See `Mailbox`."""
        self._session.close()
        if isinstance(self._tokens, ClientTokens):
            self._tokens.close()

    def standing(self) -> Standing:
        """Sign in and look at the inbox, changing nothing.

        Raises:
            TryLater: the service is away.
            WillNotWork: it does not let us in; the words say what is missing.
        """
        named = roles(self._tokens.token())
        said = self._session.get("looking at the inbox", "/mailFolders/inbox", select="id,totalItemCount")
        count = said.get("totalItemCount")
        return Standing(roles=named, waiting=count if isinstance(count, int) else 0)

    def _list(self) -> list[_Listed]:
        for _ in range(2):
            try:
                return self._listed_once()
            except Refused as error:
                if not error.lost_track:
                    raise
                log.info("the list begins anew: %s", error, extra={"action": "listed_anew"})
        raise TryLater("listing the inbox: its pages go stale while they are read")

    def _listed_once(self) -> list[_Listed]:
        listed: list[_Listed] = []
        pages = self._session.pages(
            "listing the inbox",
            "/mailFolders/inbox/messages",
            select="id,receivedDateTime,isDraft",
            orderby="receivedDateTime asc",
            top=_LISTED_AT_ONCE,
        )
        for page in pages:
            for row in page:
                handle = row.get("id")
                if isinstance(handle, str) and handle and row.get("isDraft") is not True:
                    listed.append(_Listed(str(row.get("receivedDateTime", "")), handle))
        return list({each.handle: each for each in listed}.values())

    def _fetch(self, handle: str) -> RawMail | None:
        """Fetch one mail; None when it has left the inbox or Exchange cannot hand it out."""
        try:
            here = self._session.get(
                "finding a mail",
                f"/messages/{_in_path(handle)}",
                select="id,parentFolderId,internetMessageHeaders",
            )
            if here.get("parentFolderId") != self._folders.inbox():
                return None  # somebody moved it since the list was made
            answer = self._session.content(
                "fetching a mail", f"/messages/{_in_path(handle)}/$value", self.settings.limit
            )
        except Refused as error:
            if error.is_unreadable:
                log.warning("mail %s is passed over: %s", handle, error, extra={"action": "passed_over"})
            elif not error.item_is_gone:
                raise
            return None
        content = restored(answer.body, _headers(here.get("internetMessageHeaders")))
        size = answer.size + len(content) - len(answer.body)
        return RawMail(handle=handle, content=content, size=size)

    def _move(self, handle: str, folder: str) -> str:
        """Move a mail and return its id, which is another one where ids are not immutable."""
        what, path = "filing a mail", f"/messages/{_in_path(handle)}/move"
        body = {"destinationId": folder}
        said = self._session.call(what, "POST", path, body=body, repeat=Repeat.REFUSED).json(what)
        return str(said.get("id", ""))

    def _lies_in(self, handle: str) -> str:
        """Return the id of the folder in which a mail lies; empty when it is nowhere."""
        try:
            said = self._session.get(
                "finding a mail", f"/messages/{_in_path(handle)}", select="id,parentFolderId"
            )
        except Refused as error:
            if error.item_is_gone:
                return ""
            raise
        return str(said.get("parentFolderId", ""))


def _headers(given: object) -> Iterator[tuple[str, str]]:
    """Yield the headers that Exchange received: of the mail that it writes anew, some may be missing."""
    for each in given if isinstance(given, list) else ():
        if isinstance(each, dict):
            yield str(each.get("name", "")), str(each.get("value", ""))


def _in_path(handle: str) -> str:
    return handle.replace("/", "%2F").replace("+", "%2B")
