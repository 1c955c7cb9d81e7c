"""The error of a process pack: it names the file, the table and the key, and says what is wrong."""

from collections.abc import Iterable
from difflib import get_close_matches

from agent.domain.errors import WillNotWork


class DefinitionError(WillNotWork):
    """A process pack cannot be used as it stands; a person must change a file."""

    def __init__(self, file: str, table: str, key: str, why: str) -> None:
        self.file, self.table, self.key, self.why = file, table, key, why
        place = " ".join(part for part in (f"[{table}]" if table else "", key) if part)
        super().__init__(f"{file}: {place}: {why}" if place else f"{file}: {why}")


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the known word closest to `word`, empty when none is close."""
    found = get_close_matches(word, list(known), n=1)
    return f"; did you mean “{found[0]}”?" if found else ""
