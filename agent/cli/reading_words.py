"""A reading in words: what a person sees who tries a form out."""

import re
from collections.abc import Iterator

from agent.cli.language import LANGUAGE, tr
from agent.cli.reading_json import rows_in, scalar_json
from agent.cli.say import say, say_table
from agent.domain.answers import Answer, Trust
from agent.domain.forms import Field, Form, Kind, SignatureKind
from agent.domain.marks import told
from agent.domain.reading import DriftKind, Reading
from agent.domain.sheets import TokenStatus
from agent.domain.signatures import Signature, Verdict
from agent.domain.words import Words

_TRUST = {
    Trust.SURE: Words(zh="确定", en="sure"),
    Trust.LIKELY: Words(zh="较可信", en="likely"),
    Trust.GUESS: Words(zh="待确认", en="to confirm"),
    Trust.ABSENT: Words(zh="空", en="empty"),
}
_TOKEN = {
    TokenStatus.VALID: Words(zh="有效", en="valid"),
    TokenStatus.UNKNOWN: Words(zh="不认识", en="unknown"),
    TokenStatus.ABSENT: Words(zh="没有", en="absent"),
}
_VERDICT = {
    Verdict.SIGNED: Words(zh="已签", en="signed"),
    Verdict.UNCLEAR: Words(zh="不明确", en="unclear"),
    Verdict.UNSIGNED: Words(zh="未签", en="unsigned"),
}
_HOW = {
    SignatureKind.INK: Words(zh="手写", en="ink"),
    SignatureKind.PICTURE: Words(zh="图片", en="picture"),
    SignatureKind.DIGITAL: Words(zh="数字签名", en="digital"),
    SignatureKind.SEAL: Words(zh="印章", en="seal"),
    SignatureKind.TYPED: Words(zh="键入", en="typed"),
}
_DRIFT = {
    DriftKind.CHANGED: Words(zh="固定文字被改动", en="fixed text was changed"),
    DriftKind.MISSING: Words(zh="固定文字缺失", en="fixed text is missing"),
    DriftKind.ADDED: Words(zh="多出文字", en="text was added"),
    DriftKind.PAGE_SWAPPED: Words(zh="混入了另一张表的页", en="a page of another sheet"),
}
_PLACES = (
    (re.compile(r"table (\d+), row (\d+), cell (\d+)"), r"表\1 第\2行 第\3格"),
    (re.compile(r"drawing, table (\d+), row (\d+), cell (\d+)"), r"表\1 第\2行 第\3格的笔迹"),
    (re.compile(r"text box, table (\d+), row (\d+), cell (\d+)"), r"表\1 第\2行 第\3格的文本框"),
    (re.compile(r"paragraph (\d+)"), r"第\1段"),
    (re.compile(r"page (\d+), .* pt"), r"第\1页"),
    (re.compile(r"page (\d+), .* pt, ink"), r"第\1页的笔迹"),
    (re.compile(r"what page (\d+), .* pt shows"), r"第\1页所显示的内容"),
    (re.compile(r"text note, page (\d+), .* pt"), r"第\1页的文字批注"),
    (re.compile(r"what the text note, page (\d+), .* pt shows"), r"第\1页文字批注所显示的内容"),
    (re.compile(r"form field (.+)"), r"表单域 \1"),
    (re.compile(r"what form field (.+) shows"), r"表单域 \1 所显示的内容"),
)
_UNSEEN = {"control": Words(zh="控件", en="control"), "bookmark": Words(zh="书签", en="bookmark")}
_SHOWN = 48
"""Characters of a value that the table shows."""


def say_reading(reading: Reading, form: Form | None) -> None:
    """Print one document: what it is, every field, every signature, every problem."""
    say(reading.file)
    if form is not None:
        say(f"  {_head(reading, form)}")
        say()
        heads = (tr("栏目", "Field"), tr("内容", "Value"), tr("可信度", "Trust"), tr("依据", "Evidence"))
        say_table(heads, [_line(*each) for each in _answers(reading, form)])
        if reading.signatures:
            say()
            heads = (tr("签字", "Signature"), tr("结论", "Verdict"), tr("方式", "How"), tr("说明", "Why"))
            say_table(heads, [_signature(each, form) for each in reading.signatures])
    if reading.problems:
        say()
        for problem in reading.problems:
            label = form.label_of(problem.field).in_(LANGUAGE) if form is not None and problem.field else ""
            where = f"{label}{tr('：', ': ')}" if label else ""
            found = tr(f"（{problem.found}）", f" ({problem.found})") if problem.found else ""
            mark = "!" if problem.blocks else "·"
            say(f"  {mark} {where}{problem.say.in_(LANGUAGE)}{found}")
    _say_differences(reading)
    say()


