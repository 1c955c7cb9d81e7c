"""`formclerk migrate`: bring the database to the present schema."""

import typer

from agent.cli.configured import configured
from agent.cli.language import tr
from agent.cli.say import AsJson, ConfigFile, command, say, say_json


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @command(
        app,
        "migrate",
        zh="把数据库升级到当前版本的结构",
        en="Bring the database to the present schema",
        examples=("migrate", "migrate -c /etc/formclerk/formclerk.toml"),
    )
    def migrate(*, config: ConfigFile = None, as_json: AsJson = False) -> None:
        from agent import staging  # noqa: PLC0415 - help must come at once
        from store import migrate as schema  # noqa: PLC0415
        from store.engine import connect  # noqa: PLC0415

        store = staging.as_rehearsed(configured(config)).store
        engine = connect(store.address())
        try:
            before = schema.present(engine)
            schema.migrate(engine)
            after = schema.present(engine)
        finally:
            engine.dispose()
        if as_json:
            say_json({"store": store.url, "before": before, "after": after, "changed": before != after})
        elif before == after:
            say(tr(f"数据库已是最新（{after}）。", f"The database is up to date ({after})."))
        else:
            old = before or tr("空库", "empty")
            say(tr(f"数据库已升级：{old} → {after}。", f"The database was brought from {old} to {after}."))
