"""`formclerk rehearse DIR --at TIME`: the same passes over a folder mailbox, under a given clock."""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from agent.cli.language import LANGUAGE, tr
from agent.cli.say import AsJson, Exit, command, say, say_json_line, stop

if TYPE_CHECKING:
    from agent.config_sections import Config
    from agent.service.happenings import Happening, Listener

_TOLD = ("case", "event", "timer", "schedule", "letter", "to", "sender", "subject", "shelf", "state")
"""What people want to know of a thing that happened."""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "rehearse",
        zh="用文件夹邮箱和指定的时钟演练：DIR/Inbox/*.eml 收入，DIR/Sent/*.eml 发出",
        en="Rehearse on a folder mailbox under a given clock: DIR/Inbox/*.eml in, DIR/Sent/*.eml out",
        examples=(
            "rehearse trial --at 2026-03-02T09:00",
            "rehearse trial --at 2026-03-02T09:00 --until 2026-03-20T18:00 --json",
        ),
    )
    def rehearse(
        folder: Annotated[
            Path,
            typer.Argument(
                metavar=tr("目录", "DIR"), help=tr("含 formclerk.toml 的文件夹", "Holds formclerk.toml")
            ),
        ],
        at: Annotated[
            str,
            typer.Option(
                "--at", metavar=tr("时刻", "TIME"), help=tr("开始时刻", "The moment at which it begins")
            ),
        ],
        *,
        until: Annotated[
            str | None,
            typer.Option(
                "--until", metavar=tr("时刻", "TIME"), help=tr("结束时刻", "The moment at which it ends")
            ),
        ] = None,
        as_json: AsJson = False,
    ) -> None:
        # Imported here, not above: help must come at once.
        from agent import config, logs, staging, wiring  # noqa: PLC0415
        from agent.clock import StoppedClock  # noqa: PLC0415
        from agent.service import daemon, rehearsal  # noqa: PLC0415
        from agent.service.single import only_one  # noqa: PLC0415

        settings = staging.staged(config.load(folder / config.NAME))
        begin = _moment(at, settings)
        end = _moment(until, settings) if until is not None else begin
        if end < begin:
            stop(Exit.USAGE, tr("--until 早于 --at", "--until is before --at"))
        logs.start(level="ERROR" if as_json else "WARNING")
        clock = StoppedClock(begin)
        tell = _as_json if as_json else _as_text(settings.agent.zone)
        with (
            only_one(daemon.lock_file(settings.store.state)),
            wiring.opened(settings, clock=clock, tell=_quietly(tell)) as house,
        ):
            rehearsal.play(house, clock, end)


def _quietly(tell: "Listener") -> "Listener":
    """Return `tell` for a reader who may go away: the rehearsal goes on to its end all the same."""

    def told(happening: "Happening") -> None:
        with suppress(BrokenPipeError):
            tell(happening)

    return told


def _moment(text: str, settings: "Config") -> datetime:
    """Read a moment; without a zone it is wall-clock time at the site."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        stop(
            Exit.USAGE,
            tr(
                f"“{text}”不是时刻，例如 2026-03-02T09:00", f"“{text}” is no moment, such as 2026-03-02T09:00"
            ),
        )
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=settings.agent.zone)
    return moment.astimezone(UTC)


def _as_json(happening: "Happening") -> None:
    say_json_line(happening.as_json())


def _as_text(zone: ZoneInfo) -> "Listener":
    """Return what tells things to people, in the time of the site."""

    def tell(happening: "Happening") -> None:
        because = f" — {happening.because.in_(LANGUAGE)}" if happening.because is not None else ""
        facts = " ".join(happening.facts[name] for name in _TOLD if name in happening.facts)
        say(f"{happening.at.astimezone(zone):%Y-%m-%d %H:%M}  {happening.what.value:<9} {facts}{because}")

    return tell
