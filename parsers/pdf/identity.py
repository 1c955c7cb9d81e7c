"""Which sheet the pages of a PDF are: by token, printed short code, title, labels."""

from collections.abc import Iterable
from dataclasses import dataclass

from agent.domain.forms import Form
from agent.domain.sheets import Sheet, TokenStatus, check, claimed
from agent.domain.words import Language
from parsers.known import Known
from parsers.pages.page import Page
from parsers.pages.places import which_form
from parsers.pdf.parts import Part
from parsers.word.identity import TOKEN, by_number
from parsers.word.labels import language_of


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfIdentity:
    """What some pages say they are."""

    form: Form | None
    version: int = 0
    language: Language | None = None
    sheet: Sheet | None = None
    token: TokenStatus = TokenStatus.ABSENT
    code: str = ""
    problems: tuple[str, ...] = ()
    """Codes of `complain`."""


def identify(part: Part, claims: Iterable[str], known: Known) -> PdfIdentity:
    """Tell which sheet the pages of one part are.

    A printed short code proves a sheet only when `known.sent` holds it; a token proves itself.

    Args:
        part: the pages.
        claims: texts that may hold tokens: fields, document information, QR codes.
        known: the forms, the secret and the sheets that are waited for.
    """
    text = _text(part.pages)
    tokens = tuple(dict.fromkeys(match for each in (*claims, text) for match in TOKEN.findall(each)))
    valid = tuple(token for token in tokens if check(token, known.secret) is TokenStatus.VALID)
    printed = part.codes
    own = tuple(token for token in valid if not printed or token.rpartition("|")[2] in printed)
    chosen = (own or valid or tokens or ("",))[0]
    status, sheet = check(chosen, known.secret), claimed(chosen)
    problems: list[str] = []
    sent = known.sent.get(part.code)
    if sheet is not None and status is TokenStatus.VALID:
        if printed - {sheet.code(known.secret)}:
            status, problems = TokenStatus.UNKNOWN, ["wrong_code"]
        elif len(own) > 1:
            status, problems = TokenStatus.UNKNOWN, ["two_sheets"]
    elif sent is not None:
        sheet, status = sent.sheet, TokenStatus.VALID
    elif len(printed) > 1:
        problems = ["two_sheets"]
    shown = which_form(part.pages, known.forms)
    form = known.forms.get(sheet.form) if sheet is not None else (shown[0] if shown else None)
    form = known.forms.get(known.form, form)
    code = sheet.code(known.secret) if sheet is not None and status is TokenStatus.VALID else part.code
    if form is None:
        problems.append("strange_form" if sheet is not None else "no_form")
        return PdfIdentity(form=None, sheet=sheet, token=status, code=code, problems=tuple(problems))
    if shown is not None and shown[0] is not form and not known.form:
        problems.append("contradictory_form")
    version = sheet.version if sheet is not None and sheet.form == form.id else form.version
    if version != form.version:
        problems.append("older_version")
    language = sheet.language if sheet is not None else language_of(form, text)
    return PdfIdentity(
        form=form,
        version=version,
        language=language,
        sheet=sheet if sheet is not None else by_number(text, form, language),
        token=status,
        code=code,
        problems=tuple(problems),
    )


def claims_of(part: Part, parts: Iterable[Part], tokens: Iterable[str]) -> tuple[str, ...]:
    """Return the tokens of a file that may be meant for one of its forms.

    A file has one document information and one set of fields: where several forms were joined, they are
    those of one of them, whose printed code they name.
    """
    others = frozenset(code for each in parts if each is not part for code in each.codes) - part.codes
    return tuple(token for token in tokens if token.rpartition("|")[2] not in others)


def _text(pages: Iterable[Page]) -> str:
    return "\n".join(word.text for page in pages for word in page.words)
