"""Habits while the work is done (process.md, 3)."""

# ruff: noqa: E501 - what people write stands in both languages side by side, a sentence a line

import io
from datetime import date

from PIL import Image, ImageDraw

from agent.demo import handwriting, on_paper
from agent.demo.habits import Habit
from agent.demo.staff import Desk
from agent.demo.word import Paper, with_macros
from agent.demo.writing import Draft
from agent.domain.words import Words

MATERIALS_LATE = date(2026, 4, 3)
_PILOT_RUN = (date(2026, 4, 8), date(2026, 4, 14))


def progress(desk: Desk) -> None:
    """Everybody reports on Friday morning; Sun Yue's task lags, Ma Chao saves with macros and is late."""
    paper = desk.paper()
    for row in range(paper.rows("tasks")):
        _report(desk, paper, row)
    paper.type_name("owner", desk.who.name.in_(desk.staff.company), desk.day(1))
    if desk.who.key == "ma.chao" and desk.times == 1:
        macro = Draft(
            words=desk.says(_HERE), files=((paper.name.replace(".docx", ".docm"), with_macros(paper.save())),)
        )
        desk.reply(
            _HERE, after=1, at="09:20", draft=macro, habit=Habit.MACRO,
            what=Words(zh="交回带宏的 .docm 文件", en="sends a .docm file, with macros"),
        )  # fmt: skip
        late = Words(zh="已另存为普通 Word 文件。", en="Saved as an ordinary Word file now.")
        desk.reply(late, after=2, at="09:05", paper=paper, habit=Habit.LATE)
        return
    lags = desk.who.key == "sun.yue" and desk.times == 1
    minute = 5 + 7 * sum(map(ord, desk.who.key)) % 55
    desk.reply(_HERE, after=1, at=f"10:{minute:02}", paper=paper, habit=Habit.LAGGING if lags else None)


_HERE = Words(zh="本周进展见附件。", en="This week's progress is attached.")


def _report(desk: Desk, paper: Paper, row: int) -> None:
    lags = desk.who.key == "sun.yue" and desk.times == 1
    started = desk.who.key != "ma.chao" or desk.times > 2  # noqa: PLR2004 - its task begins in April
    percent = min(95, {"liu.yang": 90}.get(desk.who.key, 35) + 30 * (desk.times - 1)) if started else 0
    paper.pick(f"tasks.{row}.status", "lagging" if lags else "in-progress" if started else "not-started")
    paper.write(f"tasks.{row}.percent", str(20 if lags else percent))
    if lags:
        paper.write(
            f"tasks.{row}.risk",
            desk.says(
                Words(zh="供应商模具故障，交期推迟 3 天", en="The supplier's mould broke: three days late")
            ),
        )
        paper.write(
            f"tasks.{row}.help",
            desk.says(Words(zh="请生产部调整试产时间", en="Production should move the pilot run")),
        )


def weekly_minutes(desk: Desk) -> None:
    """Wang Fang writes the minutes of the meetings, and ticks off what is done."""
    paper = desk.paper()
    paper.write(
        "decisions",
        desk.says(
            Words(
                zh="按跟踪表逐项过进度；滞后任务由责任人当天给出补救办法",
                en="Went through the tracker; whoever lags proposes a remedy the same day",
            )
        ),
    )
    for row in range(paper.rows("actions")):
        if paper.read(f"actions.{row}.what") and desk.times + row > 1:
            paper.tick(f"actions.{row}.done")
    desk.sign(paper, "recorder")
    desk.reply(
        Words(zh="会议纪要见附件。", en="Please find the minutes attached."), after=0, at="17:30", paper=paper
    )


def want_change(desk: Desk) -> None:
    """Sun Yue, warned of the lag, asks for a change."""
    desk.say(
        desk.says(Words(zh="变更", en="change")), after=0, at="09:40",
        what=Words(zh="索取需求变更单", en="asks for the change form"),
    )  # fmt: skip


def change(desk: Desk) -> None:
    """Sun Yue writes down what changes, before and after."""
    paper = desk.paper()
    paper.write(
        "what",
        desk.says(
            Words(
                zh="关键物料到货顺延 3 天，试产相应顺延",
                en="The materials come three days later, and so does the pilot run",
            )
        ),
    )
    paper.write(
        "why",
        desk.says(
            Words(zh="供应商模具故障，已签加急协议", en="The supplier's mould broke; a rush order is signed")
        ),
    )
    rows = (
        ("2", "end", "2026-03-31", MATERIALS_LATE),
        ("3", "start", "2026-04-07", _PILOT_RUN[0]),
        ("3", "end", "2026-04-13", _PILOT_RUN[1]),
    )
    for row, (number, attribute, before, after) in enumerate(rows):
        paper.write(f"tasks.{row}.no", number)
        paper.pick(f"tasks.{row}.attribute", attribute)
        paper.write(f"tasks.{row}.before", before)
        paper.write(f"tasks.{row}.after", after.isoformat())
    desk.reply(
        Words(zh="变更单见附件。", en="Please find the change form attached."),
        after=0,
        at="10:50",
        paper=paper,
        habit=Habit.CHANGE,
    )


