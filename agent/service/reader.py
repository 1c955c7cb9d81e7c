"""Mails and documents are read in child processes, a call per document, so that none harms another or us.

Word files and the mails themselves have a small, quick process that is always warm.  Paper (PDF, scans,
photos) has one with more memory and more time, which is started when paper comes and ended when it is read.
"""

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol, cast

from agent.domain.forms import Form
from agent.domain.mail import Address, Attachment
from agent.domain.people import Directory
from agent.domain.reading import Reading, Uncompared
from agent.domain.sheets import TokenStatus
from parsers.documents import Document, OpenedMail, joined
from parsers.isolation.child import Died, Isolated, Kept
from parsers.known import Known, Sent
from parsers.limits import Limits
from parsers.mail.sender_trust import NOBODY, Trust

log = logging.getLogger(__name__)

_OPEN = "parsers.documents:open_mail"
_UNWRAP = "parsers.documents:documents"
_CODES = "parsers.documents:codes_in"
_READ = "parsers.documents:read_with"
_PAPER_CALLS = 50
_MOST_CODES = 20
"""Sheets that one document may be; a file with more of them is read without their copies."""


class Copies(Protocol):
    """Where the sheets that went out are found by their short codes."""

    def of(self, codes: Iterable[str]) -> Mapping[str, tuple[Sent, ...]]:
        """Return the distinct copies of each sheet, the last one first; of what we never issued, nothing."""
        ...

    def fixed_texts(self, code: str) -> frozenset[str]:
        """Return the digests of the fixed text of every copy (`Reading.fixed`)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What readers must know of the house, beside the clerk's own addresses and secret."""

    forms: Mapping[str, Form]
    """The forms that may come back."""
    directory: Directory
    today: date
    """The day that a date without a year is near."""
    form: str = ""
    """Read every document as this form."""
    annotate: bool = False
    """Leave annotated pages and crops of everything."""


