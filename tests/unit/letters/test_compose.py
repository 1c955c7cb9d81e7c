"""Every letter, in both languages, with everything in it and with nothing."""

import os
from dataclasses import replace
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest

from agent.domain.effects import Send
from agent.domain.errors import WillNotWork
from agent.domain.mail import Address, Attachment, MessageId
from agent.domain.people import Directory, Person
from agent.domain.words import Language, Words
from agent.domain.work_items import ItemId
from agent.letters.compose import compose
from agent.letters.facts import LETTERS
from agent.letters.mime import message_id, thread_root, to_bytes
from agent.letters.scene import Scene
from agent.letters.templates import names
from agent.resources import mail_templates
from tests.unit.letters.scenes import (
    ADA,
    CHEN,
    COORD,
    FACTS,
    LI,
    NUMBER,
    WANG,
    bare_case,
    rich,
    rich_case,
    scene,
    send,
)

GOLDEN = Path(__file__).parents[2] / "golden" / "letters"
UPDATE = "UPDATE_GOLDEN" in os.environ
KEPT = (
    "ask",
    "altered",
    "altered_refused",
    "uncompared",
    "confirm",
    "confirm_signature",
    "correct",
    "partial",
    "received",
    "signature_asked",
    "reminder",
    "lag_warning",
    "tracker",
    "status",
    "minutes",
    "invitation",
    "climbed",
    "compiled",
    "change_applied",
    "digest",
)

every_letter = pytest.mark.parametrize("letter", sorted(LETTERS))
both_languages = pytest.mark.parametrize("language", list(Language), ids=lambda each: each.value)


@both_languages
def test_each_letter_has_its_template_and_each_template_its_letter(language: Language) -> None:
    """A letter without a template never leaves; a template without a letter is dead wording."""
    assert names(mail_templates(), language) == set(LETTERS)


@both_languages
@every_letter
def test_a_letter_with_everything_in_it_is_written(letter: str, language: Language) -> None:
    """Nothing is named that does not exist, and nothing of the machinery shows."""
    wish, stage = rich(letter, language)

    written = compose(wish, stage)

    assert written.subject
    for body in (written.text, written.html):
        assert "{{" not in body
        assert "None" not in body
        assert "Undefined" not in body
        assert "object at 0x" not in body


@both_languages
@every_letter
@pytest.mark.parametrize("case", [None, bare_case()], ids=["no case", "a case in which nothing happened"])
def test_a_letter_is_never_held_up_because_something_is_missing(
    letter: str, language: Language, case: object
) -> None:
    """Without facts, items, forms or people a letter is still a letter with a subject and a sentence."""
    wish = replace(send(letter, language), case=NUMBER if case is not None else None)
    written = compose(wish, scene(bare_case() if case is not None else None))

    assert written.subject.strip(" ·:：")
    assert len(written.text.splitlines()) > 3
    assert "“”" not in written.text
    assert "（）" not in written.text
    assert "()" not in written.text


@both_languages
@every_letter
def test_a_letter_says_what_it_wants_in_its_first_two_lines(letter: str, language: Language) -> None:
    """A salutation, then the sentence: that is all a phone shows before it is opened."""
    hello, sentence, *_ = compose(*rich(letter, language)).text.splitlines()

    assert hello.endswith(("：", ","))
    assert sentence.strip()
    assert len(sentence) < 420


@both_languages
@pytest.mark.parametrize("letter", KEPT)
def test_the_wording_is_as_it_was_agreed(letter: str, language: Language) -> None:
    """Changed words are looked at by a person: UPDATE_GOLDEN=1 pytest tests/unit/letters writes them anew."""
    written = compose(*rich(letter, language))
    found = f"Subject: {written.subject}\n\n{written.text}"
    kept = GOLDEN / f"{letter}.{language.value}.txt"
    if UPDATE:
        kept.write_text(found, encoding="utf-8")

    assert found == kept.read_text(encoding="utf-8")


@both_languages
@pytest.mark.parametrize("letter", ["altered", "altered_refused"])
def test_a_page_that_cannot_be_read_is_not_called_altered(letter: str, language: Language) -> None:
    """Who took a poor photo is asked for a better one, and accused of nothing."""
    wish, stage = rich(letter, language)
    pages = {"file": Words.same("照片.jpg"), "pages": Words(zh="1、2", en="1, 2")}
    written = compose(replace(wish, facts=pages), stage)
    found = f"Subject: {written.subject}\n\n{written.text}"
    kept = GOLDEN / f"{letter}_pages.{language.value}.txt"
    if UPDATE:
        kept.write_text(found, encoding="utf-8")

    assert found == kept.read_text(encoding="utf-8")
    assert "不一致" not in found
    assert "as I sent it" not in found


