"""`formclerk demo` as a user runs it: a whole case with people of many habits, in either language."""

import json
import os
import re
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from agent.demo.habits import expected
from agent.domain.words import Language

_AT_MOST = 600
"""Seconds on a machine that is busy with much else; the demo itself takes less than sixty."""
_NO_OCR = """
import sys


class Hiding:
    def __init__(self, finder):
        self.finder = finder

    def __getattr__(self, name):
        return getattr(self.finder, name)

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"numpy", "cv2", "onnxruntime", "rapidocr", "zxingcpp", "pillow_heif"}:
            return None
        return self.finder.find_spec(name, path, target)


sys.meta_path = [Hiding(each) for each in sys.meta_path]
"""
"""Hides the extra `ocr` from a process and its children, as `sitecustomize.py` on their path."""


@dataclass(frozen=True)
class Played:
    """A demo that has been played."""

    folder: Path
    language: Language
    code: int
    said: str

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run another command on what the demo left."""
        return formclerk("-c", str(self.folder / "formclerk.toml"), *arguments, lang=self.language.value)

    @cached_property
    def sent(self) -> tuple[EmailMessage, ...]:
        """The clerk's mails, in order."""
        return tuple(mails(self.folder / "mail" / "Sent"))

    @cached_property
    def archived(self) -> zipfile.ZipFile:
        """The sealed archive."""
        (archive,) = (self.folder / "archive").glob("*.zip")
        return zipfile.ZipFile(archive)

    def filing(self, item: str) -> dict[str, Any]:
        """Return what was filed for an item, as the archive has it for programs."""
        case = json.loads(self.archived.read("data/case.json"))
        (found,) = [each for each in case["filings"] if each["item"] == item]
        return dict(found)

    def mark(self, item: str, slot: str) -> dict[str, Any]:
        """Return the verdict on a signature of an item."""
        (found,) = [each for each in self.filing(item)["signatures"] if each["slot"] == slot]
        return dict(found)

    def subjects(self, zh: str, en: str) -> list[str]:
        """Return the subjects of the clerk's mails that say this."""
        return [s for mail in self.sent if re.search(f"{zh}|{en}", s := str(mail["Subject"]))]


