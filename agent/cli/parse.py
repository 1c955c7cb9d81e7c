"""`formclerk parse FILE…`: read documents or mails as the daemon would."""

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.configured import configured
from agent.cli.language import tr
from agent.cli.say import AsJson, ConfigFile, Exit, command, complain, say_json, say_json_line, stop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from agent.config_sections import Config
    from agent.domain.reading import Reading
    from parsers.known import Known

_SQLITE = "sqlite:///"
_NO_DIRECTORY = (
    "提示：没有找到 formclerk.toml，按自带的表格读取；通讯录为空，人名和部门无法核对。",
    (
        "Note: there is no formclerk.toml; the shipped forms are used, and without a directory "
        "neither people nor departments are known."
    ),
)


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @command(
        app,
        "parse",
        zh="按系统的方式读取文件或邮件：哪张表、各栏内容、签字情况",
        en="Read documents or mails as the daemon would: form, fields, signatures",
        examples=("parse request.docx", "parse mail.eml --json", "parse retyped.docx --form request"),
    )
    def parse(
        files: Annotated[
            list[Path],
            typer.Argument(
                metavar=tr("文件…", "FILE…"),
                help=tr("Word 表格、邮件（.eml）或压缩包", "Word forms, mails (.eml) or ZIP files"),
            ),
        ],
        *,
        form: Annotated[
            str,
            typer.Option(
                "--form",
                "-f",
                metavar=tr("表格", "FORM"),
                help=tr("一律当作这张表读取", "Read everything as this form"),
            ),
        ] = "",
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        known = _known(config, form)
        readings = [(reading, seconds) for file in files for reading, seconds in _read(file, known)]
        if as_json:
            _say_json(readings, known)
            return
        from agent.cli.reading_words import say_reading  # noqa: PLC0415 - help must come at once

        for reading, _ in readings:
            say_reading(reading, known.forms.get(reading.form))


def _say_json(readings: "list[tuple[Reading, float]]", known: "Known") -> None:
    """Print one object: indented when it is the only one, else one a line."""
    from agent.cli.reading_json import reading_json  # noqa: PLC0415 - help must come at once

    told = [reading_json(reading, known.forms.get(reading.form), seconds) for reading, seconds in readings]
    if len(told) == 1:
        say_json(told[0])
        return
    for each in told:
        say_json_line(each)


def _known(given: Path | None, form: str) -> "Known":
    """Return what the reader may know: the configured house, or the shipped forms without one."""
    from agent import clock, packs, people  # noqa: PLC0415 - help must come at once
    from agent.domain.people import Directory  # noqa: PLC0415
    from parsers.known import Known  # noqa: PLC0415

    settings = _settings(given)
    now = clock.now()
    if settings is None:
        complain(tr(*_NO_DIRECTORY))
        pack, directory, secret = packs.load("collaboration", Path.cwd()), Directory(()), b""
    else:
        pack = packs.load(settings.process.pack, settings.file.parent)
        directory = people.load(settings.directory.file, settings.agent.language).directory
        secret = _secret(settings)
        now = now.astimezone(settings.agent.zone)
    forms = pack.process.forms
    if form and form not in forms:
        stop(Exit.NOT_FOUND, tr(f"没有“{form}”这张表", f"there is no form “{form}”"))
    return Known(forms=forms, directory=directory, secret=secret, today=now.date(), form=form)


def _settings(given: Path | None) -> "Config | None":
    """Return the configuration; None when none was named and none lies where one would."""
    from agent import config, staging  # noqa: PLC0415 - help must come at once

    try:
        found = config.find(given, here=Path.cwd())
    except config.ConfigError:
        return None
    return staging.as_rehearsed(configured(found))


def _secret(settings: "Config") -> bytes:
    """Return the key of the store's tokens, empty when there is no store yet; nothing is written."""
    from store.engine import connect  # noqa: PLC0415 - help must come at once
    from store.unit import Unit  # noqa: PLC0415

    url = settings.store.address()
    if url.startswith(_SQLITE) and not Path(url.removeprefix(_SQLITE)).is_file():
        return b""
    engine = connect(url)
    try:
        with Unit(engine, reading=True) as work:
            return work.settings.secret()
    finally:
        engine.dispose()


def _read(file: Path, known: "Known") -> "Iterator[tuple[Reading, float]]":
    """Yield every document of a file, or of what is attached to a mail, with the seconds it took."""
    from parsers.message import read_mail  # noqa: PLC0415 - help must come at once
    from parsers.reading import read_document  # noqa: PLC0415
    from parsers.sniff import Kind, sniff  # noqa: PLC0415

    try:
        content = file.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        stop(Exit.NOT_FOUND, tr(f"无法读取 {file}：{why}", f"{file} cannot be read: {why}"))
    documents = [(str(file), content)]
    if sniff(content, file.name, known.limits).kind is Kind.EML:
        mail = read_mail(content, own=frozenset())
        documents = [(f"{file}/{each.name}", each.content) for each in mail.attachments]
        if not documents:
            complain(tr(f"{file}：邮件没有附件", f"{file}: the mail has no attachment"))
    for name, inside in documents:
        began = perf_counter()
        readings = read_document(inside, name, known)
        seconds = (perf_counter() - began) / len(readings)
        yield from ((reading, seconds) for reading in readings)
