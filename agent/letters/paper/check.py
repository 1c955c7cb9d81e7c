"""Compare the blank PDF of a form with its Word file: what the pack shows is what letters carry."""

from collections import Counter
from collections.abc import Iterator
from io import BytesIO
from zoneinfo import ZoneInfo

import pikepdf

from agent.domain.errors import WillNotWork
from agent.domain.forms import Form
from agent.domain.people import Directory
from agent.domain.sheets import Sheet
from agent.domain.words import Language, Words
from agent.letters.form_check import Finding
from agent.letters.forms import Look, blank
from agent.letters.paper.draw import CannotDraw, draw

_DEEPEST = 10
_MEANT = ("/FT", "/Ff", "/TU", "/V", "/Opt", "/Rect")


def blank_pdf(form: Form, language: Language, word: bytes, *, embed: bool) -> bytes:
    """Return the PDF of an empty sheet of no case, drawn from the pack's Word file.

    Raises:
        CannotDraw: the Word file was restyled into something that the PDF cannot show.
        WillNotWork: it is no Word file, or a template tag in it is broken.
    """
    look = Look(directory=Directory(()), secret=b"", zone=ZoneInfo("UTC"))
    sheet = Sheet(case="", item="", form=form.id, version=form.version, language=language)
    return draw(blank(form, language, word, look), form, sheet, b"", embed=embed)


def check(form: Form, language: Language, word: bytes, pdf: bytes | None) -> tuple[Finding, ...]:
    """Return everything in which the blank PDF (None: there is none) is not what the Word file says.

    What is compared is fields, places and words; not bytes, which another version of a library may pack
    differently.
    """
    if form.compiled:
        return ()
    try:
        wanted = blank_pdf(form, language, word, embed=False)
    except CannotDraw as fault:
        return tuple(_not_drawn(lack.what, lack.near) for lack in fault.lacks)
    except WillNotWork:
        return ()  # the check of the Word file says why
    if pdf is None:
        return (_finding("missing_pdf", "", "缺少空白 PDF，请运行 forms build", "the blank PDF is missing"),)
    try:
        with pikepdf.open(BytesIO(pdf)) as has, pikepdf.open(BytesIO(wanted)) as should:
            return tuple(_differences(has, should))
    except (pikepdf.PdfError, ValueError, TypeError, AttributeError, KeyError) as fault:
        return (_finding("bad_pdf", "", f"PDF 无法读取：{fault}", f"The PDF cannot be read: {fault}"),)


def _differences(has: pikepdf.Pdf, should: pikepdf.Pdf) -> Iterator[Finding]:
    found, wanted = list(_fields(has)), list(_fields(should))
    times, known = Counter(name for name, _ in found), dict(found)
    for name, meant in wanted:
        if not times[name]:
            yield _finding("missing_field", name, "PDF 中缺少此字段", "the PDF lacks this field")
        elif times[name] > 1:
            yield _finding("doubled_field", name, "PDF 中此字段重复", "the field stands in the PDF twice")
        elif known[name] != meant:
            yield _finding("other_field", name, "PDF 字段与表格不一致", "the field is not what the form asks")
    for name in times.keys() - {name for name, _ in wanted}:
        yield _finding("unknown_field", name, "表格中没有此字段", "the form has no such field")
    if list(map(_shown, has.pages)) != list(map(_shown, should.pages)):
        yield _finding(
            "stale_pdf",
            "",
            "PDF 与 Word 文件不一致，请运行 forms build --only-pdf",
            "the PDF does not show what the Word file shows: run forms build --only-pdf",
        )


def _fields(pdf: pikepdf.Pdf) -> Iterator[tuple[str, str]]:
    """Yield the full name of each field with all that matters of it."""
    form = pdf.Root.get("/AcroForm")
    for each in form.Fields if form is not None else ():
        yield from _walk(each, "", 0)


def _walk(field: pikepdf.Object, before: str, depth: int) -> Iterator[tuple[str, str]]:
    name = f"{before}{field.T}"
    kids = list(field.get("/Kids", []))
    if depth < _DEEPEST and any("/T" in kid for kid in kids):
        for kid in kids:
            yield from _walk(kid, f"{name}.", depth + 1)
        return
    meant = [_plain(field.get(key)) for key in _MEANT]
    boxes = [(_plain(kid.Rect), sorted(kid.AP.N.keys())) for kid in kids]
    yield name, repr((meant, boxes))


def _plain(value: pikepdf.Object | None) -> str:
    if isinstance(value, pikepdf.Array):
        return ",".join(_plain(each) for each in value)
    return "" if value is None else str(value)


def _shown(page: pikepdf.Page) -> tuple[str, bytes]:
    return _plain(page.obj.MediaBox), page.Contents.read_bytes()


def _not_drawn(what: Words, near: str) -> Finding:
    return _finding(
        "not_drawn",
        near,
        f"PDF 无法显示{what.zh}；该表格将只以 Word 寄出",
        f"the PDF cannot show {what.en}; the form goes out as Word alone",
    )


def _finding(code: str, place: str, zh: str, en: str) -> Finding:
    return Finding(code=code, place=place, say=Words(zh=zh, en=en))
