"""Habits at the end of the work (process.md, 4)."""

# ruff: noqa: E501 - what people write stands in both languages side by side, a sentence a line

from agent.demo.habits import Habit
from agent.demo.staff import Desk
from agent.domain.words import Words


def accept(desk: Desk) -> None:
    """Li Na wants rework at first, and lets it pass when it is done."""
    paper = desk.paper()
    for row in range(paper.rows("tasks")):
        bad = desk.times == 1 and paper.read(f"tasks.{row}.no") == "3"
        paper.pick(f"tasks.{row}.result", "not_ok" if bad else "ok")
        note = Words(zh="包装内缺英文说明书", en="The English manual is missing in the box")
        paper.write(f"tasks.{row}.note", desk.says(note) if bad else "")
    if desk.times == 1:
        paper.pick("conclusion", "rework")
        paper.write(
            "rework.0.what",
            desk.says(Words(zh="补印英文说明书并重新装箱", en="Print the English manual and pack again")),
        )
        paper.write("rework.0.who", desk.name("ma.chao"))
        paper.pick_day("rework.0.when", desk.day(4))
        desk.sign(paper, "head", after=1)
        desk.reply(
            Words(zh="试产一项需整改，详见附件。", en="The pilot run needs rework, see the form."),
            after=1,
            at="10:00",
            paper=paper,
            habit=Habit.REWORK,
        )
        return
    paper.pick("conclusion", "pass")
    for column in ("what", "who", "when"):
        paper.write(f"rework.0.{column}", "")
    desk.sign(paper, "head")
    desk.reply(
        Words(zh="整改合格，予以通过。", en="The rework is fine. Accepted."),
        after=0,
        at="16:40",
        paper=paper,
        habit=Habit.PASSES,
    )


def countersign_acceptance(desk: Desk) -> None:
    """Every head signs the report."""
    paper = desk.paper()
    desk.sign(paper, "head", after=1)
    minute = 5 + 4 * len(desk.who.key) % 50
    desk.reply(
        Words(zh="同意验收结论。", en="I agree to the conclusion."),
        after=1,
        at=f"09:{minute:02}",
        paper=paper,
    )


def sum_up(desk: Desk) -> None:
    """Wang Fang writes what was learnt; Li Na signs."""
    paper = desk.paper()
    for place, words in (
        ("highlights", Words(zh="争议八个工作日内裁定，未影响上市时间\n分工表会签一次修改即通过", en="The dispute was ruled within eight workdays and the launch stayed on time\nOne amendment of the breakdown was enough")),
        ("shortcomings", Words(zh="需求表初稿未写明试产数量\n关键物料只有一家供应商", en="The first request did not say how many cups\nOne supplier only for the key materials")),
        ("improvements", Words(zh="发起前先与采购部沟通额度\n关键物料备选第二供应商", en="Ask Procurement about its budget before starting\nFind a second supplier")),
    ):  # fmt: skip
        paper.write(place, desk.says(words))
    desk.sign(paper, "initiating_head", "li.na", after=1)
    desk.reply(
        Words(zh="总结报告见附件。", en="Please find the summary attached."),
        after=1,
        at="11:15",
        paper=paper,
        habit=Habit.SUMMARY,
    )
