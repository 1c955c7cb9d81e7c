"""A sheet that is not kept as it was sent is compared with nothing, and that is said."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

import pytest

from agent.domain.people import Directory
from agent.domain.reading import Reading, Uncompared
from agent.domain.sheets import Sheet
from agent.domain.words import Language
from agent.letters.form_builder.build import custom
from agent.service.reader import About, Reader
from parsers.documents import Document
from parsers.known import Sent
from parsers.limits import STANDARD
from tests.pack_files import filled_forms, pack
from tests.word_files import replaced

SECRET = b"s" * 32
SHEET = Sheet(case="XT-2026-0001", item="summary//1", form="summary", version=1, language=Language.ZH)
CODE = SHEET.code(SECRET)
_FORM = next(f for f in filled_forms() if f.form.id == "summary" and f.language is Language.ZH)
OURS = replaced(_FORM.content, {"docProps/custom.xml": custom(SHEET.token(SECRET), "summary/1/zh").encode()})


class Kept:
    """What is left of the sheets that went out."""

    def __init__(self, copies: Mapping[str, tuple[Sent, ...]], texts: frozenset[str] = frozenset()) -> None:
        """Keep `copies`, and the digests of fixed texts."""
        self._copies, self._texts = copies, texts

    def of(self, codes: Iterable[str]) -> Mapping[str, tuple[Sent, ...]]:
        """See `Copies`."""
        return {code: self._copies[code] for code in codes if code in self._copies}

    def fixed_texts(self, code: str) -> frozenset[str]:
        """See `Copies`."""
        return self._texts if code == CODE else frozenset()


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """Return a reader that knows our tokens."""
    found = Reader(own=frozenset(), secret=SECRET, limits=STANDARD)
    yield found
    found.close()


def read(reader: Reader, content: bytes, kept: Kept) -> Reading:
    """Read one Word file."""
    about = About(forms=pack().process.forms, directory=Directory(()), today=date(2026, 3, 2))
    document = Document(name="总结.docx", content=content)
    ((_, readings),) = reader.each([document], about, kept)
    assert isinstance(readings, tuple)
    return readings[0]


def test_of_a_sheet_that_is_not_kept_nothing_could_be_compared(reader: Reader) -> None:
    """Its blobs are lost, or the store was restored from before it went out."""
    reading = read(reader, OURS, Kept({}))

    assert reading.code == CODE
    assert reading.uncompared == (Uncompared(),)
    assert reading.uncompared[0].is_all


def test_a_sheet_that_is_kept_was_compared(reader: Reader) -> None:
    reading = read(reader, OURS, Kept({CODE: (Sent(sheet=SHEET, word=OURS),)}))
    assert (reading.drift, reading.uncompared) == ((), ())


def test_the_digest_of_its_fixed_text_is_enough(reader: Reader) -> None:
    """Most Word files are compared by it alone."""
    fixed = read(reader, OURS, Kept({})).fixed
    assert fixed
    assert read(reader, OURS, Kept({}, frozenset({fixed}))).uncompared == ()


def test_a_document_that_is_no_sheet_of_ours_is_compared_with_nothing(reader: Reader) -> None:
    """A coordinator looks at it anyway."""
    assert read(reader, _FORM.content, Kept({})).uncompared == ()
