"""Join the pieces of a line: words of one look become one, and the ends carry the space of the paragraph."""

from collections.abc import Iterator
from dataclasses import replace

from agent.letters.paper.laid import Line, Said, Thing
from agent.letters.paper.model import Paragraph

_NOTHING = 0.01


def joined(things: list[tuple[float, Thing]]) -> Iterator[tuple[float, Thing]]:
    """Yield the things, words of one look that follow each other as one."""
    held: tuple[float, Said] | None = None
    for x, thing in things:
        if isinstance(thing, Said) and held is not None and _follows(held, x, thing):
            held = (held[0], Said(held[1].words + thing.words, thing.look, held[1].width + thing.width))
            continue
        if held is not None:
            yield held
        held = (x, thing) if isinstance(thing, Said) else None
        if not isinstance(thing, Said):
            yield x, thing
    if held is not None:
        yield held


def _follows(held: tuple[float, Said], x: float, said: Said) -> bool:
    """Say whether words stand right behind those before, in the same look: nothing like a tab between."""
    return held[1].look == said.look and abs(held[0] + held[1].width - x) < _NOTHING


def spaced(lines: list[Line], paragraph: Paragraph) -> tuple[Line, ...]:
    """Return the lines with the space before and after the paragraph in the first and last."""
    top, bottom = paragraph.before, paragraph.after
    lines[0] = replace(lines[0], height=lines[0].height + top, baseline=lines[0].baseline + top)
    lines[-1] = replace(lines[-1], height=lines[-1].height + bottom)
    return tuple(lines)
