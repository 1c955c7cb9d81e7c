"""Habits at the end of the work (process.md, 4)."""

# ruff: noqa: E501 - what people write stands in both languages side by side, a sentence a line

from datetime import date

from agent.demo import on_paper
from agent.demo.habits import Habit
from agent.demo.staff import Desk
from agent.demo.word import Paper
from agent.domain.words import Words


def accept(desk: Desk) -> None:
    """Li Na wants rework at first, on paper, and lets it pass when it is done."""
    paper = desk.paper()
    if desk.times == 1:
        _want_rework(desk, paper)
        return
    for row in range(paper.rows("tasks")):
        paper.pick(f"tasks.{row}.result", "ok")
        paper.write(f"tasks.{row}.note", "")
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


def _want_rework(desk: Desk, paper: Paper) -> None:
    """Type everything into the PDF but the day, which she writes with a pen, and then another over it."""
    rows = range(paper.rows("tasks"))
    bad = paper.row_of("tasks", "no", "3")
    words = {f"tasks.{row}.result": "not_ok" if row == bad else "ok" for row in rows} | {
        f"tasks.{bad}.note": desk.says(
            Words(zh="包装内缺英文说明书", en="The English manual is missing in the box")
        ),
        "conclusion": "rework",
        "rework.0.what": desk.says(
            Words(zh="补印英文说明书并重新装箱", en="Print the English manual and pack again")
        ),
        "rework.0.who": desk.name("ma.chao"),
    }
    right, first = desk.day(4), desk.day(5)
    desk.staff.meant[desk.who.key] = {
        desk.says(label): f"{said}" if isinstance(said, date) else desk.says(said)
        for label, said in (
            (Words(zh="完成时间", en="When"), right),
            (
                Words(zh=f"第{bad + 1}行 验收结果", en=f"row {bad + 1}, Result"),
                Words(zh="不合格", en="Not OK"),
            ),
            (Words(zh="验收结果", en="Result"), Words(zh="合格", en="OK")),
            (Words(zh="验收结论", en="Conclusion"), Words(zh="需整改", en="Rework")),
            (Words(zh="责任人", en="Who"), Words.same(desk.name("ma.chao"))),
        )
    }
    on_paper.scan(desk, words, ("rework.0.when", first, right), "head", after=1, at="10:00")
    for tag, said in words.items():
        (paper.pick if tag.endswith((".result", "conclusion")) else paper.write)(tag, said)
    paper.pick_day("rework.0.when", right)
    desk.sign(paper, "head", after=1)
    on_paper.keep(desk, paper)


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
