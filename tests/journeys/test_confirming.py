"""Confirmation by mail, from the bytes of one mail to the bytes of the next, and into the sealed archive."""

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from agent import config
from agent.cli.app import run
from agent.cli.say import Exit
from agent.domain.answers import Answers, Trust
from agent.domain.inbox import MailState
from agent.domain.reading import Drift, DriftKind, Reading
from agent.domain.words import Words
from agent.domain.work_items import ItemState
from agent.service import reading as reading_pass
from agent.service import receiving, rehearsal
from agent.service.archives.checking import examine
from tests.company import at
from tests.houses import found
from tests.journeys.counter import CASE, CONFIRMED, REQUEST, Counter, open_counter, signed
from tests.journeys.outside import Letter, letter_of
from tests.journeys.staff import PEOPLE_CSV
from tests.word_files import signature_png

DRIFT = Drift(kind=DriftKind.CHANGED, page=1, sent="30日内付款", returned="90日内付款")


@pytest.fixture
def counter(tmp_path: Path) -> Iterator[Counter]:
    """Open the counter of a company in which nothing has happened yet."""
    folder = tmp_path / "case"
    found(folder, PEOPLE_CSV)
    (folder / "Inbox").mkdir()
    with open_counter(folder) as opened:
        yield opened


def request_of(counter: Counter, **changes: str) -> tuple[Letter, bytes]:
    """Return the letter with the request form, and the form filled and signed."""
    form = counter.hand_in(counter.mail("zhang", subject="发起协同", text="\n")).letter
    return form, signed(form.word()[1], REQUEST | changes, "initiating_head")


def doubtful(counter: Counter, picture: str = "") -> Letter:
    """Return the letter that asks to confirm a day which was read from paper."""
    form, filled = request_of(counter)
    reply = counter.reply(form, attachments=(("form.docx", filled),))
    (letter,) = hand_in_as(counter, reply, lambda read: _on_paper(read, picture))
    return letter


def hand_in_as(counter: Counter, content: bytes, change: Callable[[Reading], Reading]) -> tuple[Letter, ...]:
    """Let a mail be taken in and read, then let `change` stand for what a scan would have been read as."""
    before = {file.name for file in (counter.folder / "Sent").glob("*.eml")}
    (counter.folder / "Inbox" / "scan.eml").write_bytes(content)
    receiving.receive(counter.house)
    reading_pass.read(counter.house)
    with counter.house.unit() as work:
        (mail,) = work.inbox.next_read()
        work.inbox.settle(mail.entry.id, MailState.REVIEW, Words.same("read again"), at=counter.clock.now())
        work.inbox.put_back(mail.entry.id, MailState.RECEIVED)
        files = tuple(
            replace(attached, content=counter.house.blobs.get(file.digest))
            for attached, file in zip(mail.mail.attachments, mail.files, strict=True)
        )
        work.inbox.read(mail.entry.id, replace(mail.mail, attachments=files), map(change, mail.readings))
        work.commit()
    rehearsal.play(counter.house, counter.clock, counter.clock.now())
    new = sorted(f for f in (counter.folder / "Sent").glob("*.eml") if f.name not in before)
    return tuple(letter_of(file.read_bytes()) for file in new)


def test_a_doubtful_day_is_asked_for_in_one_line_and_answered_in_one(counter: Counter) -> None:
    """The letter says how; the reply is an ordinary mail with the old one below it, unmarked."""
    letter = doubtful(counter)
    assert "请确认" in letter.subject
    lines = letter.text.splitlines()
    assert lines[lines.index("【1】计划完成时间") + 1].strip() == "读作：2026年4月17日（周五）"
    quoted = (
        f"\n\n发件人： 协同助手\n发送时间： 2026-03-02 09:00\n收件人： 张伟\n主题： 请确认\n\n{letter.text}"
    )

    answer = counter.hand_in(counter.reply(letter, text=f"1：2026年4月30日{quoted}"))

    assert answer.state is MailState.DONE
    (filing,) = counter.case().filings
    assert filing.values["completion"] == date(2026, 4, 30)
    (confirmed,) = filing.confirmed
    assert (confirmed.read, confirmed.by) == (date(2026, 4, 17), at("zhang"))
    assert "已收到" in answer.to("zhang").subject


def test_what_is_confirmed_while_the_case_is_suspended_is_taken_when_it_resumes(counter: Counter) -> None:
    """One mail, kept across restarts; whoever wrote it is told so, and hears of it once the case goes on."""
    letter = doubtful(counter)
    counter.hand_in(counter.mail("zhou", subject=f"[{CASE}]", text="暂停\n"))

    kept = counter.hand_in(counter.reply(letter, text="1：2026年4月30日\n")).to("zhang")
    assert "协同事项已暂停" in kept.subject
    assert "您对《多部门协同需求申请表》的确认答复已收存，恢复后即予办理，无需再次答复。" in kept.text
    assert counter.is_open("request//1")
    resumed = counter.hand_in(counter.mail("zhou", subject=f"[{CASE}]", text="恢复\n"))

    (received,) = (each for each in resumed.letters if "已收到" in each.subject)
    assert received.to[0] == at("zhang")
    (filing,) = counter.case().filings
    assert filing.values["completion"] == date(2026, 4, 30)
    assert filing.confirmed[0].by == at("zhang")


@pytest.mark.parametrize("text", ["", "稍等\n", "收到，谢谢\n"])
def test_a_quotation_without_any_mark_settles_nothing(counter: Counter, text: str) -> None:
    """A program that quotes with neither head nor rule: our own lines are no answer."""
    letter = doubtful(counter)

    answer = counter.hand_in(counter.reply(letter, text=f"{text}{letter.text}"))

    assert counter.is_open("request//1")
    assert "请确认" in answer.letter.subject


