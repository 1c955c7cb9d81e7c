"""What the demo leaves to be opened: forms, paper, pictures and the archive, out of mails and blobs."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.parser import BytesParser
from pathlib import Path
from typing import TypeAlias

from agent.demo import leftovers_paper as paper
from agent.demo.leftover import Leftover
from agent.domain.case import Case
from agent.domain.words import Words
from agent.letters.mime import file_name
from agent.service.house import House

_FORMS = (".docx", ".pdf")
_PICTURES = (".png", ".jpg")


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The files worth opening, and the archive when there is one."""

    files: tuple[Leftover, ...]
    archive: Path | None


def collect(folder: Path, house: House, case: Case | None) -> Kept:
    """Write forms, pictures and archive out of mails and blobs into folders of their own."""
    sent = tuple(_parts(folder / "mail" / "Sent"))
    returned = tuple(_parts(folder / "mail" / "Handled"))
    reviewed = tuple(_parts(folder / "mail" / "Review"))
    forms = {
        **_write(folder / "forms" / "sent", sent, _FORMS),
        **_write(folder / "forms" / "returned", (*returned, *reviewed), (*_FORMS, ".jpg")),
    }
    pictures = _write(folder / "pictures", sent, _PICTURES)
    archive = None
    if case is not None and case.archive is not None:
        archive = folder / "archive" / case.archive.name
        archive.parent.mkdir(exist_ok=True)
        archive.write_bytes(house.blobs.get(case.archive.digest))
    found = [*_worth_opening(folder, forms, pictures), *paper.worth_opening(folder, house, forms, pictures)]
    if archive is not None:
        found.append(Leftover(path=archive, what=Words(zh="封存的档案", en="the sealed archive")))
    return Kept(files=tuple(found), archive=archive)


_Part: TypeAlias = tuple[str, str, str, bytes]
"""A file in a mail: the mail's own file, its subject, the name and the content."""


def _parts(folder: Path) -> Iterator[_Part]:
    """Yield the forms and pictures in the mails of a folder."""
    for path in sorted(folder.glob("*.eml")):
        mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        for part in mail.walk():
            name = (part.get_filename() or "") if not part.is_multipart() else ""
            content = part.get_payload(decode=True) if name.endswith((*_FORMS, *_PICTURES)) else None
            if isinstance(content, bytes):
                yield path.name, str(mail["Subject"]), name, content


def _write(folder: Path, parts: tuple[_Part, ...], endings: tuple[str, ...]) -> dict[Path, str]:
    """Write parts under the number of their mail; return each file with the subject it came with."""
    folder.mkdir(parents=True, exist_ok=True)
    written: dict[Path, str] = {}
    for file, subject, name, content in parts:
        if not name.endswith(endings):
            continue
        number = file.partition(" ")[0]
        path = folder / file_name(f"{number} {Path(name).name}")
        path.write_bytes(content)
        written[path] = subject
    return written


def _worth_opening(folder: Path, forms: dict[Path, str], pictures: dict[Path, str]) -> Iterator[Leftover]:
    wanted: tuple[tuple[dict[Path, str], tuple[str, ...], Words], ...] = (
        (
            pictures,
            ("滞后", "lagging"),
            Words(zh="进度图，滞后任务标红", en="the tracker's picture, lag in red"),
        ),
        (
            pictures,
            ("进展", "状态", "tatus", "tands"),
            Words(zh="流程图与当前状态", en="the process with its state"),
        ),
        (forms, ("各部门已确认", "confirmed"), Words(zh="汇总的需求申请表", en="the completed request")),
        (forms, ("会议纪要：", "inutes of", "inutes:"), Words(zh="会议纪要", en="minutes as distributed")),
    )
    for files, words, what in wanted:
        found = next((path for path, subject in files.items() if any(w in subject for w in words)), None)
        if found is not None:
            yield Leftover(path=found, what=what)
    digests = sorted(folder.joinpath("mail", "Sent").glob("*协同周报*")) or sorted(
        folder.joinpath("mail", "Sent").glob("*igest*")
    )
    if digests:
        yield Leftover(path=digests[-1], what=Words(zh="协调员周报", en="the coordinator's digest"))
