"""Read one document that came with a mail, whatever it is; the only door to the readers."""

from hashlib import sha256

from agent.domain.mail import Attachment
from agent.domain.problems import Problem
from agent.domain.reading import Reading, Source
from parsers.complaints import complain
from parsers.documents import documents
from parsers.known import Known
from parsers.sniff import Kind, Sniffed, sniff
from parsers.word_form import read_word
from parsers.word_package import Unreadable


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
    return (_read(content, name, sniff(content, name, known.limits), known),)


def _read(content: bytes, name: str, sniffed: Sniffed, known: Known) -> Reading:
    if sniffed.problem is not None:
        return _unread(content, name, sniffed.problem)
    if sniffed.kind is not Kind.DOCX:
        return _unread(content, name, complain("not_a_document", found=name))
    try:
        return read_word(content, name, known)
    except Unreadable as fault:
        return _unread(content, name, complain(str(fault), found=name))
    except Exception as error:  # noqa: BLE001 - a stranger's file never stops the clerk; it goes to review
        return _unread(content, name, complain("unreadable", found=f"{name}: {type(error).__name__}"))


def _unread(content: bytes, name: str, problem: Problem) -> Reading:
    digest = sha256(content).hexdigest()
    return Reading(file=name, digest=digest, source=Source.NONE, pages=0, problems=(problem,))
