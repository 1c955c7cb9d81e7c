"""Orders with every value filled, for the tests of forms."""

from datetime import date, datetime
from decimal import Decimal
from functools import cache
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from lxml import etree

from agent.domain.answers import Scalar, Value, Values
from agent.domain.effects import FormOrder
from agent.domain.forms import Field, Form, Kind
from agent.domain.mail import Address
from agent.domain.people import Directory, Person, Role
from agent.domain.problems import Problem
from agent.domain.sheets import Sheet
from agent.domain.words import Language
from agent.letters.form_filling.xml import controls_in, tag_of, w
from agent.letters.forms import Look, fill
from agent.packs import find, load_forms, word_file

SECRET = b"s" * 32
FOLDER = find("collaboration", Path("nowhere"))
PEOPLE = Directory(
    (
        Person(
            name="李娜",
            address=Address("li.na@example.com"),
            department="研发部",
            roles=frozenset({Role.HEAD}),
        ),
        Person(name="王强", address=Address("wang.qiang@example.com"), department="市场部"),
    )
)
LOOK = Look(directory=PEOPLE, secret=SECRET, zone=ZoneInfo("Asia/Shanghai"), case_title="网关上市")
EVERY = tuple((name, language) for name in load_forms(FOLDER) for language in Language)


@cache
def form_of(name: str) -> Form:
    """Return a shipped form."""
    return load_forms(FOLDER)[name]


def word(name: str, language: Language) -> bytes:
    """Return a shipped Word file."""
    return word_file(FOLDER, name, language)


def order(
    name: str, language: Language, values: Values | None = None, marks: tuple[Problem, ...] = ()
) -> FormOrder:
    """Return an order for a form of case XT-2026-0001."""
    form = form_of(name)
    sheet = Sheet(
        case="XT-2026-0001", item="confirm/研发部/1", form=name, version=form.version, language=language
    )
    return FormOrder(sheet=sheet, values=values or {}, marks=marks)


def filled(
    name: str, language: Language, values: Values | None = None, marks: tuple[Problem, ...] = ()
) -> bytes:
    """Return the bytes of a filled shipped form."""
    return fill(order(name, language, values, marks), form_of(name), word(name, language), LOOK).content


def everything(form: Form, rows: int, text: str = "第一点\n第二点") -> Values:
    """Return a value for every field and cell."""
    values: dict[str, Value] = {}
    for each in form.fields:
        if each.columns:
            values[each.id] = tuple({c.id: _value(c, text) for c in each.columns} for _ in range(rows))
        else:
            values[each.id] = _value(each, text)
    return values


def said(content: bytes) -> dict[str, str]:
    """Return the text of every control by its tag, line breaks as newlines."""
    root = document(content)
    return {tag_of(control): _text(control) for control in controls_in(root)}


def words_of(element: etree._Element) -> str:
    """Return all the text within an element."""
    return "".join(each.text or "" for each in element.iter(w("t")))


def document(content: bytes) -> etree._Element:
    """Return the parsed body of a .docx."""
    with ZipFile(BytesIO(content)) as archive:
        return etree.fromstring(archive.read("word/document.xml"))


def _text(control: etree._Element) -> str:
    plain = {w("br"): "\n", w("tab"): "\t"}
    return "".join(plain.get(str(each.tag)) or each.text or "" for each in control.iter(w("t"), *plain))


def _value(field: Field, text: str) -> Scalar:
    match field.kind:
        case Kind.DATE:
            return date(2026, 3, 5)
        case Kind.DATETIME:
            return datetime(2026, 3, 5, 14, 0)  # noqa: DTZ001 - wall-clock, as agent.domain.answers has it
        case Kind.NUMBER:
            return Decimal("37.50")
        case Kind.PERSON:
            return "li.na@example.com"
        case Kind.DEPARTMENT:
            return "研发部"
        case Kind.CHOICE:
            return field.choices[0].value
        case Kind.CHECKBOX:
            return True
        case _:
            return text
