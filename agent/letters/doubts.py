"""The numbered lines of a confirmation letter: what was read, and the crop of the paper beside it."""

from collections.abc import Mapping
from datetime import date, datetime

from agent.domain.confirming import Doubt
from agent.domain.forms import Field, Form, Kind
from agent.domain.mail import Attachment
from agent.domain.words import Words
from agent.letters.dates import day_words, wall_words
from agent.letters.mime import file_name, one_line
from agent.letters.values import Tongue
from agent.letters.views import DoubtView

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_TICKED = (Words(zh="未勾选", en="not ticked"), Words(zh="已勾选", en="ticked"))
_EXAMPLES: Mapping[Kind, Words] = {
    Kind.DATE: Words.same("2026-04-30"),
    Kind.DATETIME: Words.same("2026-04-30 14:00"),
    Kind.NUMBER: Words.same("80"),
    Kind.PERSON: Words(zh="王芳", en="Wang Fang"),
    Kind.DEPARTMENT: Words(zh="研发部", en="R&D"),
}
_ANOTHER_YEAR = date.min
_TEXT = Words(zh="正确的内容", en="the right words")
_NOTHING = Words(zh="空白", en="nothing")
_YES = Words(zh="是", en="yes")


def view_doubts(
    doubts: tuple[Doubt, ...], form: Form | None, pictures: Mapping[str, bytes], tongue: Tongue
) -> tuple[tuple[DoubtView, ...], tuple[Attachment, ...]]:
    """Return the lines as a template sees them, and their pictures.

    Each picture stands inline in the HTML (RFC 2392) and has a name of its own, by which a reader without
    HTML finds it: `2 计划完成日期.png`.
    """
    views: list[DoubtView] = []
    files: list[Attachment] = []
    for number, doubt in enumerate(doubts, 1):
        field = form.at(doubt.field) if form is not None else None
        label = _label(doubt, form, tongue)
        file = _picture(number, label, pictures.get(doubt.picture, b""))
        if file is not None:
            files.append(file)
        views.append(
            DoubtView(
                number=number,
                label=label,
                read=_read(doubt, field, tongue),
                words=_words(doubt, field, tongue),
                must_write=not doubt.can_be_right,
                differing=tongue.join(tuple(_quoted(each, field, tongue) for each in doubt.differing)),
                example=_example(field, tongue),
                cid=file.cid if file is not None else "",
                file=file.name if file is not None else "",
            )
        )
    return tuple(views), tuple(files)


def _words(doubt: Doubt, field: Field | None, tongue: Tongue) -> str:
    """Return the words that were read, unless they only stand for ink that nobody could read."""
    if doubt.why is not None:
        return tongue.words(doubt.why)
    return tongue.found(doubt.words, field) if any(map(str.isalnum, doubt.words)) else ""


def _label(doubt: Doubt, form: Form | None, tongue: Tongue) -> str:
    if doubt.label is not None:
        return one_line(tongue.words(doubt.label))
    return one_line(tongue.words(form.label_of(doubt.field))) if form is not None else doubt.field


def _picture(number: int, label: str, content: bytes) -> Attachment | None:
    ending, kind = (".png", "image/png") if content.startswith(_PNG) else (".jpg", "image/jpeg")
    if not content.startswith((_PNG, _JPEG)):
        return None
    name = file_name(f"{number} {label}{ending}")
    return Attachment(name=name, media_type=kind, content=content, cid=f"line-{number}@formclerk")


def _read(doubt: Doubt, field: Field | None, tongue: Tongue) -> str:
    """Return the value as its reader writes it; a day with its year, since the year is what may be wrong."""
    if doubt.read is None:
        return ""
    if isinstance(doubt.read, bool):
        return tongue.words(_TICKED[doubt.read])
    if isinstance(doubt.read, datetime):
        return wall_words(doubt.read, tongue.language, _ANOTHER_YEAR)
    if isinstance(doubt.read, date):
        return day_words(doubt.read, tongue.language, _ANOTHER_YEAR)
    return tongue.value(doubt.read, field)


def _quoted(words: str, field: Field | None, tongue: Tongue) -> str:
    return f"“{tongue.found(words, field)}”" if words else tongue.words(_NOTHING)


def _example(field: Field | None, tongue: Tongue) -> str:
    if field is None:
        return ""
    if field.kind is Kind.CHOICE and field.choices:
        return tongue.words(field.choices[-1].label)
    if field.kind is Kind.CHECKBOX:
        return tongue.words(_YES)
    return tongue.words(_EXAMPLES.get(field.kind, _TEXT))
