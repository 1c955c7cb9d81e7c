"""Habits while the work is planned and countersigned (process.md, 2)."""

# ruff: noqa: E501 - what people write stands in both languages side by side, a sentence a line

from datetime import date

from agent.demo import on_paper
from agent.demo.cast import ACTORS
from agent.demo.habits import Habit
from agent.demo.staff import Desk
from agent.demo.word import Paper
from agent.demo.writing import Draft
from agent.domain.words import Words

_TASKS = (
    ("liu.yang", "chen.qiang", "ma.chao", date(2026, 3, 23), date(2026, 3, 27), "",
     Words(zh="样机定型", en="Freeze the prototype"), Words(zh="评审通过，图纸齐全", en="Review passed, all drawings")),
    ("sun.yue", "he.jing", "", date(2026, 3, 23), date(2026, 3, 31), "",
     Words(zh="关键物料到货", en="Key materials in stock"), Words(zh="500 套，来料检验合格", en="500 sets, inspected")),
    ("ma.chao", "peter.smith", "liu.yang", date(2026, 4, 7), date(2026, 4, 9), "1, 2",
     Words(zh="试产 500 台", en="Pilot run of 500 cups"), Words(zh="良率不低于 95%", en="Yield of at least 95%")),
    ("zheng.kai", "zhou.min", "", date(2026, 3, 25), date(2026, 4, 2), "",
     Words(zh="成本核算与定价", en="Unit cost and price range"), Words(zh="财务部负责人签发", en="Released by the head of Finance")),
    ("zhang.wei", "li.na", "zhou.min", date(2026, 3, 25), date(2026, 4, 8), "",
     Words(zh="上市材料", en="Launch material"), Words(zh="主图、文案、培训稿齐备", en="Pictures, copy and training ready")),
)  # fmt: skip
PILOT_RUN_ENDS = date(2026, 4, 13)
"""What Production asks for when it refuses to sign."""


def answer_invitation(desk: Desk) -> None:
    """Everybody comes to the kickoff but Zhou Min, who is closing the quarter."""
    declines = desk.who.key == "zhou.min"
    word = Words(zh="谢绝", en="Declined") if declines else Words(zh="接受", en="Accepted")
    draft = Draft(
        subject=f"{desk.says(word)}: {desk.mail.subject}",
        words=desk.says(Words(zh="季度结账，无法参会。", en="I am closing the quarter and cannot come.")) if declines else "",
        calendar=_calendar_reply(desk, "DECLINED" if declines else "ACCEPTED"),
        is_greeted=False,
    )  # fmt: skip
    desk.reply(
        Words.same(""), after=0, at=f"17:{10 + len(desk.who.key):02}", draft=draft,
        habit=Habit.MEETING_DECLINED if declines else None,
        what=Words(zh="季度结账，谢绝启动会", en="declines the kickoff: the quarter is being closed"),
        is_told=declines,
    )  # fmt: skip


def _calendar_reply(desk: Desk, answer: str) -> bytes:
    """Return what a calendar sends when somebody presses a button (RFC 5546, REPLY)."""
    lines = desk.mail.calendar.decode().replace("\r\n ", "").splitlines()
    event = lines[lines.index("BEGIN:VEVENT") : lines.index("END:VEVENT")]
    kept = ("UID", "DTSTART", "DTEND", "SEQUENCE", "SUMMARY", "ORGANIZER")
    same = [line for line in event if line.startswith(kept)]
    head = ("BEGIN:VCALENDAR", "PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN", "VERSION:2.0")
    me = f"ATTENDEE;PARTSTAT={answer}:mailto:{desk.who.address}"
    stamp = f"DTSTAMP:{desk.now:%Y%m%dT%H%M%SZ}"
    reply = (*head, "METHOD:REPLY", "BEGIN:VEVENT", *same, stamp, me, "END:VEVENT", "END:VCALENDAR", "")
    return "\r\n".join(reply).encode()


def hand_minutes_over(desk: Desk) -> None:
    """Wang Fang lets Zhang Wei write the minutes of the kickoff."""
    other = ACTORS["zhang.wei"]
    line = desk.says(Words(zh=f"转办 {other.address}", en=f"hand over {other.address}"))
    desk.say(
        line, after=0, at="15:40", habit=Habit.HANDS_OVER,
        what=Words(zh="把会议纪要转给张伟办理", en="lets Zhang Wei write the minutes"),
    )  # fmt: skip


