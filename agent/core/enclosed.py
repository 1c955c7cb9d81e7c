"""Which case the other attachments of a mail belong to, when it brings forms of several (ADR 0040)."""

from collections.abc import Mapping
from unicodedata import normalize

from agent.domain.case import CaseId, FileRef
from agent.domain.reading import Reading

_LEAST = 3
"""Signs of a file's name that can name it: `1.pdf` is in every form."""


def files_by_case(
    files: tuple[FileRef, ...], forms: Mapping[CaseId, tuple[Reading, ...]]
) -> Mapping[CaseId, tuple[FileRef, ...]]:
    """Return the files of each case whose form came with them.

    A file is named by a case when its own name has the number of that case, else when the name without its
    ending stands in an answer of one of its forms.  What is named goes where it is named; what nobody names
    goes to each case: nobody looks for a paper in vain, and the mail lies in both archives anyway.

    Args:
        files: the attachments that are no form.
        forms: the forms of the mail, by the cases that take them.
    """
    said = {case: tuple(_words(readings)) for case, readings in forms.items()}
    homes = {file.digest: _named(file, said) or frozenset(forms) for file in files}
    return {case: tuple(file for file in files if case in homes[file.digest]) for case in forms}


def _named(file: FileRef, said: Mapping[CaseId, tuple[str, ...]]) -> frozenset[CaseId]:
    name = _plain(file.name.rpartition(".")[0] or file.name)
    numbered = frozenset(case for case in said if _plain(case) in name)
    if numbered or len(name) < _LEAST:
        return numbered
    return frozenset(case for case, words in said.items() if any(name in each for each in words))


def _words(readings: tuple[Reading, ...]) -> list[str]:
    return [_plain(a.value) for reading in readings for a in reading.answers.all if isinstance(a.value, str)]


def _plain(words: str) -> str:
    """Return words as they are compared: in one width and case, without blanks."""
    return "".join(normalize("NFKC", words).casefold().split())
