"""From words to a value of the kind that a field asks for; never raises, never guesses silently."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType
from typing import assert_never

from agent.domain.forms import Choice, Field, Kind
from agent.domain.people import Directory
from parsers.dates import read_day, read_moment
from parsers.persons import read_departments, read_persons
from parsers.understood import Understood, half_width, plain, tidy

LONGEST_TEXT = 20_000
"""Characters of one text; nobody fills in ten pages by hand, and a longer one is reported, not cut."""
LONGEST_WORD = 2_000
"""Characters of every other kind."""

TICKED = "☑☒⊠✓✔√■●◉🗹🗸🗷▣☻"
UNTICKED = "☐□○◯❑❒▢"

_MARKS = re.compile(f"[{TICKED}{UNTICKED}]\ufe0f?|\\[[xX√ ]\\]|\\([xX√ ]\\)")
_NUMBER = re.compile(
    r"([-+]?)(\d{1,3}(?:,\d{3})+|\d+)?(\.\d+)?\s*(万亿|亿|万|千|百)?\s*(%|[^\d\s%.,+\-~]{0,6})"
)
_SCALES = {"百": 100, "千": 1_000, "万": 10_000, "亿": 100_000_000, "万亿": 1_000_000_000_000}
_LONGEST_NUMBER = 30
_ENUMERATED = re.compile(r"^(?:[A-Ha-h]|\d)[.、)]\s*")
_YES = frozenset({"是", "有", "对", "已", "yes", "y", "true", "ok", "1", "同意", "达标", "完成"})
_NO = frozenset({"否", "不", "无", "没有", "no", "n", "false", "0", "×", "✗", "✘"})
_NO_OFFERS: Mapping[str, str] = MappingProxyType({})


def understand(
    field: Field,
    words: str,
    *,
    directory: Directory,
    today: date,
    offers: Mapping[str, str] = _NO_OFFERS,
) -> Understood:
    """Return what `words` mean as an answer to `field`.

    Args:
        field: the question, or a column of rows.
        words: the text that stands in the field's place, not empty.
        directory: where people and departments are looked up.
        today: supplies the year of a day written without one.
        offers: displayed text → value of the drop-down that held the words, when it had one.
    """
    text = tidy(words)
    if len(text) > (LONGEST_TEXT if field.kind is Kind.TEXT else LONGEST_WORD):
        return Understood.wrong("too_long")
    match field.kind:
        case Kind.TEXT | Kind.ROWS:
            return Understood(value=text or None)
        case Kind.DATE | Kind.DATETIME:
            return (read_day if field.kind is Kind.DATE else read_moment)(text, today)
        case Kind.NUMBER:
            return read_number(text)
        case Kind.PERSON | Kind.DEPARTMENT:
            named = read_persons if field.kind is Kind.PERSON else read_departments
            return named(text, directory, several=field.several)
        case Kind.CHOICE:
            return read_choice(text, field.choices, offers)
        case Kind.CHECKBOX:
            return read_tick(text)
        case _:
            assert_never(field.kind)


def read_number(text: str) -> Understood:
    """Understand a number: full-width, with thousands, `%` (80% is 80), 万 and 亿, and a unit behind it."""
    words = half_width(text)
    match = _NUMBER.fullmatch(words)
    if match is None or len(words) > _LONGEST_NUMBER or not (match[2] or match[3]):
        return Understood.wrong("bad_number")
    sign, whole, fraction, scale, unit = match.groups(default="")
    try:
        value = Decimal(f"{sign}{whole.replace(',', '') or '0'}{fraction}") * _SCALES.get(scale, 1)
    except InvalidOperation:  # pragma: no cover - the pattern admits only digits
        return Understood.wrong("bad_number")
    return Understood(value=value, certain=unit in {"", "%"})


def read_choice(text: str, choices: tuple[Choice, ...], offers: Mapping[str, str] = _NO_OFFERS) -> Understood:
    """Understand one choice by its value or its label in either language, or ticked among several."""
    if (chosen := _choice(text, choices)) is not None:
        return Understood(value=chosen.value)
    if offered := next((c for c in choices if c.value == offers.get(text.strip())), None):
        return Understood(value=offered.value)
    if not _MARKS.search(text):
        return Understood.wrong("not_a_choice")
    options = _ticked_and_not(text)
    ticked = {c.value for label, on in options if on and (c := _choice(label, choices)) is not None}
    if len(ticked) == 1 and all(_choice(label, choices) for label, on in options if on):
        return Understood(value=ticked.pop())
    if not any(on for _, on in options):
        return Understood()
    return Understood.wrong("not_a_choice")


def read_tick(text: str) -> Understood:
    """Understand a check box: a mark, or yes and no in either language."""
    words = half_width(text).casefold().strip(" .。!！")
    if words in _YES or words in _NO:
        return Understood(value=words in _YES)
    marks = _MARKS.findall(text)
    if len(marks) == 1:
        return Understood(value=_is_ticked(marks[0]))
    ticked = [label for label, on in _ticked_and_not(text) if on]
    if len(ticked) == 1 and (label := ticked[0].casefold().strip()) in _YES | _NO:
        return Understood(value=label in _YES)
    return Understood.wrong("not_a_choice") if ticked or not marks else Understood()


def _choice(text: str, choices: tuple[Choice, ...]) -> Choice | None:
    for words in (text, _ENUMERATED.sub("", half_width(text))):
        wanted = plain(words)
        if not wanted:
            continue
        for choice in choices:
            if wanted in {plain(choice.value), plain(choice.label.zh), plain(choice.label.en)}:
                return choice
    return None


def _ticked_and_not(text: str) -> list[tuple[str, bool]]:
    """Split `☑ 同意 ☐ 不同意` (or with the marks behind) into options and whether each is ticked."""
    found = list(_MARKS.finditer(text))
    options: list[tuple[str, bool]] = []
    marks_first = not text[: found[0].start()].strip() if found else True
    for number, mark in enumerate(found):
        if marks_first:
            end = found[number + 1].start() if number + 1 < len(found) else len(text)
            label = text[mark.end() : end]
        else:
            label = text[found[number - 1].end() if number else 0 : mark.start()]
        options.append((label.strip(), _is_ticked(mark[0])))
    return options


def _is_ticked(mark: str) -> bool:
    return mark[0] in TICKED or (len(mark) > 1 and mark[1] in "xX√")
