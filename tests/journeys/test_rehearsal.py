"""A whole case from outside: `formclerk rehearse`, mails in folders, and Word files filled by LibreOffice."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from tests.journeys.outside import SHANGHAI, Letter, Outside, about, formclerk
from tests.libreoffice import Office, office

REQUEST = {
    "project_name": "星河一号",
    "profile": "重大项目推进",
    "background": "夏季市场窗口期短",
    "goals": "六月上市",
    "departments.0.department": "研发部",
    "departments.0.asked": "完成样机",
    "departments.1.department": "Quality",
    "departments.1.asked": "Test the prototype",
    "expected": "新品按期上市",
    "completion": "2026年4月30日",
    "liaison": "张伟",
    "contact": "138 0000 0000",
    "kickoff": "2026-03-05 14:00",
}
CONFIRM = {
    "zh": {"conclusion": "确认参与", "people": "两人", "time": "两周", "authority": "可定方案"},
    "en": {"conclusion": "We take part", "people": "two", "time": "two weeks", "authority": "full"},
}
TASKS = {
    "tasks.0.no": "1",
    "tasks.0.task": "样机",
    "tasks.0.responsible": "刘洋",
    "tasks.0.accountable": "李娜",
    "tasks.0.standard": "通过评审",
    "tasks.0.start": "2026-03-10",
    "tasks.0.end": "2026-03-17",
    "tasks.1.no": "2",
    "tasks.1.task": "Test",
    "tasks.1.responsible": "John Miller",
    "tasks.1.accountable": "Emma Brown",
    "tasks.1.standard": "report signed",
    "tasks.1.start": "2026-03-20",
    "tasks.1.end": "2026-03-25",
    "tasks.1.depends_on": "1",
}
MINUTES = {"place": "三号会议室", "goals": "按期上市", "decisions": "按计划推进"}
ACTION = {"actions.0.what": "采购物料", "actions.0.who": "刘洋", "actions.0.when": "2026-03-12"}


def signature() -> bytes:
    """Draw the signature of somebody in a hurry."""
    image = Image.new("RGB", (300, 120), "white")
    line = [(x, 60 + (x * 7 % 41) - 20) for x in range(10, 290, 9)]
    ImageDraw.Draw(image).line(line, fill="navy", width=3)
    buffer = BytesIO()
    image.save(buffer, "PNG")
    return buffer.getvalue()


class Case:
    """The people of the case at their desks."""

    def __init__(self, company: Outside, desk: Office) -> None:
        self.company = company
        self._desk = desk

    def fill(self, letter: Letter, values: Mapping[str, str], *slots: str) -> dict[str, bytes]:
        """Fill the form of a letter in LibreOffice, and sign it with a picture in `slots`."""
        name, content = letter.word()
        return {name: self._desk.fill(content, values, {f"sig.{slot}": signature() for slot in slots})}

    def returns(self, letter: Letter, values: Mapping[str, str], *slots: str) -> None:
        """Let whoever got the letter send its form back."""
        self.company.write(
            letter.to[0], answers=letter, text="请查收。\n", files=self.fill(letter, values, *slots)
        )

    def until(self, day: str) -> tuple[Letter, ...]:
        """Let the clerk work until a moment, written `03-05 15:30`."""
        moment = datetime.strptime(f"2026-{day}", "%Y-%m-%d %H:%M").replace(tzinfo=SHANGHAI)
        return self.company.rehearse(moment)

    def soon(self) -> tuple[Letter, ...]:
        """Let the clerk work for the next quarter of an hour."""
        return self.company.rehearse(self.company.now + timedelta(minutes=15))


@pytest.fixture
def case(tmp_path: Path) -> Iterator[Case]:
    """Open the company, with LibreOffice running."""
    with office(tmp_path / "office") as desk:
        yield Case(Outside(tmp_path / "company"), desk)


def test_a_whole_case_from_the_first_mail_to_the_sealed_archive(case: Case) -> None:
    """Issue 2, point 12: what an integrator sees of a case, and nothing else."""
    request(case)
    minutes = kickoff(case)
    breakdown(case, minutes)
    execution(case)
    archive = acceptance(case)

    assert case.company.names("Review") == case.company.names("Inbox") == []
    verifies(case.company.folder, archive)


def request(case: Case) -> None:
    """The request comes back with errors, is put right, and every department confirms it."""
    case.company.write("zhang@example.com", subject="发起协同")
    (form,) = about(case.soon(), "请填写《多部门协同需求申请表》", "zhang@example.com")
    assert form.mail["Auto-Submitted"] == "auto-replied"

    wrong = {**REQUEST, "completion": "尽快", "departments.0.department": "火星部"}
    case.returns(form, {k: v for k, v in wrong.items() if k != "goals"})
    (again,) = about(case.soon(), "补正", "zhang@example.com")
    for told in ("协同目标", "尽快", "火星部", "发起部门负责人签字"):
        assert told in again.text
    assert again.mail["In-Reply-To"] == "<2.zhang@example.com>"

    right = {k: REQUEST[k] for k in ("completion", "goals", "departments.0.department")}
    case.returns(again, right, "initiating_head")
    asked = about(case.soon(), "需求确认函|Confirmation of a request")
    assert sorted(letter.to[0] for letter in asked) == ["emma@example.com", "li@example.com"]
    for letter in asked:
        english = letter.to[0] == "emma@example.com"
        lead = "John Miller" if english else "liu@example.com"
        case.returns(letter, {**CONFIRM["en" if english else "zh"], "lead": lead}, "head")


def kickoff(case: Case) -> Letter:
    """Everybody gets the confirmed request and an invitation; afterwards the minutes are asked for."""
    sent = case.soon()
    (compiled,) = about(sent, "各部门已确认", "zhang@example.com")
    assert "liu@example.com" in compiled.to
    (invitation,) = about(sent, "会议通知.*协同启动会", "zhang@example.com")
    assert any(part.get_content_type() == "text/calendar" for part in invitation.mail.walk())

    (form,) = about(case.until("03-05 15:30"), "协同启动会会议纪要", "zhang@example.com")
    case.returns(form, {**MINUTES, **ACTION, "sig.recorder": "张伟"})
    sent = case.soon()
    (minutes,) = about(sent, "协同启动会会议纪要.*协同启动会$", "liu@example.com")
    assert "采购物料" in minutes.text
    (asked,) = about(sent, "请填写《协同任务分工表》", "zhang@example.com")
    return asked


def breakdown(case: Case, asked: Letter) -> None:
    """A breakdown whose departments have no buffer comes back; the right one is countersigned by all."""
    case.returns(asked, {**TASKS, "tasks.1.start": "2026-03-17"})
    (again,) = about(case.soon(), "补正", "zhang@example.com")
    assert "前置任务1" in again.text
    case.returns(again, {"tasks.1.start": TASKS["tasks.1.start"]})
    for letter in about(case.soon(), "请填写《协同任务分工表》（研发部）|breakdown” .Quality"):
        agrees = "Agree" if letter.to[0] == "emma@example.com" else "同意"
        case.returns(letter, {"conclusion": agrees}, "head")
    assert len(about(case.soon(), "已收到|Received")) == 2


def execution(case: Case) -> None:
    """Every week progress, tracker, meeting and minutes; then the deliverables, confirmed by others."""
    asked = about(case.until("03-12 09:05"), "进度反馈表|Progress report")
    assert sorted(letter.to[0] for letter in asked) == ["john@example.com", "liu@example.com"]
    for letter in asked:
        english = letter.to[0] == "john@example.com"
        said = "Not started" if english else "进行中"
        percent, name = ("0", "John Miller") if english else ("40", "刘洋")
        case.returns(letter, {"tasks.0.status": said, "tasks.0.percent": percent, "sig.owner": name})
    sent = case.until("03-13 17:30")
    (tracker,) = about(sent, "协同进度跟踪表", "wang@example.com")
    assert "40" in tracker.text
    assert any(part.get_content_maintype() == "image" for part in tracker.mail.walk())
    (minutes,) = about(sent, "请填写《会议纪要》", "zhang@example.com")
    case.returns(minutes, {**MINUTES, "actions.0.done": "☑", "sig.recorder": "张伟"})

    (first,) = about(case.until("03-16 10:00"), "成果提交单", "liu@example.com")
    case.returns(first, {"files": "样机照片", "standard_met": "☑", "sig.owner": "刘洋"})
    (confirm,) = about(case.soon(), "Deliverable", "emma@example.com")
    case.returns(confirm, {"conclusion": "Confirmed"}, "cooperating")
    for letter in about(case.until("03-19 09:05"), "Progress report", "john@example.com"):
        done = {"tasks.0.status": "In progress", "tasks.0.percent": "20", "sig.owner": "John Miller"}
        case.returns(letter, done)
    sent = case.until("03-24 10:00")
    told = [letter.subject for letter in about(sent, "会议纪要》（第12周", "zhang@example.com")]
    assert [subject.partition(" · ")[2][:2] for subject in told] == ["请填", "已逾", "已逾"]
    for letter in about(sent, "请填写《会议纪要》", "zhang@example.com"):
        case.returns(letter, {**MINUTES, "sig.recorder": "张伟"})
    second = about(sent, "Deliverable", "john@example.com")[-1]
    case.returns(second, {"files": "report.pdf", "standard_met": "☑", "sig.owner": "John Miller"})


def acceptance(case: Case) -> bytes:
    """Acceptance, its countersignatures, the summary, and the archive that everybody gets."""
    sent = case.soon()
    for letter in about(sent, "成果提交单", "li@example.com"):
        case.returns(letter, {"conclusion": "确认"}, "cooperating")
    archive: bytes | None = None
    for _ in range(20):
        sent = case.company.rehearse(case.company.now + timedelta(hours=8))
        for letter in sent:
            archive = archive or finish(case, letter)
        if archive is not None:
            return archive
    raise AssertionError("no archive came")


def finish(case: Case, letter: Letter) -> bytes | None:
    """Answer one letter of the last stage; return the archive when it has come."""
    for name, content in letter.files.items():
        if name.endswith(".zip"):
            return content
    if about([letter], "请填写《会议纪要》"):
        case.returns(letter, {**MINUTES, "sig.recorder": "张伟"})
    elif about([letter], "请填写《成果验收报告》 ·"):
        results = {f"tasks.{n}.result": "合格" for n in (0, 1)}
        case.returns(letter, {**results, "conclusion": "通过"}, "head")
    elif about([letter], "请填写《成果验收报告》（研发部）|Please fill in “Acceptance.*Quality"):
        case.returns(letter, {}, "head")
    elif about([letter], "请填写《协同作业总结报告》"):
        said = {"highlights": "配合顺畅", "shortcomings": "试产偏晚", "improvements": "提前沟通"}
        case.returns(letter, said, "initiating_head")
    return None


def verifies(folder: Path, archive: bytes) -> None:
    """The archive verifies offline; changed in one byte of one file it does not."""
    sealed = folder / "archive.zip"
    sealed.write_bytes(archive)
    fine = formclerk("verify", str(sealed), "--json", at=folder)
    assert fine.returncode == 0, fine.stdout + fine.stderr
    json.loads(fine.stdout)

    changed = folder / "changed.zip"
    with zipfile.ZipFile(sealed) as before, zipfile.ZipFile(changed, "w") as after:
        for number, name in enumerate(before.namelist()):
            content = before.read(name)
            after.writestr(name, content if number else content + b" ")
    wrong = formclerk("verify", str(changed), at=folder)
    assert wrong.returncode == 1
