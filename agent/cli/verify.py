"""`formclerk verify ARCHIVE|--store`: seals, digests, hash chain, invariants."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.case_words import both, words
from agent.cli.language import tr
from agent.cli.opening import office
from agent.cli.say import AsJson, ConfigFile, Exit, command, say, say_json, stop

if TYPE_CHECKING:
    from agent.service.archives.manifest import Manifest
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
            Path | None, typer.Argument(metavar=tr("归档文件", "ARCHIVE"), help=tr("归档文件", "An archive"))
        ] = None,
        *,
        store: Annotated[bool, typer.Option("--store", help=tr("核对库", "Check the store"))] = False,
        head: Annotated[
            str | None,
            typer.Option(
                "--head",
                metavar=tr("链首", "HEAD"),
                help=tr("另存的链首，可发现末尾被截去", "A head that was kept elsewhere"),
            ),
        ] = None,
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        if (archive is None) == (not store):
            stop(Exit.USAGE, tr("请给出归档文件，或 --store", "give an archive, or --store"))
        about = None
        if archive is not None:
            about, found = _archive(archive, config)
        else:
            found = _store(config, head)
        if as_json:
            facts = {} if archive is None else {"archive": _json(about) if about is not None else None}
            findings = [{"code": each.code, "where": each.where, "say": both(each.say)} for each in found]
            say_json({"whole": not found, **facts, "findings": findings})
        else:
            if about is not None:
                _tell(about)
            for each in found:
                say(f"{each.where}: {words(each.say)}")
            say(
                tr(f"发现 {len(found)} 处问题。", f"{len(found)} finding{'s' if len(found) > 1 else ''}.")
                if found
                else tr("核对无误。", "All is as it must be.")
            )
        if found:
            stop(Exit.WRONG)


def _store(config: Path | None, head: str | None) -> "tuple[Finding, ...]":
    from store.verify import verify as check  # noqa: PLC0415 - help must come at once

    with office(config) as house:
        return check(house.engine, house.blobs, head)


def _archive(file: Path, config: Path | None) -> "tuple[Manifest | None, tuple[Finding, ...]]":
    """Check an archive offline; with a configuration also whether its store has sealed it."""
    from agent.service.archives.checking import examine  # noqa: PLC0415 - help must come at once

    if not file.is_file():
        stop(Exit.NOT_FOUND, tr(f"没有文件 {file}", f"there is no file {file}"))
    if config is None:
        found = examine(file)
    else:
        with office(config) as house:
            found = examine(file, house.secret)
    return found.manifest, found.findings


def _tell(about: "Manifest") -> None:
    """Print what an archive says of itself."""
    size = sum(member.size for member in about.members)
    none = tr("无", "none")
    say(f"{about.title} ({about.case})")
    say(tr(f"封存日期：{about.day}", f"Sealed on: {about.day}"))
    say(
        tr(
            f"文件：{len(about.members)} 个，共 {size:,} 字节",
            f"Files: {len(about.members)}, {size:,} bytes in all",
        )
    )
    say(tr(f"保管期限：{about.kept.zh}", f"Retention: {about.kept.en}"))
    say(tr(f"法律保留：{about.legal_hold or none}", f"Legal hold: {about.legal_hold or none}"))
    say(
        tr(
            f"日志：{about.entries} 条，链首 {about.head}",
            f"Journal: {about.entries} entries, head {about.head}",
        )
    )


def _json(about: "Manifest") -> dict[str, object]:
    until = about.until
    return {
        "case": about.case,
        "title": about.title,
        "status": about.status,
        "sealed": about.sealed.isoformat(),
        "files": len(about.members),
        "bytes": sum(member.size for member in about.members),
        "retention": about.retention,
        "until": until.isoformat() if until is not None else None,
        "legal_hold": about.legal_hold,
        "entries": about.entries,
        "head": str(about.head),
    }
