"""Habits while the request is made and confirmed (process.md, 1)."""

# ruff: noqa: E501 - what people write stands in both languages side by side, a sentence a line

from datetime import date, datetime

from agent.demo.cast import ENGINEERING, FINANCE, PROCUREMENT, PRODUCTION
from agent.demo.habits import Habit
from agent.demo.staff import Desk
from agent.demo.word import Paper
from agent.demo.writing import Draft
from agent.domain.words import Words

PROJECT = Words(zh="X1 智能水杯上市", en="Launch of the X1 smart cup")
_ASKED = (
    (
        ENGINEERING,
        Words(
            zh="3月底前完成样机定型，提供全套图纸",
            en="Freeze the prototype by the end of March, with all drawings",
        ),
    ),
    (PRODUCTION, Words(zh="安排试产", en="Do a pilot run")),
    (
        PROCUREMENT,
        Words(zh="落实关键物料，4月初到货", en="Secure the key materials for the beginning of April"),
    ),
    (FINANCE, Words(zh="核算单台成本，给出定价区间", en="Work out the unit cost and a price range")),
)
_PILOT_RUN = Words(
    zh="安排试产 500 台，使用二号线，良率不低于 95%",
    en="Do a pilot run of 500 cups on line 2 with a yield of at least 95%",
)
COMPLETION = date(2026, 4, 30)
KICKOFF = datetime(2026, 3, 17, 14, 0)  # noqa: DTZ001 - a form holds wall-clock time
_MILESTONES = (
    (Words(zh="样机定型", en="Prototype frozen"), date(2026, 3, 31)),
    (Words(zh="试产完成", en="Pilot run done"), date(2026, 4, 15)),
    (Words(zh="成果验收", en="Acceptance"), date(2026, 4, 24)),
)


def request(desk: Desk) -> None:
    """Wang Fang forgets the goals, puts it right, and later answers what Production wants to know."""
    paper = desk.paper()
    goals = Words(
        zh="5月1日前上市，首批 500 台，单台成本不超过 85 元",
        en="On sale before 1 May: 500 cups at a unit cost of at most 85 yuan",
    )
    if desk.times == 1:
        _first_request(desk, paper)
        desk.sign(paper, "initiating_head", "li.na")
        desk.reply(
            Words(zh="协同需求申请表已填好，李娜已签字，请查收。", en="The request is filled in and signed by Li Na."),
            after=0, at="10:40", paper=paper, habit=Habit.MISSING_FIELD,
        )  # fmt: skip
    elif desk.times == 2:  # noqa: PLR2004 - the second time
        paper.write("goals", desk.says(goals))
        desk.sign(paper, "initiating_head", "li.na")
        desk.reply(
            Words(zh="不好意思，漏填了协同目标，已补上。", en="Sorry, I forgot the goals. Here they are."),
            after=0, at="13:45", paper=paper, habit=Habit.CORRECTED,
        )  # fmt: skip
    else:
        row = paper.row_of("departments", "department", PRODUCTION.in_(desk.staff.company))
        paper.write(f"departments.{row}.asked", desk.says(_PILOT_RUN))
        desk.sign(paper, "initiating_head", "li.na", after=1)
        desk.reply(
            Words(zh="生产部的需求已补充：500 台，二号线，良率 95%。", en="I added what Production asked: 500 cups, line 2, yield 95%."),
            after=1, at="09:40", paper=paper, habit=Habit.ANSWERED,
        )  # fmt: skip


def _first_request(desk: Desk, paper: Paper) -> None:
    paper.write("project_name", desk.says(PROJECT))
    paper.pick("profile", "project")
    paper.pick_day("completion", COMPLETION)
    paper.write("background", desk.says(Words(
        zh="竞品已于年初发布，渠道要求五一前铺货。\n目前样机尚未定型，物料交期偏长。",
        en="Competitors came out in January and retailers want stock before May.\nThe prototype is not frozen yet and lead times are long.",
    )))  # fmt: skip
    for row, (department, asked) in enumerate(_ASKED):
        paper.write(f"departments.{row}.department", department.in_(desk.staff.company))
        paper.write(f"departments.{row}.asked", desk.says(asked))
    paper.write(
        "expected",
        desk.says(
            Words(
                zh="定型样机、500 台试产品、成本报告、上市材料",
                en="Frozen prototype, 500 pilot cups, cost report, launch material",
            )
        ),
    )
    for row, (milestone, day) in enumerate(_MILESTONES):
        paper.write(f"milestones.{row}.milestone", desk.says(milestone))
        paper.pick_day(f"milestones.{row}.day", day)
    paper.write("contact", "138 0000 1201")
    paper.pick_day("kickoff", KICKOFF)


def confirm_engineering(desk: Desk) -> None:
    """Chen Qiang answers at once, and then once more, to be on the safe side."""
    paper = _taking_part(
        desk, "liu.yang", Words(zh="刘洋带 2 名结构工程师", en="Liu Yang with two engineers")
    )
    desk.reply(_ATTACHED, after=1, at="10:05", paper=paper, habit=Habit.ON_TIME)
    desk.reply(
        Words(zh="刚才好像没发出去，再发一次。", en="I am not sure that it went out, so here it is again."),
        after=1, at="10:31", paper=paper, habit=Habit.TWICE,
    )  # fmt: skip


