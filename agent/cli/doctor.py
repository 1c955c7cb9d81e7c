"""`formclerk doctor`: look everything over before it matters, and say what to do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.configured import configured
from agent.cli.language import LANGUAGE, tr
from agent.cli.say import AsJson, ConfigFile, Exit, command, say, say_json, stop

if TYPE_CHECKING:
    from agent.findings import Finding


def tell(found: "Sequence[Finding]") -> None:
    """Print findings, each with what to do about it."""
    from agent.findings import Grade  # noqa: PLC0415 - help must come at once

    marks = {
        Grade.GOOD: tr("正常", "ok"),
        Grade.CARE: tr("留意", "look"),
        Grade.WRONG: tr("有误", "WRONG"),
    }
    for each in found:
        say(f"{marks[each.grade]:<6} {each.say.in_(LANGUAGE)}")
        if each.do.in_(LANGUAGE):
            say(f"       → {each.do.in_(LANGUAGE)}")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "doctor",
        zh="体检：邮箱、权限、通讯录、日历、模板、磁盘、时钟，并告诉您怎么办",
        en="Check mailbox, permissions, directory, calendar, templates, disk and clock; say what to do",
        examples=("doctor", "doctor --offline --json"),
    )
    def doctor(
        *,
        config: ConfigFile = None,
        offline: Annotated[
            bool, typer.Option("--offline", help=tr("不连接邮件服务器", "Do not call the mail servers"))
        ] = False,
        as_json: AsJson = False,
    ) -> None:
        from agent.examination import examine  # noqa: PLC0415 - help must come at once
        from agent.findings import Grade  # noqa: PLC0415

        found = examine(configured(config), offline=offline)
        if as_json:
            say_json(
                [
                    {
                        "check": f.check,
                        "grade": f.grade.value,
                        "say": f.say.in_(LANGUAGE),
                        "do": f.do.in_(LANGUAGE),
                    }
                    for f in found
                ]
            )
        else:
            tell(found)
        if any(each.grade is Grade.WRONG for each in found):
            stop(Exit.WRONG)
