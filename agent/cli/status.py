"""`formclerk status CASE`: where a case stands."""

from typing import Annotated

import typer

from agent.cli.case_words import case_json, item_json, line_json, moment, name, words
from agent.cli.language import tr
from agent.cli.opening import found, office
from agent.cli.say import AsJson, ConfigFile, command, say, say_json, say_table
from agent.domain.statuses import CASE_STATUSES, TASK_STATUSES


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "status",
        zh="查看一项协同的进展",
        en="Show where a case stands",
        examples=("status XT-2026-0001", "status XT-2026-0001 --json"),
    )
    def status(
        number: Annotated[
            str, typer.Argument(metavar=tr("编号", "CASE"), help=tr("事项编号", "The number of the case"))
        ],
        *,
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        from agent.service.standing import case_line, item_line  # noqa: PLC0415 - help must come at once

        with office(config) as house, house.turn(reading=True) as turn:
            case = found(turn, number)
            process = turn.process(case.process)
            workdays, directory = turn.world.workdays, turn.world.directory
            line = case_line(case, process, workdays, turn.now)
            items = [item_line(case, item, process, workdays, turn.now) for item in case.open_items()]
        if as_json:
            say_json({**line_json(line), **case_json(case), "items": [item_json(item) for item in items]})
            return
        say(f"{case.id}  {case.title}".rstrip())
        who, since = name(case.initiator, directory), moment(case.began, workdays.zone)
        begun = tr(f"{who}于 {since} 发起", f"begun by {who} on {since}")
        say(f"{words(CASE_STATUSES[case.status])} · {words(line.stage)} · {begun}")
        if items:
            say()
            say_table(
                (tr("待办", "WAITING FOR"), tr("办理人", "HOLDER"), tr("截止", "DUE"), tr("逾期", "LATE")),
                [
                    (
                        words(item.what),
                        name(item.holder, directory),
                        moment(item.due, workdays.zone),
                        tr(f"{item.late} 个工作日", f"{item.late} workdays")
                        if item.late
                        else tr("是", "yes")
                        if item.overdue
                        else "",
                    )
                    for item in items
                ],
            )
        if case.tasks:
            say()
            say_table(
                (
                    tr("任务", "TASK"),
                    tr("责任人", "RESPONSIBLE"),
                    tr("起止", "FROM–TO"),
                    tr("状态", "STATUS"),
                    "%",
                ),
                [
                    (
                        f"{task.id} {task.title}",
                        name(task.responsible, directory),
                        f"{task.start:%m-%d}–{task.end:%m-%d}",
                        words(TASK_STATUSES[task.status]),
                        str(task.percent),
                    )
                    for task in case.tasks
                ],
            )
        if case.archive is not None:
            say()
            say(tr(f"归档：{case.archive.name}", f"Archive: {case.archive.name}"))
