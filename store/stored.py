"""A file among the blobs, as rows refer to it."""

from dataclasses import dataclass
from hashlib import sha256

from agent.domain.mail import InboundMail


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """An attachment whose bytes are the blob `digest`."""

    name: str
    media_type: str
    digest: str
    size: int
    """Bytes."""


def files_of(mail: InboundMail) -> tuple[StoredFile, ...]:
    """Return where the attachments of `mail` are kept, in its order."""
    return tuple(
        StoredFile(
            name=each.name,
            media_type=each.media_type,
            digest=sha256(each.content).hexdigest(),
            size=len(each.content),
        )
        for each in mail.attachments
    )