def test_a_crop_of_the_paper_stands_beside_its_line(counter: Counter) -> None:
    """Inline in the HTML by its cid, with a name for who reads plain text (RFC 2392)."""
    picture = signature_png()

    letter = doubtful(counter, counter.house.blobs.put(picture))

    (inline,) = (part for part in letter.mail.walk() if part.get_content_disposition() == "inline")
    assert inline["Content-ID"] == "<line-1@formclerk>"
    assert inline.get_filename() == "1 计划完成时间.png"
    assert inline.get_payload(decode=True) == picture
    html = letter.mail.get_body(("html",))
    assert html is not None
    assert 'src="cid:line-1@formclerk"' in html.get_content()


def test_the_archive_keeps_both_values_who_confirmed_and_the_crop(counter: Counter) -> None:
    """Reading, journal and picture; the archive verifies without us."""
    picture = signature_png()

    letter = doubtful(counter, counter.house.blobs.put(picture))
    counter.hand_in(counter.reply(letter, text="1: 2026-04-30"))
    counter.hand_in(counter.mail("zhang", subject="Re: [XT-2026-0001]", text="撤回"))
    rehearsal.play(counter.house, counter.clock, counter.clock.now().replace(day=9))

    (archive,) = (counter.house.folder / "archives").rglob("*.zip")
    assert examine(archive, counter.house.secret).findings == ()
    with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as opened:
        read = next(n for n in opened.namelist() if "识别结果" in n)
        said = json.loads(opened.read(read))
        crop = next(n for n in opened.namelist() if "核对截图" in n)
        assert opened.read(crop) == picture
    assert said["accepted"] is True
    (confirmed,) = said["confirmed"]
    assert (confirmed["read"], confirmed["value"], confirmed["by"]) == (
        "2026-04-17",
        "2026-04-30",
        at("zhang"),
    )


def test_explain_and_queue_tell_what_was_confirmed_and_what_differs(
    counter: Counter, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both values and who said so; the words that are not as they were sent."""
    settings = str(counter.folder / config.NAME)
    letter = doubtful(counter)
    counter.hand_in(counter.reply(letter, text="1: 2026-04-30"))
    assert run(["explain", CASE, "request//1", "-c", settings, "--json"]) == Exit.OK
    (item,) = json.loads(capsys.readouterr().out)["items"]
    (confirmed,) = item["confirmed"]
    assert (confirmed["read"], confirmed["value"]) == ("2026-04-17", "2026-04-30")
    assert run(["explain", CASE, "request//1", "-c", settings]) == Exit.OK
    said = capsys.readouterr().out
    assert "“2026-04-17”" in said
    assert "“2026-04-30”" in said

    form = counter.asked["li"]
    reply = counter.reply(form, attachments=(("form.docx", signed(form.word()[1], CONFIRMED)),))
    hand_in_as(counter, reply, lambda read: replace(read, drift=(DRIFT,)))
    with counter.house.look() as work:
        (waiting,) = work.inbox.review()
    assert run(["queue", "show", str(waiting.id), "-c", settings]) == Exit.OK
    assert "90日内付款" in capsys.readouterr().out
    assert run(["queue", "-c", settings]) == Exit.OK
    assert "90日内付款" not in capsys.readouterr().out  # one line a mail


def test_altered_text_is_released_or_dropped_by_a_coordinator_who_sees_the_words(counter: Counter) -> None:
    """The mail waits with what differs; 丢弃 asks for the form again, 放行 accepts it with a warning."""
    form, filled = request_of(counter)
    reply = counter.reply(form, attachments=(("form.docx", filled),))
    (told,) = hand_in_as(counter, reply, lambda read: replace(read, drift=(DRIFT,)))
    assert "正在核对" in told.subject
    with counter.house.look() as work:
        (waiting,) = work.inbox.review()
    assert waiting.because is not None
    assert waiting.because.zh.splitlines()[1] == "第1页：“30日内付款”改成了“90日内付款”"

    dropped = counter.hand_in(counter.mail("zhou", subject="清单", text=f"丢弃 {waiting.id}"))

    again = dropped.to("zhang")
    assert "请改用原表重新交回" in again.subject
    assert again.word()[0].endswith(".docx")
    assert counter.is_open("request//1")


def test_a_released_form_with_altered_text_is_filed_with_the_words(counter: Counter) -> None:
    """放行: a person has looked, and whoever reads the filing later sees it."""
    form, filled = request_of(counter)
    reply = counter.reply(form, attachments=(("form.docx", filled),))
    hand_in_as(counter, reply, lambda read: replace(read, drift=(DRIFT,)))
    with counter.house.look() as work:
        (waiting,) = work.inbox.review()

    counter.hand_in(counter.mail("zhou", subject="清单", text=f"放行 {waiting.id}"))

    item = counter.case().item("request//1")
    assert item is not None
    assert item.state is ItemState.DONE
    (warning,) = (w for w in counter.case().filings[0].warnings if w.code == "drift")
    assert "90日内付款" in warning.say.zh


def _on_paper(reading: Reading, picture: str) -> Reading:
    """Return a reading as of a scan: the day is a guess, and beside it is its crop."""
    answers = (
        replace(a, trust=Trust.GUESS, picture=picture) if a.field == "completion" else a
        for a in reading.answers.all
    )
    return replace(reading, answers=Answers(tuple(answers)))
