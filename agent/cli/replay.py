"""`formclerk replay`: decide the journal anew; it must agree."""

import typer

from agent.cli.case_words import both, words
from agent.cli.language import tr
from agent.cli.opening import office
from agent.cli.say import AsJson, ConfigFile, Exit, command, say, say_json, stop


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "replay",
        zh="按日志重新决定全部事项，结果必须一致",
        en="Decide the whole journal anew; it must agree",
        examples=("replay", "replay --json"),
    )
    def replay(*, config: ConfigFile = None, as_json: AsJson = False) -> None:
        from agent.service import replay as again  # noqa: PLC0415 - help must come at once

        with office(config) as house, house.look() as work:
            done = again.replay(work)
        if as_json:
            say_json(
                {
                    "agrees": not done.differences,
                    "entries": done.entries,
                    "cases": done.cases,
                    "differences": [
                        {"seq": each.seq, "case": each.case, "cause": each.cause, "say": both(each.say)}
                        for each in done.differences
                    ],
                }
            )
        else:
            for each in done.differences:
                say(f"{each.seq or '–'}  {each.case}  {each.cause}  {words(each.say)}")
            count = len(done.differences)
            say(
                tr(
                    f"{done.cases} 个事项，{done.entries} 条决定，{count} 处不一致。",
                    f"{done.cases} cases, {done.entries} decisions, {count} differences.",
                )
            )
        if done.differences:
            stop(Exit.WRONG)
