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
