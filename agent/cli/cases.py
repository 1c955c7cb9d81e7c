"""`formclerk cases`: a list."""

from typing import Annotated

import typer

from agent.cli.case_words import line_json, moment, words
from agent.cli.language import tr
from agent.cli.opening import office
from agent.cli.say import AsJson, ConfigFile, command, say, say_json, say_table
from agent.domain.case import ENDED
from agent.domain.statuses import CASE_STATUSES


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "cases",
        zh="列出协同事项",
        en="List the cases",
        examples=("cases", "cases --all --json"),
    )
    def cases(
        *,
        config: ConfigFile = None,
        every: Annotated[
            bool, typer.Option("--all", help=tr("包括已结束的", "Include those that have ended"))
        ] = False,
        as_json: AsJson = False,
    ) -> None:
        from agent.service.standing import case_line  # noqa: PLC0415 - help must come at once

        with office(config) as house, house.turn(reading=True) as turn:
            workdays = turn.world.workdays
            lines = [
                case_line(case, turn.process(case.process), workdays, turn.now)
                for case in turn.work.cases.every()
                if every or case.status not in ENDED
            ]
        if as_json:
            say_json([line_json(line) for line in lines])
        elif not lines:
            say(tr("没有进行中的事项。", "There are no open cases."))
        else:
            say_table(
                (
                    tr("编号", "CASE"),
                    tr("名称", "TITLE"),
                    tr("状态", "STATUS"),
                    tr("阶段", "STAGE"),
                    tr("待办", "OPEN"),
                    tr("逾期", "OVERDUE"),
                    tr("最近截止", "NEXT DUE"),
                ),
                [
                    (
                        line.case,
                        line.title or "–",
                        words(CASE_STATUSES[line.status]),
                        words(line.stage),
                        str(line.open_items),
                        str(line.overdue),
                        moment(line.next_due, workdays.zone),
                    )
                    for line in lines
                ],
            )
