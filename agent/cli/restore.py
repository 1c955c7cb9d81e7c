"""`formclerk restore FILE`: an empty store filled from a backup."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.configured import configured
from agent.cli.language import tr
from agent.cli.say import AsJson, ConfigFile, Exit, command, say, say_json, stop


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @command(
        app,
        "restore",
        zh="用备份填充空的数据库和文件夹",
        en="Fill an empty database and folder from a backup",
        examples=("restore formclerk-20260302.zip", "restore copy.zip -c /srv/new/formclerk.toml"),
    )
    def restore(
        file: Annotated[
            Path, typer.Argument(metavar=tr("文件", "FILE"), help=tr("备份文件", "What `backup` wrote"))
        ],
        *,
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        from agent import staging  # noqa: PLC0415 - help must come at once
        from agent.domain.errors import WillNotWork  # noqa: PLC0415
        from store.backup import restore as fill  # noqa: PLC0415
        from store.blobs import Blobs  # noqa: PLC0415
        from store.engine import connect  # noqa: PLC0415

        if not file.is_file():
            stop(Exit.NOT_FOUND, tr(f"没有文件 {file}", f"there is no file {file}"))
        store = staging.as_rehearsed(configured(config)).store
        engine = connect(store.address())
        try:
            done = fill(file, engine, Blobs(store.blobs))
        except WillNotWork as error:
            stop(Exit.WRONG, tr(f"无法恢复：{error}", f"not restored: {error}"))
        finally:
            engine.dispose()
        if as_json:
            say_json({"file": str(file), "rows": done.rows, "blobs": done.blobs, "head": done.head})
            return
        say(
            tr(
                f"已从 {file} 恢复：{done.rows} 行，{done.blobs} 个文件。链首：{done.head}\n"
                "请用 formclerk verify --store 核对，再启动。\n"
                "备份之后处理过的邮件，请从“Handled”等文件夹移回收件箱，将重新办理；已发出的信件不会再发。",
                f"Restored from {file}: {done.rows} rows, {done.blobs} files. Head: {done.head}\n"
                "Check it with formclerk verify --store, then start.\n"
                "Move mails that were handled after the backup from Handled and its neighbours back to the\n"
                "inbox: they are decided anew. No letter that is found among the sent mail leaves again.",
            )
        )
