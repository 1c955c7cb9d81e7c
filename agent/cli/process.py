"""`formclerk process`: the definition of the process, what is wrong with it, and its picture."""

import sys
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli import process_move
from agent.cli.configured import configured
from agent.cli.language import LANGUAGE, tr
from agent.cli.opening import found, office
from agent.cli.say import AsJson, ConfigFile, Exit, command, complain, group, say, say_json, stop

if TYPE_CHECKING:
    from agent.domain.case import Case
    from agent.domain.process import Process
    from agent.domain.steps import Step
    from agent.letters.values import Tongue
    from agent.packs import Pack

Named = Annotated[
    str | None,
    typer.Argument(
        metavar=tr("流程包", "PACK"),
        help=tr(
            "流程包名称或文件夹（默认用配置中的）", "A shipped pack or a folder (default: the configured one)"
        ),
    ),
]


class Format(Enum):
    """How the picture is written."""

    MERMAID = "mermaid"
    SVG = "svg"
    PNG = "png"


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    process = group(app, "process", zh="流程定义：查看、检查、画图", en="The definition of the process")

    @command(
        process,
        "show",
        zh="列出流程的阶段、步骤、时限和角色",
        en="Show stages, steps, clocks and roles",
        examples=("process show", "process show collaboration"),
    )
    def show(pack: Named = None, *, config: ConfigFile = None, as_json: AsJson = False) -> None:
        shown = _load(pack, config).process
        if as_json:
            say_json(_facts(shown))
        else:
            _print(shown)

    @command(
        process,
        "check",
        zh="检查流程定义；有错时指出文件、表和键",
        en="Check the definition; a mistake is told with file, table and key",
        examples=("process check", "process check my-pack"),
    )
    def check(pack: Named = None, *, config: ConfigFile = None, as_json: AsJson = False) -> None:
        from agent.core.definition_error import DefinitionError  # noqa: PLC0415 - help must come at once

        try:
            checked = _load(pack, config)
        except DefinitionError as error:
            if as_json:
                facts = {
                    "file": error.file,
                    "table": error.table,
                    "key": error.key,
                    "say": {"zh": error.why.zh, "en": error.why.en},
                }
                say_json({"ok": False, "problems": [facts]})
                stop(Exit.WRONG)
            stop(Exit.WRONG, error.said.in_(LANGUAGE))
        ours = checked.process
        if as_json:
            say_json(
                {"ok": True, "id": ours.id, "version": ours.version, "digest": ours.digest, "problems": []}
            )
        else:
            name, count, forms = ours.title.in_(LANGUAGE), len(ours.steps), len(ours.forms)
            say(
                tr(
                    f"{name}（{ours.id}，第 {ours.version} 版）没有错误：{count} 个步骤，{forms} 个表格。",
                    f"{name} ({ours.id}, version {ours.version}) is sound: {count} steps, {forms} forms.",
                )
            )

    process_move.register(process)

    @command(
        process,
        "draw",
        zh="画出流程；给出编号时标出该事项当前的进展",
        en="Draw the process; with a case number, as that case stands now",
        examples=(
            "process draw",
            "process draw --format png -o process.png",
            "process draw --case XT-2026-0001",
        ),
    )
    def draw(
        pack: Named = None,
        *,
        form: Annotated[
            Format, typer.Option("--format", "-f", help=tr("图的格式", "What kind of picture"))
        ] = Format.MERMAID,
        out: Annotated[
            Path | None,
            typer.Option(
                "--out",
                "-o",
                metavar=tr("文件", "FILE"),
                help=tr("写入文件（默认输出到屏幕）", "Where to (default: here)"),
            ),
        ] = None,
        case: Annotated[
            str,
            typer.Option(
                "--case", metavar=tr("编号", "CASE"), help=tr("标出此事项的进展", "Show how far it is")
            ),
        ] = "",
        config: ConfigFile = None,
    ) -> None:
        if form is Format.PNG and out is None:
            stop(Exit.USAGE, tr("PNG 须用 -o 写入文件", "a PNG needs a file: -o FILE"))
        content = _drawn(form, case, pack, config)
        if out is None:
            sys.stdout.write(content.decode() + "\n")
            return
        try:
            out.write_bytes(content)
        except OSError as error:
            stop(Exit.USAGE, f"{out}: {error.strerror}")
        complain(tr(f"已写入 {out}", f"written to {out}"))


