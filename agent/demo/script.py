"""Who does what: the habits of everybody, found by who reads and what they are asked."""

import re
from collections.abc import Mapping
from datetime import datetime

from agent.demo import closing, execution, intake, on_paper, planning
from agent.demo.cast import ACTORS, DOMAIN, Actor, Program
from agent.demo.habits import Habit
from agent.demo.staff import Desk, Script, Staff
from agent.demo.writing import Draft
from agent.domain.words import Words

_BY_PERSON: Mapping[tuple[str, str], Script] = {
    ("wang.fang", "request"): intake.request,
    ("chen.qiang", "confirmation"): intake.confirm_engineering,
    ("peter.smith", "confirmation"): intake.confirm_production,
    ("he.jing", "confirmation"): intake.confirm_procurement,
    ("zhou.min", "confirmation"): intake.confirm_finance,
    ("qian.hong", "issue"): intake.away,
    ("gao.yuan", "issue"): intake.rule,
    ("wang.fang", "kickoff_minutes"): planning.hand_minutes_over,
    ("wang.fang", "breakdown"): planning.breakdown,
    ("sun.yue", "change"): execution.change,
    ("li.na", "acceptance"): closing.accept,
}
_BY_FORM: Mapping[str, Script] = {
    "issue": intake.silent,
    "kickoff_minutes": planning.kickoff_minutes,
    "breakdown": planning.countersign,
    "progress": execution.progress,
    "minutes": execution.weekly_minutes,
    "change": execution.approve_change,
    "acceptance": closing.countersign_acceptance,
    "summary": closing.sum_up,
}
_OWNERS = frozenset({"liu.yang", "sun.yue", "ma.chao", "zheng.kai", "zhang.wei"})
_REVIEW_LINE = re.compile(r"^- (\d+) \| (.*?) / (\S+@[^\s,]+)", re.MULTILINE)
"""A line of the review list in a digest: number, subject, sender."""

_HEARD = ("hengda.example.org", f"@{DOMAIN}")
"""Whose letters the coordinator lets through."""
_READ_BY_PERSON = ("将由人工阅读", "to be read by a person")
"""In the subject of a letter that says that nobody but a person can read what came."""


def play(desk: Desk) -> None:
    """Do what this person does with this mail."""
    if desk.form == "deliverable":
        (execution.deliver if desk.who.key in _OWNERS else execution.confirm_deliverable)(desk)
    elif desk.form:
        script = _BY_PERSON.get((desk.who.key, desk.form)) or _BY_FORM.get(desk.form)
        if script is not None:
            script(desk)
    else:
        _without_form(desk)


def _without_form(desk: Desk) -> None:
    mail, me = desk.mail, desk.who.key
    if mail.asked:
        on_paper.confirm(desk)
        return
    if any(word in mail.subject for word in _READ_BY_PERSON):
        on_paper.send_word(desk)
        return
    kickoff = any(word in mail.subject for word in ("协同启动会", "Kickoff meeting"))
    if mail.calendar and kickoff:
        planning.answer_invitation(desk)
    elif me == "wu.jing":
        _work_review_list(desk)
    elif me == "sun.yue" and _first(desk, ("任务滞后", "workday late", "workdays late", "Lagging:")):
        execution.want_change(desk)
    elif me == "li.na" and _first(desk, ("裁定结果", "裁决结果", "Ruling")):
        _ask_status(desk)
    elif me == "chen.qiang" and _first(desk, ("跟踪表", "tracker")):
        _file(desk)
    elif me == "sun.yue" and _first(desk, ("跟踪表", "tracker")):
        _supplier(desk)


def _first(desk: Desk, words: tuple[str, ...]) -> bool:
    """Say whether this is the first mail to this person whose subject has one of `words`."""
    mark = f"{desk.who.key} {words[0]}"
    if mark in desk.staff.noted or not any(word in desk.mail.subject for word in words):
        return False
    desk.staff.noted.add(mark)
    return True


