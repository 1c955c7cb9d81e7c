"""The table “By mail” of cli.md, line by line: who may say what, in which spelling, and what comes of it."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from lxml import etree

from tests.houses import MONDAY
from tests.journeys import stage
from tests.journeys.counter import CONFIRMED, Counter, begin, copy, open_counter, signed
from tests.word_files import W, control_of, edited, element


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table."""

    zh: str
    en: str
    argument: str = ""
    says: str
    """Somebody who may."""
    subject: str
    """What the mail that follows is about, and to whom it goes."""
    to: str
    not_by: str = ""
    """Somebody who may not; empty where anybody in the directory may."""
    later: bool = False
    """The case has to be in its execution."""


TABLE = (
    Line(zh="发起协同", en="start", says="yang", subject="请填写《多部门协同需求申请表》", to="yang"),
    Line(zh="状态", en="status", says="li", subject="进展：需求发起与接收", to="li", not_by="yang"),
    Line(zh="帮助", en="help", says="yang", subject="可以怎么用协同助手", to="yang"),
    Line(zh="重发", en="resend", says="li", subject="请填写《需求确认函》", to="li", not_by="wang"),
    Line(
        zh="转办",
        en="hand over",
        argument="liu@example.com",
        says="li",
        subject="请填写《需求确认函》（研发部）",
        to="liu",
        not_by="wang",
    ),
    Line(
        zh="加签",
        en="add signer",
        argument="qian@example.com",
        says="zhang",
        subject="请填写《需求确认函》（研发部 + 钱坤）",
        to="qian",
        not_by="wang",
    ),
    Line(zh="催办", en="hurry", says="zhang", subject="催办：《需求确认函》", to="li", not_by="li"),
    Line(zh="升级", en="issue", says="li", subject="请填写《问题升级记录表》", to="li", not_by="yang"),
    Line(
        zh="变更", en="change", says="li", subject="请填写《需求变更单》", to="li", not_by="sun", later=True
    ),
    Line(
        zh="成果", en="deliver", says="liu", subject="请填写《成果提交单》", to="liu", not_by="li", later=True
    ),
    Line(
        zh="验收",
        en="accept",
        says="zhang",
        subject="会议通知：成果验收会",
        to="zhang",
        not_by="li",
        later=True,
    ),
    Line(zh="撤回", en="withdraw", says="zhang", subject="协同事项已撤回", to="zhang", not_by="li"),
    Line(zh="暂停", en="suspend", says="zhou", subject="协同事项已暂停", to="zhang", not_by="zhang"),
    Line(zh="取消", en="cancel", says="zhou", subject="协同事项已取消", to="zhang", not_by="zhang"),
)
"""All but those that need something to have happened before: resume, confirm, release, drop, retry."""


@pytest.fixture(scope="module")
def beginnings(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, Path]:
    """Return a case that is being confirmed, and one in its execution."""
    early, late = tmp_path_factory.mktemp("early") / "case", tmp_path_factory.mktemp("late") / "case"
    begin(early)
    stage.prepare(late)
    stage.play(late, MONDAY + timedelta(days=4, hours=9))
    return {False: early, True: late}


@pytest.fixture
def early(beginnings: dict[bool, Path], tmp_path: Path) -> Iterator[Counter]:
    """Open the counter of the case that is being confirmed."""
    with open_counter(copy(beginnings[False], tmp_path / "case")) as found:
        yield found


def wide(text: str) -> str:
    """Return `text` in full width, as a Chinese input method writes it."""
    return "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "　" if c == " " else c for c in text)


