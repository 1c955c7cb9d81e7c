"""`formclerk backup FILE`: a consistent copy while the daemon runs."""

from pathlib import Path
from typing import Annotated

import typer

from agent.cli.language import tr
from agent.cli.opening import office
from agent.cli.say import AsJson, ConfigFile, Exit, command, complain, say, say_json, stop


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "backup",
        zh="在运行中备份数据库与全部文件（一个 zip）",
        en="Copy the database and every file into one zip, while the daemon runs",
        examples=("backup formclerk-20260302.zip",),
    )
    def backup(
        file: Annotated[
            Path, typer.Argument(metavar=tr("文件", "FILE"), help=tr("备份文件", "The file to write"))
        ],
        *,
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        from store.backup import backup as copy  # noqa: PLC0415 - help must come at once

        if not file.absolute().parent.is_dir():
            stop(Exit.USAGE, tr(f"没有文件夹 {file.parent}", f"there is no folder {file.parent}"))
        with office(config) as house:
            done = copy(house.engine, house.blobs, file)
        if as_json:
            say_json(
                {
                    "file": str(file),
                    "rows": done.rows,
                    "blobs": done.blobs,
                    "head": done.head,
                    "damaged": list(done.damaged),
                }
            )
        else:
            said = tr(
                f"已备份到 {file}：{done.rows} 行，{done.blobs} 个文件。链首（请另存）：{done.head}",
                f"Copied to {file}: {done.rows} rows, {done.blobs} files. "
                f"Head (keep it elsewhere): {done.head}",
            )
            say(said)
        for name in done.damaged:
            complain(tr(f"无法读取文件 {name}", f"the blob {name} could not be read"))
        if done.damaged:
            stop(Exit.WRONG)