def _load(pack: str | None, config: ConfigFile) -> "Pack":
    """Return the pack that was named; the configuration is needed only when none was."""
    from agent import packs  # noqa: PLC0415 - help must come at once

    if pack is not None:
        return packs.load(pack, Path.cwd())
    settings = configured(config)
    return packs.load(settings.process.pack, settings.file.parent)


def _drawn(form: Format, number: str, pack: str | None, config: ConfigFile) -> bytes:
    from agent import clock  # noqa: PLC0415 - help must come at once
    from agent.domain.people import Directory  # noqa: PLC0415
    from agent.domain.workdays import Workdays  # noqa: PLC0415
    from agent.letters.values import Tongue  # noqa: PLC0415

    if not number:
        from zoneinfo import ZoneInfo  # noqa: PLC0415

        nobody = Tongue(
            language=LANGUAGE,
            directory=Directory(()),
            workdays=Workdays(zone=ZoneInfo("UTC")),
            now=clock.now(),
        )
        return _rendered(form, _load(pack, config).process, nobody, None)
    with office(config) as house, house.turn(reading=True) as turn:
        case = found(turn, number)
        tongue = Tongue(
            language=LANGUAGE, directory=turn.world.directory, workdays=turn.world.workdays, now=turn.now
        )
        return _rendered(form, turn.process(case.process), tongue, case)


def _rendered(form: Format, process: "Process", tongue: "Tongue", case: "Case | None") -> bytes:
    from agent.letters.drawing import to_png, to_svg  # noqa: PLC0415 - help must come at once
    from agent.letters.fonts import installed  # noqa: PLC0415
    from agent.letters.process_picture import mermaid, picture  # noqa: PLC0415

    match form:
        case Format.MERMAID:
            return mermaid(process, tongue, case).encode()
        case Format.SVG:
            return to_svg(picture(process, tongue, case)).encode()
        case Format.PNG:
            return to_png(picture(process, tongue, case), installed())


def _print(process: "Process") -> None:
    say(f"{process.title.in_(LANGUAGE)}  ({process.id} {process.version}, {process.digest[:12]})")
    for stage in process.stages:
        say()
        say(stage.title.in_(LANGUAGE))
        for name in stage.steps:
            say(f"  {_step(process.steps[name])}")
    for ladder in process.ladders.values():
        say()
        say(ladder.title.in_(LANGUAGE))
        for number, rung in enumerate(ladder.rungs, start=1):
            say(f"  {number}. {rung.title.in_(LANGUAGE)}  {rung.due}")
    say()
    say(tr("时限", "Clocks"))
    for clock in process.clocks.values():
        spans = ", ".join(f"{process.profiles[p].in_(LANGUAGE)} {s}" for p, s in clock.spans.items())
        say(f"  {clock.name}: {spans}")


def _step(step: "Step") -> str:
    after = f"  ← {', '.join(step.after)}" if step.after else ""
    return f"{step.title.in_(LANGUAGE)}  ({step.id}){after}"


def _facts(process: "Process") -> dict[str, object]:
    return {
        "id": process.id,
        "version": process.version,
        "digest": process.digest,
        "title": {"zh": process.title.zh, "en": process.title.en},
        "profiles": sorted(process.profiles),
        "clocks": {c.name: {p: str(s) for p, s in c.spans.items()} for c in process.clocks.values()},
        "stages": [
            {
                "id": stage.id,
                "title": {"zh": stage.title.zh, "en": stage.title.en},
                "steps": [
                    {
                        "id": name,
                        "kind": type(process.steps[name]).__name__.lower(),
                        "after": process.steps[name].after,
                    }
                    for name in stage.steps
                ],
            }
            for stage in process.stages
        ],
        "ladders": {ladder.id: [rung.asks for rung in ladder.rungs] for ladder in process.ladders.values()},
        "forms": sorted(process.forms),
    }
