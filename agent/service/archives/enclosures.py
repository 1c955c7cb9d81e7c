"""The files that our own letters carried, byte for byte as they left."""

from email import policy
from email.parser import BytesHeaderParser, BytesParser
from functools import lru_cache

from agent.domain.errors import WillNotWork
from agent.letters.mime import one_line
from store.blobs import Blobs


class Enclosures:
    """Looks into letters; the last one stays open, because its files are asked for one after another."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs
        self._files = lru_cache(maxsize=1)(self._parse)

    def get(self, letter: str, position: int) -> bytes:
        """Return the `position`-th attached file of the letter whose bytes are the blob `letter`.

        Raises:
            WillNotWork: the blob is lost, or the letter has not so many files.
        """
        files = self._files(letter)
        if position >= len(files):
            raise WillNotWork(f"letter {letter} carries {len(files)} files, not {position + 1}")
        return files[position]

    def subject(self, letter: str) -> str:
        """Return the subject of a letter."""
        head = BytesHeaderParser(policy=policy.default).parsebytes(self._blobs.get(letter))
        return one_line(str(head["Subject"] or ""))

    def _parse(self, letter: str) -> tuple[bytes, ...]:
        message = BytesParser(policy=policy.default).parsebytes(self._blobs.get(letter))
        contents = (
            part.get_payload(decode=True)
            for part in message.walk()
            if part.get_content_disposition() == "attachment"
        )
        return tuple(content for content in contents if isinstance(content, bytes))
