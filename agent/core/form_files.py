"""Form files: what `forms/<id>.toml` may say, and the frozen form that it becomes.

The `[layout]` table is for the builder of the Word files (`agent.letters.form_builder`); here it is
only checked, so that a slip in it is found with the others.
"""

import re
from collections.abc import Mapping

from agent.core.definition_error import MISSING, hinted, is_no, must_be
from agent.core.tables import Table
from agent.domain.forms import Choice, Field, Form, Kind, SignatureKind, Slot
from agent.domain.words import Words

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LONGEST_NAME = 24
"""Word allows 40 characters in a bookmark: `_fld_` + rows + `_000_` + column must fit."""
_LONGEST_BOOKMARK = 40
_MOST_LINES = 40

_OURS = Words(zh="由系统填写的内容不能要求人填", en="what we fill in ourselves cannot be required of people")
_NO_SIGNATURE = Words(zh="没有写签署方式", en="names no kind of signature")
_TOO_LONG = Words(
    zh="两个 id 合起来太长，不能作 Word 书签", en="both ids together are too long for a bookmark in Word"
)
_PAIRS = Words(zh="须为成对的栏目 id 的列表", en="must be a list of pairs of field ids")


def parse(data: Mapping[str, object], file: str) -> Form:
    """Return the form that the parsed TOML `data` describes; `file` is named in errors.

    Raises:
        DefinitionError: something is missing, unknown, doubled or contradicts itself.
    """
    top = Table(data, file)
    name = _name(top)
    fields = tuple(_field(each) for each in top.tables("fields"))
    slots = tuple(_slot(each) for each in top.tables("slots"))
    form = Form(
        id=name,
        version=_at_least(top, "version", 1, top.number("version")),
        title=_words(top, "title"),
        instruction=_words(top, "instruction"),
        fields=fields,
        slots=slots,
        compiled=top.flag("compiled"),
    )
    _check_names(top, form)
    _check_conditions(top, form)
    _check_layout(top.table("layout"), form)
    top.close()
    return form


def _belongs(key: str, kind: str) -> Words:
    return Words(
        zh=f"{key} 只属于 {kind} 类型的栏目，且至少要有一个",
        en=f"belong to a field of kind “{kind}”, which needs at least one",
    )


def _field(table: Table, *, within_rows: bool = False) -> Field:
    kind = _kind(table)
    if within_rows and kind is Kind.ROWS:
        raise table.fault("kind", Words(zh="行内不能再有行", en="rows cannot stand within rows"))
    columns = () if within_rows else tuple(_field(each, within_rows=True) for each in table.tables("columns"))
    if (kind is Kind.ROWS) != bool(columns):
        raise table.fault("columns", _belongs("columns", "rows"))
    choices = tuple(_choice(each) for each in table.tables("choices"))
    if (kind is Kind.CHOICE) != bool(choices):
        raise table.fault("choices", _belongs("choices", "choice"))
    _check_choices(table, choices)
    several = table.flag("several")
    if several and kind not in {Kind.PERSON, Kind.DEPARTMENT}:
        why = Words(
            zh=f"只用于人员和部门，不用于 {kind.value}",
            en=f"is for persons and departments, not for {kind.value}",
        )
        raise table.fault("several", why)
    rows = _at_least(table, "rows", 0, table.number("rows", 0))
    if rows and kind is not Kind.ROWS:
        why = Words(
            zh=f"只用于 rows 类型，不用于 {kind.value}", en=f"is for kind “rows”, not for {kind.value}"
        )
        raise table.fault("rows", why)
    made = Field(
        id=_name(table),
        label=_words(table, "label"),
        kind=kind,
        required=table.flag("required"),
        required_if=_condition(table),
        hint=_words(table, "hint") if table.has("hint") else None,
        choices=choices,
        columns=columns,
        rows=rows,
        lines=min(_at_least(table, "lines", 1, table.number("lines", 1)), _MOST_LINES),
        given=table.flag("given"),
        several=several,
    )
    if made.given and (made.required or made.required_if) and kind is not Kind.ROWS:
        raise table.fault("given", _OURS)
    table.close()
    return made


def _slot(table: Table) -> Slot:
    known = {each.value: each for each in SignatureKind}
    accepts = table.texts("accepts")
    if not accepts:
        raise table.fault("accepts", _NO_SIGNATURE)
    for each in accepts:
        if each not in known:
            raise table.fault("accepts", is_no("kind of signature", each, known))
    slot = Slot(
        id=_name(table),
        label=_words(table, "label"),
        accepts=frozenset(known[each] for each in accepts),
        signer=table.text("signer", ""),
        required=table.flag("required") if table.has("required") else True,
    )
    table.close()
    return slot


