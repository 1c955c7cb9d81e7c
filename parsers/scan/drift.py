"""Whether the printed text of a sheet came back as it was sent, as far as OCR can tell.

Pages that lie upon the PDF as sent are compared with it.  A print of the Word file breaks its lines
elsewhere: it is compared with that file, and only as a whole.
"""

from agent.domain.forms import Form
from agent.domain.reading import Drift
from parsers.known import Known, Sent
from parsers.pages.drift_pages import asked_places, pages_drift, pieces, text_drift
from parsers.pages.page import Places
from parsers.pages.sent import empty_places
from parsers.scan.leaf import Leaf
from parsers.scan.second_look import confirmed
from parsers.scan.sent import SentSheet
from parsers.word.drift import fixed_text

_LEGIBLE, _NO_DOUBT = 0.8, 0.75
"""Part of a page's letters that must stand in lines read without doubt for its print to be compared: of scans
and usual photos 0.93 and more, of awful photos, on which one in three was called altered, 0.3 to 0.8."""


def is_legible(leaf: Leaf) -> bool:
    """Say whether a page was read well enough to be held to the letter."""
    letters = sum(len(word.text) for word in leaf.page.words)
    clear = sum(len(word.text) for word in leaf.page.words if word.score >= _NO_DOUBT)
    return clear >= _LEGIBLE * letters


def names_of(known: Known) -> tuple[str, ...]:
    """Return what people and departments are called: words of weight on any form."""
    people = known.directory.people
    return tuple(dict.fromkeys(said for each in people for said in (each.name, each.department) if said))


def laid_drift(
    leaves: tuple[Leaf, ...], places: Places, sheet: SentSheet, form: Form, known: Known
) -> tuple[Drift, ...]:
    """Return how the printed text of pages that lie upon `sheet` differs from it.

    Args:
        leaves: the pages that came, each once.
        places: where the answers are on them, which are no printed text.
        sheet: the PDF as sent.
        form: what was asked; what we had filled in for people to read is printed text, too.
        known: the people.
    """
    laid = tuple(leaf.page for leaf in leaves if leaf.blank is not None and is_legible(leaf))
    if not laid:
        return ()
    ours = tuple(blank.page for blank in sheet.blanks.values())
    pairs = {page.number: page.number for page in laid}
    names = names_of(known)
    sent, asked = asked_places(sheet.places, form), asked_places(places, form)
    drift = pages_drift((ours, sent), (laid, asked), pairs, noisy=True, names=names)
    here = [page for page in ours if page.number in pairs]
    return confirmed(drift, leaves, pieces(here, sent), pieces(laid, empty_places()), names)


def loose_drift(
    leaves: tuple[Leaf, ...], places: Places, sent: Sent, form: Form, known: Known
) -> tuple[Drift, ...]:
    """Return how the printed text of a whole sheet that lies upon no PDF differs from the Word file."""
    if not sent.word or not leaves or any(leaf.blank is not None or not is_legible(leaf) for leaf in leaves):
        return ()
    loose = tuple(leaf.page for leaf in leaves)
    # A cell without ruled lines is no cell on paper: its paragraphs are looked for one by one.
    lines = [line for text in fixed_text(sent.word, form, known) for line in text.splitlines()]
    asked = asked_places(places, form)
    names = names_of(known)
    drift = text_drift(lines, loose, asked, form, noisy=True, names=names)
    return confirmed(drift, leaves, (), pieces(loose, empty_places()), names)
