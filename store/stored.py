"""A file among the blobs, as rows refer to it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """An attachment whose bytes are the blob `digest`."""

    name: str
    media_type: str
    digest: str
    size: int
    """Bytes."""