def _choice(table: Table) -> Choice:
    choice = Choice(value=table.text("value"), label=_words(table, "label"))
    table.close()
    return choice


def _kind(table: Table) -> Kind:
    known = {each.value: each for each in Kind}
    written = table.text("kind")
    if written not in known:
        raise table.fault("kind", is_no("kind of field", written, known))
    return known[written]


def _name(table: Table) -> str:
    name = table.text("id")
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME:
        why = Words(
            zh=f"“{name}”：只能用小写字母、数字和 _，最多 {_LONGEST_NAME} 个字符",
            en=f"“{name}”: lower-case letters, digits and _ only, at most {_LONGEST_NAME} characters",
        )
        raise table.fault("id", why)
    return name


def _words(table: Table, key: str) -> Words:
    if not table.has(key):
        raise table.fault(key, MISSING)
    words = table.words(key)
    if not words.zh.strip() or not words.en.strip():
        raise table.fault(key, Words(zh="中英文都要写", en="needs words in both languages"))
    return words


def _condition(table: Table) -> tuple[str, str] | None:
    if not table.has("required_if"):
        return None
    condition = table.table("required_if")
    pair = (condition.text("field"), condition.text("is"))
    condition.close()
    return pair


def _at_least(table: Table, key: str, least: int, found: int) -> int:
    if found < least:
        raise table.fault(key, must_be(f"不小于 {least} 的数", f"at least {least}", found))
    return found


def _check_choices(table: Table, choices: tuple[Choice, ...]) -> None:
    for each in (
        [c.value for c in choices],
        [c.label.zh for c in choices],
        [c.label.en for c in choices],
    ):
        for text in each:
            if each.count(text) > 1:
                raise table.fault("choices", Words(zh=f"“{text}”写了两次", en=f"“{text}” stands there twice"))


def _check_names(top: Table, form: Form) -> None:
    groups = [[f.id for f in form.fields], [s.id for s in form.slots]]
    groups += [[c.id for c in f.columns] for f in form.fields]
    for names in groups:
        for name in names:
            if names.count(name) > 1:
                raise top.fault(name, Words(zh="这个 id 写了两次", en="this id stands there twice"))
    for each in form.fields:
        for column in each.columns:
            if len(f"_fld_{each.id}_000_{column.id}") > _LONGEST_BOOKMARK:
                raise top.fault(f"{each.id}.{column.id}", _TOO_LONG)


def _check_conditions(top: Table, form: Form) -> None:
    for each in form.fields:
        if each.required_if is None:
            continue
        other, value = each.required_if
        asked = form.field(other)
        if asked is None:
            known = [f.id for f in form.fields]
            raise top.fault(f"{each.id}.required_if", is_no("field", other, known))
        if asked.choices and asked.choice(value) is None:
            known = [c.value for c in asked.choices]
            why = Words(zh=f"“{value}”不是 {other} 的选项", en=f"“{value}” is no choice of {other}")
            raise top.fault(f"{each.id}.required_if", hinted(why, value, known))


def _check_layout(layout: Table, form: Form) -> None:
    known = [f.id for f in form.fields]
    layout.flag("landscape")
    pairs = layout.raw("pairs") if layout.has("pairs") else []
    if not isinstance(pairs, list) or not all(isinstance(p, list) and len(p) == len("ab") for p in pairs):
        raise layout.fault("pairs", _PAIRS)
    for name in (n for pair in pairs for n in pair):
        if name not in known:
            raise layout.fault("pairs", is_no("field", str(name), known))
    widths = layout.table("widths")
    for name in widths.keys():  # noqa: SIM118 - a Table is no mapping
        field = form.field(name)
        found = widths.raw(name)
        if field is None:
            raise widths.fault(name, is_no("field", name, known))
        if not isinstance(found, list) or len(found) != len(field.columns):
            count = len(field.columns)
            why = Words(zh=f"须列出 {count} 个宽度，每列一个", en=f"must list {count} widths, one per column")
            raise widths.fault(name, why)
        if not all(isinstance(w, int | float) and w > 0 for w in found):
            raise widths.fault(name, Words(zh="宽度须为大于 0 的数", en="widths are numbers above 0"))
    for part in layout.tables("parts"):
        before = part.text("before")
        if before not in known:
            raise part.fault("before", is_no("field", before, known))
        _words(part, "title")
        part.close()
    layout.close()
