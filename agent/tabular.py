"""Tables that people keep in files: CSV in the usual encodings, or XLSX, columns in any order."""

import csv
import io
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from agent.domain.errors import WillNotWork
from agent.domain.words import Words

LARGEST = 32 * 1024 * 1024
"""Bytes of a file that are read."""

MOST_LINES = 200_000

_NO_TABLE = Words(
    zh="没有写列名的行；第一行须写列名",
    en="the file has no line with column names; the first line must name the columns",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a table; `cells` has every known column, empty text where nothing stands."""

    number: int
    """As people count lines in the file, the head being 1."""
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LineProblem:
    """What is wrong with one line of a file."""

    line: int
    """0 when it concerns the whole file."""
    code: str
    found: str
    say: Words
    blocks: bool = True
    """False when it deserves a look but everything works."""


def read_table(file: Path, heads: Mapping[str, Sequence[str]], needed: Iterable[str]) -> tuple[Line, ...]:
    """Return the lines of a CSV or XLSX file that are not empty.

    Args:
        file: The file; what ends in `.xlsx` is a workbook, of which the first sheet is read.
        heads: For each column the names that its head may have, in any language.
        needed: The columns that must be there; others may be missing, and unknown ones are ignored.

    Raises:
        WillNotWork: the file cannot be read, or lacks a needed column.
    """
    rows = _xlsx(file) if file.suffix.casefold() in {".xlsx", ".xlsm"} else _csv(file)
    first = next(((n, row) for n, row in rows if any(row)), None)
    if first is None:
        raise _wrong(file, _NO_TABLE.zh, _NO_TABLE.en)
    places = _places(first[1], heads)
    for column in needed:
        if column not in places:
            names = " / ".join(heads[column])
            there = ", ".join(filter(None, first[1]))
            raise _wrong(
                file, f"没有“{names}”这一列；现有：{there}", f"there is no column {names}; there are: {there}"
            )
    lines: list[Line] = []
    for number, row in rows:
        if any(row):
            cells = {name: row[at] if at < len(row) else "" for name, at in places.items()}
            lines.append(Line(number=number, cells={name: cells.get(name, "") for name in heads}))
        if len(lines) > MOST_LINES:
            raise _wrong(file, f"超过 {MOST_LINES} 行", f"has more than {MOST_LINES} lines")
    return tuple(lines)


def parts_of(text: str) -> tuple[str, ...]:
    """Return the parts of a cell that holds several things (`;`, `,`, `、` or line breaks between them)."""
    for separator in "；，,、\n|":
        text = text.replace(separator, ";")
    return tuple(part.strip() for part in text.split(";") if part.strip())


def day_in(text: str) -> date | None:
    """Return the day that a cell holds: `2026-03-05`, `2026/3/5`, `2026.3.5`, `2026年3月5日`, `20260305`."""
    plain = unicodedata.normalize("NFKC", text).strip()
    for sign in "/.年月":
        plain = plain.replace(sign, "-")
    plain = plain.removesuffix("日").strip().partition(" ")[0].partition("T")[0]
    if plain.isdecimal() and len(plain) == len("20260305"):
        plain = f"{plain[:4]}-{plain[4:6]}-{plain[6:]}"
    try:
        year, month, day = map(int, plain.split("-"))
        return date(year, month, day)
    except ValueError:
        return None


def simple(text: str) -> str:
    """Return a word as we compare heads and roles: without spaces, case, width and underscores."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().replace("_", " ").replace("-", " ").split())


def _places(row: Sequence[str], heads: Mapping[str, Sequence[str]]) -> dict[str, int]:
    names = {simple(name): column for column, known in heads.items() for name in (column, *known)}
    places: dict[str, int] = {}
    for at, cell in enumerate(row):
        column = names.get(simple(cell.strip(" *＊:：")))
        if column is not None:
            places.setdefault(column, at)
    return places


def _csv(file: Path) -> Iterator[tuple[int, list[str]]]:
    text = _decoded(_bytes(file), file)
    head = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t，", key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for row in reader:
            yield reader.line_num, [cell.strip() for cell in row]
    except csv.Error as error:
        raise _wrong(
            file, f"第 {reader.line_num} 行不是 CSV：{error}", f"line {reader.line_num} is no CSV: {error}"
        ) from error


def _decoded(content: bytes, file: Path) -> str:
    """Decode UTF-8 with or without a mark, else GB18030, which is what Excel writes in China."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _wrong(
        file,
        "既不是 UTF-8 也不是 GB18030 文本；请另存为“CSV UTF-8”或 XLSX",
        "is neither UTF-8 nor GB18030 text; save it as “CSV UTF-8” or as XLSX",
    )


def _xlsx(file: Path) -> Iterator[tuple[int, list[str]]]:
    import openpyxl  # noqa: PLC0415 - most companies keep a CSV, and loading it takes a while

    content = io.BytesIO(_bytes(file))
    try:
        sheet = openpyxl.load_workbook(content, read_only=True, data_only=True).worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_row=MOST_LINES), start=1):
            yield number, [_shown(cell) for cell in row]
    except Exception as error:  # openpyxl lets whatever its parsers meet through
        name = type(error).__name__
        raise _wrong(
            file, f"不能作为 Excel 工作簿读取（{name}）", f"cannot be read as a workbook ({name})"
        ) from error


def _shown(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()


def _bytes(file: Path) -> bytes:
    try:
        with file.open("rb") as opened:
            content = opened.read(LARGEST + 1)
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise _wrong(file, f"无法读取：{why}", f"cannot be read: {why}") from error
    if len(content) > LARGEST:
        most = LARGEST // 1024 // 1024
        raise _wrong(file, f"超过 {most} MB", f"is larger than {most} MB")
    return content


def _wrong(file: Path, zh: str, en: str) -> WillNotWork:
    return WillNotWork(Words(zh=f"{file}：{zh}", en=f"{file}: {en}"))