@both_languages
def test_a_form_whose_sheet_is_not_kept_is_shown_without_crops(language: Language) -> None:
    """There is nothing to set beside the paper; the letter says why, and what to do."""
    wish, stage = rich("uncompared", language)
    wish = replace(wish, doubts=(), facts={"by": Words.same("李娜"), "unkept": Words.same("1")})
    written = compose(wish, stage)
    found = f"Subject: {written.subject}\n\n{written.text}"
    kept = GOLDEN / f"uncompared_unkept.{language.value}.txt"
    if UPDATE:
        kept.write_text(found, encoding="utf-8")

    assert found == kept.read_text(encoding="utf-8")


LAGS = {
    "silent": {
        "task": Words.same("2 接口开发"),
        "why": Words(zh="未按时反馈第12周进度", en="no progress answer in time for week 12"),
        "days": Words.same("0"),
        "end": Words.same("2026-03-27"),
        "report": Words(zh="进度反馈表", en="Progress report"),
    },
    "several": {
        "task": Words.same("2 接口开发\n3 合同谈判"),
        "tasks": Words(
            zh="2 接口开发：已超过完成日期 1 个工作日\n3 合同谈判：未按时反馈第12周进度",
            en="2 接口开发: 1 workday past its end\n3 合同谈判: no progress answer in time for week 12",
        ),
        "days": Words.same("1"),
        "end": Words.same("2026-03-19"),
        "report": Words(zh="进度反馈表", en="Progress report"),
    },
}


@both_languages
@pytest.mark.parametrize("lag", sorted(LAGS))
def test_a_warning_of_a_lag_says_why_and_which_it_is(lag: str, language: Language) -> None:
    """The first, the second and the third of the same lag are three letters, in their first lines as well."""
    wish, stage = rich("lag_warning", language)
    again = {"warning": Words.same("2"), "first": Words.same("2026-03-19")}
    third = {**again, "warning": Words.same("3"), "copied": Words.same(COORD)}
    told = [compose(replace(wish, facts={**LAGS[lag], **more}), stage) for more in ({}, again, third)]
    found = "\n".join(f"Subject: {each.subject}\n\n{each.text}" for each in told)
    kept = GOLDEN / f"lag_warning_{lag}.{language.value}.txt"
    if UPDATE:
        kept.write_text(found, encoding="utf-8")

    assert found == kept.read_text(encoding="utf-8")
    assert len({each.text.splitlines()[1] for each in told}) == len(told)


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("2", "2nd"),
        ("3", "3rd"),
        ("4", "4th"),
        ("11", "11th"),
        ("12", "12th"),
        ("21", "21st"),
        ("112", "112th"),
    ],
)
def test_a_warning_is_counted_as_english_counts(number: str, said: str) -> None:
    """A manager reads it."""
    facts = {**LAGS["silent"], "warning": Words.same(number)}

    written = compose(send("lag_warning", Language.EN, facts=facts), scene(rich_case()))

    assert written.subject.endswith(f" · Lagging, {said} warning: 2 接口开发")


@both_languages
def test_a_form_that_had_been_filed_is_said_to_count_no_more(language: Language) -> None:
    """Its sender was thanked for it; they must not wonder which of two sheets is meant."""
    wish, stage = rich("altered_refused", language)
    filed = {"file": Words.same("回传.pdf"), "filed": Words(zh="需求确认函", en="Confirmation of a request")}
    written = compose(replace(wish, facts=filed), stage)
    found = f"Subject: {written.subject}\n\n{written.text}"
    kept = GOLDEN / f"altered_refused_filed.{language.value}.txt"
    if UPDATE:
        kept.write_text(found, encoding="utf-8")

    assert found == kept.read_text(encoding="utf-8")


def test_the_same_wish_on_the_same_stage_is_the_same_mail() -> None:
    """A pass repeated after a crash writes the same bytes, workbook and pictures too."""
    for letter in ("tracker", "digest", "invitation"):
        first, second = (to_bytes(compose(*rich(letter, Language.ZH))) for _ in range(2))

        assert first == second


