"""`formclerk forms`: what the forms ask, blank copies, and whether Word files and form files agree."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from agent.cli.form_words import described, heading, print_form, words_of
from agent.cli.language import LANGUAGE, tr
from agent.cli.say import AsJson, ConfigFile, Exit, command, group, say, say_json, say_table, stop
from agent.domain.words import Language, Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.domain.forms import Form
    from agent.letters.form_check import Finding

Pack = Annotated[
    str,
    typer.Option(
        "--pack",
        metavar=tr("流程包", "PACK"),
        help=tr(
            "流程包名称或文件夹（默认用配置中的，否则随附的）",
            "A shipped pack or a folder (default: the configured one, else the shipped one)",
        ),
    ),
]
FormName = Annotated[str, typer.Argument(metavar=tr("表格", "FORM"), help=tr("表格编号", "The form's id"))]
Tongue = Annotated[
    Language,
    typer.Option("--lang", metavar="zh|en", help=tr("表格语言：zh 或 en", "Language of the form: zh or en")),
]


def register(app: typer.Typer) -> None:
    """Add the commands to `app`."""
    forms = group(app, "forms", zh="表格：列出、导出、检查、生成", en="The forms: list, export, check, build")

    _add_reading(forms)
    _add_upkeep(forms)


def _add_reading(forms: typer.Typer) -> None:
    @command(
        forms,
        "list",
        zh="列出全部表格",
        en="List every form",
        examples=("forms list", "forms list --json"),
    )
    def show_all(*, pack: Pack = "", config: ConfigFile = None, as_json: AsJson = False) -> None:
        found = _forms(_folder(pack, config))
        if as_json:
            say_json([heading(form) for form in found.values()])
            return
        heads = (tr("编号", "id"), tr("版本", "version"), tr("标题", "title"), tr("签字", "signed by"))
        rows = (
            (
                form.id,
                str(form.version),
                form.title.in_(LANGUAGE),
                tr("、", ", ").join(slot.id for slot in form.slots),
            )
            for form in found.values()
        )
        say_table(heads, rows)

    @command(
        forms,
        "blank",
        zh="导出一份空白表格",
        en="Write a blank copy of a form",
        examples=(
            "forms blank request --lang zh -o 申请表.docx",
            "forms blank request --lang en -o form.pdf",
        ),
    )
    def blank_copy(
        form: FormName,
        *,
        out: Annotated[
            Path,
            typer.Option(
                "-o",
                "--out",
                metavar=tr("文件", "FILE"),
                help=tr(
                    "写到哪里；以 .pdf 结尾则写可填写的 PDF",
                    "Where to write it; FILE.pdf is a PDF to fill in",
                ),
            ),
        ],
        lang: Tongue = LANGUAGE,
        pack: Pack = "",
        config: ConfigFile = None,
    ) -> None:
        content = _blank(_folder(pack, config), form, lang, pdf=out.suffix.lower() == ".pdf")
        try:
            out.write_bytes(content)
        except OSError as fault:
            stop(Exit.USAGE, tr(f"无法写入 {out}：{fault.strerror}", f"Cannot write {out}: {fault.strerror}"))
        say(str(out))

    @command(
        forms,
        "describe",
        zh="说明一份表格：字段、类型、选项、签字处",
        en="Say what a form asks: fields, kinds, choices, signatures",
        examples=("forms describe request --json",),
    )
    def describe(
        form: FormName, *, pack: Pack = "", config: ConfigFile = None, as_json: AsJson = False
    ) -> None:
        found = _named(_forms(_folder(pack, config)), form)
        if as_json:
            say_json(described(found))
        else:
            print_form(found)


def _add_upkeep(forms: typer.Typer) -> None:
    @command(
        forms,
        "check",
        zh="检查 Word、PDF 与表格文件是否一致（字体、颜色、版式不限）",
        en="Check that Word files, PDFs and form files agree; style does not matter",
        examples=("forms check", "forms check --pack ./pack"),
    )
    def check_all(*, pack: Pack = "", config: ConfigFile = None, as_json: AsJson = False) -> None:
        findings = _check(_folder(pack, config))
        if as_json:
            say_json(
                [
                    {"file": file, "code": f.code, "place": f.place, "say": words_of(f.say)}
                    for file, f in findings
                ]
            )
        else:
            for file, each in findings:
                say(": ".join(part for part in (file, each.place, each.say.in_(LANGUAGE)) if part))
            if not findings:
                say(tr("全部一致。", "All agree."))
        if findings:
            stop(Exit.WRONG)

    @command(
        forms,
        "build",
        zh="由表格文件重新生成 Word 文件（会覆盖已有样式）及其 PDF",
        en="Make the Word files anew from the form files, over any restyling, and their PDFs",
        examples=("forms build", "forms build --pack ./pack", "forms build --only-pdf"),
    )
    def build_all(
        *,
        only_pdf: Annotated[
            bool,
            typer.Option(
                "--only-pdf",
                help=tr("保留 Word 文件，只重新生成 PDF", "Leave the Word files alone, make the PDFs anew"),
            ),
        ] = False,
        pack: Pack = "",
        config: ConfigFile = None,
    ) -> None:
        folder = _folder(pack, config)
        try:
            for path in (*(() if only_pdf else _build(folder)), *_build_pdf(folder)):
                say(str(path))
        except OSError as fault:
            stop(Exit.USAGE, tr(f"无法写入：{fault}", f"Cannot write: {fault}"))


def _folder(named: str, config: Path | None) -> Path:
    """Return the folder of the pack: the one named, else the configured one, else the shipped one."""
    from agent import config as settings  # noqa: PLC0415 - help must come at once
    from agent.packs import find  # noqa: PLC0415

    here = Path.cwd()
    if named:
        return find(named, here)
    try:
        file = settings.find(config, here=here)
    except settings.ConfigError:
        return find("collaboration", here)
    found = settings.load(file)
    return find(found.process.pack, found.file.parent)


def _forms(folder: Path) -> "Mapping[str, Form]":
    from agent.packs import load_forms  # noqa: PLC0415 - help must come at once

    return load_forms(folder)


def _named(forms: "Mapping[str, Form]", name: str) -> "Form":
    from agent.core.definition_error import hinted  # noqa: PLC0415 - help must come at once

    if name not in forms:
        why = Words(zh=f"没有表格“{name}”", en=f"There is no form “{name}”")
        stop(Exit.NOT_FOUND, hinted(why, name, forms).in_(LANGUAGE))
    return forms[name]


def _blank(folder: Path, name: str, language: Language, *, pdf: bool) -> bytes:
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - help must come at once

    from agent.domain.people import Directory  # noqa: PLC0415 - help must come at once
    from agent.letters.forms import Look, blank  # noqa: PLC0415 - help must come at once
    from agent.letters.paper.check import blank_pdf  # noqa: PLC0415 - help must come at once
    from agent.packs import word_file  # noqa: PLC0415 - help must come at once

    form = _named(_forms(folder), name)
    word = word_file(folder, name, language)
    if pdf:
        return blank_pdf(form, language, word, embed=True)
    return blank(form, language, word, Look(directory=Directory(()), secret=b"", zone=ZoneInfo("UTC")))


def _check(folder: Path) -> "list[tuple[str, Finding]]":
    from agent.letters.form_check import check  # noqa: PLC0415 - help must come at once
    from agent.letters.paper.check import check as check_pdf  # noqa: PLC0415 - help must come at once
    from agent.packs import word_file  # noqa: PLC0415 - help must come at once

    found: list[tuple[str, Finding]] = []
    for language in Language:
        for form in _forms(folder).values():
            word = word_file(folder, form.id, language)
            name, path = f"{language.value}/{form.id}", _pdf_path(folder, form.id, language)
            pdf = path.read_bytes() if path.is_file() else None
            broken = [(f"{name}.docx", each) for each in check(form, language, word)]
            found += broken or [(f"{name}.pdf", each) for each in check_pdf(form, language, word, pdf)]
    return found


def _pdf_path(folder: Path, form: str, language: Language) -> Path:
    return folder / language.value / f"{form}.pdf"


def _build(folder: Path) -> list[Path]:
    from agent.letters.form_builder.build import build  # noqa: PLC0415 - help must come at once
    from agent.letters.form_builder.layout import layout_from  # noqa: PLC0415 - help must come at once
    from agent.packs import layout_of  # noqa: PLC0415 - help must come at once

    written: list[Path] = []
    for form in _forms(folder).values():
        layout = layout_from(layout_of(folder, form.id))
        for language in Language:
            path = folder / language.value / f"{form.id}.docx"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(build(form, layout, language))
            written.append(path)
    return written


def _build_pdf(folder: Path) -> "Iterator[Path]":
    """Write the blank PDFs; where a Word file cannot be drawn there is none, and `forms check` says why."""
    from agent.letters.paper.check import blank_pdf  # noqa: PLC0415 - help must come at once
    from agent.letters.paper.draw import CannotDraw  # noqa: PLC0415 - help must come at once
    from agent.packs import word_file  # noqa: PLC0415 - help must come at once

    for form in _forms(folder).values():
        for language in () if form.compiled else Language:
            path = _pdf_path(folder, form.id, language)
            try:
                content = blank_pdf(form, language, word_file(folder, form.id, language), embed=False)
            except CannotDraw:
                path.unlink(missing_ok=True)
                continue
            path.write_bytes(content)
            yield path
