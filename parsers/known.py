"""What a reader has to know about the house in order to read a returned document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from agent.domain.forms import Form
from agent.domain.people import Directory
from parsers.limits import STANDARD, Limits


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
    form: str = ""
    """Read every document as this form, whatever it shows or claims; empty to find out."""
