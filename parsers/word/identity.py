"""Which sheet a Word file is: what it claims, whether we issued it, and which form it shows."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.domain.forms import Form, Kind
from agent.domain.sheets import Sheet, TokenStatus, check, claimed
from agent.domain.words import Language
from parsers.known import Known
from parsers.per_form import PerForm
from parsers.understood import plain
from parsers.word.labels import keys, language_of
from parsers.word.layout import Layout
from parsers.word.package import Package
from parsers.word.walk import walk

PROPERTY = "formclerk"
"""The custom property that carries the token."""
FORM_PROPERTY = "formclerk-form"
"""The custom property that names form, version and language, on blank forms too."""
TOKEN_BOOKMARK = "_fc_token"  # noqa: S105 - the name of a place, not a secret

TOKEN = re.compile(r"FC1\|[^|\s]*\|[^|\n]*\|[^|\s]*\|\d{1,6}\|[a-z]{2}\|[0-9A-Z]{10}")
"""The token wherever it stands in a text (`Sheet.token`)."""
CODE = re.compile(r"\bFC-([2-9A-HJ-NP-Z]{10})\b")
"""The short code as it is printed."""
_CASE = re.compile(r"(?<![A-Za-z0-9-])([A-Z]{1,8}-20\d\d-\d{3,8})(?![0-9-])")
_TAG_ROW = re.compile(r"\.\d+\.")
_LONGEST_NUMBER = 6
_SHARED = 0.5
"""How many of a form's places a document must have to be recognised by them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a document says it is."""

    form: Form | None
    version: int = 0
    language: Language | None = None
    sheet: Sheet | None = None
    token: TokenStatus = TokenStatus.ABSENT
    problems: tuple[str, ...] = ()
    """Codes of `complain`."""


def identify(package: Package, layout: Layout, known: Known) -> Identity:
    """Tell which sheet this is: by token, then tags and bookmarks, then title, then labels."""
    margins = [walk(root, package.styles) for root in package.margins]
    visible = "\n".join((layout.text(), *(margin.text() for margin in margins)))
    tokens = _tokens(package, layout, margins)
    valid = tuple(token for token in tokens if check(token, known.secret) is TokenStatus.VALID)
    problems: list[str] = []
    chosen = (valid or tokens or ("",))[0]
    status = check(chosen, known.secret)
    sheet = claimed(chosen)
    if len(valid) > 1:
        status, problems = TokenStatus.UNKNOWN, ["two_sheets"]
    codes = set(CODE.findall(visible))
    if sheet is not None and status is TokenStatus.VALID and codes - {sheet.code(known.secret)}:
        status, problems = TokenStatus.UNKNOWN, [*problems, "wrong_code"]
    shown = _shown_form(layout, visible, known.forms)
    stamp = _stamp(package)
    form = known.forms.get(sheet.form) if sheet is not None else known.forms.get(stamp[0], shown)
    form = known.forms.get(known.form, form)
    if form is None:
        problems.append("strange_form" if sheet is not None else "no_form")
        return Identity(form=None, sheet=sheet, token=status, problems=tuple(problems))
    if shown is not None and shown is not form and not _places(layout) & _names(form):
        problems.append("contradictory_form")
    version = form.version
    if sheet is not None and sheet.form == form.id:
        version = sheet.version
    elif form.id == stamp[0]:
        version = stamp[1]
    if version != form.version:
        problems.append("older_version")
    language = sheet.language if sheet is not None else language_of(form, visible)
    return Identity(
        form=form,
        version=version,
        language=language,
        sheet=sheet if sheet is not None else by_number(visible, form, language),
        token=status,
        problems=tuple(problems),
    )


def _tokens(package: Package, layout: Layout, margins: list[Layout]) -> tuple[str, ...]:
    """Return every different token of the file, the custom property first."""
    bookmarked = [layout.words(b) for b in layout.bookmarks if b.name == TOKEN_BOOKMARK]
    hidden = ["".join(each.hidden) for each in (layout, *margins)]
    texts = [package.properties.get(PROPERTY, ""), *bookmarked, *hidden]
    found = [match for text in texts for match in TOKEN.findall(text)]
    return tuple(dict.fromkeys(found))


def _stamp(package: Package) -> tuple[str, int]:
    """Return form and version as a blank form carries them: `request/3/zh`."""
    form, _, rest = package.properties.get(FORM_PROPERTY, "").partition("/")
    number = rest.partition("/")[0]
    return (form, int(number)) if number.isdecimal() and len(number) <= _LONGEST_NUMBER else ("", 0)


def by_number(visible: str, form: Form, language: Language | None) -> Sheet | None:
    """Return the claim of a printed case number, when there is one and only one and no token."""
    numbers = set(_CASE.findall(visible))
    if len(numbers) != 1:
        return None
    return Sheet(
        case=numbers.pop(), item="", form=form.id, version=form.version, language=language or Language.ZH
    )


def _shown_form(layout: Layout, visible: str, forms: Mapping[str, Form]) -> Form | None:
    """Return the form that the document shows, whatever it claims; None when that is not clear."""
    likely = _by_places(layout, forms)
    if len(likely) == 1:
        return likely[0]
    titled = _by_title(visible, likely or tuple(forms.values()))
    if titled is not None:
        return titled
    return None if likely else _by_labels(layout, forms)


def _by_places(layout: Layout, forms: Mapping[str, Form]) -> tuple[Form, ...]:
    places = _places(layout)
    scores = {name: len(places & _names(form)) / len(places | _names(form)) for name, form in forms.items()}
    best = max(scores.values(), default=0.0)
    if not places or best < _SHARED:
        return ()
    return tuple(forms[name] for name, score in scores.items() if score == best)


def _places(layout: Layout) -> frozenset[str]:
    tags = {_TAG_ROW.sub(".*.", c.tag) for c in layout.controls if c.tag and not c.tag.startswith("sig.")}
    return frozenset(tags)


@PerForm
def _names(form: Form) -> frozenset[str]:
    return frozenset(path for path, field in form.walk() if field.kind is not Kind.ROWS)


def _by_title(visible: str, forms: tuple[Form, ...]) -> Form | None:
    """Return the form whose title stands on a line of its own; the longest when one holds another."""
    lines = {key for line in visible.split("\n") if line.strip() for key in keys(line)}
    named = [
        (len(title), form)
        for form in forms
        for title in (plain(form.title.zh), plain(form.title.en))
        if title and title in lines
    ]
    longest = max((length for length, _ in named), default=0)
    found = {form.id: form for length, form in named if length == longest}
    return next(iter(found.values())) if len(found) == 1 else None


def _by_labels(layout: Layout, forms: Mapping[str, Form]) -> Form | None:
    """Return the form most of whose labels stand in cells, for a form that was retyped without its title."""
    cells = {plain(layout.words(cell)) for table in layout.tables for row in table for cell in row}
    scores = {
        name: sum(
            plain(field.label.zh) in cells or plain(field.label.en) in cells for _, field in form.walk()
        )
        / max(1, sum(1 for _ in form.walk()))
        for name, form in forms.items()
    }
    best = max(scores.values(), default=0.0)
    found = [forms[name] for name, score in scores.items() if score == best]
    return found[0] if best >= _SHARED and len(found) == 1 else None