def test_all_letters_of_a_case_refer_to_one_root() -> None:
    """Mail programs show one thread, whoever was written to first."""
    root = thread_root(NUMBER, "example.com")
    told = compose(send("milestone"), scene(rich_case()))
    answered = compose(send("received", answers=MessageId("<q@example.com>")), scene(rich_case()))

    assert (told.in_reply_to, told.references) == (root, (root,))
    assert answered.in_reply_to == "<q@example.com>"
    assert answered.references == (root, "<q@example.com>")
    assert answered.message_id == message_id(answered.key, "example.com")
    assert answered.message_id != told.message_id


def test_a_reminder_by_the_hour_says_how_many_hours_late_it_is() -> None:
    """In the subject and in the first sentence, in both languages."""
    item, facts = ItemId("confirm/采购部/1"), {"days": Words.same("0"), "hours": Words.same("3")}
    for language, words in ((Language.ZH, "已逾期 3 小时"), (Language.EN, "3 hours overdue")):
        written = compose(send("reminder", language, item=item, facts=facts), scene(rich_case()))
        assert words in written.subject
        assert words.removeprefix("已") in written.text


def test_the_subject_begins_with_number_and_title() -> None:
    """That prefix is what keeps subjects of a case alike."""
    subject = compose(send("milestone"), scene(rich_case())).subject

    assert subject.startswith("[XT-2026-0001] 新一代订单系统上线 · ")


def test_one_reader_is_called_by_name_and_several_together() -> None:
    """Nobody is addressed with somebody else's name."""
    one = compose(send("milestone"), scene(rich_case()))
    several = compose(send("milestone", to=(WANG, CHEN)), scene(rich_case()))

    assert one.text.startswith("王强，您好：")
    assert several.text.startswith("各位同事，大家好：")


def test_a_company_may_word_its_own_letter(tmp_path: Path) -> None:
    """A file in the company's folder goes before the shipped one; all others stay."""
    (tmp_path / "zh").mkdir()
    own = (
        "{% extends layout %}{% block subject %}本公司通知{% endblock %}{% block lead %}请看。{% endblock %}"
    )
    (tmp_path / "zh" / "milestone.j2").write_text(own, encoding="utf-8")
    stage = scene(rich_case(), templates=tmp_path)

    assert "本公司通知" in compose(send("milestone"), stage).subject
    assert "暂停" in compose(send("suspended"), stage).subject


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("{{ cese.title }}", id="a misspelt name"),
        pytest.param("{{ facts.__class__ }}", id="a way out of the sandbox"),
        pytest.param("{% if %}", id="no template at all"),
    ],
)
def test_a_broken_template_is_a_persons_task(tmp_path: Path, body: str) -> None:
    """Trying again cannot help: the error says which letter, and the outbox shows it."""
    (tmp_path / "zh").mkdir()
    (tmp_path / "zh" / "milestone.j2").write_text(
        "{% extends layout %}{% block subject %}x{% endblock %}{% block lead %}" + body + "{% endblock %}",
        encoding="utf-8",
    )

    with pytest.raises(WillNotWork, match="milestone"):
        compose(send("milestone"), scene(rich_case(), templates=tmp_path))


def test_the_sandbox_lets_nobody_out_however_often_it_is_asked(tmp_path: Path) -> None:
    """What it has once said of a kind of value holds for that attribute of that kind and for no other."""
    (tmp_path / "zh").mkdir()
    letter = tmp_path / "zh" / "milestone.j2"
    for body in ("{{ case.number }}", "{{ case.__class__ }}", "{{ case.__class__ }}"):
        whole = "{% extends layout %}{% block subject %}x{% endblock %}{% block lead %}" + body
        letter.write_text(whole + "{% endblock %}", encoding="utf-8")
        os.utime(letter, ns=(0, len(body)))
        stage = scene(rich_case(), templates=tmp_path)
        if "__" in body:
            with pytest.raises(WillNotWork, match="unsafe"):
                compose(send("milestone"), stage)
        else:
            assert "XT-" in compose(send("milestone"), stage).text


def test_a_letter_that_nobody_wrote_is_refused() -> None:
    """The name of a letter comes from a pack: a misspelt one must not be sent empty."""
    with pytest.raises(WillNotWork, match="no letter"):
        compose(send("nonesuch"), scene(rich_case()))


HOSTILE = "x\r\nBcc: all@example.com\r\n\r\n<script>alert(1)</script>{{7*7}}{% raw %}\u202e\x00"


