"""A reading: everything that was understood of one returned document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from agent.domain.answers import Answers
from agent.domain.problems import Problem
from agent.domain.sheets import Sheet, TokenStatus
from agent.domain.signatures import Signature
from agent.domain.words import Language


class Source(Enum):
    """What kind of document a reading was made from (cli.md, `parse --json`)."""

    DOCX = "docx"
    PDF_FORM = "pdf-form"
    PDF_TEXT = "pdf-text"
    SCAN = "scan"
    NONE = "none"
    """Nothing in it could be read as a form; `problems` says why."""


class DriftKind(Enum):
    """How the fixed text of a returned document differs from what was sent."""

    CHANGED = "changed"
    MISSING = "missing"
    ADDED = "added"
    PAGE_SWAPPED = "page-swapped"
    """A page that belongs to another sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One difference between the fixed text that was sent and the one that came back."""

    kind: DriftKind
    page: int = 0
    """The page of the returned document, counted from 1; 0 when it has none."""
    sent: str = ""
    """The words as sent; empty when something was added."""
    returned: str = ""
    """The words as they came back; empty when something is missing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Uncompared:
    """Printed text of which no reading can say whether it is as it was sent: neither the same nor altered."""

    page: int = 0
    """The page of the form, counted from 1; 0 when it is not known."""
    words: str = ""
    """The words as sent; empty when it is the whole page, and without a page the whole sheet: it is not kept
    as it was sent."""
    picture: str = ""
    """SHA-256 of the crop of the paper; empty when nobody knows where the words should be."""
    struck: bool = False
    """They can be read, but a line seems to be drawn through them."""

    @property
    def is_all(self) -> bool:
        """Say whether nothing of a sheet was compared, because it is not kept as it was sent."""
        return not self.page and not self.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One document, read.  A document that is no form of ours is a reading too: `form` is empty."""

    file: str
    """The file's name as the sender gave it."""
    digest: str
    """SHA-256 of its bytes, hexadecimal."""
    source: Source
    form: str = ""
    version: int = 0
    language: Language | None = None
    sheet: Sheet | None = None
    """The identity that the document claims; believe it only when `token` is VALID."""
    token: TokenStatus = TokenStatus.ABSENT
    pages: int = 1
    answers: Answers = field(default_factory=Answers)
    signatures: tuple[Signature, ...] = ()
    problems: tuple[Problem, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """PNG or JPEG bytes of signatures and crops, by their SHA-256."""
    code: str = ""
    """The short code that is printed on the paper, when it could be read; it names a sheet of ours only when
    `Known.sent` holds it."""
    lacks: tuple[int, ...] = ()
    """Numbers of pages that were sent and are not in this document; they may come in another mail."""
    drift: tuple[Drift, ...] = ()
    """Where the fixed text is not what was sent."""
    uncompared: tuple[Uncompared, ...] = ()
    """Where nobody can tell, of paper; a person looks."""
    fixed: str = ""
    """SHA-256 of the fixed text of a Word file; where it is that of the sheet as sent, nothing drifted."""
    sights: Mapping[str, str] = field(default_factory=dict)
    """What to look at when somebody asks (`parse --pictures`): a name such as `page-1`, `slot.head` or
    `field.departments.0.asked`, and the SHA-256 of its picture in `pictures`."""
