"""Read one document that came with a mail, whatever it is; the only door to the readers."""

from hashlib import sha256

from agent.domain.reading import Reading, Source
from parsers.complaints import complain
from parsers.known import Known


def read_document(content: bytes, name: str, known: Known) -> tuple[Reading, ...]:
    """Return what `content` says, as one reading per form found; at least one, and never an error.

    A document that is no form of ours is a reading with an empty `form` and a problem that says why.

    Args:
        content: the bytes of the file.
        name: its name as the sender gave it; shown to people, never used as a path.
        known: the forms, people and limits to read by.
    """
    if len(content) > known.limits.file_bytes:
        return (_unread(content, name, "too_big"),)
    return (_unread(content, name, "needs_person"),)


def _unread(content: bytes, name: str, code: str) -> Reading:
    digest = sha256(content).hexdigest()
    return Reading(
        file=name, digest=digest, source=Source.NONE, pages=0, problems=(complain(code, found=name),)
    )
