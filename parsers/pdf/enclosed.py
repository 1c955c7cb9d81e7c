"""The files within a PDF: a portfolio, or a letter with the form attached to it (ISO 32000-2, 7.11.4)."""

from io import BytesIO

from agent.domain.mail import Attachment
from parsers.limits import Limits
from parsers.mail.files import safe_name


def enclosed(content: bytes, limits: Limits) -> tuple[Attachment, ...]:
    """Return the files within a PDF, bounded as the files of a ZIP are; never raises."""
    from pypdf import PdfReader  # noqa: PLC0415 - only a PDF needs it

    files: list[Attachment] = []
    room = limits.unzipped_bytes
    try:
        for each in PdfReader(BytesIO(content), strict=False).attachment_list:
            held = each.content
            room -= len(held)
            if len(files) == limits.attachments or room < 0:
                break
            name = safe_name(each.name, f"file-{len(files) + 1}")
            files.append(Attachment(name=name, media_type="application/octet-stream", content=held))
    except Exception:  # noqa: BLE001 - pypdf raises many things on a stranger's file
        return tuple(files)
    return tuple(files)
