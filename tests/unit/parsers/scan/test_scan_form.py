"""Scans and photographs read from end to end: OCR, registration, ink and trust together.

Each page costs seconds, so each test reads one document and looks at all that it shows.
"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from agent.domain.answers import Answer, Trust
from agent.domain.reading import Reading, Source
from agent.domain.sheets import TokenStatus
from agent.domain.signatures import Verdict
from agent.domain.words import Language
from agent.letters.paper.draw import draw
from parsers.known import Known, Sent
from parsers.pages.page import Places
from parsers.pages.sent import sent_places
from parsers.reading import read_document, read_pages
from parsers.scan.side import Budget, sides_of
from tests.paper import degrade, hands, ink, sheets
from tests.paper.degrade import Level
from tests.paper.pages import PaperPage
from tests.unit.forms.filled import PEOPLE, SECRET, filled, form_of, order
from tests.word_files import TODAY

FORM = "confirmation"


@cache
def sent(*, long: bool = False) -> Sent:
    """Return a confirmation as it left us; a `long` one has two pages."""
    values = {
        "project_name": "网关上市",
        "department": "研发部",
        "asked": "联调接口。\n" * (70 if long else 2),
    }
    word = filled(FORM, Language.ZH, values)
    sheet = order(FORM, Language.ZH).sheet
    return Sent(sheet=sheet, word=word, pdf=draw(word, form_of(FORM), sheet, SECRET))


def known(*copies: Sent, annotate: bool = False) -> Known:
    """Return what the reader knows when these sheets may come back."""
    return Known(
        forms={FORM: form_of(FORM)},
        directory=PEOPLE,
        secret=SECRET,
        today=TODAY,
        sent={copy.sheet.code(SECRET): copy for copy in copies},
        annotate=annotate,
    )


def by_hand(page: PaperPage, places: Places) -> PaperPage:
    """Return a page that somebody filled in with a pen: one tick, a name, two lines, and a signature."""
    page = ink.tick(page, places.options["conclusion"]["confirm"].box, seed=3)
    page = hands.write(page, places.fields["lead"].box.grown(-2), "王强", seed=3, size=12)
    page = hands.write(page, places.fields["people"].box.grown(-3), "王强负责联调", seed=4, size=12)
    return ink.sign(page, places.slots["head"].box, seed=5)


def answers(reading: Reading) -> Mapping[str, Answer]:
    """Return the answers by their fields."""
    return {answer.field: answer for answer in reading.answers.all}


def test_a_photo_of_a_form_filled_in_by_hand_asks_for_every_written_word_and_takes_the_tick() -> None:
    copy = sent()
    _, places = sent_places(copy.pdf)
    page = by_hand(sheets.rendered(copy.pdf)[0], places)
    shot = degrade.degrade(page, Level.PHONE, seed=11)
    (reading,) = read_document(shot.content, shot.name, known(copy, annotate=True))
    said = answers(reading)
    assert (reading.source, reading.token, reading.sheet) == (Source.SCAN, TokenStatus.VALID, copy.sheet)
    assert (said["conclusion"].value, said["conclusion"].trust) == ("confirm", Trust.LIKELY)
    for written in ("lead", "people"):
        assert said[written].trust is Trust.GUESS
        assert Image.open(BytesIO(reading.pictures[said[written].picture])).width <= 600
    for empty in ("time", "authority", "supplement", "reason"):
        assert (said[empty].trust, said[empty].value) == (Trust.ABSENT, None)
    assert (said["project_name"].value, said["project_name"].trust) == ("网关上市", Trust.LIKELY)
    assert [(each.slot, each.verdict) for each in reading.signatures] == [("head", Verdict.SIGNED)]
    assert (reading.lacks, reading.drift) == ((), ())
    assert {"page-1", "field.lead", "slot.head"} <= reading.sights.keys()
    assert all(digest in reading.pictures for digest in reading.sights.values())


def test_a_scan_of_a_form_that_libreoffice_filled_and_printed_is_read_exactly() -> None:
    words = {"conclusion": "确认参与", "lead": "王强", "people": "王强、李娜负责接口联调", "time": "每周三天"}
    printed = sheets.filled(FORM, Language.ZH, words, seed=1)
    page = ink.sign(printed.page(1), printed.box("sig.head"), seed=4)
    shot = degrade.degrade(page, Level.OFFICE, seed=5)
    (reading,) = read_document(shot.content, shot.name, known())
    said = answers(reading)
    assert (reading.code, reading.token) == (printed.code, TokenStatus.VALID)
    assert (said["conclusion"].value, said["lead"].value) == ("confirm", "wang.qiang@example.com")
    assert (said["people"].value, said["time"].value) == (words["people"], words["time"])
    assert [each.verdict for each in reading.signatures] == [Verdict.SIGNED]
    assert (reading.pages, reading.lacks) == (1, ())


def test_boxes_that_were_ticked_in_word_are_ticks_on_the_photo_of_the_print() -> None:
    """The engine reads a printed `☒` as `冈` or `⊠` and often nothing: the box itself is looked at."""
    rows = {"what": ("联调接口", "数据迁移", "客户培训"), "who": ("王强",) * 3, "when": ("2026-04-08",) * 3}
    words = {f"actions.{at}.{name}": each[at] for name, each in rows.items() for at in range(3)}
    words |= {"actions.1.done": "☑", "actions.2.done": "☑"}
    printed = sheets.filled("minutes", Language.ZH, words, seed=2)
    shot = degrade.degrade(printed.page(1), Level.PHONE, seed=6)
    everything = replace(known(), forms={"minutes": form_of("minutes")})
    (reading,) = read_document(shot.content, shot.name, everything)
    said = answers(reading)
    done = [(said[f"actions.{at}.done"].value, said[f"actions.{at}.done"].trust) for at in range(3)]
    assert done == [(False, Trust.LIKELY), (True, Trust.LIKELY), (True, Trust.LIKELY)]


def test_a_second_page_that_comes_alone_says_which_page_lacks() -> None:
    copy = sent(long=True)
    pages, _ = sent_places(copy.pdf)
    assert len(pages) == 2
    shot = degrade.degrade(sheets.rendered(copy.pdf)[1], Level.CLEAN, seed=2)
    (reading,) = read_document(shot.content, shot.name, known(copy))
    assert (reading.sheet, reading.pages, reading.lacks) == (copy.sheet, 1, (1,))
    assert not reading.answers.doubtful()
    assert [each.verdict for each in reading.signatures] == [Verdict.UNSIGNED]


def test_a_photo_that_shows_no_form_stays_a_file_for_a_person() -> None:
    board = Image.new("RGB", (1200, 900), "white")
    ImageDraw.Draw(board).text((100, 100), "Release plan: Monday", fill="black", font_size=60)
    content = BytesIO()
    board.save(content, "JPEG")
    (reading,) = read_document(content.getvalue(), "whiteboard.jpg", known())
    assert (reading.source, reading.form) == (Source.NONE, "")
    assert [(each.code, each.blocks) for each in reading.problems] == [("read_by_person", False)]


@pytest.mark.parametrize("size", [(64, 64), (800, 40)])
def test_a_logo_is_not_taken_for_a_page(size: tuple[int, int]) -> None:
    content = BytesIO()
    Image.new("RGB", size, "red").save(content, "PNG")
    (reading,) = read_document(content.getvalue(), "logo.png", known())
    assert [(each.code, each.blocks) for each in reading.problems] == [("read_by_person", False)]


@pytest.mark.parametrize(
    "content", [b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n" + b"\0" * 99, b"II*\0" + b"\xff" * 40]
)
def test_a_damaged_picture_goes_to_a_person(content: bytes) -> None:
    (reading,) = read_pages((content,), "scan.jpg", known())
    assert [(each.code, each.blocks) for each in reading.problems] == [("read_by_person", False)]


def test_without_the_extra_a_picture_goes_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "parsers.scan.files", None)
    (reading,) = read_document(b"\xff\xd8\xff", "scan.jpg", known())
    assert [(each.code, each.blocks) for each in reading.problems] == [("read_by_person", False)]


def test_a_document_takes_no_more_than_its_time() -> None:
    moments = iter((0.0, 1000.0))
    budget = Budget.of(known(), monotonic=lambda: next(moments))
    assert list(sides_of((None, None), known(), budget)) == []  # type: ignore[arg-type]  # nobody looks at them


def test_ocr_needs_no_network_and_leaves_nothing_behind(tmp_path: Path) -> None:
    """ONNX Runtime would leave an identifier in the home directory, for its reports to its maker."""
    program = (
        "import json, socket, numpy as np\n"
        "socket.socket.connect = None\n"
        "from PIL import Image, ImageDraw\n"
        "from parsers.scan.ocr import read_lines\n"
        "line = Image.new('RGB', (400, 48), 'white')\n"
        "ImageDraw.Draw(line).text((8, 4), 'XT-2026-0001', fill='black', font_size=36)\n"
        "print(json.dumps([each.text for each in read_lines([np.asarray(line)])]))\n"
    )
    bare = {"HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(sys.path), "PATH": ""}
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        env=bare, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert json.loads(ran.stdout) == ["XT-2026-0001"]
    assert (ran.stderr, list(tmp_path.iterdir())) == ("", [])
