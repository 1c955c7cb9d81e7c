"""What is drawn upon the places of a Word form: ink of a tablet, text boxes, pictures instead of words.

A reader sees it as well as the words, so that it is never passed over: a pen may have struck the words out,
or written the answer.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from agent.domain.answers import Answer, Answers, Trust
from parsers.pictures import look_at
from parsers.word.drawings import Mark, examine, is_ink, is_ours
from parsers.word.found import Found, Rank
from parsers.word.layout import Cell, Drawing, Layout
from parsers.word.package import Package

_DRAWN = "drawing, "
"""How evidence of something that nobody has read begins."""
_UNREAD = "?"
"""What stands for words that nobody has read; of no kind of field is it a value, but of a text."""


def upon(layout: Layout, cell: Cell) -> Iterator[Found]:
    """Yield what is drawn upon a place: the words of text boxes, and ink or a picture as what is unread.

    A picture beside words illustrates them; one that floats is anchored anywhere.
    """
    for drawing in layout.drawings:
        if drawing.cell is not cell or drawing.hidden or is_ours(drawing.element):
            continue
        if drawing.box:
            yield Found(rank=Rank.LABEL, place=f"text box, {cell.place}", words=drawing.box, shaky=True)
        elif is_ink(drawing.element) or (not layout.words(cell) and _is_inline_picture(drawing)):
            yield Found(rank=Rank.LABEL, place=f"{_DRAWN}{cell.place}", words=_UNREAD, shaky=True)


def with_drawings(answers: Answers, layout: Layout, package: Package, pictures: dict[str, bytes]) -> Answers:
    """Return the answers, those upon which something is drawn with its picture, as questions.

    Args:
        answers: as judged, with what `upon` found among their evidence.
        layout: where the drawings are.
        package: what holds their pictures.
        pictures: every picture that is kept, by its digest; changed.
    """
    if not any(_is_drawn(each) for each in answers.all):
        return answers
    placed = ((mark.drawing.cell, mark) for mark in examine(layout.drawings, package))
    marks = {f"{_DRAWN}{cell.place}": mark for cell, mark in placed if cell is not None}
    return Answers(tuple(_asked(each, marks, package, pictures) for each in answers.all))


def _asked(answer: Answer, marks: Mapping[str, Mark], package: Package, pictures: dict[str, bytes]) -> Answer:
    if not _is_drawn(answer):
        return answer
    place = next(each.place for each in answer.evidence if each.place.startswith(_DRAWN))
    mark = marks.get(place)
    content = package.picture(mark.relation) if mark is not None and mark.relation else None
    seen = look_at(content) if content is not None else None
    if seen is not None and seen.digest and not seen.fault:
        pictures[seen.digest] = seen.content
        answer = replace(answer, picture=seen.digest)
    typed = {"".join(e.words.split()) for e in answer.evidence if not e.place.startswith(_DRAWN)}
    if not typed:
        return replace(answer, value=None, trust=Trust.GUESS, problem="unread_ink")
    if len(typed) == 1 and answer.problem == "contradiction" and answer.value is not None:
        # Words and the marks upon them are no two copies that differ: is this still what was meant?
        return replace(answer, problem="")
    return answer


def _is_drawn(answer: Answer) -> bool:
    return any(each.place.startswith(_DRAWN) for each in answer.evidence)


def _is_inline_picture(drawing: Drawing) -> bool:
    return any(str(each.tag).endswith("}inline") for each in drawing.element.iter()) and any(
        str(each.tag).endswith("}blip") for each in drawing.element.iter()
    )
