"""The mail server of the simulator: it delivers, refuses, cuts and forgets; what left lies in `Out`.

What comes in and is filed away is the product's own folder mailbox.  What leaves is written down each time
that it leaves: a server does not notice that a letter comes twice, and neither does this one.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from agent.domain.errors import NotLetIn, TryLater, Unsure
from agent.domain.mail import Address, MessageId
from agent.mailbox.folder.mailbox import FolderMailbox
from agent.mailbox.port import PartlySent, RawMail, Refusal, Shelf
from tests.soak.ledger_facts import Said
from tests.soak.town import CLERK, Kind, Town

_KEPT_AFTER = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Transmission:
    """One letter, one time that it left."""

    number: int
    message_id: str
    at: datetime
    """True time."""
    shown: datetime
    """The time that the clerk believed it was."""
    recipients: tuple[str, ...]
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that somebody sends to the clerk."""

    at: datetime
    content: bytes
    what: str
    """Which habit it shows."""
    advances: bool = False
    """Somebody who may has sent a good form with it; anything else must move no item."""
    machine: bool = False
    """A program wrote it: it gets no answer."""
    said: Said = field(default_factory=dict)
    """What its forms say, when they are good."""


@dataclass(frozen=True, slots=True)
class Bringing:
    """A mail on its way."""

    deliver: Callable[[Mail], None]
    mail: Mail

    def __call__(self) -> None:
        """Deliver it."""
        self.deliver(self.mail)


@dataclass
class Weather:
    """What the server does to us now."""

    away: bool = False
    refuses: bool = False
    """The password is wrong."""
    cannot_file: bool = False
    cuts: list[str] = field(default_factory=list)
    """What happens to the next letters: `before` (certainly not left), `after` and `copied` (left, and we
    are not told), `lost` (not left, and we are not told), `partly`."""
    struck: Callable[[str], None] = print


class Post:
    """See `Mailbox`; a second one over the same folder goes on where the first one ended."""

    def __init__(
        self,
        town: Town,
        weather: Weather,
        moments: Callable[[], tuple[datetime, datetime]],
        boundary: Callable[[], None],
    ) -> None:
        """Open the server's folders.

        Args:
            town: whose mail it is.
            weather: what goes wrong now.
            moments: returns the true time and the time that the clerk believes.
            boundary: told of the boundary between leaving and being kept.
        """
        self._kind = town.kind
        self._weather = weather
        self._moments = moments
        self._boundary = boundary
        self._inner = FolderMailbox(town.folder)
        self._out = town.folder / "Out"
        self._copies = town.folder / "Copies"
        for folder in (self._out, self._copies):
            folder.mkdir(exist_ok=True)
        facts = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(self._out.glob("*.json"))]
        self._count = len(facts)
        self._left: dict[str, datetime] = {}
        for said in facts:
            self._left.setdefault(said["id"], datetime.fromisoformat(said["at"]))

    @property
    def sent_within(self) -> timedelta | None:
        """See `Mailbox`."""
        within = {Kind.FOLDER: timedelta(0), Kind.KEEPING: _KEPT_AFTER, Kind.COPYING: None}
        return within[self._kind]

    def arrived(self) -> Iterator[RawMail]:
        """See `Mailbox`."""
        self._reach()
        return self._inner.arrived()

    def file_away(self, handle: str, shelf: Shelf) -> str:
        """See `Mailbox`."""
        self._reach()
        if self._weather.cannot_file:
            self._weather.struck("shelf full")
            raise TryLater("the folder is over its quota")
        return self._inner.file_away(handle, shelf)

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """See `Mailbox`."""
        self._reach()
        cut = self._next_cut(recipients)
        if cut == "before":
            self._weather.struck("cut before")
            raise TryLater("connection reset by peer")
        if cut == "lost":
            self._weather.struck("letter lost")
            raise Unsure("no answer after DATA")
        taken = recipients[:-1] if cut == "partly" else recipients
        if self._kind != Kind.FOLDER:
            self._transmit(message_id, taken, content)
        elif not self._inner.find_sent(message_id):
            self._inner.send(message_id, sender, taken, content)
            self._transmit(message_id, taken, content)
        self._boundary()
        if cut == "after":
            self._weather.struck("cut after")
            raise Unsure("connection reset after DATA")
        self._copy(message_id)
        if cut == "copied":
            self._weather.struck("cut after")
            raise Unsure("time-out after DATA")
        if cut == "partly":
            self._weather.struck("partly")
            raise PartlySent((Refusal(recipient=recipients[-1], words="452 mailbox full", final=False),))

    def find_sent(self, message_id: MessageId) -> bool:
        """See `Mailbox`."""
        self._reach()
        match self._kind:
            case Kind.FOLDER:
                return self._inner.find_sent(message_id)
            case Kind.KEEPING:
                left = self._left.get(message_id)
                return left is not None and self._moments()[0] - left >= _KEPT_AFTER
            case _:
                return (self._copies / _name(message_id)).exists()

    def wait(self, seconds: float) -> bool:
        """See `Mailbox`; nobody waits here."""
        del seconds
        return False

    def close(self) -> None:
        """See `Mailbox`."""
        self._inner.close()

    def _reach(self) -> None:
        if self._weather.away:
            self._weather.struck("mailbox away")
            raise TryLater("no route to host")
        if self._weather.refuses:
            self._weather.struck("wrong password")
            raise NotLetIn("535 authentication failed")

    def _next_cut(self, recipients: tuple[Address, ...]) -> str:
        if CLERK in recipients:  # the canary has its own story
            return ""
        for cut in self._weather.cuts:
            if cut != "partly" or len(recipients) > 1:
                self._weather.cuts.remove(cut)
                return cut
        return ""

    def _transmit(self, message_id: MessageId, recipients: tuple[Address, ...], content: bytes) -> None:
        self._count += 1
        at, shown = self._moments()
        name = f"{self._count:06}"
        facts = {"id": message_id, "to": recipients, "at": at.isoformat(), "shown": shown.isoformat()}
        (self._out / f"{name}.eml").write_bytes(content)
        (self._out / f"{name}.json").write_text(json.dumps(facts), encoding="utf-8")
        self._left.setdefault(message_id, at)

    def _copy(self, message_id: MessageId) -> None:
        if self._kind == Kind.COPYING:
            (self._copies / _name(message_id)).touch()


def transmissions(folder: Path, after: int) -> Iterator[Transmission]:
    """Yield what left, in order, beginning after that many."""
    number = after + 1
    while (facts := folder / "Out" / f"{number:06}.json").exists():
        said = json.loads(facts.read_text(encoding="utf-8"))
        yield Transmission(
            number=number,
            message_id=said["id"],
            at=datetime.fromisoformat(said["at"]),
            shown=datetime.fromisoformat(said["shown"]),
            recipients=tuple(said["to"]),
            content=facts.with_suffix(".eml").read_bytes(),
        )
        number += 1


def _name(message_id: str) -> str:
    return "".join(each if each.isalnum() else "_" for each in message_id)[:120]