class Reader:
    """Reads whole mails; a worker that died is replaced at the next call."""

    def __init__(
        self,
        *,
        own: frozenset[Address],
        secret: bytes,
        limits: Limits,
        roots: Callable[[], tuple[bytes, ...]] = tuple,
        trust: Trust = NOBODY,
    ) -> None:
        """Start nothing yet.

        Args:
            own: the clerk's addresses.
            secret: the key behind the tokens of issued sheets.
            limits: what we are ready to read.
            roots: tells the certificates (DER) whose digital signatures count, the same object while they
                do not change.
            trust: whose word about the sender of a mail counts.
        """
        self._own = own
        self._secret = secret
        self._limits = limits
        self._roots = roots
        self._trust = trust
        self._quick = Isolated(limits)
        self._paper = Isolated(limits.for_paper, calls=_PAPER_CALLS)
        self._last: Known | None = None
        self._kept = Kept(None)

    def open(self, raw: bytes, about: About, *, size: int) -> OpenedMail:
        """Return a mail and the documents that came with it, for `read`.

        Args:
            raw: the mail, or its beginning.
            about: who works here, and what is asked.
            size: bytes of the whole mail.

        Raises:
            Died: the reader gave no value.
        """
        return cast("OpenedMail", self._quick.call(_OPEN, raw, self._own, size, self._known(about)))

    def unwrap(self, content: bytes, name: str) -> tuple[Document, ...]:
        """Return the documents in one file, which is one itself unless it wraps others.

        Raises:
            Died: the reader gave no value.
        """
        file = Attachment(name=name, media_type="application/octet-stream", content=content)
        return cast("tuple[Document, ...]", self._quick.call(_UNWRAP, (file,), self._limits))

    def each(
        self, documents: Iterable[Document], about: About, copies: Copies
    ) -> Iterator[tuple[Document, tuple[Reading, ...] | Died]]:
        """Yield every document with its readings, or with the death of its reader, which stops no other."""
        known = self._known(about)
        for document, codes in self._sorted(documents, known):
            try:
                yield document, self._readings(document, codes, known, copies)
            except Died as error:
                yield document, error

    def read(self, opened: OpenedMail, about: About, copies: Copies) -> tuple[Reading, ...]:
        """Return a reading of each document of a mail.

        Args:
            opened: what `open` found.
            about: who works here, and what is asked.
            copies: where sheets that went out are found.

        Raises:
            Died: the reader of one document gave no value.
        """
        known = self._known(about)
        found: list[Reading] = []
        if opened.readings:
            for document, first in zip(opened.documents, opened.readings, strict=True):
                found.extend(self._held_against_copies(document, first, {}, known, copies))
            return tuple(found)
        for _, readings in self.each(opened.documents, about, copies):
            if isinstance(readings, Died):
                raise readings
            found.extend(readings)
        return tuple(found)

    def warm(self) -> None:
        """Start the quick child now, so that the first mail need not wait for it."""
        self._quick.warm()

    def rest(self) -> None:
        """End the child that reads paper: its models take memory while nothing comes."""
        self._paper.close()

    def close(self) -> None:
        """End the children."""
        self._quick.close()
        self._paper.close()

    def _sorted(
        self, documents: Iterable[Document], known: Kept
    ) -> tuple[tuple[Document, tuple[str, ...]], ...]:
        """Return the documents with the codes that paper shows; pictures of one sheet become one."""
        found: list[tuple[Document, tuple[str, ...]]] = []
        of_sheet: dict[tuple[str, ...], int] = {}
        for document in documents:
            codes = self._codes(document, known) if document.paper else ()
            if document.picture and len(codes) == 1:
                if codes in of_sheet:
                    first, _ = found[of_sheet[codes]]
                    found[of_sheet[codes]] = (joined((first, document)), codes)
                    continue
                of_sheet[codes] = len(found)
            found.append((document, codes))
        return tuple(found)

    def _codes(self, document: Document, known: Kept) -> tuple[str, ...]:
        """Return the codes on paper; none when their reader dies: reading goes on by what is printed."""
        try:
            found = self._paper.call(_CODES, document.content, document.name, known)
        except Died as error:
            log.warning("no codes in %s: %s", document.name, error, extra={"action": "codes"})
            return ()
        return cast("tuple[str, ...]", found)[:_MOST_CODES]

    def _readings(
        self, document: Document, codes: tuple[str, ...], known: Kept, copies: Copies
    ) -> tuple[Reading, ...]:
        found = dict(copies.of(codes)) if codes else {}
        readings = self._read(document, known, _last(found))
        return self._held_against_copies(document, readings, found, known, copies)

    def _held_against_copies(
        self,
        document: Document,
        readings: tuple[Reading, ...],
        found: dict[str, tuple[Sent, ...]],
        known: Kept,
        copies: Copies,
    ) -> tuple[Reading, ...]:
        """Read a document again with the sheets that only the reading brought to light, or with older copies.

        A Word file says itself where its values are: it is read at once, and again only when its fixed text
        is not the one that was sent.
        """
        unasked = [each.code for each in readings if each.code not in found and _wants(each, copies)]
        if unasked and (more := copies.of(unasked[:_MOST_CODES])):
            found |= more
            readings = self._read(document, known, _last(found))
        for earlier in _earlier(found):
            if not any(each.drift and each.code in earlier for each in readings):
                break
            again = self._read(document, known, _last(found) | earlier)
            if _drift(again) < _drift(readings):
                readings = again
        return tuple(
            replace(each, uncompared=(Uncompared(),)) if _is_unkept(each, found, copies) else each
            for each in readings
        )

    def _read(self, document: Document, known: Kept, sent: Mapping[str, Sent]) -> tuple[Reading, ...]:
        child = self._paper if document.paper else self._quick
        return cast("tuple[Reading, ...]", child.call(_READ, document, known, sent))

    def _known(self, about: About) -> Kept:
        """Return what readers must know; while it stays the same, it travels to the child once."""
        last, roots = self._last, self._roots()
        if (
            last is None
            or (last.forms is not about.forms or last.directory is not about.directory)
            or (last.today != about.today or last.roots is not roots)
            or (last.form != about.form or last.annotate != about.annotate)
        ):
            last = Known(
                forms=about.forms,
                directory=about.directory,
                secret=self._secret,
                today=about.today,
                limits=self._limits,
                roots=roots,
                trust=self._trust,
                form=about.form,
                annotate=about.annotate,
            )
            self._last, self._kept = last, Kept(last)
        return self._kept


def _wants(reading: Reading, copies: Copies) -> bool:
    """Say whether a reading is to be held against what was sent; of most Word files a digest tells enough."""
    return bool(reading.code) and not (reading.fixed and reading.fixed in copies.fixed_texts(reading.code))


def _is_unkept(reading: Reading, found: Mapping[str, object], copies: Copies) -> bool:
    """Say whether a reading is of a sheet of ours of which nothing is kept to hold it against."""
    is_ours = reading.token is TokenStatus.VALID and bool(reading.form) and bool(reading.code)
    return is_ours and reading.code not in found and _wants(reading, copies)


def _last(found: Mapping[str, tuple[Sent, ...]]) -> dict[str, Sent]:
    return {code: copies[0] for code, copies in found.items()}


def _earlier(found: Mapping[str, tuple[Sent, ...]]) -> tuple[dict[str, Sent], ...]:
    """Return, one step back after another, the copies that went out before the last ones."""
    steps = max((len(copies) for copies in found.values()), default=0)
    return tuple(
        {code: copies[step] for code, copies in found.items() if len(copies) > step}
        for step in range(1, steps)
    )


def _drift(readings: tuple[Reading, ...]) -> int:
    return sum(len(each.drift) for each in readings)
