"""Sheets as they went out, found by the short codes on what comes back."""

from collections.abc import Iterable, Mapping

from sqlalchemy import Engine

from agent.domain.errors import WillNotWork
from parsers.known import Sent
from store.blobs import Blobs
from store.sheets import Copy, Issued
from store.unit import Unit

_MOST = 3
"""Copies of one sheet that a document is held against, the last ones."""


def copies_of(engine: Engine, blobs: Blobs, codes: Iterable[str]) -> Mapping[str, tuple[Sent, ...]]:
    """Return the distinct copies of each sheet that we issued, the last one first.

    Codes that we never issued, and sheets whose files are lost, are left out: reading goes on without them.
    """
    found: list[tuple[Issued, tuple[Copy, ...]]] = []
    with Unit(engine, reading=True) as work:
        for code in dict.fromkeys(codes):
            issued = work.sheets.by_code(code)
            if issued is not None:
                found.append((issued, work.sheets.copies(code)[:_MOST]))
    sent = {issued.code: tuple(_sent(blobs, issued, copies)) for issued, copies in found}
    return {code: each for code, each in sent.items() if each}


def _sent(blobs: Blobs, issued: Issued, copies: tuple[Copy, ...]) -> Iterable[Sent]:
    for copy in copies:
        try:
            yield Sent(
                sheet=issued.sheet,
                word=blobs.get(copy.word),
                pdf=blobs.get(copy.pdf) if copy.pdf else b"",
            )
        except WillNotWork:  # `verify` says which bytes are lost
            continue
