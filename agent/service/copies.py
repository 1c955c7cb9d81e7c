"""Sheets as they went out, found by the short codes on what comes back."""

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import Engine

from agent.domain.errors import WillNotWork
from parsers.known import Sent
from store.blobs import Blobs
from store.sheets import Copy, Issued
from store.unit import Unit

_MOST = 3
"""Copies of one sheet that a document is held against, the last ones."""


class SentCopies:
    """Looks into the store, in transactions that only read."""

    def __init__(self, engine: Engine, blobs: Blobs) -> None:
        self._engine = engine
        self._blobs = blobs

    def of(self, codes: Iterable[str]) -> Mapping[str, tuple[Sent, ...]]:
        """Return the distinct copies of each sheet that we issued, the last one first.

        Codes that we never issued, and sheets whose files are lost, are left out: reading goes on without
        them.
        """
        found: list[tuple[Issued, tuple[Copy, ...]]] = []
        with Unit(self._engine, reading=True) as work:
            for code in dict.fromkeys(codes):
                issued = work.sheets.by_code(code)
                if issued is not None:
                    found.append((issued, work.sheets.copies(code)[:_MOST]))
        sent = {issued.code: tuple(self._sent(issued, copies)) for issued, copies in found}
        return {code: each for code, each in sent.items() if each}

    def fixed_texts(self, code: str) -> frozenset[str]:
        """Return the digests of the fixed text of every copy of a sheet, for a first comparison."""
        with Unit(self._engine, reading=True) as work:
            return work.sheets.fixed_texts(code)

    def _sent(self, issued: Issued, copies: tuple[Copy, ...]) -> Iterator[Sent]:
        for copy in copies:
            try:
                pdf = self._blobs.get(copy.pdf) if copy.pdf else b""
                yield Sent(sheet=issued.sheet, word=self._blobs.get(copy.word), pdf=pdf)
            except WillNotWork:  # `verify` says which bytes are lost
                continue
