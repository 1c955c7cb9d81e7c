"""Read a scan or a photograph: whose sheets it shows, what they say and who signed them.

A page finds its sheet by its QR code, else by the short code that is printed on it, else by its title and
labels; several sheets may come in one scan, in any order, and a sheet's pages in several mails.
"""

from dataclasses import replace

from agent.domain.reading import Reading, Source
from parsers.complaints import complain
from parsers.known import Known
from parsers.scan.groups import grouped
from parsers.scan.pictures import Picture
from parsers.scan.sheet import read_sheet
from parsers.scan.side import Budget, sides_of


def read_scan(pages: tuple[Picture, ...], name: str, digest: str, known: Known) -> tuple[Reading, ...]:
    """Return one reading for each sheet of ours that the pages show; one without a form when there is none.

    What there was no time for is named in a problem (`pages_left`) and goes to a person.

    Args:
        pages: pictures of pages, as they came.
        name: the file's name as the sender gave it.
        digest: SHA-256 of the file.
        known: the forms, people, limits and sheets to read by.
    """
    budget = Budget.of(known)
    sides = tuple(sides_of(pages, known, budget))
    groups = grouped(sides, known)
    readings = [read_sheet(group, name, digest, known, budget) for group in groups]
    if not readings:
        readings.append(
            Reading(
                file=name,
                digest=digest,
                source=Source.SCAN,
                pages=len(pages),
                problems=(complain("no_form", found=name),),
            )
        )
    if len(sides) < len(pages):
        last = readings[-1]
        readings[-1] = replace(last, problems=(*last.problems, complain("pages_left", found=name)))
    return tuple(readings)
