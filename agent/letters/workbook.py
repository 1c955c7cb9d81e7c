"""The full lists behind a digest, as a workbook that a coordinator sorts and filters.

The same facts give the same bytes: the times that Excel files carry are the digest's own.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font, PatternFill

from agent.domain.digest import DigestFacts, ItemLine
from agent.domain.statuses import CASE_STATUSES
from agent.domain.words import Words
from agent.letters.digest import pressing
from agent.letters.mime import one_line
from agent.letters.values import Tongue

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD = PatternFill("solid", fgColor="DCE6F1")
_BOLD = Font(bold=True)
_RED = Font(color="C62828", bold=True)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")
_ITEM_HEADS = (
    (Words(zh="编号", en="Case"), 16),
    (Words(zh="项目", en="Project"), 30),
    (Words(zh="事项", en="Item"), 28),
    (Words(zh="办理人", en="Holder"), 14),
    (Words(zh="邮箱", en="Address"), 26),
    (Words(zh="期限", en="Due"), 18),
    (Words(zh="逾期工作日", en="Workdays late"), 12),
)
_CASE_HEADS = (
    (Words(zh="编号", en="Case"), 16),
    (Words(zh="项目", en="Project"), 30),
    (Words(zh="阶段", en="Stage"), 18),
    (Words(zh="状态", en="Status"), 10),
    (Words(zh="立项", en="Begun"), 18),
    (Words(zh="待办", en="Open items"), 10),
    (Words(zh="逾期", en="Overdue"), 10),
    (Words(zh="滞后工作日", en="Lag, workdays"), 12),
    (Words(zh="滞后任务", en="Lagging tasks"), 40),
    (Words(zh="最近期限", en="Next due"), 18),
)
_REVIEW_HEADS = (
    (Words(zh="序号", en="No"), 8),
    (Words(zh="来信人", en="Sender"), 28),
    (Words(zh="主题", en="Subject"), 40),
    (Words(zh="收到", en="Arrived"), 18),
    (Words(zh="原因", en="Why"), 40),
)

Plain = str | int | datetime | None
Heads = Sequence[tuple[Words, int]]


def workbook(facts: DigestFacts, tongue: Tongue) -> bytes:
    """Return every line of the digest: cases, overdue items, items to come, mails in review."""
    book = Workbook(write_only=True)
    _sheet(book, Words(zh="在办协同", en="Open cases"), _CASE_HEADS, _cases(facts, tongue), tongue, red=7)
    overdue = _items(sorted(facts.overdue, key=lambda i: (-i.late, i.due)), tongue)
    _sheet(book, Words(zh="逾期待办", en="Overdue"), _ITEM_HEADS, overdue, tongue, red=6)
    coming = _items(sorted(facts.coming, key=lambda i: i.due), tongue)
    _sheet(book, Words(zh="近日到期", en="Due soon"), _ITEM_HEADS, coming, tongue)
    _sheet(book, Words(zh="待审邮件", en="In review"), _REVIEW_HEADS, _review(facts, tongue), tongue)
    book.properties.created = tongue.now.replace(tzinfo=None)
    raw = BytesIO()
    book.save(raw)
    return _fixed(raw.getvalue(), tongue.now)


def _sheet(  # noqa: PLR0913 - a sheet has a title, heads, rows, a language and a column to watch
    book: Workbook,
    title: Words,
    heads: Heads,
    rows: Iterable[Sequence[Plain]],
    tongue: Tongue,
    *,
    red: int = -1,
) -> None:
    sheet = book.create_sheet(tongue.words(title))
    for number, (_, width) in enumerate(heads):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    sheet.freeze_panes = "A2"
    head = [_cell(sheet, tongue.words(words)) for words, _ in heads]
    for cell in head:
        cell.font, cell.fill = _BOLD, _HEAD
    sheet.append(head)
    for row in rows:
        cells = [_cell(sheet, value) for value in row]
        if red >= 0 and isinstance(row[red], int) and row[red]:
            cells[red].font = _RED
        sheet.append(cells)


def _cell(sheet: Any, value: Plain) -> Any:  # noqa: ANN401 - openpyxl's own types
    """Return a cell that holds `value` and nothing else: text that begins with = is no formula."""
    cell = WriteOnlyCell(sheet, value=one_line(value) if isinstance(value, str) else value)
    if isinstance(value, str):
        cell.data_type = "s"
    return cell


def _cases(facts: DigestFacts, tongue: Tongue) -> Iterator[Sequence[Plain]]:
    for case in sorted(facts.cases, key=pressing):
        yield (
            case.case,
            case.title,
            tongue.words(case.stage),
            tongue.words(CASE_STATUSES[case.status]),
            _wall(case.began, tongue),
            case.open_items,
            case.overdue,
            case.lag,
            "; ".join(case.lagging),
            _wall(case.next_due, tongue),
        )


def _items(lines: Iterable[ItemLine], tongue: Tongue) -> Iterator[Sequence[Plain]]:
    for item in lines:
        yield (
            item.case,
            item.title,
            tongue.words(item.what),
            tongue.name(item.holder),
            item.holder,
            _wall(item.due, tongue),
            item.late,
        )


def _review(facts: DigestFacts, tongue: Tongue) -> Iterator[Sequence[Plain]]:
    for line in sorted(facts.review, key=lambda r: r.number):
        yield line.number, line.sender, line.subject, _wall(line.arrived, tongue), tongue.words(line.because)


def _wall(moment: datetime | None, tongue: Tongue) -> datetime | None:
    """Return the moment as Excel knows time: the site's wall clock, without a zone."""
    return moment.astimezone(tongue.workdays.zone).replace(tzinfo=None) if moment is not None else None


def _fixed(content: bytes, now: datetime) -> bytes:
    """Return the workbook with its own times in place of those of the machine that wrote it."""
    moment = now.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    out = BytesIO()
    with ZipFile(BytesIO(content)) as source, ZipFile(out, "w", ZIP_DEFLATED) as target:
        for name in source.namelist():
            part = source.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + moment, part)
            info = ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            target.writestr(info, part)
    return out.getvalue()