def _say_differences(reading: Reading) -> None:
    """Print what did not come back, and what is not as it was sent."""
    if reading.lacks:
        pages = tr("、", ", ").join(str(page) for page in reading.lacks)
        say(tr(f"  ! 缺第 {pages} 页", f"  ! missing pages: {pages}"))
    for place in reading.uncompared:
        if place.is_all:
            say(
                tr(
                    "  ? 发出时的表样没有留存，固定文字未能核对",
                    "  ? the sheet as it was sent is not kept: its fixed text was not compared",
                )
            )
            continue
        where = tr(f"第 {place.page} 页", f"page {place.page}") if place.page else ""
        sent = tr(f"发出时“{_short(place.words)}”", f"sent “{_short(place.words)}”") if place.words else ""
        said = tr("，", ", ").join(part for part in (where, sent or tr("整页", "all of it")) if part)
        if place.struck:
            say(
                tr(
                    f"  ? 固定文字疑有划线：{said}",
                    f"  ? fixed text with a line drawn through, it seems: {said}",
                )
            )
            continue
        say(tr(f"  ? 固定文字看不清，未能核对：{said}", f"  ? fixed text that cannot be compared: {said}"))
    for drift in reading.drift:
        sent, returned = _short(drift.sent) or "–", _short(drift.returned) or "–"
        say(
            tr(
                f"  ! {_DRIFT[drift.kind].zh}：发出时“{sent}”，收回时“{returned}”",
                f"  ! {_DRIFT[drift.kind].en}: sent “{sent}”, returned “{returned}”",
            )
        )


def _head(reading: Reading, form: Form) -> str:
    case = reading.sheet.case if reading.sheet is not None and reading.sheet.case else tr("无", "none")
    token = _TOKEN[reading.token].in_(LANGUAGE)
    return tr(
        f"《{form.title.zh}》第 {reading.version} 版，事项 {case}，编号标识{token}",
        f"{form.title.en}, version {reading.version}, case {case}, token {token}",
    )


def _answers(reading: Reading, form: Form) -> Iterator[tuple[str, Field, Answer]]:
    for field in form.fields:
        label = field.label.in_(LANGUAGE)
        if field.kind is not Kind.ROWS:
            answer = reading.answers.get(field.id)
            yield label, field, answer or Answer(field=field.id, value=None, trust=Trust.ABSENT)
            continue
        yield from _row_answers(reading, form, field)


def _row_answers(reading: Reading, form: Form, field: Field) -> Iterator[tuple[str, Field, Answer]]:
    rows = rows_in(reading.answers, field)
    if not rows:
        yield field.label.in_(LANGUAGE), field, Answer(field=field.id, value=None, trust=Trust.ABSENT)
    for row in rows:
        for name, answer in row.items():
            if answer.trust is not Trust.ABSENT and (column := field.column(name)) is not None:
                yield form.label_of(answer.field).in_(LANGUAGE), column, answer


def _line(label: str, field: Field, answer: Answer) -> tuple[str, str, str, str]:
    value = _value(field, answer)
    places = tr("、", ", ").join(place_words(each.place) for each in answer.evidence)
    return label, _short(value), _TRUST[answer.trust].in_(LANGUAGE), places


def _value(field: Field, answer: Answer) -> str:
    if answer.value is None:
        return f"? {answer.words}" if answer.words else "–"
    if isinstance(answer.value, bool):
        return tr("是", "yes") if answer.value else tr("否", "no")
    choice = field.choice(answer.value) if isinstance(answer.value, str) else None
    return choice.label.in_(LANGUAGE) if choice is not None else str(scalar_json(answer.value))


def _short(text: str) -> str:
    line = " ⏎ ".join(text.splitlines())
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…"


def place_words(place: str) -> str:
    """Return a place in the language of the user; the tags of controls and bookmarks tell people nothing."""
    kind = place.partition(" ")[0]
    if kind in _UNSEEN:
        return _UNSEEN[kind].in_(LANGUAGE)
    for pattern, chinese in _PLACES:
        if match := pattern.fullmatch(place):
            return tr(match.expand(chinese), place)
    return place


def _signature(signature: Signature, form: Form) -> tuple[str, str, str, str]:
    how = _HOW[signature.how].in_(LANGUAGE) if signature.how is not None else "–"
    reasons = [told(each).in_(LANGUAGE) for each in signature.reasons]
    why = [*([signature.who] if signature.who else []), *reasons]
    return (
        form.label_of(signature.slot).in_(LANGUAGE),
        _VERDICT[signature.verdict].in_(LANGUAGE),
        how,
        tr("；", "; ").join(why),
    )
