"""`formclerk run`: the daemon, or every pass until nothing is left to do."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.configured import configured
from agent.cli.language import tr
from agent.cli.say import ConfigFile, command

if TYPE_CHECKING:
    from agent.config_running import Listen
    from agent.service.house import House


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "run",
        zh="运行协同助手：收信、读表、推进流程、发信、盯时限",
        en="Run the clerk: take in mail, read forms, move cases, send letters, keep deadlines",
        examples=("run", "run --once", "run -c /etc/formclerk.toml"),
    )
    def run(
        *,
        config: ConfigFile = None,
        once: Annotated[
            bool,
            typer.Option("--once", help=tr("处理完现有工作后结束", "Do what there is to do now, then end")),
        ] = False,
    ) -> None:
        # Imported here, not above: help must come at once.
        from agent import logs, people, wiring  # noqa: PLC0415
        from agent.config_sections import LogForm  # noqa: PLC0415
        from agent.domain.errors import StoreAway  # noqa: PLC0415
        from agent.service import daemon, delivering, rounds, sealing  # noqa: PLC0415
        from agent.service.single import only_one  # noqa: PLC0415
        from store.alone import alone  # noqa: PLC0415

        settings = configured(config)
        people.load(settings.directory.file, settings.agent.language)  # say now, not in every pass, why not
        logs.start(level=settings.log.level.value, as_json=settings.log.form is LogForm.JSON)
        with (
            only_one(daemon.lock_file(settings.store.state)),
            wiring.opened(settings, together=True) as house,
            alone(house.engine) as make_sure,
        ):
            delivering.recover(house)
            sealing.recover(house)
            if once:
                rounds.until_quiet(house)
                daemon.report(house, 1)
                if away := next((each for each in house.faults.all() if each.of_store), None):
                    raise StoreAway(away.why.partition(": ")[2])
            else:
                house.reader.warm()
                _stay(house, settings.health.listen, make_sure)


def _stay(house: "House", listen: "Listen | None", make_sure: Callable[[], None]) -> None:
    """Run the daemon, with its ear for monitors where one was asked for."""
    from agent.service import daemon  # noqa: PLC0415 - help must come at once
    from agent.service.listening import Board, listening  # noqa: PLC0415

    if listen is None:
        daemon.run(house, make_sure)
        return
    board = Board()
    with listening(house, board, listen.host, listen.port):
        daemon.run(house, make_sure, board)