def kickoff_minutes(desk: Desk) -> None:
    """Zhang Wei writes them and types his name."""
    paper = desk.paper()
    for place, words in (
        ("place", Words(zh="三楼会议室", en="Meeting room on the third floor")),
        ("goals", Words(zh="五一前上市；质量优先于进度", en="On sale before May; quality before speed")),
        ("decisions", Words(zh="1. 按需求表分工推进\n2. 每周五 16:00 例会\n3. 采购超额部分走专项预算", en="1. Work as asked in the request\n2. Meet every Friday at 16:00\n3. Procurement uses the special fund")),
        ("key_dates", Words(zh="3月27日样机定型；4月13日试产完成", en="Prototype 27 March, pilot run 13 April")),
        ("rules", Words(zh="问题当天提出，重要往来抄送协同助手", en="Raise problems the same day; copy the clerk on what matters")),
    ):  # fmt: skip
        paper.write(place, desk.says(words))
    paper.write("emergency_contact", desk.name("wang.fang"))
    actions = (
        (Words(zh="与供应商签订物料加急协议", en="Sign the rush order with the supplier"), "sun.yue", date(2026, 3, 25)),
        (Words(zh="确认二号线排期", en="Reserve line 2"), "ma.chao", date(2026, 3, 24)),
        (Words(zh="提供竞品定价清单", en="List the competitors' prices"), "zhang.wei", date(2026, 3, 27)),
    )  # fmt: skip
    for row, (what, who, when) in enumerate(actions):
        paper.write(f"actions.{row}.what", desk.says(what))
        paper.write(f"actions.{row}.who", desk.name(who))
        paper.pick_day(f"actions.{row}.when", when)
    paper.type_name("recorder", desk.who.name.in_(desk.staff.company), desk.day(1))
    desk.reply(
        Words(zh="会议纪要已整理，请审阅。", en="Please find the minutes attached."),
        after=1,
        at="10:15",
        paper=paper,
    )


def breakdown(desk: Desk) -> None:
    """Wang Fang draws up the breakdown, and amends it when Production refuses to sign."""
    paper = desk.paper()
    if desk.times > 1:
        row = paper.row_of("tasks", "no", "3")
        paper.pick_day(f"tasks.{row}.end", PILOT_RUN_ENDS)
        desk.reply(
            Words(zh="试产工期已按生产部意见延到4月13日。", en="I moved the end of the pilot run to 13 April, as Production asked."),
            after=0, at="17:05", paper=paper, habit=Habit.AMENDS,
        )  # fmt: skip
        return
    for row, (who, accountable, consulted, start, end, waits, title, standard) in enumerate(_TASKS):
        cells = {
            "no": str(row + 1),
            "task": desk.says(title),
            "responsible": desk.name(who),
            "accountable": desk.name(accountable),
            "consulted": desk.name(consulted) if consulted else "",
            "standard": desk.says(standard),
            "depends_on": waits,
        }
        for column, words in cells.items():
            paper.write(f"tasks.{row}.{column}", words)
        paper.pick_day(f"tasks.{row}.start", start)
        paper.pick_day(f"tasks.{row}.end", end)
    desk.reply(
        Words(zh="分工表已编制，请各部门会签。", en="Here is the breakdown for everybody to sign."),
        after=0,
        at="16:20",
        paper=paper,
    )


def countersign(desk: Desk) -> None:
    """Three heads sign, one with a certificate; Peter Smith refuses once; Zhou Min signs on the last day, on the old sheet first."""
    if desk.who.key == "chen.qiang":
        on_paper.sign_with_certificate(desk, "head", {"conclusion": "agree"}, after=1, at="09:30")
        return
    paper = desk.paper()
    refuses = desk.who.key == "peter.smith" and desk.times == 1
    times = {"he.jing": (1, "09:50"), "zhou.min": (2, "14:10")}
    after, at = times.get(desk.who.key, (1, "15:10") if refuses else (1, "11:00"))
    if refuses:
        paper.pick("conclusion", "refuse")
        paper.write(
            "remarks",
            desk.says(
                Words(
                    zh="试产至少需要 5 个工作日。",
                    en="A pilot run takes five workdays; please let task 3 end on 13 April.",
                )
            ),
        )
        desk.sign(paper, "head", after=after)
        desk.reply(
            Words(zh="工期不够，不能会签。", en="Three days are not enough, I cannot sign this."),
            after=after,
            at=at,
            paper=paper,
            habit=Habit.REFUSES,
        )
        return
    _agree(paper, "head", desk, after)
    late = desk.who.key == "zhou.min" and desk.times == 1
    desk.reply(
        Words(zh="同意，已会签。", en="Agreed and signed."), after=after, at=at, paper=paper,
        habit=Habit.OLD_VERSION if late else None,
    )  # fmt: skip


def _agree(paper: Paper, slot: str, desk: Desk, after: int) -> None:
    paper.pick("conclusion", "agree")
    desk.sign(paper, slot, after=after)
