"""The bytes of letters: written once, when they leave, kept, and the same at every later attempt."""

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from agent.core.notices import Leave, when
from agent.domain.effects import Send, Urgency
from agent.domain.errors import Conflict, TryLater, WillNotWork
from agent.domain.sheets import COMPILED
from agent.letters.mime import to_bytes
from agent.service.house import House, Turn
from agent.service.rendering import FilledSheet, is_wanted, write
from parsers.word.drift import fixed_digest
from store.letters import LetterState, Outgoing
from store.sheets import Copy

log = logging.getLogger(__name__)

_AHEAD = 4_000_000
"""Bytes of letters that are written together, or one letter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finished:
    """A letter that only needs to be kept."""

    key: str
    content: bytes
    sheets: tuple[FilledSheet, ...]
    """Those that may come back: a returned document is held against them."""

    @property
    def size(self) -> int:
        """Return its bytes, and those of the files that are kept beside it."""
        return len(self.content) + sum(len(file) for sheet in self.sheets for file in _files(sheet))


def content(house: House, outgoing: Outgoing) -> bytes:
    """Return the bytes that leave.

    Raises:
        TryLater: the store cannot be used now.
        WillNotWork: the letter cannot be written, or what was written is lost; nothing was kept.
    """
    try:
        if outgoing.rendered is not None:
            return house.blobs.get(outgoing.rendered)
        with house.turn(reading=True) as turn:
            finished = _write(turn, outgoing.send)
    except TryLater:
        raise
    except Exception as error:
        raise WillNotWork(f"it cannot be written: {type(error).__name__}: {error}"[:500]) from error
    _keep(house, (finished,))
    return finished.content


def ahead(house: House, letters: tuple[Outgoing, ...]) -> tuple[Outgoing, ...]:
    """Write the first letters of a heap that surely leave now, and keep them together; return the heap.

    A heap is small (`guard.everything`), so that the last of it leaves seconds later.  It is one look at the
    world, one wait for the disk and one transaction for all.  What fails is left to be written when its turn
    comes, where the reason is told.
    """
    try:
        with house.turn(reading=True) as turn:
            ready = [each.send for each in letters if _leaves_now(turn, each)]
            finished = tuple(_written(turn, ready)) if len(ready) > 1 else ()
        kept = _keep(house, finished)
    except (TryLater, Conflict) as error:
        log.debug("no letters are written ahead: %s", error, extra={"action": "ahead"})
        return letters
    return tuple(replace(each, rendered=kept.get(each.send.key, each.rendered)) for each in letters)


def _leaves_now(turn: Turn, outgoing: Outgoing) -> bool:
    """Say whether a letter leaves whatever leaves before it: notices are counted, and may be folded."""
    send = outgoing.send
    if outgoing.rendered is not None or outgoing.state is not LetterState.PENDING:
        return False
    if send.urgency is Urgency.NOTICE or not is_wanted(turn, send):
        return False
    courtesy = turn.house.courtesy
    hold = when(
        send,
        now=turn.now,
        quiet=courtesy.quiet,
        sent_today=0,
        budget=courtesy.budget,
        workdays=turn.world.workdays,
    )
    return hold.leave is Leave.NOW


def _written(turn: Turn, letters: Sequence[Send]) -> Iterator[_Finished]:
    size = 0
    for send in letters:
        if size >= _AHEAD:
            return
        try:
            finished = _write(turn, send)
            size += finished.size
            yield finished
        except TryLater:
            raise
        except Exception as error:  # noqa: BLE001 - told when its turn comes
            log.debug("%s is not written ahead: %s", send.key, error, extra={"action": "ahead"})


def _write(turn: Turn, send: Send) -> _Finished:
    written = write(turn, send)
    back = tuple(each for each in written.sheets if not each.sheet.item.startswith(COMPILED))
    return _Finished(key=send.key, content=to_bytes(written.letter), sheets=back)


def _keep(house: House, letters: Sequence[_Finished]) -> dict[str, str]:
    """Keep the bytes of letters and of the sheets in them; return the digest of each letter by its key."""
    if not letters:
        return {}
    files = [file for letter in letters for sheet in letter.sheets for file in _files(sheet)]
    digests = house.blobs.put_all([*(letter.content for letter in letters), *files])
    named = {letter.key: digest for letter, digest in zip(letters, digests, strict=False)}
    rest = iter(digests[len(letters) :])
    copies = [_copy(house, sheet, rest, at=house.now()) for letter in letters for sheet in letter.sheets]
    with house.unit() as work:
        for key, digest in named.items():
            work.outbox.rendered(key, digest)
        for copy in copies:
            work.sheets.written(copy)
        work.commit()
    return named


def _files(sheet: FilledSheet) -> Iterator[bytes]:
    yield sheet.word.content
    if sheet.pdf is not None:
        yield sheet.pdf.content


def _copy(house: House, sheet: FilledSheet, digests: Iterator[str], *, at: datetime) -> Copy:
    """Return the copy whose files `digests` tells next."""
    return Copy(
        code=sheet.sheet.code(house.secret),
        word=next(digests),
        pdf=next(digests) if sheet.pdf is not None else "",
        fixed=fixed_digest(sheet.word.content, sheet.form, house.limits),
        at=at,
    )
