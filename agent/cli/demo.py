"""`formclerk demo`: a whole case with scripted staff, on the embedded default, before one's eyes."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.language import LANGUAGE, tr
from agent.cli.say import Exit, command, complain, program, say, stop

if TYPE_CHECKING:
    from agent.demo.play import Ending
    from agent.domain.words import Language

_RULE = "─" * 72


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "demo",
        zh="演示一项完整的协同：从第一封邮件到封存归档，员工各有脾气，时钟为模拟",
        en="Play a whole case, from the first mail to the sealed archive, with people of many habits",
        examples=("demo", "demo --lang zh --out trial"),
    )
    def demo(
        *,
        lang: Annotated[
            str,
            typer.Option(
                "--lang", metavar="zh|en", help=tr("公司与输出的语言", "Language of company and output")
            ),
        ] = LANGUAGE.value,
        out: Annotated[
            Path,
            typer.Option(
                "--out",
                metavar=tr("目录", "DIR"),
                help=tr(
                    "留下全部文件的目录；以前的演示会被替换",
                    "Where everything is left; an earlier demo is replaced",
                ),
            ),
        ] = Path("demo-out"),
    ) -> None:
        # Imported here, not above: help must come at once.
        from agent import logs  # noqa: PLC0415
        from agent.demo import play  # noqa: PLC0415
        from agent.domain.errors import WillNotWork  # noqa: PLC0415
        from agent.domain.words import Language  # noqa: PLC0415

        if lang not in {each.value for each in Language}:
            stop(Exit.USAGE, tr("--lang 只能是 zh 或 en", "--lang is zh or en"))
        language = Language(lang)
        try:
            file = play.prepare(out, language)
        except WillNotWork:
            stop(
                Exit.USAGE,
                tr(
                    f"{out} 里有其他内容；为免覆盖，请用 --out 另选目录",
                    f"{out} holds something else; name another folder with --out",
                ),
            )
        except OSError as error:
            stop(Exit.USAGE, f"{error.filename or out}: {error.strerror}")
        logs.start(level="ERROR")
        ending = play.play(file, language, say)
        _report(ending, language, out)
        if not ending.is_good:
            stop(Exit.WRONG)


def _report(ending: "Ending", language: "Language", out: Path) -> None:
    """Say how it went, what to open, and how to go on; in the language of the demo."""
    chinese = language.value == "zh"
    case = ending.case
    say()
    say(_RULE)
    if ending.is_good and case is not None:
        done = "已归档，档案与库核对无误。" if chinese else "archived; archive and store verify."
        say(f"{case.id} {case.title}{'：' if chinese else ': '}{done}")
    say(_figures(ending, chinese=chinese))
    say()
    say("请打开看看：" if chinese else "Have a look at:")
    for each in ending.files:
        say(f"  {each.what.in_(language)}")
        say(f"    {each.path}")
    say()
    say("接着可以试：" if chinese else "Then try:")
    number = case.id if case is not None else ""
    for line in (f"status {number}", f"explain {number}", "queue list", "verify --store"):
        say(f"  {program()} -c {out / 'formclerk.toml'} {line}")
    for finding in ending.findings:
        complain(f"{finding.where}: {finding.say.in_(language)}")
    for habit in ending.missed:
        complain(("没有发生：" if chinese else "did not happen: ") + habit.value.in_(language))


def _figures(ending: "Ending", *, chinese: bool) -> str:
    count, took = ending.figures, f"{ending.seconds:.0f}"
    if chinese:
        return (
            f"模拟 {count.days} 天，用时 {took} 秒。收信 {count.received} 封，发信 {count.sent} 封；"
            f"提醒 {count.reminders} 次，滞后预警 {count.lag_warnings} 次，争议 {count.disputes} 起。"
        )
    return (
        f"{count.days} days in {took} seconds: {count.received} mails in, {count.sent} out; "
        f"reminders {count.reminders}, lag warnings {count.lag_warnings}, disputes {count.disputes}."
    )
