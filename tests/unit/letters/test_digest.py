"""The coordinator's digest."""

from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook

from agent.domain.digest import DigestFacts
from agent.domain.words import Language
from agent.letters.compose import compose
from agent.letters.mime import to_bytes
from agent.letters.reports import fold
from agent.letters.scene import Scene
from tests.unit.letters.scenes import COORD, digest_facts, rich, scene, send


def digest(facts: DigestFacts) -> tuple[str, str, bytes]:
    """Return text, HTML and bytes of a digest in Chinese."""
    stage: Scene = scene(digest=facts)
    letter = compose(send("digest", to=(COORD,), case=None), stage)
    return letter.text, letter.html, to_bytes(letter)


def test_what_waits_for_the_coordinator_comes_first_and_is_numbered() -> None:
    """放行 1 speaks of the first line of this list."""
    text, _, _ = digest(digest_facts())

    assert text.index("待审邮件】") < text.index("在办协同】")
    assert "- 1 | Re: 合同终稿" in text
    assert "放行 1" in text


def test_lag_is_red_and_counted_in_days() -> None:
    """A manager sees red before reading."""
    _, html, _ = digest(digest_facts(5))

    assert "<strong>滞后 5 个工作日</strong>" in html


def test_the_head_of_the_journal_travels_along() -> None:
    """A cut tail is detected against a head kept in somebody's mailbox."""
    text, _, _ = digest(digest_facts())

    assert "9f2c" * 16 in text


def test_a_quiet_day_is_said_in_a_sentence() -> None:
    """No empty tables."""
    text, html, _ = digest(DigestFacts())

    assert "今天没有待审邮件" in text
    assert "<th" not in html


def test_ten_thousand_cases_make_a_short_mail_and_a_long_list() -> None:
    """However many cases there are, the mail is cut and the workbook is not; benchmarks measure the time."""
    facts = digest_facts(10_000)
    letter = compose(send("digest", to=(COORD,), case=None), scene(digest=facts))

    assert len(letter.html) < 60_000
    (book,) = letter.attachments
    sheets = load_workbook(BytesIO(book.content), read_only=True)
    assert sum(1 for _ in sheets["在办协同"].iter_rows()) == 10_001
    assert "10000" in letter.text


@pytest.mark.parametrize("odd", ["\ufffe", "\uffff", "\ufdd0", "\U0001ffff", "\x00", "\ud800", "\u202e"])
def test_no_subject_of_a_stranger_stops_the_digest(odd: str) -> None:
    """What is no character (Unicode, 23.7) cannot stand in XML, and a workbook is XML."""
    line = replace(digest_facts(30).review[0], subject=f"合同{odd}终稿", sender=f"x{odd}@example.com")
    stage = scene(digest=DigestFacts(weekly=True, review=(line,)))
    letter = compose(send("digest", to=(COORD,), case=None), stage)
    (book,) = letter.attachments
    row = list(load_workbook(BytesIO(book.content))["待审邮件"].iter_rows())[1]

    assert [row[1].value, row[2].value] == ["x@example.com", "合同终稿"]
    assert to_bytes(letter)


def test_words_in_the_workbook_are_never_formulas() -> None:
    """A subject that begins with = is text to Excel."""
    facts = digest_facts(30)
    evil = facts.review[0].__class__(
        number=3,
        sender="=cmd|' /C calc'!A0",
        subject="=1+1",
        arrived=facts.review[0].arrived,
        because=facts.review[0].because,
    )
    stage = scene(digest=DigestFacts(weekly=True, review=(evil,)))
    (book,) = compose(send("digest", to=(COORD,), case=None), stage).attachments
    row = list(load_workbook(BytesIO(book.content))["待审邮件"].iter_rows())[1]

    assert [cell.data_type for cell in row[1:3]] == ["s", "s"]
    assert row[2].value == "=1+1"


def test_a_folded_notice_keeps_its_subject_and_its_sentence() -> None:
    """Above the budget a notice is not lost, only gathered."""
    notice = compose(*rich("milestone", Language.ZH))
    folded = fold(notice)
    letter = compose(send("personal_digest", case=None), scene(folded=(folded,)))

    assert notice.subject in letter.text
    assert "成果评审" in folded.words
    assert folded.words.splitlines()[0] in letter.text
