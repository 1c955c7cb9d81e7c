"""A slot that is not found on a page that came is asked about; on a page that did not come it is unsigned."""

from dataclasses import replace

import numpy as np
import pytest

from agent.domain.forms import SignatureKind
from agent.domain.signatures import Signature, Verdict
from parsers.limits import STANDARD
from parsers.pages.page import Box, Page, PageWord, Spot
from parsers.pages.sent import empty_places
from parsers.scan.album import Album
from parsers.scan.leaf import Leaf
from parsers.scan.signed import signed
from tests.paper.pages import PaperPage
from tests.paper.seals import seal
from tests.unit.parsers.pages.drawn_pages import line
from tests.word_files import REQUEST, known

SLOT = REQUEST.slots[0]


def judged(*words: PageWord, is_whole: bool = True) -> tuple[Signature, Album]:
    """Return what is said of the first slot of a page of which no cell was found."""
    page = Page(number=1, width=595.0, height=842.0, words=words)
    leaf = Leaf(page=page, pixels=np.full((1684, 1190, 3), 250, np.uint8), scale=2.0)
    album = Album(limits=STANDARD)
    found = signed((leaf,), empty_places(), REQUEST, known(), album, is_whole=is_whole)
    return next(iter(found)), album


def test_a_slot_whose_frame_is_not_found_is_asked_about_with_its_row() -> None:
    """Who signed it would be told else that nobody did."""
    found, album = judged(line(SLOT.label.zh, 40, 500, 0.97))
    assert (found.slot, found.verdict) == (SLOT.id, Verdict.UNCLEAR)
    assert found.reasons[0].startswith("unseen: ")
    assert found.picture in album.pictures
    assert found.evidence[0].place.startswith("page 1, 40,476 to 595,")


def test_a_slot_whose_label_was_not_read_either_is_asked_about() -> None:
    """A seal lies on both."""
    found, album = judged()
    assert (found.verdict, found.picture, dict(album.pictures)) == (Verdict.UNCLEAR, "", {})


@pytest.mark.parametrize(
    ("frame", "verdict"),
    [(Box(90, 560, 560, 640), Verdict.SIGNED), (Box(90, 100, 560, 160), Verdict.UNCLEAR)],
    ids=["in its frame", "frame hidden"],
)
@pytest.mark.parametrize("is_laid", [False, True], ids=["by itself", "laid upon the page as sent"])
def test_a_seal_counts_for_a_slot_whose_place_is_certain(
    frame: Box,
    verdict: Verdict,
    is_laid: bool,  # noqa: FBT001
) -> None:
    """A seal upon a label hides the rules around it: nobody can say then for which row it is meant."""
    verdict = Verdict.SIGNED if is_laid else verdict
    paper = PaperPage(pixels=np.full((1684, 1190, 3), 250, np.uint8), dpi=144.0)
    sealed = seal(paper, (150, 600), "星河科技有限公司", 1)
    page = Page(number=1, width=595.0, height=842.0, cells=(frame,))
    leaf = Leaf(page=page, pixels=sealed.pixels, scale=2.0, blank=paper.pixels if is_laid else None)
    places = replace(empty_places(), slots={SLOT.id: Spot(page=1, box=Box(100, 585, 550, 615))})
    found = next(iter(signed((leaf,), places, REQUEST, known(), Album(limits=STANDARD), is_whole=True)))
    assert (found.verdict, found.how) == (verdict, SignatureKind.SEAL)
    assert found.reasons[0].startswith("seal: " if verdict is Verdict.SIGNED else "seal_beside: ")


def test_a_slot_on_a_page_that_did_not_come_is_unsigned() -> None:
    """That page is asked for already."""
    found, _ = judged(is_whole=False)
    assert found.verdict is Verdict.UNSIGNED
    assert found.reasons[0].startswith("slot_missing: ")
