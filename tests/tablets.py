"""People who write upon a PDF: with a pen on a tablet, or with the tools of a viewer.

A pen leaves a picture (Apple Markup, flattened), strokes among the page's own content (GoodNotes, Samsung
Notes), or an `Ink` annotation (Acrobat, Edge, Drawboard).
"""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import numpy as np
import pikepdf
import pypdf
from PIL import Image
from pypdf.annotations import FreeText
from pypdf.annotations import Text as Comment

from parsers.pages.page import Box, Spot
from tests.paper.hands import write
from tests.paper.pages import PaperPage
from tests.paper.strokes import Pen

_SCALE = 300 / 72


def by_hand(pdf: bytes, spot: Spot, words: str, seed: int = 1) -> bytes:
    """Return the PDF with words written by hand as a picture that lets the page through."""
    box = spot.box
    high, wide = (round(side * _SCALE) for side in (box.height, box.width))
    blank = PaperPage(pixels=np.full((high, wide, 3), 255, np.uint8), dpi=300)
    room = Box(4.0, 2.0, box.width - 4, box.height)
    size = min(13.0, box.height * 0.8)
    written = write(blank, room, words, seed, pen=Pen(colour="blue"), size=size, wild=0.6).pixels
    ink = 255 - written.min(axis=2)
    layer = Image.merge("RGBA", [Image.fromarray(each) for each in (*np.moveaxis(written, 2, 0)[::-1], ink)])
    out = BytesIO()
    layer.save(out, "PDF", resolution=300)
    picture = pypdf.PdfReader(out).pages[0]
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    page = writer.pages[spot.page - 1]
    at = pypdf.Transformation().translate(box.left, float(page.mediabox.height) - box.bottom)
    page.merge_transformed_page(picture, at)
    return _written(writer)


def stroked(pdf: bytes, spot: Spot, *, among: bool = False) -> bytes:
    """Return the PDF with a wave of a pen through a place: an `Ink` annotation, or `among` its content."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        page = opened.pages[spot.page - 1]
        points = _wave(spot.box, float(page.mediabox[3]))
        if among:
            first, *rest = points
            way = f"{first[0]:.2f} {first[1]:.2f} m " + " ".join(f"{x:.2f} {y:.2f} l" for x, y in rest)
            page.contents_add(opened.make_stream(f"q 0 0 0.6 RG 1.2 w {way} S Q".encode()))
        else:
            _annotate(
                opened,
                page,
                spot.box,
                Subtype=pikepdf.Name.Ink,
                InkList=pikepdf.Array([pikepdf.Array([each for point in points for each in point])]),
                C=pikepdf.Array([0, 0, 0.6]),
                BS=pikepdf.Dictionary(W=1.2),
            )
        return _saved(opened)


def annotated(pdf: bytes, spot: Spot, kind: str, words: str = "") -> bytes:
    """Return the PDF with an annotation of some kind over a place, with words that need not be shown."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        page = opened.pages[spot.page - 1]
        left, low, right, high = _rectangle(spot.box, float(page.mediabox[3]))
        _annotate(
            opened,
            page,
            spot.box,
            Subtype=pikepdf.Name(f"/{kind}"),
            Contents=pikepdf.String(words),
            QuadPoints=pikepdf.Array([left, high, right, high, left, low, right, low]),
        )
        return _saved(opened)


def typed(pdf: bytes, spot: Spot, words: str) -> bytes:
    """Return the PDF with words that pypdf typed upon it, as the typewriter tools of viewers do."""
    return _pypdf(pdf, spot, lambda box: FreeText(text=words, rect=box, font_size="9pt"))


def commented(pdf: bytes, spot: Spot, words: str) -> bytes:
    """Return the PDF with a comment of pypdf's that a viewer shows as a yellow note."""
    return _pypdf(pdf, spot, lambda box: Comment(rect=box, text=words))


def _pypdf(pdf: bytes, spot: Spot, make: Callable[[tuple[float, float, float, float]], object]) -> bytes:
    writer = pypdf.PdfWriter(clone_from=BytesIO(pdf))
    high = float(writer.pages[spot.page - 1].mediabox.height)
    writer.add_annotation(spot.page - 1, make(_rectangle(spot.box, high)))  # type: ignore[arg-type]
    return _written(writer)


def _wave(box: Box, high: float) -> list[tuple[float, float]]:
    return [
        (box.left + 6 + at * 3, high - box.centre[1] + (3.5 if at % 2 else -3.5))
        for at in range(int(min(box.width - 12, 60) / 3))
    ]


def _rectangle(box: Box, high: float) -> tuple[float, float, float, float]:
    return box.left, high - box.bottom, box.right, high - box.top


def _annotate(opened: pikepdf.Pdf, page: pikepdf.Page, box: Box, **entries: Any) -> None:  # noqa: ANN401 - PDF objects
    made = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Rect=pikepdf.Array(_rectangle(box, float(page.mediabox[3]))), F=4, **entries
    )
    notes = page.get("/Annots")
    held = list(notes) if notes is not None else []
    page.Annots = opened.make_indirect(pikepdf.Array([*held, opened.make_indirect(made)]))


def _saved(opened: pikepdf.Pdf) -> bytes:
    out = BytesIO()
    opened.save(out)
    return out.getvalue()


def _written(writer: pypdf.PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    return out.getvalue()
