"""Pictures that came as files, read as pages: the door to the reader of scans for everything but PDF.

A picture that shows no form of ours is what it was before there was OCR: a file that somebody sent along,
for a person to look at.
"""

from dataclasses import replace
from hashlib import sha256

from agent.domain.problems import Problem
from agent.domain.reading import Reading, Source
from parsers.complaints import complain
from parsers.known import Known
from parsers.scan.form import read_scan
from parsers.scan.pictures import Picture, open_pictures
from parsers.sniff_words import KINDS, file_problem

_NO_PAGE = frozenset({"tiny_picture", "read_by_person", "unreadable"})
"""Faults of a picture that may well be no page, such as a logo: nobody is told to scan it again."""
_NO_FORM = "no_form"


def read_pictures(contents: tuple[bytes, ...], name: str, known: Known) -> tuple[Reading, ...]:
    """Return what pictures say that are pages of one scan; at least one reading.

    Args:
        contents: the bytes of each file; the readings bear the digest of the first.
        name: the name that the sender gave, shown to people.
        known: the forms, people, limits and sheets to read by.
    """
    pages: list[Picture] = []
    faults: list[Problem] = []
    for content in contents:
        opened = open_pictures(content, known.limits)
        if isinstance(opened, str):
            faults.append(by_person(name) if opened in _NO_PAGE else complain(opened, found=name))
        else:
            pages.extend(opened)
    digest = sha256(contents[0]).hexdigest()
    if not pages:
        return (Reading(file=name, digest=digest, source=Source.NONE, pages=0, problems=tuple(faults[:1])),)
    first, *others = read_scan(tuple(pages[: known.limits.scanned_pages]), name, digest, known)
    return (_for_whom(replace(first, problems=(*first.problems, *faults))), *map(_for_whom, others))


def by_person(name: str) -> Problem:
    """Return the problem that a person reads a picture."""
    return file_problem("read_by_person", KINDS["picture"], name)


def _for_whom(reading: Reading) -> Reading:
    if reading.form or all(problem.code != _NO_FORM for problem in reading.problems):
        return reading
    problems = tuple(
        by_person(reading.file) if problem.code == _NO_FORM else problem for problem in reading.problems
    )
    return replace(reading, source=Source.NONE, problems=problems)
