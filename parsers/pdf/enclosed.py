"""The files within a PDF: a portfolio, or a letter with the form attached to it (ISO 32000-2, 7.11.4)."""

from agent.domain.mail import Attachment
from parsers.limits import Limits
from parsers.mail.files import safe_name
from parsers.pdf.fields import files_within


def enclosed(content: bytes, limits: Limits) -> tuple[Attachment, ...]:
    """Return the files within a PDF, bounded as the files of a ZIP are; never raises."""
    files: list[Attachment] = []
    room = limits.unzipped_bytes
    for name, held in files_within(content):
        room -= len(held)
        if len(files) == limits.attachments or room < 0:
            break
        safe = safe_name(name, f"file-{len(files) + 1}")
        files.append(Attachment(name=safe, media_type="application/octet-stream", content=held))
    return tuple(files)
