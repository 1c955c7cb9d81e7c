"""What a reader has to know about the house in order to read a returned document."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from agent.domain.forms import Form
from agent.domain.people import Directory
from agent.domain.sheets import Sheet
from parsers.limits import STANDARD, Limits
from parsers.mail.sender_trust import NOBODY, Trust


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One issued sheet as it left us: what a returned document is held against."""

    sheet: Sheet
    word: bytes = b""
    """The Word file, empty when it is not kept."""
    pdf: bytes = b""
    """The fillable PDF of the same sheet, empty when none went out; its widgets say where each field is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The forms we send, the people we know, and how to recognise our own sheets.

    It can be pickled, so that reading may happen in a child process.
    """

    forms: Mapping[str, Form]
    """Every form of the pack by its id."""
    directory: Directory
    secret: bytes
    """The key behind the tokens of issued sheets (agent/domain/sheets.py)."""
    today: date
    """The local day on which the document arrived; supplies the year that `3月5日` leaves out."""
    limits: Limits = STANDARD
    sent: Mapping[str, Sent] = field(default_factory=dict)
    """Sheets that this document may be, by their short code (`parsers.identify` finds the codes in it)."""
    roots: tuple[bytes, ...] = ()
    """Certificates (DER) whose holders' digital signatures count."""
    trust: Trust = NOBODY
    """Whose word about the sender of a mail counts."""
    annotate: bool = False
    """Leave annotated pages and crops of everything in `Reading.sights`."""
    form: str = ""
    """Read every document as this form, whatever it shows or claims; empty to find out."""
