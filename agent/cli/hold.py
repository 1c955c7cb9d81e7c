"""`formclerk hold CASE on|off`: legal hold, which no retention passes over; journalled with who and why."""

from enum import Enum
from typing import Annotated

import typer

from agent.cli.case_words import both, words
from agent.cli.language import tr
from agent.cli.opening import found, office, speaker
from agent.cli.say import AsJson, By, ConfigFile, Exit, command, say, say_json, stop
from agent.domain.words import Words


class Switch(Enum):
    """What becomes of the hold."""

    ON = "on"
    OFF = "off"


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "hold",
        zh="法律保留：列入后，不论保管期限，事项文件一律不删；写入日志，注明何人何故",
        en="Legal hold: no paper of the case is removed, whatever the retention; journalled with who and why",
        examples=('hold XT-2026-0001 on --why "诉讼 2027-12"', 'hold XT-2026-0001 off --why "已结案"'),
    )
    def hold(  # noqa: PLR0913 - each is something that the user may say
        number: Annotated[
            str, typer.Argument(metavar=tr("编号", "CASE"), help=tr("事项编号", "The number of the case"))
        ],
        switch: Annotated[
            Switch, typer.Argument(metavar="on|off", help=tr("列入或解除", "Put it under hold, or end that"))
        ],
        *,
        why: Annotated[str, typer.Option("--why", metavar=tr("原因", "WHY"), help=tr("原因", "Why"))],
        by: By = None,
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        from agent.service import retaining  # noqa: PLC0415 - help must come at once

        if not why.strip():
            stop(Exit.USAGE, tr("请用 --why 说明原因", "say why, with --why"))
        on = switch is Switch.ON
        with office(config) as house:
            with house.turn(reading=True) as turn:
                case = found(turn, number).id
                who = speaker(turn, by).address
            plan = retaining.hold(house, case, on=on, by=who, why=why.strip())
        already = Words(
            zh="已在法律保留中" if on else "不在法律保留中",
            en="it is under legal hold already" if on else "it is under no legal hold",
        )
        because = plan.because if plan is not None else already
        if as_json:
            say_json({"case": case, "hold": on, "changed": plan is not None, "because": both(because)})
        else:
            say(words(because))
