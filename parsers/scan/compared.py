"""The print of a sheet held against what was sent, text by text: same, altered, or not to be compared."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from agent.domain.reading import Drift, DriftKind
from parsers.pages.drift import Piece, shown
from parsers.pages.lines import lines_of, wide
from parsers.pages.page import Box, PageWord
from parsers.scan.covered import covered, covered_within, goes_on_below, stamped
from parsers.scan.leaf import Leaf
from parsers.scan.printed import Print, Run
from parsers.scan.put_in import put_in
from parsers.scan.second_look import Looked, Seen, Verdict, joined, judged, look
from parsers.scan.spelt import Match, find, spelt
from parsers.scan.standing import Standing, is_dark, standing
from parsers.scan.strikes import is_crossed_out
from parsers.scan.unread import Unread, read_again, unread_lines

_SHORTEST = 2
"""Compared characters; a shorter piece that OCR read is a mark."""
_ALIKE = 0.5
"""Of the characters as sent: so many must be there for a place to be theirs."""
_LONG = 12
"""Compared characters; a shorter text may be like another one."""
_MOST = 40
"""Differences and open places of one sheet; a form that was rewritten has more, an awful photo, too."""
_NOTHING = Seen("", "", ())
_MOST_AGAIN = 24
"""Runs of a sheet that are read again when a text is nowhere; each takes 20 ms."""
_FITS = 0.5
"""Of a missing text's width in 10 points: as wide is a line that nobody can read and that may be it."""
_EM = 10.0
_LINE = 480.0
"""Points; a longer text has several lines."""
_LABEL = 5
"""Compared characters; that a shorter label was not read says nothing about whether it is there."""
_CLEAR = 0.9
"""Score of a run below which it may have been misread as a whole."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Printed text that could not be compared with what was sent."""

    page: int
    words: str = ""
    """As they were sent; empty when it is the whole page."""
    box: Box | None = None
    """Where they are, in points; None when that is not known."""
    struck: bool = False
    """A line is drawn through them."""


