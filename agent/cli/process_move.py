"""`formclerk process move CASE…`: running cases go on by the present version of the process (ADR 0037)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.case_words import both, due_json, moment, name, words
from agent.cli.language import tr
from agent.cli.opening import found, office, speaker
from agent.cli.say import AsJson, By, ConfigFile, Exit, command, say, say_json, stop

if TYPE_CHECKING:
    from agent.domain.case import ProcessRef, Timer
    from agent.service.house import Turn
    from agent.service.moving import Move


def register(process: typer.Typer) -> None:
    """Add the command to the group."""

    @command(
        process,
        "move",
        zh="将进行中的事项改用当前版本的流程定义；先用 --dry-run 查看有何变化、何处对不上",
        en="Let running cases go on by the present version of the process; see it first with --dry-run",
        examples=(
            "process move XT-2026-0001 --dry-run",
            'process move XT-2026-0001 --why "2026 版流程"',
            'process move --all --why "2026 版流程"',
        ),
    )
    def move(  # noqa: PLR0913 - each is something that the user may say
        numbers: Annotated[
            list[str] | None,
            typer.Argument(metavar=tr("编号…", "CASE…"), help=tr("事项编号", "The numbers of the cases")),
        ] = None,
        *,
        everyone: Annotated[
            bool,
            typer.Option(
                "--all",
                help=tr("所有仍用旧定义的进行中事项", "Every running case that is on another version"),
            ),
        ] = False,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help=tr("只说明会怎样，不改动", "Only tell; change nothing"))
        ] = False,
        why: Annotated[str, typer.Option("--why", metavar=tr("原因", "WHY"), help=tr("原因", "Why"))] = "",
        by: By = None,
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        from agent.service import moving  # noqa: PLC0415 - help must come at once

        if bool(numbers) == everyone:
            stop(Exit.USAGE, tr("请给出事项编号，或用 --all", "name cases, or say --all"))
        if not (dry_run or why.strip()):
            stop(Exit.USAGE, tr("请用 --why 说明原因", "say why, with --why"))
        with office(config) as house:
            with house.turn(reading=True) as turn:
                asked = tuple(dict.fromkeys(found(turn, each).id for each in numbers or ()))
                cases = moving.movable(turn) if everyone else asked
                who = speaker(turn, by).address
            moves = [moving.move(house, each, by=who, why=why.strip(), dry_run=dry_run) for each in cases]
        if as_json:
            say_json({"dry_run": dry_run, "cases": [_json(each) for each in moves]})
        else:
            _print(moves, turn, dry_run=dry_run)
        if any(each.cannot for each in moves):
            stop(Exit.WRONG)


def _print(moves: list["Move"], turn: "Turn", *, dry_run: bool) -> None:
    for each in moves:
        versions = tr(
            f"第 {each.before.version} 版 → 第 {each.after.version} 版",
            f"version {each.before.version} → {each.after.version}",
        )
        say(f"{each.case}  {versions}  {_verdict(each, dry_run=dry_run)}")
        for line in _lines(each, turn):
            say(f"  {line}")
    moved = sum(not each.cannot for each in moves)
    left = len(moves) - moved
    say(
        tr(
            f"{moved} 项{'可以改用' if dry_run else '已改用'}，{left} 项保持原样。",
            f"{moved} {'can move' if dry_run else 'moved'}, {left} left as before.",
        )
    )


def _verdict(move: "Move", *, dry_run: bool) -> str:
    if move.cannot:
        return tr("不能改用：", "cannot move:")
    return tr("可以改用：", "can move:") if dry_run else tr("已改用：", "moved:")


def _lines(move: "Move", turn: "Turn") -> Iterator[str]:
    zone, directory = turn.world.workdays.zone, turn.world.directory
    yield from (words(each) for each in (*move.cannot, *move.differences))
    if move.because is not None:
        yield words(move.because)
    for item in move.kept:
        due = moment(item.due.at, zone)
        yield tr(
            f"待办 {item.id} 不变：{name(item.holder, directory)}，截止 {due}",
            f"{item.id} goes on: {name(item.holder, directory)}, due {due}",
        )
    for item in move.opened:
        due = moment(item.due.at, zone)
        yield tr(
            f"新待办 {item.id}：{name(item.holder, directory)}，截止 {due}",
            f"{item.id} is asked: {name(item.holder, directory)}, due {due}",
        )
    for letter in move.letters:
        to = tr("、", ", ").join(name(each, directory) for each in letter.to)
        yield tr(f"信件 {letter.letter}：{to}", f"letter {letter.letter}: {to}")
    yield from (f"- {moment(each.due, zone)}  {each.key}" for each in move.timers_gone)
    yield from (f"+ {moment(each.due, zone)}  {each.key}" for each in move.timers_new)


def _json(move: "Move") -> dict[str, object]:
    return {
        "case": move.case,
        "from": _ref(move.before),
        "to": _ref(move.after),
        "can": not move.cannot,
        "cannot": [both(each) for each in move.cannot],
        "differences": [both(each) for each in move.differences],
        "because": both(move.because) if move.because is not None else None,
        "kept": [{"item": each.id, "holder": each.holder, "due": due_json(each.due)} for each in move.kept],
        "opened": [
            {"item": each.id, "holder": each.holder, "due": due_json(each.due)} for each in move.opened
        ],
        "letters": [{"letter": each.letter, "to": list(each.to), "item": each.item} for each in move.letters],
        "timers_gone": [_timer(each) for each in move.timers_gone],
        "timers_new": [_timer(each) for each in move.timers_new],
    }


def _ref(ref: "ProcessRef") -> dict[str, object]:
    return {"id": ref.id, "version": ref.version, "digest": ref.digest}


def _timer(timer: "Timer") -> dict[str, str]:
    return {"timer": timer.key, "due": timer.due.isoformat()}
