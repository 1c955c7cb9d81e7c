"""The PDF that goes out beside the Word file of a form."""

from agent.domain.forms import Form
from agent.domain.mail import Attachment
from agent.domain.sheets import COMPILED, Sheet

PDF = "application/pdf"


def is_filled_in(form: Form, sheet: Sheet) -> bool:
    """Say whether somebody fills in this sheet: not what we compile, even of a form that others fill in."""
    return not form.compiled and sheet.item.partition("/")[0] != COMPILED


def beside(word: Attachment, form: Form, sheet: Sheet, secret: bytes) -> Attachment | None:
    """Return the PDF of a filled form, named as its Word file is.

    None for what we compiled, which nobody fills in, and for a form that was restyled into something the PDF
    cannot show: nobody may sign less than was sent, and `forms check` names it.

    Raises:
        WillNotWork: `word` is no Word file.
    """
    if not is_filled_in(form, sheet):
        return None
    from agent.letters.paper.draw import CannotDraw, draw  # noqa: PLC0415 - no start waits for what a sheet needs

    try:
        content = draw(word.content, form, sheet, secret)
    except CannotDraw:
        return None
    return Attachment(name=f"{word.name.removesuffix('.docx')}.pdf", media_type=PDF, content=content)