class Comparison:
    """What was found so far, text by text."""

    def __init__(self, leaves: Iterable[Leaf], runs: Iterable[Run], hidden: Iterable[Run]) -> None:
        """Begin.

        Args:
            leaves: the pages.
            runs: their words outside the answers' places.
            hidden: their words in the answers' places, into which a false line of a table puts print;
                `Run.cell` is the number of the place.
        """
        self.drift: list[Drift] = []
        self.uncompared: list[Place] = []
        self._leaves = {leaf.page.number: leaf for leaf in leaves}
        self._print = Print(runs)
        self._hidden = Print(hidden)
        self._lines: Print | None = None
        self._unread: tuple[Unread, ...] | None = None
        self._again: dict[int, Unread] = {}

    def compare(self, sent: Iterable[Piece], *, gone: bool = True) -> None:
        """Look for each text that was sent, the longest first.

        Args:
            sent: the texts, with their places on the pages where these are known.
            gone: a text that is nowhere is missing; else it may be on a page that did not come.
        """
        keys = [(spelt(each.text)[0], each) for each in sent]
        wanted = sorted((each for each in keys if len(each[0]) >= _SHORTEST), key=lambda each: -len(each[0]))
        for key, piece in [each for each in wanted if not self._print.take(each[0])]:
            if len(self.drift) + len(self.uncompared) >= _MOST:
                self.uncompared.extend(Place(page=number) for number in self._leaves)
                return
            match = self._print.like(key)
            if match is None and self._print.text:  # too long to be looked for
                self._leave(piece, piece.page or min(self._leaves), piece.box)
            elif match is not None and _is_theirs(key, match, self._print):
                self._decide(key, piece, self._print, match)
                self._print.strike(match.begin, match.stop)
            elif gone or piece.box is not None:
                twins = [each for other, each in wanted if other == key and each is not piece]
                # Of lines that say the same, another one than this may be the one that is gone.
                if self._look_for(key, piece):
                    for each in twins:
                        self._look_for(key, each)

    def look_for_more(self, again: Iterable[str]) -> None:
        """Look for words that nobody sent; what only says `again` (prompts of empty places) is none."""
        self.drift.extend(put_in(self._print, self._leaves, again))

    def look_for_strokes(self) -> None:
        """Look for lines that somebody drew through the print: OCR reads through them."""
        told = {(each.page, each.box) for each in self.uncompared}
        for run in self._print.accounted():
            box, leaf = run.word.box, self._leaves[run.page]
            if (run.page, box) not in told and is_crossed_out(leaf.readable, box, leaf.scale, leaf.blank):
                place = Place(page=run.page, words=shown(run.word.text), box=box, struck=True)
                self.uncompared.append(place)

    def _decide(self, key: str, piece: Piece, where: Print, match: Match) -> None:
        place = standing(key, where, match)
        if self._goes_on(key, [where.runs[each] for each in place.owners]):
            return
        again = self._looked(where, place)
        readings = tuple(_readings(where, place, again))
        for each in place.rest:
            where.strike(*where.span([each]))
        verdict = judged(piece.text, readings)
        if verdict is Verdict.SAME:
            return
        page = where.runs[place.owners[0]].page
        box = next(where.runs[each].word.box for each in place.owners if each in place.touched)
        dark = [each for each in place.rest if is_dark(where, each, again[each])]
        if dark:
            box = box.around(where.runs[dark[0]].word.box)
        elif len(place.owners) == 1 and stamped(piece.text, readings, box, self._leaves[page]):
            pass  # it is shown, whatever it says now
        elif verdict is Verdict.ALTERED:
            leaf, words = self._leaves[page], tuple(self._words(page))
            parts = [where.runs[each].word.box for each in place.owners if each in place.touched]
            rest = covered(piece.text, readings, box, leaf, words) or covered_within(parts, leaf, words)
            if rest is None:
                self._tell(piece, page, readings[1].words or readings[0].words)
                return
            box = box.around(rest)
        self._leave(piece, page, box)

    def _words(self, page: int) -> Iterator[Box]:
        return (run.word.box for run in (*self._print.runs, *self._hidden.runs) if run.page == page)

    def _goes_on(self, key: str, runs: Iterable[Run]) -> bool:
        """Say whether a text is whole with what stands beside it: a false line of a table cut it in two."""
        if self._lines is None:
            self._lines = Print(_by_lines((*self._print.runs, *self._hidden.runs)))
        own = {(run.page, run.word) for run in runs}
        at = self._lines.text.find(key)
        while at >= 0:
            found = (self._lines.runs[each] for each in self._lines.owners(at, at + len(key)))
            if any((run.page, run.word) in own for run in found):
                return True
            at = self._lines.text.find(key, at + 1)
        return False

    def _looked(self, where: Print, place: Standing) -> dict[int, Looked]:
        touched = sorted(place.touched)
        runs = [where.runs[each] for each in touched]
        found = look([(self._leaves[run.page], run.word.box) for run in runs])
        return dict(zip(touched, found, strict=True))

    def _look_for(self, key: str, piece: Piece) -> bool:
        """Look for a text that is nowhere among the print: in its place, among the answers, in unread ink.

        Returns:
            It stands in its place as it was sent.
        """
        if self._is_misread(key):
            return False
        match = self._hidden.like(key)
        if match is not None and _is_theirs(key, match, self._hidden):
            if self._hidden.is_all(match):  # an answer that says the same, or print where answers are
                run = self._hidden.runs[self._hidden.owners(match.begin, match.stop)[0]]
                self._leave(piece, run.page, piece.box)
            else:
                self._decide(key, piece, self._hidden, match)
            return False
        leaf = self._leaves.get(piece.page)
        if leaf is None or piece.box is None:
            self._look_in_unread(key, piece)
            return False
        (looked,) = look([(leaf, piece.box)])
        verdict = judged(piece.text, looked.readings) if looked.readings else Verdict.UNSURE
        if verdict is Verdict.ALTERED or (verdict is Verdict.UNSURE and not looked.inked):
            there = [each for each in looked.readings if _is_like(key, each)]
            self._tell(piece, piece.page, there[0].words if there else "")
        elif verdict is Verdict.UNSURE:
            self._leave(piece, piece.page, piece.box)
        return verdict is Verdict.SAME

    def _is_misread(self, key: str) -> bool:
        """Say whether a text stands where words were read in doubt that nothing else accounts for."""
        for number in [each for each in self._print.doubted(_CLEAR) if each not in self._again]:
            if len(self._again) == _MOST_AGAIN:
                break
            run = self._print.runs[number]
            self._again[number] = read_again(self._leaves[run.page], run.word.box)
        said = next((each for each in self._doubted() if self._again[each].says(key)), None)
        if said is not None:
            self._print.strike(*self._print.span([said]))
        return said is not None

    def _doubted(self) -> list[int]:
        return [each for each in self._print.doubted(_CLEAR) if each in self._again]

    def _look_in_unread(self, key: str, piece: Piece) -> None:
        if self._unread is None:
            self._unread = unread_lines(self._leaves.values())
        width = min(_LINE, sum(_EM if wide(letter) else _EM / 2 for letter in piece.text))
        maybe = None
        for each in (*self._unread, *(self._again[number] for number in self._doubted())):
            alike = [seen for seen in each.readings if _is_like(key, seen)]
            verdict = judged(piece.text, (_NOTHING, *alike)) if alike else Verdict.UNSURE
            if verdict is Verdict.SAME or each.says(key):
                return
            if verdict is Verdict.ALTERED:
                if goes_on_below(piece.text, alike, each.box, self._leaves[each.page]):
                    self._leave(piece, each.page, each.box)
                else:
                    self._tell(piece, each.page, alike[0].words)
                return
            if alike or (not each.is_clear and each.room >= _FITS * width):
                maybe = each
        if maybe is not None:
            self._leave(piece, maybe.page, maybe.box)
        elif len(key) < _LABEL:
            self._leave(piece, min(self._leaves), None)
        else:
            self._tell(piece, 0, "")

    def _tell(self, piece: Piece, page: int, returned: str) -> None:
        kind = DriftKind.CHANGED if returned.strip() else DriftKind.MISSING
        self.drift.append(Drift(kind=kind, page=page, sent=shown(piece.text), returned=shown(returned)))

    def _leave(self, piece: Piece, page: int, box: Box | None) -> None:
        self.uncompared.append(Place(page=page, words=shown(piece.text), box=box))


