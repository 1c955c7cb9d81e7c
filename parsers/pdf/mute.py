"""Pages whose text layer can be read and says nothing of what they show: their fonts name the wrong letters.

A `ToUnicode` map may be wrong from end to end (against copying, or by a fault of the program), and then no
character looks odd.  Such pages show our code, or name our sheet, and have no label of the form: they are
read as pictures.
"""

from collections.abc import Iterable

from parsers.known import Known
from parsers.pdf.answers import Laid
from parsers.pdf.seen import Seen

_SEEN = 2
"""Pages of a document that are searched for a code of ours; each takes a tenth of a second."""


def is_mute(laid: Laid) -> bool:
    """Say whether nothing of a form was found on pages that are known to be it."""
    return not laid.places.fields and not laid.places.slots


def bear_code(seen: Seen, numbers: Iterable[int], known: Known) -> bool:
    """Say whether pages without a form in their text show the QR code of a sheet of ours.

    Args:
        seen: the PDF, held open.
        numbers: the pages.
        known: the secret behind our codes, and the sheets that are waited for.
    """
    try:
        from parsers.scan.codes import read_image  # noqa: PLC0415 - the extra `ocr` may not be installed
        from parsers.scan.identity import NOBODY, by_codes  # noqa: PLC0415 - as above
    except ImportError:
        return False
    for number in list(numbers)[:_SEEN]:
        drawn = seen.coloured(number)
        if drawn is not None and by_codes((code.text for code in read_image(drawn[0])), known) is not NOBODY:
            return True
    return False