def hostile_scene() -> tuple[Send, Scene]:
    """Return a tracker whose every word was chosen by an enemy."""
    case = rich_case()
    tasks = tuple(replace(t, title=HOSTILE, risk=HOSTILE, help_needed=HOSTILE) for t in case.tasks)
    people = Directory((Person(name=HOSTILE, address=WANG), Person(name=HOSTILE, address=CHEN)))
    facts = {name: Words.same(HOSTILE) for name in FACTS}
    attached = Attachment(name=f"../../{HOSTILE}.docx", media_type="text/html\r\nX: y", content=b"x")
    wish = send("tracker", facts=facts, cc=(CHEN,))
    return wish, scene(
        replace(case, title=HOSTILE, tasks=tasks), directory=people, sender_name=HOSTILE, files=(attached,)
    )


@pytest.mark.parametrize("letter", ["tracker", "status", "refused", "filed", "ask", "lag_warning"])
def test_no_value_becomes_header_html_or_template(letter: str) -> None:
    """Names, titles, file names and free text are shown as they are, and do nothing."""
    wish, stage = hostile_scene()
    written = compose(replace(wish, letter=letter), stage)
    mail = message_from_bytes(to_bytes(written), policy=default)

    assert mail["Bcc"] is None
    assert mail["X"] is None
    assert "<script" not in written.html
    assert "49" not in written.subject
    assert "{{7*7}}" in written.html
    assert "\n" not in written.subject
    for part in mail.iter_attachments():
        assert "/" not in (part.get_filename() or "")


def test_copies_do_not_repeat_a_reader() -> None:
    """Who is written to is not copied as well."""
    written = compose(send("milestone", cc=(WANG, ADA)), scene(rich_case()))

    assert written.cc == (ADA,)
    assert written.names == {WANG: "王强", ADA: "Ada King"}


def test_a_stranger_is_greeted_without_a_name() -> None:
    """An address outside the directory is still answered politely."""
    written = compose(send("unknown_case", to=(Address("who@else.example"),), case=None), scene())

    assert written.text.startswith("您好：")


def test_a_fact_is_said_in_its_readers_words() -> None:
    """An address becomes a name, a day a date, a code its label; a reason ends in one full stop."""
    facts = {
        "by": Words.same(CHEN),
        "why": Words(zh="预算未批。", en="the budget was refused."),
        "conclusion": Words.same("rework"),
        "title": Words.same("成果评审"),
        "day": Words.same("2026-03-26"),
    }

    def text(letter: str, language: Language) -> str:
        return compose(send(letter, language, facts=facts), scene(rich_case())).text

    assert "已由陈杰取消" in text("cancelled", Language.ZH)
    assert "预算未批\n" in text("cancelled", Language.ZH)
    assert "未予办理：预算未批。" in text("not_entitled", Language.ZH)
    assert "refused." in text("not_entitled", Language.EN)
    assert "refused.." not in text("not_entitled", Language.EN)
    assert "需整改" in text("acceptance_result", Language.ZH)
    assert "第" not in text("acceptance_result", Language.ZH).splitlines()[1]
    facts["round"] = Words.same("2")
    assert "第2次成果验收已有结论：需整改" in text("acceptance_result", Language.ZH)
    assert "(round 2)" in text("acceptance_result", Language.EN)
    assert "在第2次会签中未同意表格" in text("refused", Language.ZH)
    assert "(round 2). For your information" in text("refused", Language.EN)
    assert "Thu 26 March" in text("milestone", Language.EN)


def test_a_sender_cannot_fill_our_answer_with_a_page() -> None:
    """What was not understood is quoted, but not beyond what a person reads, and visibly cut."""
    letter = compose(send("not_understood", facts={"line": Words.same("啊" * 5000)}), scene(rich_case()))

    assert "啊…" in letter.text
    assert len(letter.text) < 1000


@pytest.mark.parametrize(
    ("subject", "said"),
    [
        ("weekly-2", {Language.ZH: "（每周进度例会）", Language.EN: "(Weekly meeting)"}),
        (f"2026-W11:{LI}", {Language.ZH: "（第11周）", Language.EN: "(week 11)"}),
        ("质量部", {Language.ZH: "（质量部）", Language.EN: "(质量部)"}),
    ],
)
def test_a_seat_is_called_what_people_call_it(subject: str, said: dict[Language, str]) -> None:
    """Neither the name of a meeting in the store nor the address of the reader stands in a subject."""
    case = rich_case()
    item = replace(case.items[0], subject=subject, holder=LI, asked_of=LI)
    case = replace(case, items=(item, *case.items[1:]))

    for language, words in said.items():
        letter = compose(send("ask", language, item=item.id), scene(case))
        assert words in letter.subject
        assert subject == "质量部" or subject not in letter.subject
