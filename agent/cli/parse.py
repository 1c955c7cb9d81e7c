"""`formclerk parse FILE…`: read documents or mails as the daemon would."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.language import tr
from agent.cli.say import AsJson, ConfigFile, Exit, command, complain, say, say_json, say_json_line, stop

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from agent.domain.forms import Form
    from agent.domain.reading import Reading


def register(app: typer.Typer) -> None:
    """Add the command to `app`."""

    @command(
        app,
        "parse",
        zh="按系统的方式读取文件或邮件：哪张表、各栏内容、签字情况；有文件读不出表格时退出码为 1",
        en="Read documents or mails as the daemon would: form, fields, signatures; ends with 1 when a file "
        "shows no form that can be read",
        examples=(
            "parse request.docx",
            "parse mail.eml --json",
            "parse page1.jpg page2.jpg --pictures look",
            "parse retyped.docx --form request",
        ),
    )
    def parse(
        files: Annotated[
            list[Path],
            typer.Argument(
                metavar=tr("文件…", "FILE…"),
                help=tr(
                    "Word 表格、PDF、扫描件或照片（PNG、JPEG、TIFF、HEIC，需安装 formclerk[ocr]）、"
                    "邮件（.eml、.msg）或压缩包；同一张表的几页照片会合起来读",
                    "Word forms, PDF, scans or photos (PNG, JPEG, TIFF, HEIC: need formclerk[ocr]), "
                    "mails (.eml, .msg) or ZIP files; photos of the pages of one sheet are read together",
                ),
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
        pictures: Annotated[
            Path | None,
            typer.Option(
                "--pictures",
                metavar=tr("目录", "DIR"),
                help=tr(
                    "把标注过的页面、签字栏和各栏的截图写入该目录",
                    "Leave the annotated pages, and crops of slots and answers, in this folder",
                ),
            ),
        ] = None,
        config: ConfigFile = None,
        as_json: AsJson = False,
    ) -> None:
        from agent.cli.parse_house import opened  # noqa: PLC0415 - help must come at once

        with opened(config, form, annotate=pictures is not None) as house:
            forms = house.about.forms
            found = tuple(house.read(files))
        if as_json:
            _say_json(found, forms)
        else:
            _say_words(found, forms)
        readings = tuple(reading for reading, _ in found)
        if pictures is not None:
            _save(readings, pictures, told=not as_json)
        if not all(_shows_form(file, readings) for file in files):
            stop(Exit.WRONG)


def _say_words(found: "Sequence[tuple[Reading, float]]", forms: "Mapping[str, Form]") -> None:
    from agent.cli.reading_words import say_reading  # noqa: PLC0415 - help must come at once

    for reading, _ in found:
        say_reading(reading, forms.get(reading.form))


def _say_json(found: "Sequence[tuple[Reading, float]]", forms: "Mapping[str, Form]") -> None:
    """Print one object: indented when it is the only one, else one a line."""
    from agent.cli.reading_json import reading_json  # noqa: PLC0415 - help must come at once

    told = [reading_json(reading, forms.get(reading.form), seconds) for reading, seconds in found]
    if len(told) == 1:
        say_json(told[0])
        return
    for each in told:
        say_json_line(each)


def _save(readings: "Sequence[Reading]", folder: Path, *, told: bool) -> None:
    """Write the pictures of each reading, of several each into a folder with its number."""
    from agent.cli.reading_pictures import save_pictures  # noqa: PLC0415 - help must come at once

    for number, reading in enumerate(readings, 1):
        here = folder if len(readings) == 1 else folder / str(number)
        try:
            written = save_pictures(reading, here)
        except OSError as error:
            why = error.strerror or type(error).__name__
            stop(Exit.USAGE, tr(f"无法写入 {here}：{why}", f"{here} cannot be written: {why}"))
        for file in written if told else ():
            say(str(file))
        if not written:
            complain(tr(f"{reading.file}：没有图片", f"{reading.file}: there are no pictures of it"))


def _shows_form(file: Path, readings: "Sequence[Reading]") -> bool:
    """Say whether a form was read in `file`, in what it wraps, or together with other pages."""
    name = str(file)
    return any(
        reading.form
        and any(part == name or part.startswith(f"{name}/") for part in reading.file.split(" + "))
        for reading in readings
    )
