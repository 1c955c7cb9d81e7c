"""Forms whose fixed text somebody altered before printing, signing and scanning them: what must be found.

One edit a document, as a person makes it in Word: a digit, a negation, a date, a name, a clause, a sentence,
a line, a label.  LibreOffice types the answers and prints; pages of another case, and pages that stayed
away, are made of honest prints.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

from agent.domain.answers import Scalar
from agent.domain.effects import FormOrder
from agent.domain.reading import Reading
from agent.domain.words import Language
from agent.letters.forms import fill as send
from agent.letters.paper.draw import draw
from parsers.reading import read_document
from tests.benchmarks.figures import Figure
from tests.benchmarks.paper import as_sent
from tests.benchmarks.paper_sheets import Issued, flattened, issued, known, on_paper, printed, saved, typed
from tests.paper.degrade import Level, degrade
from tests.paper.pages import PaperPage, chance
from tests.paper.sheets import SECRET, rendered
from tests.unit.forms.filled import LOOK, word
from tests.word_files import replaced

_QUICK = 6
"""Edits of a quick run."""
_FOUND = 90.0
"""Percent, at least."""
_LONG = 2
"""Cases of several pages, each beside another one."""
_PARTS = ("图纸会审", "样机试制", "功能测试", "客户培训", "数据迁移", "现场安装")
_BODY = "word/document.xml"
_TERMS = (
    "费用不超过128,500.00元（含税），2026年6月15日前交付；乙方不得转包，逾期每日按0.5%计违约金，质保期两年。"
)
_TERMS_EN = (
    "At most 128,500.00 yuan; delivery by 15 June 2026. Work must not be subcontracted. "
    "Delays cost 0.5 % a day; the warranty is two years."
)
_HINT = "行数不够时，在 Word 文件中选中任意一行复制、粘贴即可增加；空行不必删除。"
_FIGURES = "共12项任务，按期完成9项，延期3项；由张伟负责，王强复核。"


@dataclass(frozen=True, slots=True)
class Alteration:
    """One edit of one form."""

    name: str
    form: str
    was: str
    now: str
    language: Language = Language.ZH
    given: dict[str, Scalar] = field(default_factory=dict, hash=False)
    """What we had filled in, where the edit is in it."""


def _asked(name: str, was: str, now: str) -> Alteration:
    return Alteration(name, "confirmation", was, now, given={"asked": _TERMS})


def _english(name: str, was: str, now: str) -> Alteration:
    return Alteration(name, "confirmation", was, now, Language.EN, {"asked": _TERMS_EN})


ALTERATIONS = (
    _asked("amount, one digit", "128,500.00", "128,800.00"),
    _asked("date, one digit", "6月15日", "6月25日"),
    _asked("negation of one character taken out", "不得转包", "可得转包"),
    _asked("limit turned round", "不超过", "不低于"),
    _asked("per cent", "0.5%", "0.1%"),
    _asked("number in Chinese", "质保期两年", "质保期一年"),
    _asked("party, one character", "乙方不得", "甲方不得"),
    _asked("tax, one character", "含税", "未税"),
    _asked("clause taken out", "逾期每日按0.5%计违约金，", ""),
    _asked("sentence put in", "质保期两年。", "质保期两年。费用由发起部门另行承担，工期相应顺延。"),
    Alteration("figures", "summary", "完成9项，延期3项", "完成12项，延期0项", given={"figures": _FIGURES}),
    Alteration("name, one character", "summary", "王强复核", "王蔷复核", given={"figures": _FIGURES}),
    Alteration("role in the instruction", "deliverable", "随后由协作部门负责人确认", "随后由任务责任人确认"),
    Alteration("label of a slot", "deliverable", "协作部门负责人签字", "任务责任人代签字"),
    Alteration("hour of the deadline", "progress", "周五12:00前", "周五18:00前"),
    Alteration("who signs", "request", "经发起部门负责人签字后", "经发起人签字后"),
    Alteration("days, one digit each", "breakdown", "预留1至2个工作日", "预留4至5个工作日"),
    Alteration("who decides", "issue", "由裁定人填写并签字", "由提出人填写并签字"),
    Alteration("clause of the instruction taken out", "acceptance", "需整改的列明整改项、责任人和时限，", ""),
    Alteration(
        "line put in", "issue", "裁定人签字", "裁定人签字（超过三日未裁定的视为同意）"
    ),
    Alteration("line taken out", "request", _HINT, ""),
    Alteration("task of a row", "progress", "", ""),
    _english("amount, one digit", "128,500.00", "123,500.00"),
    _english("date", "15 June 2026", "25 June 2026"),
    _english("negation taken out", "must not be", "may be"),
    _english("per cent", "0.5 %", "0.1 %"),
    _english("number in words", "two years", "one year"),
    _english("sentence taken out", "Work must not be subcontracted. ", ""),
    Alteration(
        "who approves", "change", "the liaison and the affected heads have", "the liaison has", Language.EN
    ),
    Alteration("hours", "kickoff_minutes", "Within 24 hours", "Within 48 hours", Language.EN),
    Alteration("one word", "kickoff_minutes", "was invited", "was present", Language.EN),
    Alteration("permission taken out", "deliverable", " (typing is enough)", "", Language.EN),
    Alteration("label", "confirmation", "Reason for declining", "Reason for agreeing", Language.EN),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Altered:
    """A document that is not what was sent."""

    name: str
    issued: Issued
    """As it was sent."""
    word: tuple[PaperPage, ...]
    """Printed from the Word file."""
    pdf: tuple[PaperPage, ...]
    """Printed from the PDF of the altered file."""


def altered(count: int, dpi: int = 200, seed: int = 900) -> Iterator[Altered]:
    """Yield `count` altered documents, then those with a page of another case, and those with a page less."""
    chosen = ALTERATIONS[:count]
    sheets = [_issued(each, seed + number) for number, each in enumerate(chosen)]
    edited = [_edited(sheet, each) for sheet, each in zip(sheets, chosen, strict=True)]
    long = [_long(seed + 100 + number) for number in range(2 * _LONG)]
    every = [*edited, *long]
    with tempfile.TemporaryDirectory() as place:
        prints = printed(every, saved(every, Path(place)), Path(place))
    pages = [
        (rendered(p.pdf, dpi), on_paper(flattened(typed(s)), dpi)) for p, s in zip(prints, every, strict=True)
    ]
    for sheet, each, (of_word, of_pdf) in zip(sheets, chosen, pages, strict=False):
        yield Altered(name=f"{each.name}, {each.language.value}", issued=sheet, word=of_word, pdf=of_pdf)
    rest = pages[len(sheets) :]
    for number in range(0, len(long), 2):
        own, other = rest[number], rest[number + 1]
        yield Altered(
            name=f"last page of another case, {number}", issued=long[number],
            word=(*own[0][:-1], other[0][-1]), pdf=(*own[1][:-1], other[1][-1]),
        )  # fmt: skip
        yield Altered(
            name=f"last page missing, {number}", issued=long[number], word=own[0][:-1], pdf=own[1][:-1]
        )


def measure(*, quick: bool) -> Iterator[Figure]:
    """Scan every altered document; yield how many are found, by what was printed."""
    told: dict[str, list[str]] = {"Word": [], "PDF": []}
    shown: dict[str, list[str]] = {"Word": [], "PDF": []}
    count = 0
    for number, each in enumerate(altered(_QUICK if quick else len(ALTERATIONS))):
        count += 1
        for way, pages in (("Word", each.word), ("PDF", each.pdf)):
            shots = [degrade(page, Level.OFFICE, 900 + number * 31 + at) for at, page in enumerate(pages)]
            contents, name = as_sent(shots, Level.OFFICE)
            readings = read_document(contents[0], name, known(each.issued))
            if is_found(readings):
                told[way].append(each.name)
            elif any(reading.uncompared for reading in readings):
                shown[way].append(each.name)
            else:
                sys.stderr.write(f"  not found: {each.name}, {way} printed\n")
    for way, found in told.items():
        yield Figure(
            name=f"scan L2, {way} printed: altered text found",
            value=100 * len(found) / max(count, 1),
            unit="%",
            over=_FOUND,
            note=f"{len(found)} of {count}; {len(shown[way])} more shown as not compared",
        )


def is_found(readings: Sequence[Reading]) -> bool:
    """Say whether a person is told that something is not as it was sent, or has not come."""
    return any(each.drift or each.lacks for each in readings)


def _issued(each: Alteration, seed: int) -> Issued:
    sheet = issued(each.form, each.language, seed)
    return _sent_with(sheet, each.given) if each.given else sheet


def _long(seed: int) -> Issued:
    """Return a sheet of several pages, whose terms are those of its own case alone."""
    random = chance("terms", seed)
    terms = (
        f"第{number}条  {_PARTS[random.integers(len(_PARTS))]}第{random.integers(1, 40)}批："
        f"{random.integers(1, 12)}月{random.integers(1, 28)}日前完成，费用{random.integers(10, 99)}万元。"
        for number in range(1, 61)
    )
    return _sent_with(issued("confirmation", Language.ZH, seed), {"asked": "\n".join(terms)})


def _sent_with(sheet: Issued, given: Mapping[str, Scalar]) -> Issued:
    order = FormOrder(sheet=sheet.sheet, values={**sheet.answers.given, **given})
    content = send(order, sheet.form, word(sheet.form.id, sheet.language), LOOK).content
    return replace(sheet, word=content, pdf=draw(content, sheet.form, sheet.sheet, SECRET))


def _edited(sheet: Issued, each: Alteration) -> Issued:
    with ZipFile(BytesIO(sheet.word)) as archive:
        body = archive.read(_BODY).decode()
    was, now = each.was, each.now
    if not was:  # what was drawn for the first row
        was, now = _first_task(sheet), "另行商定的任务"
    if was not in body:
        raise LookupError(f"{each.name}: {was} is not in the form")
    content = replaced(sheet.word, {_BODY: body.replace(was, now, 1).encode()})
    return replace(sheet, word=content, pdf=draw(content, sheet.form, sheet.sheet, SECRET))


def _first_task(sheet: Issued) -> str:
    rows = sheet.answers.given["tasks"]
    if not isinstance(rows, tuple):
        raise TypeError("tasks are rows")
    return str(rows[0]["task"])
