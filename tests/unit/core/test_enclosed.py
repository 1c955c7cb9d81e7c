"""Attachments of one mail with forms of two cases: each is filed where its reader looks for it (ADR 0040)."""

from dataclasses import replace

import pytest

from agent.core.desk import Surroundings
from agent.core.triage import triage
from agent.domain.authenticity import Standing
from agent.domain.case import CaseId, FileRef
from agent.domain.events import FormReturned
from agent.domain.reading import Reading
from tests.company import at, the_process
from tests.course import CASE, CONFIRM, Course, sure
from tests.unit.core import speakers

OTHER = CaseId("XT-2026-0002")


def a_form(case: CaseId, authority: str) -> Reading:
    """Build a signed form of a case; what it says of files stands under 授权."""
    reading = speakers.a_reading("own")
    assert reading.sheet is not None
    answers = sure(CONFIRM | {"lead": at("liu"), "authority": authority})
    return replace(reading, digest=case, sheet=replace(reading.sheet, case=case), answers=answers)


def filed(name: str, *says: str, sender: str = "li") -> set[CaseId]:
    """Return the cases with which a file of that name is filed, by what the forms of both say."""
    case, world = speakers.scene("present", "open")
    readings = tuple(a_form(each, words) for each, words in zip((CASE, OTHER), says, strict=False))
    files = (
        *(FileRef(name="form.docx", digest=each.digest) for each in readings),
        FileRef(name=name, digest="f"),
    )
    around = Surroundings(
        at=Course().now,
        process=the_process(),
        world=world,
        cases={CASE: case, OTHER: replace(case, id=OTHER)},
        documents={file.digest: file for file in files},
        raw=FileRef(name="mail.eml", digest="raw"),
    )
    said = triage(speakers.a_mail(sender, Standing.AUTHENTIC), readings, around)
    return {
        case
        for case, event in said.events
        if isinstance(event, FormReturned) and "f" in {file.digest for file in event.files}
    }


@pytest.mark.parametrize("name", ["样机图纸.pdf", "样机 图纸.PDF", "样机图纸.docx"])
def test_a_file_that_one_form_names_goes_with_that_form(name: str) -> None:
    """However its name is spaced, and whatever its ending."""
    assert filed(name, "可定方案", "见附件：样机图纸") == {OTHER}


def test_a_file_that_both_forms_name_goes_with_both() -> None:
    """Both readers look for it."""
    assert filed("样机图纸.pdf", "样机图纸", "详见样机图纸") == {CASE, OTHER}


def test_the_number_of_a_case_in_the_name_of_a_file_goes_before_all() -> None:
    """Whoever writes it means it; in full width as well."""
    assert filed("ＸＴ-2026-0001 样机图纸.pdf", "可定方案", "XT-2026-0001 样机图纸") == {CASE}


@pytest.mark.parametrize("name", ["样机图纸.pdf", "1.pdf", "见附件", ""])
def test_what_nobody_names_is_lost_to_nobody(name: str) -> None:
    """Nor does a name of one or two signs name anything: they stand in every form."""
    assert filed(name, "1", "见") == {CASE, OTHER}


def test_all_other_files_of_a_mail_with_one_form_go_with_it() -> None:
    """As ever."""
    assert filed("XT-2026-0002 图纸.pdf", "可定方案") == {CASE}
