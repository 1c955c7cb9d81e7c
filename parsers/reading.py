"""Read one document that came with a mail, whatever it is; the only door to the readers."""

from dataclasses import replace
from hashlib import sha256

from agent.domain.mail import Attachment
from agent.domain.problems import Problem
from agent.domain.reading import Reading, Source
from parsers.complaints import complain
from parsers.documents import documents
from parsers.known import Known
from parsers.sniff import Kind, Sniffed, sniff
from parsers.sniff_words import KINDS, file_problem
from parsers.word.form import read_word
from parsers.word.package import Unreadable

_PICTURES = frozenset({Kind.PNG, Kind.JPEG, Kind.HEIC, Kind.TIFF, Kind.PICTURE})


def read_document(content: bytes, name: str, known: Known) -> tuple[Reading, ...]:
    """Return what `content` says, as one reading per document found; at least one, and never an error.

    A document that is no form of ours is a reading with an empty `form` and a problem that says why.

    Args:
        content: the bytes of the file; what wraps others (ZIP, forwarded mail) is opened.
        name: its name as the sender gave it; shown to people, never used as a path.
        known: the forms, people and limits to read by.
    """
    whole = Attachment(name=name, media_type="application/octet-stream", content=content)
    found = documents((whole,), known.limits)
    return tuple(reading for each in found for reading in read_file(each.content, each.name, known))


def read_file(content: bytes, name: str, known: Known) -> tuple[Reading, ...]:
    """Read one file as `read_document` does, opening nothing that wraps others."""
    return _read(content, name, sniff(content, name, known.limits), known)


def read_pages(contents: tuple[bytes, ...], name: str, known: Known) -> tuple[Reading, ...]:
    """Read pictures, which are pages of one sheet when they came as several files.

    The readings bear the digest of the first file; the others lie beside it in the mail.
    """
    try:
        from parsers.scan.files import read_pictures  # noqa: PLC0415 - the extra `ocr` may not be installed
    except ImportError:
        return (_unread(contents[0], name, file_problem("read_by_person", KINDS["picture"], name)),)
    try:
        return read_pictures(contents, name, known)
    except Exception as error:  # noqa: BLE001 - a stranger's file never stops the clerk; it goes to review
        broken = complain("unreadable", found=f"{name}: {type(error).__name__}")
        return (_unread(contents[0], name, broken),)


def _read(content: bytes, name: str, sniffed: Sniffed, known: Known) -> tuple[Reading, ...]:
    if sniffed.kind in _PICTURES and (sniffed.problem is None or sniffed.problem.code == "read_by_person"):
        return read_pages((content,), name, known)
    if sniffed.problem is not None:
        return (_unread(content, name, sniffed.problem),)
    try:
        match sniffed.kind:
            case Kind.DOCX:
                return (read_word(content, name, known),)
            case Kind.PDF:
                return _read_pdf(content, name, known)
            case _:
                return (_unread(content, name, complain("not_a_document", found=name)),)
    except Unreadable as fault:
        return (_unread(content, name, complain(str(fault), found=name)),)
    except Exception as error:  # noqa: BLE001 - a stranger's file never stops the clerk; it goes to review
        return (_unread(content, name, complain("unreadable", found=f"{name}: {type(error).__name__}")),)


def _read_pdf(content: bytes, name: str, known: Known) -> tuple[Reading, ...]:
    """Return what a PDF shows; where that is no form of ours, the forms among the files within it."""
    from parsers.pdf.enclosed import enclosed  # noqa: PLC0415 - the small process reads no PDF and stays small
    from parsers.pdf.form import read_pdf  # noqa: PLC0415 - likewise

    shown = read_pdf(content, name, known)
    if any(reading.form for reading in shown):
        return shown
    digest = sha256(content).hexdigest()
    inside = (
        reading
        for file in enclosed(content, known.limits)
        for reading in _within(file.content, f"{name}/{file.name}", known)
    )
    # The PDF is the document that came: what lies within it has no name of its own in the mail.
    return tuple(replace(reading, digest=digest) for reading in inside if reading.form) or shown


def _within(content: bytes, name: str, known: Known) -> tuple[Reading, ...]:
    """Read one file within a PDF; of a PDF within it, its pages alone."""
    from parsers.pdf.form import read_pdf  # noqa: PLC0415 - as above

    sniffed = sniff(content, name, known.limits)
    if sniffed.kind is Kind.PDF and sniffed.problem is None:
        return read_pdf(content, name, known)
    return _read(content, name, sniffed, known)


def _unread(content: bytes, name: str, problem: Problem) -> Reading:
    digest = sha256(content).hexdigest()
    return Reading(file=name, digest=digest, source=Source.NONE, pages=0, problems=(problem,))