SPELLINGS = {
    "Chinese": lambda line: f"{line.zh} {line.argument}".strip(),
    "Chinese without a gap": lambda line: f"{line.zh}{line.argument}。",
    "English": lambda line: f"{line.en.capitalize()} {line.argument}".strip(),
    "full width": lambda line: wide(f"{line.en.upper()} {line.argument}".strip()),
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("line", TABLE, ids=lambda line: line.en)
def test_whoever_may_says_it_in_any_spelling(
    line: Line, spelling: str, beginnings: dict[bool, Path], tmp_path: Path
) -> None:
    """Alone on the first line of a reply; the quoted mail below does not matter."""
    words = SPELLINGS[spelling](line)
    with open_counter(copy(beginnings[line.later], tmp_path / "case")) as counter:
        answer = counter.hand_in(
            counter.mail(
                line.says,
                subject="回复: [XT-2026-0001] 新品上市",
                text=f"\n{words}\n\n\n-----原始邮件-----\n发件人: 协同助手\n取消\n",
            )
        )

    told = [letter for letter in answer.letters if line.subject in letter.subject]
    assert [line.to in letter.to[0] for letter in told][:1] == [True], [x.subject for x in answer.letters]
    if line.en == "start":
        assert told[0].subject.startswith("[XT-2026-0002] 请填写")


@pytest.mark.parametrize("line", [each for each in TABLE if each.not_by], ids=lambda line: line.en)
def test_whoever_may_not_is_told_so_and_nothing_happens(
    line: Line, beginnings: dict[bool, Path], tmp_path: Path
) -> None:
    """The refusal says why; the case stands as before."""
    with open_counter(copy(beginnings[line.later], tmp_path / "case")) as counter:
        before = counter.case()
        answer = counter.hand_in(
            counter.mail(line.not_by, subject="[XT-2026-0001]", text=f"{line.zh} {line.argument}\n")
        )
        after = counter.case()

    assert "未予办理" in answer.letter.text
    assert answer.letter.to == (f"{line.not_by}@example.com",)
    assert (after.items, after.status, after.stage) == (before.items, before.status, before.stage)


@pytest.mark.parametrize("words", ["请确认状态", "状态 如何", "status please", "x 状态", "不取消"])
def test_a_word_in_a_sentence_is_no_order(early: Counter, words: str) -> None:
    """It counts only alone; the sender learns what would have been understood."""
    answer = early.hand_in(early.reply(early.asked["li"], text=f"{words}\n"))

    assert "没有附件" in answer.letter.text
    assert "状态" in answer.letter.text


def test_acceptance_cannot_be_had_before_there_is_a_plan(early: Counter) -> None:
    """One word of the initiator must not void what the departments are asked."""
    answer = early.hand_in(early.mail("zhang", subject="[XT-2026-0001]", text="验收\n"))

    assert "只能在“执行与反馈”阶段办理" in answer.letter.text
    assert early.is_open("confirm/研发部/1")


def test_an_english_reader_is_answered_in_english(early: Counter) -> None:
    """Whatever language the word itself is in."""
    answer = early.hand_in(early.mail("emma", subject="[XT-2026-0001]", text="状态\n"))

    assert "Status: Request and intake" in answer.letter.subject
    assert not any(unicodedata.name(c, "").startswith("CJK") for c in answer.letter.text.splitlines()[0])


def test_a_suspended_case_answers_and_waits_until_it_resumes(early: Counter) -> None:
    """暂停: the clocks stop, a form is kept; 恢复: they go on, and the form is taken."""
    form = ("form.docx", signed(early.asked["li"].word()[1], CONFIRMED))
    early.hand_in(early.mail("zhou", subject="[XT-2026-0001]", text="暂停\n"))
    kept = early.hand_in(early.reply(early.asked["li"], attachments=(form,)))
    assert "《需求确认函》已收存，恢复后即予办理" in kept.letter.text
    assert early.is_open("confirm/研发部/1")

    resumed = early.hand_in(early.mail("zhou", subject="[XT-2026-0001]", text="ＲＥＳＵＭＥ\n"))
    assert "协同事项已恢复" in resumed.to("zhang").subject
    assert "已收到" in resumed.to("li").subject
    assert not early.is_open("confirm/研发部/1")


def test_doubtful_values_count_once_their_holder_confirms_them(early: Counter) -> None:
    """确认 answers the mail that lists them; said when nothing was listed it is explained."""

    def carelessly(root: etree._Element) -> None:
        inside = control_of(root, "people").find(f"{W}sdtContent")
        assert inside is not None
        inside.clear()
        inside.append(element("<w:r><w:t>三人</w:t></w:r>"))

    certain = {name: words for name, words in CONFIRMED.items() if name != "people"}
    doubtful = edited(signed(early.asked["li"].word()[1], certain), carelessly)
    early_word = early.hand_in(early.reply(early.asked["li"], text="确认\n"))
    assert "目前没有待确认的内容" in early_word.letter.text

    listed = early.hand_in(early.reply(early.asked["li"], attachments=(("form.docx", doubtful),))).letter
    assert "三人" in listed.text
    assert "确认" in listed.text
    answer = early.hand_in(early.reply(listed, text="确认！\n"))

    assert "已收到" in answer.letter.subject
    filing = early.case().filing("confirm", "研发部")
    assert filing is not None
    assert filing.values["people"] == "三人"


def test_holders_are_hurried_once_a_day(early: Counter) -> None:
    """The second 催办 of a day reminds nobody."""
    first = early.hand_in(early.mail("zhang", subject="[XT-2026-0001]", text="催办\n"))
    second = early.hand_in(early.mail("zhang", subject="Re: [XT-2026-0001]", text="hurry\n"))

    assert len(first.letters) == 4
    assert "今日均已催过" in second.letter.text