def confirm_production(desk: Desk) -> None:
    """Peter Smith wants to know how many, and on which line, before he says yes."""
    if desk.times == 1:
        paper = desk.paper()
        paper.pick("conclusion", "supplement")
        paper.write(
            "supplement",
            desk.says(
                Words(
                    zh="试产多少台？用哪条线？良率要求多少？",
                    en="How many units, on which line, and what yield do you expect?",
                )
            ),
        )
        desk.sign(paper, "head", after=1)
        question = Words(zh="请先补充说明，见附件。", en="I need a few details first, please see the form.")
        desk.reply(question, after=1, at="15:20", paper=paper, habit=Habit.SUPPLEMENT)
    else:
        paper = _taking_part(
            desk, "ma.chao", Words(zh="马超，二号线一个班组", en="Ma Chao and one shift of line 2")
        )
        desk.reply(
            Words(zh="清楚了，我们参与。", en="That is clear now, count us in."),
            after=0,
            at="16:10",
            paper=paper,
        )


def confirm_procurement(desk: Desk) -> None:
    """He Jing declines; when the executive has ruled she first sends back the old form once more."""
    if desk.times == 1:
        paper = desk.paper()
        paper.pick("conclusion", "decline")
        paper.write("reason", desk.says(Words(
            zh="一季度采购额度已用完，且该物料不在年度框架协议内，无法受理。",
            en="The budget of the first quarter is used up and these materials are not in the framework agreement.",
        )))  # fmt: skip
        desk.sign(paper, "head", after=1)
        reason = Words(
            zh="本部门无法受理，理由见附件。", en="We cannot take this on; the reasons are in the form."
        )
        desk.reply(reason, after=1, at="11:10", paper=paper, habit=Habit.DECLINES)
        desk.staff.kept["old confirmation"] = paper
    else:
        old = desk.staff.kept["old confirmation"]
        desk.reply(
            Words(zh="按裁定办理，见附件。", en="As it was ruled, see the form."),
            after=0,
            at="11:30",
            paper=old,
            habit=Habit.OLD_VERSION,
        )
        paper = _taking_part(
            desk, "sun.yue", Words(zh="孙悦负责采购与跟催", en="Sun Yue buys and follows up")
        )
        right = Words(
            zh="抱歉，上一封附错了文件，以这份为准。",
            en="Sorry, the last mail had the wrong file. This one counts.",
        )
        desk.reply(right, after=0, at="14:20", paper=paper)


def confirm_finance(desk: Desk) -> None:
    """Zhou Min is always late."""
    paper = _taking_part(desk, "zheng.kai", Words(zh="郑凯", en="Zheng Kai"), after=3)
    desk.reply(
        Words(zh="月初结账忙，回复晚了，抱歉。", en="Sorry for the delay, we were closing the month."),
        after=3, at="10:20", paper=paper, habit=Habit.LATE,
    )  # fmt: skip


_ATTACHED = Words(zh="表格已填好并签字，见附件。", en="Please find the form attached, filled in and signed.")


def _taking_part(desk: Desk, lead: str, people: Words, after: int = 1) -> Paper:
    paper = desk.paper()
    paper.pick("conclusion", "confirm")
    paper.write("lead", desk.name(lead))
    paper.write("people", desk.says(people))
    paper.write(
        "time",
        desk.says(
            Words(
                zh="3月中旬至4月底，约 50% 工时", en="Mid-March to the end of April, about half of their time"
            )
        ),
    )
    paper.write(
        "authority",
        desk.says(Words(zh="5 万元以内及本部门排期", en="Up to 50,000 yuan, and the department's schedule")),
    )
    desk.sign(paper, "head", after=after)
    return paper


def silent(_desk: Desk) -> None:
    """Say nothing, and let the time run out."""


def away(desk: Desk) -> None:
    """Qian Hong is on leave; her mail program answers."""
    draft = Draft(
        subject=f"{'自动答复' if desk.says(Words(zh='zh', en='en')) == 'zh' else 'Automatic reply'}: {desk.mail.subject}",
        words=desk.says(Words(
            zh="我于3月6日至3月13日休假，期间不便处理邮件。",
            en="I am on leave from 6 to 13 March and do not read my mail.",
        )),
        headers={"Auto-Submitted": "auto-replied", "X-Auto-Response-Suppress": "All"},
    )  # fmt: skip
    desk.reply(
        Words.same(""), after=0, at="00:00", draft=draft, habit=Habit.OUT_OF_OFFICE,
        what=Words(zh="（邮箱自动回复）正在休假", en="(the mail program) is on leave"),
    )  # fmt: skip


def rule(desk: Desk) -> None:
    """Gao Yuan decides."""
    paper = desk.paper()
    paper.pick("decision", "uphold")
    paper.write("ruling", desk.says(Words(
        zh="上市为公司一季度重点，采购部须参与；超出额度由专项预算支出。",
        en="The launch has priority: Procurement takes part, what exceeds its budget is paid from the special fund.",
    )))  # fmt: skip
    desk.sign(paper, "ruler", after=1)
    desk.reply(
        Words(zh="请按此执行。", en="Please proceed accordingly."),
        after=1,
        at="09:50",
        paper=paper,
        habit=Habit.RULES,
    )
