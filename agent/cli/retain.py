"""`formclerk retain`: remove the papers of cases that ended long ago, by the rule of the configuration."""

from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.case_words import both, words
from agent.cli.configured import configured
from agent.cli.language import tr
from agent.cli.opening import found, office, speaker
from agent.cli.say import AsJson, By, ConfigFile, Exit, command, say, say_json, stop

if TYPE_CHECKING:
    from agent.service.retaining import Retention

_KILOBYTE = 1024


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "retain",
        zh="按保管期限删除早已结束的事项的原始邮件、信件与图像；日志、封条和归档保留",
        en="Remove raw mails, letters and pictures of cases that ended long ago; journal and archives stay",
        examples=("retain --dry-run", "retain", "retain XT-2016-0001 --dry-run"),
    )
    def retain(
        number: Annotated[
            str | None,
            typer.Argument(metavar=tr("编号", "CASE"), help=tr("只看这一事项", "This case alone")),
        ] = None,
        *,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help=tr("只列出，不删除", "Tell, and remove nothing"))
        ] = False,
        by: By = None,
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        from agent.service import daemon, retaining  # noqa: PLC0415 - help must come at once
        from agent.service.single import only_one  # noqa: PLC0415
        from store.alone import alone  # noqa: PLC0415

        settings = configured(config)
        rule = retaining.Rule(years=settings.retention.years, days=settings.retention.days)
        if not (rule.years or rule.days):
            stop(
                Exit.USAGE,
                tr(
                    "未设保管期限：请在配置的 [retention] 中填写 years 或 days",
                    "no retention is set: give years or days in [retention] of the configuration",
                ),
            )
        with office(config) as house:
            with house.turn(reading=True) as turn:
                case = found(turn, number).id if number is not None else None
                who = speaker(turn, by).address
            removed = 0
            if dry_run:
                what = retaining.look(house, rule, case)
            else:
                # Raises TryLater while the daemon runs: exit code 4.
                with only_one(daemon.lock_file(house.folder)), alone(house.engine):
                    what = retaining.look(house, rule, case)
                    removed = retaining.remove(house, rule, what, by=who)
        _tell(what, removed, dry_run=dry_run, as_json=as_json)
        if case is not None and what.spared:
            stop(Exit.WRONG)


def _tell(what: "Retention", removed: int, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        say_json(
            {
                "dry_run": dry_run,
                "removed": removed,
                "leftover": len(what.leftover),
                "canaries": len(what.canaries),
                "cases": [
                    {
                        "case": each.case,
                        "ended": each.ended.isoformat(),
                        "files": len(each.digests),
                        "bytes": each.size,
                    }
                    for each in what.retired
                ],
                "kept": [{"case": each.case, "because": both(each.because)} for each in what.spared],
            }
        )
        return
    for each in what.retired:
        files, size = len(each.digests), f"{each.size / _KILOBYTE:,.0f} KB"
        say(
            tr(
                f"{each.case}：{each.ended} 结束，{files} 个文件，{size}",
                f"{each.case}: ended on {each.ended}, {files} files, {size}",
            )
        )
    for spared in what.spared:
        say(
            tr(
                f"{spared.case}：保留，{words(spared.because)}",
                f"{spared.case}: kept, {words(spared.because)}",
            )
        )
    if what.canaries:
        count = len(what.canaries)
        say(tr(f"发给自己的巡检邮件：{count} 封", f"the clerk's letters to itself: {count}"))
    if dry_run:
        say(
            tr(
                f"将处理 {len(what.retired)} 个事项；未删除任何文件。",
                f"{len(what.retired)} cases; nothing was removed.",
            )
        )
    else:
        say(tr(f"已删除 {removed} 个文件。", f"{removed} files were removed."))
