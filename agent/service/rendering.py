"""A wish becomes the bytes of a mail: the forms are filled, the files fetched, the letter written."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from agent.domain.answers import walk
from agent.domain.case import Case, FileRef
from agent.domain.digest import FoldedNotice
from agent.domain.effects import FormOrder, Send
from agent.domain.forms import Form
from agent.domain.mail import Attachment, Letter
from agent.domain.process import Process
from agent.domain.sheets import Sheet
from agent.letters.compose import compose
from agent.letters.forms import Look, fill
from agent.letters.paper.attach import beside
from agent.letters.scene import Scene
from agent.service import digests, folding, partly
from agent.service.house import Turn
from store.letters import Outgoing

_DIGEST = re.compile(r"[0-9a-f]{64}")
_LARGEST = 10_000_000
"""Bytes of a file that travels with a letter; what is larger (an archive) is named in it instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledSheet:
    """One sheet, ready to leave."""

    sheet: Sheet
    form: Form
    word: Attachment
    pdf: Attachment | None = None
    """The same sheet to fill in where there is no Word, or to print and sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A letter, and the sheets in it."""

    letter: Letter
    sheets: tuple[FilledSheet, ...]
    """In the order of `Send.forms`."""


def letter_for(turn: Turn, send: Send) -> Letter:
    """Return the letter alone, as `write` does."""
    return write(turn, send).letter


def write(turn: Turn, send: Send) -> Written:
    """Write the letter that `send` asks for, as of now.

    Raises:
        WillNotWork: a template or a Word file is missing or broken, or a blob is lost.
    """
    house = turn.house
    case = turn.work.cases.load(send.case) if send.case is not None else None
    process = turn.process(case.process) if case is not None else house.pack.process
    sheets = tuple(_sheet(turn, order, process, case) for order in send.forms)
    letter = compose(
        send,
        Scene(
            process=process,
            case=case,
            directory=turn.world.directory,
            workdays=turn.world.workdays,
            sender=house.sender.address,
            sender_name=house.sender.name,
            now=turn.now,
            forms=tuple(_files_of(sheets)),
            files=tuple(_file(turn, ref) for ref in send.files if _travels(turn, ref)),
            pictures=dict(_crops(turn, send)),
            digest=digests.told_by(turn, send),
            folded=_folded(turn, send),
            templates=house.templates,
        ),
    )
    return Written(letter=letter, sheets=sheets)


def is_wanted(turn: Turn, send: Send) -> bool:
    """Say whether there still is a reason to send: an open item, or something that a digest can tell."""
    if send.letter == digests.PERSONAL:
        return any(is_wanted(turn, each.send) for each in _told_in(turn, send))
    if not send.only_while_open:
        return True
    case = turn.work.cases.load(send.case) if send.case is not None else None
    item = case.item(send.item) if case is not None and send.item is not None else None
    return case is not None and not case.has_ended and item is not None and item.is_open


def filled(turn: Turn, order: FormOrder, process: Process, case: Case | None) -> Attachment:
    """Fill one form for a letter or an archive, in the world of the turn.

    Raises:
        WillNotWork: the Word file is missing or broken.
    """
    look = Look(
        directory=turn.world.directory,
        secret=turn.house.secret,
        zone=turn.world.workdays.zone,
        case_title=case.title if case is not None else "",
        pictures=dict(_pictures(turn, order)),
    )
    form = process.forms[order.sheet.form]
    return fill(order, form, turn.house.pack.word(form.id, order.sheet.language), look)


def _sheet(turn: Turn, order: FormOrder, process: Process, case: Case | None) -> FilledSheet:
    word = filled(turn, order, process, case)
    form = process.forms[order.sheet.form]
    pdf = beside(word, form, order.sheet, turn.house.secret)
    return FilledSheet(sheet=order.sheet, form=form, word=word, pdf=pdf)


def _files_of(sheets: tuple[FilledSheet, ...]) -> Iterator[Attachment]:
    """Yield the Word files in the order of the sheets, then the PDFs: an archive finds each by its place."""
    yield from (each.word for each in sheets)
    yield from (each.pdf for each in sheets if each.pdf is not None)


def _pictures(turn: Turn, order: FormOrder) -> Iterator[tuple[str, bytes]]:
    """Yield the pictures of signatures that a compiled form shows: its values name their blobs."""
    for _, value in walk(order.values):
        if isinstance(value, str) and _DIGEST.fullmatch(value) and turn.house.blobs.has(value):
            yield value, turn.house.blobs.get(value)


def _crops(turn: Turn, send: Send) -> Iterator[tuple[str, bytes]]:
    """Yield the crops of paper that a confirmation letter shows; one that is lost leaves a line of words."""
    for doubt in send.doubts:
        if doubt.picture and turn.house.blobs.has(doubt.picture):
            yield doubt.picture, turn.house.blobs.get(doubt.picture)


def _travels(turn: Turn, ref: FileRef) -> bool:
    path = turn.house.blobs.path(ref.digest)
    return not path.is_file() or path.stat().st_size <= _LARGEST  # of a lost one, reading it says so


def _file(turn: Turn, ref: FileRef) -> Attachment:
    return Attachment(name=ref.name, media_type=ref.media_type, content=turn.house.blobs.get(ref.digest))


def _folded(turn: Turn, send: Send) -> tuple[FoldedNotice, ...]:
    if send.letter != digests.PERSONAL:
        return ()
    return tuple(_notice(turn, each) for each in _told_in(turn, send) if is_wanted(turn, each.send))


def _notice(turn: Turn, told: Outgoing) -> FoldedNotice:
    """Return a withheld notice; of a copy, what the letter said, and to whom."""
    letter = folding.copied_from(turn.work, told.send)
    if letter is None:
        return digests.folded(told, letter_for(turn, told.send))
    people = (turn.world.directory.find(address) for address in letter.to)
    names = (each.name if each is not None else who for who, each in zip(letter.to, people, strict=True))
    notice = digests.folded(told, letter_for(turn, letter))
    return replace(notice, words=f"{folding.copy_line(letter, names)}\n{notice.words}")


def _told_in(turn: Turn, send: Send) -> tuple[Outgoing, ...]:
    return turn.work.outbox.folded_into(partly.first_key(send.key))
