"""A rehearsal in short slices ends like one long run: what the folders hold is all the state there is."""

import shutil
import sqlite3
from datetime import datetime, timedelta
from pathlib import Path

from tests.journeys.outside import MONDAY, Letter, Outside, letter_of
from tests.word_files import fill, signature_png, slot_paragraph, with_picture

_REQUEST = {
    "project_name": "星河一号",
    "profile": "重大项目推进",
    "background": "窗口期短",
    "goals": "按期上市",
    "departments.0.department": "研发部",
    "departments.0.asked": "完成样机",
    "departments.1.department": "Quality",
    "departments.1.asked": "Test the prototype",
    "expected": "上市",
    "completion": "2026-04-30",
}
_END = MONDAY + timedelta(days=8)


def _begin(folder: Path) -> tuple[Outside, Letter]:
    company = Outside(folder)
    company.write("zhang@example.com", subject="发起协同")
    (form,) = company.rehearse(MONDAY + timedelta(minutes=5))
    return company, form


def _go_on(company: Outside, form: Letter) -> None:
    """Lay in the mails of a week: the request now, a keyword every other day, a stranger's offer."""
    name, content = form.word()
    filled = fill(content, _REQUEST)
    signed = with_picture(filled, slot_paragraph("initiating_head"), signature_png())
    company.write("zhang@example.com", answers=form, files={name: signed})
    begun = company.now
    for days, sender, text in ((1, "li@example.com", "状态"), (3, "zhang@example.com", "催办")):
        company.now = begun + timedelta(days=days)
        company.write(sender, subject="[XT-2026-0001]", text=f"{text}\n")
    company.write("offers@elsewhere.example", subject="合作")
    company.now = begun


def _end(company: Outside) -> dict[str, object]:
    with sqlite3.connect(company.folder / "formclerk.db") as store:
        cases = store.execute("select id, version, digest from cases order by id").fetchall()
        journal = store.execute("select cause, after from journal order by seq").fetchall()
    folders = ("Inbox", "Handled", "Review", "Ignored", "Quarantined")
    sent = {file.name: file.read_bytes() for file in (company.folder / "Sent").glob("*.eml")}
    return {"cases": cases, "journal": journal, "sent": sent, **{n: company.names(n) for n in folders}}


def _arrive(waiting: list[Path], inbox: Path, until: datetime) -> None:
    """Lay in the mails that are dated up to a moment; a rehearsal would read the later ones with its last."""
    for file in list(waiting):
        if letter_of(file.read_bytes()).mail["Date"].datetime <= until:
            waiting.remove(file)
            shutil.copy(file, inbox)


def test_short_rehearsals_end_like_a_long_one(tmp_path: Path) -> None:
    """Reminders, hurrying and digests of a week: alike by case digest, journal and every byte sent."""
    company, form = _begin(tmp_path / "begun")
    _go_on(company, form)
    ends = []
    for name, hours in (("whole", ()), ("sliced", (1, 30, 31, 80))):
        folder = tmp_path / name
        shutil.copytree(company.folder, folder, ignore=lambda where, _: _mails_of(where))
        waiting = sorted((company.folder / "Inbox").glob("*.eml"))
        part = Outside(folder, now=company.now)
        for moment in (*(MONDAY + timedelta(hours=each) for each in hours), _END):
            _arrive(waiting, folder / "Inbox", moment)
            part.rehearse(moment)
        ends.append(_end(part))
        assert len(part.names("Sent")) > 12

    assert ends[0] == ends[1]


def _mails_of(folder: str) -> list[str]:
    path = Path(folder)
    return [file.name for file in path.glob("*.eml")] if path.name == "Inbox" else []