def _work_review_list(desk: Desk) -> None:
    """Wu Jing goes through the review list in her digest: who is unknown to her is dropped."""
    for number, subject, sender in _REVIEW_LINE.findall(desk.mail.text):
        if f"review {number}" in desk.staff.noted:
            continue
        desk.staff.noted.add(f"review {number}")
        known = sender.endswith(_HEARD)
        line = (
            Words(zh=f"放行 {number}", en=f"release {number}")
            if known
            else Words(zh=f"丢弃 {number}", en=f"drop {number}")
        )
        desk.say(
            desk.says(line), after=0, at="08:50", habit=Habit.RELEASES if known else Habit.DROPS,
            what=Words(zh=f"{line.zh}（{subject}）", en=f"writes “{line.en}” ({subject})"),
        )  # fmt: skip


def _ask_status(desk: Desk) -> None:
    desk.say(
        desk.says(Words(zh="状态", en="status")), after=0, at="13:20", habit=Habit.STATUS,
        what=Words(zh="查询进展", en="asks where things stand"),
    )  # fmt: skip


def _file(desk: Desk) -> None:
    words = Words(
        zh="请存档：与供应商确认的加急交期，见下。",
        en="For the file: the supplier's promise of the rush order, see below.",
    )
    number = re.search(r"\[([^\]]+)\]", desk.mail.subject)
    subject = Words(zh="转发: 供应商加急交期承诺", en="FW: Supplier's promise of delivery").in_(
        desk.who.language(desk.staff.company)
    )
    draft = Draft(subject=f"{subject} {number[1] if number else ''}", words=desk.says(words))
    desk.reply(
        words, after=0, at="17:20", draft=draft, habit=Habit.FILES,
        what=Words(zh="转发一封邮件存档", en="forwards a mail to be kept"),
    )  # fmt: skip


def _supplier(desk: Desk) -> None:
    """Sun Yue asked the supplier to write to the clerk: a stranger to it, and yet one to be heard."""
    supplier = Actor(
        key="sales",
        name=Words(zh="恒达模具 刘经理", en="Henry Tan, Hengda Moulds"),
        department=Words(zh="供应商", en="supplier"),
        role=Words.same(""),
        domain="hengda.example.org",
    )
    number = re.search(r"\[([^\]]+)\]", desk.mail.subject)
    company = desk.staff.company
    draft = Draft(
        subject=Words(zh="加急交期确认函", en="Rush order confirmed").in_(company)
        + f" {number[1] if number else ''}",
        words=Words(
            zh="贵司 X1 项目模具已修复，500 套物料保证4月3日前送达。",
            en="The mould for your X1 is repaired; the 500 sets arrive by 3 April.",
        ).in_(company),
    )
    desk.staff.send(
        supplier, draft, desk.staff.moment(desk.now, 1, "11:25"),
        what=Words(zh="来信确认加急交期（不在通讯录中）", en="confirms the rush order, unknown to the clerk"),
        habit=Habit.STRANGER,
    )  # fmt: skip


def begin(staff: Staff, begins: datetime) -> None:
    """Put in motion what no mail of the clerk brings about."""
    wang = ACTORS["wang.fang"]
    start = Words(zh="发起协同", en="start").in_(staff.company)
    staff.send(
        wang,
        Draft(subject=start, words="", is_greeted=False),
        staff.moment(begins, 0, "09:10"),
        what=Words(zh="来信发起协同", en="writes to start a case"),
    )
    stranger = Actor(
        key="promo",
        name=Words(zh="会展推广小李", en="Best Fairs Ltd"),
        department=Words(zh="外部", en="outside"),
        role=Words.same(""),
        program=Program.FOXMAIL,
        domain="fairs.example.net",
    )
    staff.send(
        stranger,
        Draft(
            subject=Words(zh="诚邀贵司参展，展位八折", en="Your stand at the spring fair, 20% off").in_(
                staff.company
            ),
            words=Words(zh="本月预订享八折优惠，点击了解。", en="Book this month and save.").in_(
                staff.company
            ),
        ),
        staff.moment(begins, 3, "14:22"),
        what=Words(zh="来信推销展位", en="advertises a fair"),
        habit=Habit.STRANGER,
    )
