"""How the places of a form are named in its PDF (AcroForm, ISO 32000-2, 12.7.4.2).

A name is its path (`conclusion`, `departments.0.asked`, `sig.head`), with one exception: the date beside
a signature is `sig.head.date` in Word, and in a PDF nothing can stand below a signature field, which is
terminal (12.7.4.1); there it is `sigdate.head`.  Its mapping name (`/TM`) says `sig.head.date` all the same.
"""

import re

TOKEN = "_fc_token"  # noqa: S105 - the name of a field
"""The hidden, read-only field that carries the token of the sheet."""
INFO_TOKEN = "/FormclerkToken"  # noqa: S105 - the name of an entry
"""The same token in the document information dictionary."""
INFO_FORM = "/FormclerkForm"
"""`form/version/language` in the document information dictionary, of blank forms too."""
TICKED = "Yes"
"""The state of a ticked check box; any other state than `Off` is a tick as well."""

_DATE = re.compile(r"sig\.(\w+)\.date")
_NAME = re.compile(r"sigdate\.(\w+)")


def pdf_name(path: str) -> str:
    """Return the name of the AcroForm field for a path of the form."""
    found = _DATE.fullmatch(path)
    return f"sigdate.{found[1]}" if found else path


def path_of(name: str) -> str:
    """Return the path of the form that an AcroForm field of this name means."""
    found = _NAME.fullmatch(name)
    return f"sig.{found[1]}.date" if found else name
