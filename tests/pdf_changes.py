"""What a hostile program may change in a PDF after it was signed: each as one more revision."""

# mypy: disallow-untyped-calls=False
# pyHanko leaves the constructors of PDF objects untyped.

from collections.abc import Callable
from io import BytesIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.signed_pdfs import field_of

Change = Callable[[IncrementalPdfFileWriter], None]
name = generic.pdf_name


def first_page(writer: IncrementalPdfFileWriter) -> generic.DictionaryObject:
    """Return the first page, to be changed."""
    page = writer.root["/Pages"]["/Kids"][0]
    assert isinstance(page, generic.DictionaryObject)
    return page


def stream(words: str) -> generic.StreamObject:
    """Return page contents that say something else."""
    said = f"BT /F1 12 Tf 72 740 Td ({words}) Tj ET".encode()
    return generic.StreamObject(stream_data=said)


# ---- incremental saving


def value_changed(writer: IncrementalPdfFileWriter) -> None:
    each = field_of(writer, "project_name")
    each[name("/V")] = generic.TextStringObject("Line 9")
    writer.update_container(each)


def appearance_changed(writer: IncrementalPdfFileWriter) -> None:
    each = field_of(writer, "project_name")
    each["/AP"][name("/N")] = writer.add_object(stream("Line 9"))
    writer.update_container(each)


def contents_replaced(writer: IncrementalPdfFileWriter) -> None:
    page = first_page(writer)
    page[name("/Contents")] = writer.add_object(stream("Amount: 900"))
    writer.update_container(page)


def contents_appended(writer: IncrementalPdfFileWriter) -> None:
    page = first_page(writer)
    both = generic.ArrayObject([dict.__getitem__(page, "/Contents"), writer.add_object(stream("0"))])
    page[name("/Contents")] = both
    writer.update_container(page)


def annotated(kind: str) -> Change:
    def change(writer: IncrementalPdfFileWriter) -> None:
        page = first_page(writer)
        rect = generic.ArrayObject(map(generic.FloatObject, (72, 735, 300, 755)))
        note = generic.DictionaryObject(
            {
                name("/Type"): name("/Annot"),
                name("/Subtype"): name(kind),
                name("/Rect"): rect,
                name("/Contents"): generic.TextStringObject("Amount: 900"),
            }
        )
        page["/Annots"].append(writer.add_object(note))
        writer.update_container(page["/Annots"])

    return change


def page_added(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    page = generic.DictionaryObject(dict(first_page(writer)))
    page[name("/Contents")] = writer.add_object(stream("And also …"))
    pages["/Kids"].append(writer.add_object(page))
    pages[name("/Count")] = generic.NumberObject(3)
    writer.update_container(pages)


def page_removed(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    del pages["/Kids"][1]
    pages[name("/Count")] = generic.NumberObject(1)
    writer.update_container(pages)


def pages_swapped(writer: IncrementalPdfFileWriter) -> None:
    pages = writer.root["/Pages"]
    pages["/Kids"].reverse()
    writer.update_container(pages)


def font_swapped(writer: IncrementalPdfFileWriter) -> None:
    font = next(iter(first_page(writer)["/Resources"]["/Font"].values())).get_object()
    differences = [generic.NumberObject(49), name("/nine")]
    font[name("/Encoding")] = generic.DictionaryObject(
        {name("/Type"): name("/Encoding"), name("/Differences"): generic.ArrayObject(differences)}
    )
    writer.update_container(font)


def layer_hidden(writer: IncrementalPdfFileWriter) -> None:
    writer.root[name("/OCProperties")] = generic.DictionaryObject({name("/OCGs"): generic.ArrayObject()})
    writer.update_root()


def regenerated(writer: IncrementalPdfFileWriter) -> None:
    writer.root["/AcroForm"][name("/NeedAppearances")] = generic.BooleanObject(value=True)
    writer.update_container(writer.root["/AcroForm"])
    writer.update_root()


def script_added(writer: IncrementalPdfFileWriter) -> None:
    action = {name("/S"): name("/JavaScript"), name("/JS"): generic.TextStringObject("app.alert(1)")}
    writer.root[name("/OpenAction")] = generic.DictionaryObject(action)
    writer.update_root()


def field_moved(writer: IncrementalPdfFileWriter) -> None:
    each = field_of(writer, "project_name")
    each[name("/Rect")] = generic.ArrayObject(map(generic.FloatObject, (72, 730, 272, 748)))
    writer.update_container(each)


def field_hidden(writer: IncrementalPdfFileWriter) -> None:
    each = field_of(writer, "project_name")
    each[name("/F")] = generic.NumberObject(2)
    writer.update_container(each)


def empty_slot_drawn(writer: IncrementalPdfFileWriter) -> None:
    each = field_of(writer, "sig.manager")
    each[name("/AP")] = generic.DictionaryObject({name("/N"): writer.add_object(stream("Wang Fang"))})
    writer.update_container(each)


def catalogue_swapped(writer: IncrementalPdfFileWriter) -> None:
    root = generic.DictionaryObject({name("/Type"): name("/Catalog")})
    root[name("/AcroForm")] = dict.__getitem__(writer.root, "/AcroForm")
    page = generic.DictionaryObject(dict(first_page(writer)))
    page[name("/Contents")] = writer.add_object(stream("Amount: 900"))
    kids = generic.ArrayObject([writer.add_object(page)])
    pages = {name("/Type"): name("/Pages"), name("/Kids"): kids, name("/Count"): generic.NumberObject(1)}
    root[name("/Pages")] = writer.add_object(generic.DictionaryObject(pages))
    writer.root.clear()
    writer.root.update(root)
    writer.update_root()


def another_catalogue(content: bytes) -> bytes:
    """Return the file with one more revision whose trailer names another catalogue."""
    pdf = PdfFileReader(BytesIO(content))
    number = pdf.trailer["/Size"]
    at = len(content)
    form_at, pages_at = (dict.__getitem__(pdf.root, key).idnum for key in ("/AcroForm", "/Pages"))
    body = f"{number} 0 obj\n<< /Type /Catalog /AcroForm {form_at} 0 R /Pages {pages_at} 0 R >>\nendobj\n"
    table = f"xref\n{number} 1\n{at:010} 00000 n \n"
    previous = pdf.last_startxref
    trailer = f"trailer\n<< /Size {number + 1} /Root {number} 0 R /Prev {previous} >>\n"
    return content + f"{body}{table}{trailer}startxref\n{at + len(body)}\n%%EOF\n".encode()


def certified_afterwards(writer: IncrementalPdfFileWriter) -> None:
    each = field_of(writer, "sig.head")
    writer.root[name("/Perms")] = generic.DictionaryObject({name("/DocMDP"): dict.__getitem__(each, "/V")})
    writer.update_root()


def second_field_of_the_same_name(writer: IncrementalPdfFileWriter) -> None:
    twin = generic.DictionaryObject(dict(field_of(writer, "sig.head")))
    writer.root["/AcroForm"]["/Fields"].append(writer.add_object(twin))
    writer.update_container(writer.root["/AcroForm"]["/Fields"])


CHANGES: tuple[Change, ...] = (
    *(value_changed, appearance_changed, contents_replaced, contents_appended),
    *(annotated("/FreeText"), annotated("/Stamp"), page_added, page_removed, pages_swapped, font_swapped),
    *(layer_hidden, regenerated, script_added, field_moved, field_hidden, empty_slot_drawn),
    *(catalogue_swapped, certified_afterwards, second_field_of_the_same_name),
)
