"""What goes into an archive, before it is written: paths, and where their bytes come from."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from agent.domain.case import Case
from agent.domain.effects import Seal
from agent.domain.events import Event
from agent.domain.plans import World
from agent.domain.process import Process
from agent.domain.words import Language, Words
from agent.letters.values import Tongue
from agent.service.archives.manifest import Kind
from store.chain import Entry
from store.letters import Outgoing
from store.mail_entries import MailEntry, ReadMail


@dataclass(frozen=True, slots=True)
class Blob:
    """Bytes that lie among the blobs."""

    digest: str


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A form as it was sent: one of the files that a letter carried."""

    letter: str
    """The blob of the whole letter."""
    position: int


@dataclass(frozen=True, slots=True)
class Made:
    """Bytes that were made for the archive."""

    content: bytes


Source: TypeAlias = Blob | Enclosed | Made


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One file of the archive to be."""

    path: str
    kind: Kind
    source: Source
    about: Words
    """What it is, for the index."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mail:
    """A mail of the case, with what was understood of it when it was read at all."""

    entry: MailEntry
    read: ReadMail | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Holdings:
    """Everything that the store knows about one case, seen at one moment."""

    order: Seal
    case: Case
    process: Process
    world: World
    """The people and calendars that the archive was ordered in, so that sealing twice says the same."""
    entries: tuple[Entry, ...]
    events: tuple[Event, ...]
    """Of each entry, in the same order."""
    mails: tuple[Mail, ...]
    letters: tuple[Outgoing, ...]
    pdfs: Mapping[str, str]
    """The PDF that went out beside a Word file; both by their digests."""

    def tongue(self, language: Language) -> Tongue:
        """Return the means to speak of the case in `language`, as of its last decision."""
        return Tongue(
            language=language,
            directory=self.world.directory,
            workdays=self.world.workdays,
            now=self.entries[-1].at,
        )