def _is_theirs(key: str, match: Match, where: Print | None = None) -> bool:
    """Say whether a place is likely that of a text: most of it is there, of a short one little else."""
    lost = sum(edit.end - edit.start for edit in match.edits)
    if lost > (1 - _ALIKE) * len(key):
        return False
    if where is None or len(key) >= _LONG:
        return True
    low, high = where.span(where.owners(match.begin, match.stop))
    return match.cost + (high - low) - (match.stop - match.begin) <= (1 - _ALIKE) * len(key)


def _is_like(key: str, seen: Seen) -> bool:
    match = find(key, seen.key)
    return match is not None and _is_theirs(key, match)


def _by_lines(runs: Iterable[Run]) -> Iterator[Run]:
    """Yield runs as a reader's eye goes, whatever cells they stand in."""
    pages: dict[int, list[PageWord]] = {}
    for run in runs:
        pages.setdefault(run.page, []).append(run.word)
    for page, words in pages.items():
        for line in lines_of(words):
            yield from (Run(word=word, page=page) for word in line)


def _readings(where: Print, place: Standing, again: Mapping[int, Looked]) -> Iterator[Seen]:
    """Yield a text as the page reads, and with what differs in it as it reads alone."""
    runs = {each: where.runs[each] for each in place.owners}
    yield joined(_first(run) for run in runs.values())
    for number in (0, 1):
        yield joined(
            (_reading(again[each], number) if each in again else None) or _first(run)
            for each, run in runs.items()
        )


def _first(run: Run) -> Seen:
    key, _ = spelt(run.word.text)
    return Seen(run.word.text, key, (run.word.score,) * len(key))


def _reading(looked: Looked, number: int) -> Seen | None:
    return looked.readings[number] if looked.readings else None