def formclerk(*arguments: str, lang: str, hidden: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run the program in a process of its own; `hidden` is a folder that hides modules from it."""
    path = {"PYTHONPATH": str(hidden)} if hidden is not None else {}
    return subprocess.run(
        [sys.executable, "-m", "agent", *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=_AT_MOST,
        check=False,
        env={**os.environ, "FORMCLERK_LANG": lang, "FORMCLERK_TRACE": "1", **path},
    )


def mails(folder: Path) -> Iterator[EmailMessage]:
    """Yield the mails of a folder, by name."""
    for path in sorted(folder.glob("*.eml")):
        yield BytesParser(policy=policy.default).parsebytes(path.read_bytes())


def addresses(mail: EmailMessage, header: str) -> str:
    """Return the addresses in a header."""
    return " ".join(str(each) for each in mail.get_all(header, []))


def play(language: Language, folder: Path, hidden: Path | None = None) -> Played:
    """Play the demo into `folder`."""
    run = formclerk(
        "demo", "--lang", language.value, "--out", str(folder), lang=language.value, hidden=hidden
    )
    return Played(folder=folder, language=language, code=run.returncode, said=run.stdout + run.stderr)


def check(played: Played, *, reads_scans: bool = True) -> None:
    """Hold a played demo against everything that it promises."""
    assert played.code == 0, played.said
    _shows_every_habit(played, reads_scans=reads_scans)
    _mails_are_in_order(played)
    _habits_had_their_effect(played)
    _a_certificate_signed(played)
    _what_is_left_is_whole(played)


def _shows_every_habit(played: Played, *, reads_scans: bool) -> None:
    wanted = expected(reads_scans=reads_scans)
    missing = [each.name for each in wanted if each.value.in_(played.language) not in played.said]
    assert not missing


def _a_certificate_signed(played: Played) -> None:
    """The digital signature counts because of the demo's root, and says whose certificate it is."""
    company = {Language.ZH: ("研发部", "陈强"), Language.EN: ("Engineering", "Chen Qiang")}
    department, name = company[played.language]
    mark = played.mark(f"countersign/{department}/1", "head")
    assert (mark["verdict"], mark["how"], mark["who"]) == ("signed", "digital", name)
    told = [each["words"] for each in mark["evidence"]]
    assert f"subject: CN={name}" in told
    assert "covers: the whole file" in told


def _paper_was_read(played: Played) -> None:
    """Ink on a photo signs, and what was confirmed is kept with what was read and what is right."""
    department = {Language.ZH: "财务部", Language.EN: "Finance"}[played.language]
    mark = played.mark(f"confirm_deliverable/5:{department}/1", "cooperating")
    assert (mark["verdict"], mark["how"]) == ("signed", "ink")
    assert any(each.startswith("seal") for each in mark["reasons"])
    assert played.mark("acceptance//1", "head")["how"] == "ink"
    filing = played.filing("acceptance//1")
    (day,) = [each for each in filing["confirmed"] if each["field"] == "rework.0.when"]
    assert day["value"] == {"$date": "2026-04-21"}
    assert day["by"] == "li.na@xinghe.example"
    assert "22" in day["words"]  # what the paper seems to say: 21 was written over it
    assert day["picture"]
    explained = json.loads(played.ask("explain", "XT-2026-0001", "acceptance//1", "--json").stdout)
    (item,) = explained["items"]
    (told,) = [each for each in item["confirmed"] if each["field"] == "rework.0.when"]
    assert (told["value"], told["words"]) == ("2026-04-21", day["words"])
    assert played.subjects("请确认《成果验收报告》", "Please confirm .* in “Acceptance report”")


def _paper_went_to_a_person(played: Played) -> None:
    """Without the extra `ocr` its senders are told, send Word after all, and the scans are filed."""
    assert "formclerk[ocr]" in played.said
    assert len(played.subjects("将由人工阅读", "to be read by a person")) == 2
    assert played.mark("acceptance//1", "head")["how"] == "picture"
    assert not played.subjects("请确认《成果验收报告》", "Please confirm .* in “Acceptance report”")
    case = json.loads(played.archived.read("data/case.json"))
    filed = [each["name"] for each in case["communications"]]
    for zh, en in (("成果提交单", "Deliverable"), ("成果验收报告", "Acceptance report")):
        assert any(re.search(f"{zh}|{en}", name) for name in filed), filed


def _mails_are_in_order(played: Played) -> None:
    """Nothing is sent twice, no mail is left lying, and every mail came to one end."""
    ids = Counter(str(mail["Message-ID"]) for mail in played.sent)
    assert ids.most_common(1)[0][1] == 1
    assert all(mail["Auto-Submitted"] for mail in played.sent)
    box = played.folder / "mail"
    assert not list((box / "Inbox").glob("*"))
    assert not list((box / "Quarantined").glob("*"))
    # The answer of a mail program on leave, and advertising that the coordinator dropped from review.
    assert len(list((box / "Ignored").glob("*.eml"))) == 2
    assert not list((box / "Review").glob("*")), "what a person has looked at lies on the shelf of its end"


def _habits_had_their_effect(played: Played) -> None:
    """Each habit is seen in what the clerk answered."""
    for zh, en in (
        ("补正《多部门协同需求申请表》", "correct “Cross-department collaboration request”"),
        ("《需求确认函》（研发部）此前已受理", "Accepted before: “Confirmation of a request” .Engineering"),
        ("问题升级至：?.*分管高管裁定", "Executive"),
        ("裁[决定]结果", "Ruling"),
        ("改用最新的《协同任务分工表》", "use the latest “Task breakdown”"),
        ("转办", "Handed over"),
        ("未获同意", "Not agreed"),
        ("请重新办理", "answer again"),
        ("附件无法读取", "cannot be read"),
        ("任务滞后：2 ", "Lagging: 2 "),
        ("计划已变更", "plan has changed"),
        ("成果验收结论：需整改", "Acceptance: Rework"),
        ("成果验收结论（第2次验收）：通过", "Acceptance: Pass"),
        ("已归档", "Archived"),
    ):
        assert played.subjects(zh, en), (zh, en)
    overdue = [m for m in played.sent if re.search("已逾期|workday overdue", str(m["Subject"]))]
    assert any("ma.chao@" in addresses(m, "To") and "peter.smith@" in addresses(m, "Cc") for m in overdue)
    assert list((played.folder / "pictures").glob("*tracker*.png"))
    digests = [m.get_body(("plain",)) for m in played.sent if "wu.jing@" in addresses(m, "To")]
    away = re.compile("钱红不在岗至 2026-03-13|Qian Hong is away until 2026-03-13")
    assert any(text is not None and away.search(text.get_content()) for text in digests)


def _what_is_left_is_whole(played: Played) -> None:
    (archive,) = (played.folder / "archive").glob("*.zip")
    assert zipfile.is_zipfile(archive)
    assert played.ask("verify", str(archive)).returncode == 0
    assert played.ask("verify", "--store").returncode == 0
    assert played.ask("replay").returncode == 0
    assert played.ask("status", "XT-2026-0001").returncode == 0
    for line in played.said.splitlines():
        if line.startswith("    ") and str(played.folder) in line:
            assert Path(line.strip()).is_file()


def test_the_chinese_company_plays_its_case_to_the_sealed_archive(tmp_path: Path) -> None:
    """One head reads and answers in English; everything else is Chinese."""
    played = play(Language.ZH, tmp_path / "demo")

    check(played)
    _paper_was_read(played)
    assert [m for m in played.sent if "peter.smith" in addresses(m, "To") and "Please" in str(m["Subject"])]


def test_the_english_company_plays_its_case_to_the_sealed_archive(tmp_path: Path) -> None:
    """One head reads and answers in Chinese; everything else is English."""
    played = play(Language.EN, tmp_path / "demo")

    check(played)
    _paper_was_read(played)
    assert [m for m in played.sent if "he.jing" in addresses(m, "To") and "请" in str(m["Subject"])]


def test_without_ocr_scans_go_to_a_person_and_the_case_still_ends_in_its_archive(tmp_path: Path) -> None:
    """The extra is one: nothing else stops, nothing is lost, and the demo says what is different."""
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "sitecustomize.py").write_text(_NO_OCR)

    played = play(Language.EN, tmp_path / "demo", hidden)

    check(played, reads_scans=False)
    _paper_went_to_a_person(played)


def test_a_folder_with_something_else_in_it_is_left_alone(tmp_path: Path) -> None:
    """A demo replaces an earlier demo and nothing else."""
    (tmp_path / "thesis.docx").write_bytes(b"ten years of work")

    run = formclerk("demo", "--out", str(tmp_path), lang="en")

    assert run.returncode == 2
    assert [each.name for each in tmp_path.iterdir()] == ["thesis.docx"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_language_nobody_speaks_is_refused_with_those_there_are(tmp_path: Path, lang: str) -> None:
    """The sentence is in the user's language."""
    run = formclerk("demo", "--lang", "fr", "--out", str(tmp_path / "demo"), lang=lang)

    assert run.returncode == 2
    assert "zh" in run.stderr
    assert "en" in run.stderr
