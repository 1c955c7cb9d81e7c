"""`formclerk verify ARCHIVE|--store`: seals, digests, hash chain, invariants."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.case_words import both, words
from agent.cli.language import tr
from agent.cli.opening import office
from agent.cli.say import AsJson, ConfigFile, Exit, command, say, say_json, stop

if TYPE_CHECKING:
    from store.finding import Finding


def register(app: typer.Typer) -> None:
    """Add the command to the program."""

    @command(
        app,
        "verify",
        zh="核对归档文件，或核对整个库：摘要、日志链、应成立的一切",
        en="Check an archive, or the whole store: digests, hash chain, everything that must be true",
        examples=("verify 新产品上市-20260320.zip", "verify --store", "verify --store --head 17:ab12…"),
    )
    def verify(
        archive: Annotated[
            Path | None, typer.Argument(metavar="ARCHIVE", help=tr("归档文件", "An archive"))
        ] = None,
        *,
        store: Annotated[bool, typer.Option("--store", help=tr("核对库", "Check the store"))] = False,
        head: Annotated[
            str | None,
            typer.Option("--head", help=tr("另存的链首，可发现末尾被截去", "A head that was kept elsewhere")),
        ] = None,
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        if (archive is None) == (not store):
            stop(Exit.USAGE, tr("请给出归档文件，或 --store", "give an archive, or --store"))
        found = _archive(archive) if archive is not None else _store(config, head)
        if as_json:
            say_json(
                {
                    "whole": not found,
                    "findings": [
                        {"code": each.code, "where": each.where, "say": both(each.say)} for each in found
                    ],
                }
            )
        else:
            for each in found:
                say(f"{each.where}: {words(each.say)}")
            say(
                tr(f"发现 {len(found)} 处问题。", f"{len(found)} findings.")
                if found
                else tr("核对无误。", "All is as it must be.")
            )
        if found:
            stop(Exit.WRONG)


def _store(config: Path | None, head: str | None) -> "tuple[Finding, ...]":
    from store.verify import verify as check  # noqa: PLC0415 - help must come at once

    with office(config) as house:
        return check(house.engine, house.blobs, head)


def _archive(file: Path) -> "tuple[Finding, ...]":
    from agent.service.archive import verify as check  # noqa: PLC0415 - help must come at once

    if not file.is_file():
        stop(Exit.NOT_FOUND, tr(f"没有文件 {file}", f"there is no file {file}"))
    return check(file)