def approve_change(desk: Desk) -> None:
    """Liaison and the affected heads agree."""
    paper = desk.paper()
    paper.pick("conclusion", "agree")
    desk.sign(paper, "approver")
    minute = 10 + 3 * len(desk.who.key) % 45
    desk.reply(
        Words(zh="同意变更。", en="I agree to the change."), after=0, at=f"14:{minute:02}", paper=paper
    )


_FILES = {
    "liu.yang": Words(zh="样机评审结论.png", en="prototype-review.png"),
    "sun.yue": Words(zh="到货检验单.png", en="inspection.png"),
    "ma.chao": Words(zh="试产报告.png", en="pilot-run.png"),
    "zheng.kai": Words(zh="成本核算表.csv", en="unit-cost.csv"),
    "zhang.wei": Words(zh="上市主图.png", en="launch-picture.png"),
}
_DUE = {"liu.yang": (1, "16:30"), "sun.yue": (1, "11:00"), "ma.chao": (1, "15:45"), "zheng.kai": (0, "16:00")}


def deliver(desk: Desk) -> None:
    """Task owners hand in what they made, with the files; after acceptance Ma Chao does the rework."""
    paper = desk.paper()
    rework = desk.who.key == "ma.chao" and desk.times > 1
    name = desk.says(_FILES[desk.who.key])
    paper.write("files", name)
    paper.tick("standard_met")
    if paper.has("note"):
        paper.write(
            "note",
            desk.says(
                Words(zh="整改已完成，复检合格", en="The rework is done and inspected")
                if rework
                else Words(zh="按完成标准自检合格", en="Checked against the standard")
            ),
        )
    desk.sign(paper, "owner", after=1)
    after, at = (1, "10:30") if rework else _DUE.get(desk.who.key, (1, "15:00"))
    desk.reply(
        Words(zh="成果文件见附件。", en="The deliverable is attached."), after=after, at=at, paper=paper,
        files=((name, _made(desk, name)),), habit=Habit.REWORKED if rework else Habit.DELIVERS,
    )  # fmt: skip


_CONFIRMED = Words(zh="确认", en="Confirmed")
"""The answer on the form."""


def confirm_deliverable(desk: Desk) -> None:
    """A head of a department that cooperates confirms; Zhou Min does so on paper, and photographs it."""
    paper = desk.paper()
    paper.pick("conclusion", "agree")
    desk.sign(paper, "cooperating")
    if desk.who.key == "zhou.min":
        on_paper.keep(desk, paper)
        desk.staff.meant["zhou.min"] = {desk.says(Words(zh="结论", en="Conclusion")): desk.says(_CONFIRMED)}
        on_paper.photograph(desk, "cooperating", ("conclusion", "agree"), after=0, at="16:10")
        return
    desk.reply(Words(zh="成果已确认。", en="Confirmed."), after=0, at="17:10", paper=paper)


def _made(desk: Desk, name: str) -> bytes:
    """Return the file that somebody made: a sheet of figures or a photographed page."""
    if name.endswith(".csv"):
        return desk.says(Words(
            zh="项目,单台成本（元）\n结构件,31.5\n电子件,28.2\n包装,6.4\n人工,12.1\n合计,78.2\n",
            en="part,unit cost (yuan)\nhousing,31.5\nelectronics,28.2\npackaging,6.4\nlabour,12.1\ntotal,78.2\n",
        )).encode("utf-8-sig")  # fmt: skip
    page = Image.new("RGB", (640, 420), (250, 250, 246))
    pen = ImageDraw.Draw(page)
    for row in range(7):
        wide = 560 - 53 * row % 210
        pen.rectangle(
            [40, 40 + 34 * row, 40 + wide, 52 + 34 * row],
            fill=(90, 110, 140) if row == 0 else (190, 200, 212),
        )
    mark = Image.open(io.BytesIO(handwriting.signature(f"{desk.who.key} {desk.times}"))).resize((240, 80))
    page.paste(mark, (360, 310))
    file = io.BytesIO()
    page.save(file, "PNG")
    return file.getvalue()
