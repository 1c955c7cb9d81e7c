"""Staff who answer everything they are sent, politely and at once: they read Sent, fill the form, and reply.

What they have answered is seen in the folders, so that they may be killed and begun again like the clerk.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import format_datetime, getaddresses
from hashlib import sha256
from pathlib import Path
from zoneinfo import ZoneInfo

from agent.domain.answers import Scalar, Value, walk
from agent.domain.forms import Form
from agent.domain.people import Directory
from agent.domain.process import Process
from agent.domain.reading import Reading
from agent.domain.sheets import TokenStatus
from agent.domain.steps import Collect, Cycle, Meeting
from parsers.known import Known
from parsers.reading import read_document
from tests.company import PEOPLE, at
from tests.course import CONFIRM, REQUEST
from tests.houses import CLERK
from tests.typed import field_of, typed, undated
from tests.word_files import fill, signature_png, slot_paragraph, with_picture

PEOPLE_CSV = (
    "name,email,aliases,department,role,supervisor,deputy,absent_from,absent_until,language\n"
    + "".join(
        f"{p.name},{p.address},,{p.department},{';'.join(sorted(r.value for r in p.roles))},"
        f"{p.supervisor or ''},,,,{p.language.value}\n"
        for p in PEOPLE
    )
)

_FOLDERS = ("Inbox", "Handled", "Review", "Ignored", "Quarantined")

_TASKS: tuple[dict[str, Scalar], ...] = (
    {"no": "1", "task": "样机", "responsible": at("liu"), "accountable": at("li"), "standard": "通过评审"},
    {"no": "2", "task": "试产", "responsible": at("yang"), "accountable": at("chen"), "standard": "良率 95%"},
)


class Staff:
    """See the module."""

    def __init__(self, folder: Path, process: Process, directory: Directory, secret: bytes) -> None:
        self._folder = folder
        self._process = process
        self._directory = directory
        self._secret = secret

    def answer(self, now: datetime) -> bool:
        """Reply to every form that has been sent and not been answered yet; say whether there was one."""
        wrote = False
        for path in sorted((self._folder / "Sent").glob("*.eml")):
            mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
            for part in mail.iter_attachments():
                name = part.get_filename() or ""
                if name.endswith(".docx"):
                    wrote |= self._reply(mail, name, part.get_payload(decode=True), now)
        return wrote

    def _reply(self, mail: EmailMessage, name: str, content: object, now: datetime) -> bool:
        assert isinstance(content, bytes)
        today = now.astimezone(ZoneInfo("Asia/Shanghai")).date()
        known = Known(forms=self._process.forms, directory=self._directory, secret=self._secret, today=today)
        (reading,) = read_document(content, name, known)
        if reading.sheet is None or reading.token is not TokenStatus.VALID:
            return False
        step = self._process.steps.get(reading.sheet.item.partition("/")[0])
        if step is None or self._process.forms[reading.form].compiled:
            return False
        key = sha256(f"{reading.sheet}".encode()).hexdigest()[:16]
        if any((self._folder / each / f"{key}.eml").exists() for each in _FOLDERS):
            return False
        ((_, who), *_) = getaddresses([mail["To"]])
        filled = fill(content, dict(self._words(reading, today)))
        for slot in _signs(step):
            filled = with_picture(filled, slot_paragraph(slot), signature_png(), name=f"Sig {slot}")
        reply = EmailMessage()
        reply["From"], reply["To"] = who, CLERK
        reply["Subject"] = f"Re: {mail['Subject']}"
        reply["Date"] = format_datetime(now)
        reply["Message-ID"] = f"<{key}@example.com>"
        reply["In-Reply-To"] = reply["References"] = mail["Message-ID"]
        reply.set_content("您好，表单已填好，请见附件。\n")
        reply.add_attachment(
            undated(filled),
            maintype="application",
            subtype="vnd.openxmlformats-officedocument.wordprocessingml.document",
            filename=name,
        )
        reply.set_boundary(f"=_{key}")  # a random one would make every run another
        draft = self._folder / "Inbox" / f".{key}.new"
        draft.write_bytes(bytes(reply))
        draft.rename(self._folder / "Inbox" / f"{key}.eml")
        return True

    def _words(self, reading: Reading, today: date) -> Iterator[tuple[str, str]]:
        assert reading.sheet is not None
        form = self._process.forms[reading.form]
        known = reading.answers.values()
        for path, value in walk(_answers(form, reading.sheet.item, known, today)):
            field = field_of(form, path)
            if field is not None and not field.given:
                yield path, typed(value, field, reading.sheet.language)


def _answers(form: Form, item: str, known: Mapping[str, Value], today: date) -> dict[str, Value]:
    step = item.partition("/")[0]
    match step, form.id:
        case _, "request":
            return {**REQUEST, "contact": "138"}
        case _, "confirmation":
            lead = at("liu") if "研发部" in item else at("yang")
            return {**CONFIRM, "lead": lead}
        case "breakdown", _:
            return {"tasks": tuple(_planned(today))}
        case _, "kickoff_minutes" | "minutes":
            return {"decisions": "按计划推进", "goals": "按期上市"}
        case "weekly", "progress":
            rows = known.get("tasks")
            assert isinstance(rows, tuple)
            return {"tasks": tuple({"status": "in_progress", "percent": "50"} for _ in rows)}
        case "deliverable", _:
            return {"files": "见附件", "standard_met": True}
        case "acceptance", _:
            rows = known.get("tasks")
            assert isinstance(rows, tuple)
            return {"tasks": tuple({"result": "ok"} for _ in rows), "conclusion": "pass"}
        case "summary", _:
            return {"highlights": "配合顺畅", "shortcomings": "无", "improvements": "提前沟通"}
        case _:
            conclusion = form.field("conclusion")
            agrees = conclusion is not None and conclusion.choice("agree") is not None
            return {"conclusion": "agree"} if agrees else {}


def _planned(today: date) -> Iterator[dict[str, Scalar]]:
    start = today + timedelta(days=1)
    for task in _TASKS:
        end = start + timedelta(days=3)
        while end.weekday() > 4:
            end += timedelta(days=1)
        while start.weekday() > 4:
            start += timedelta(days=1)
        yield {**task, "start": start, "end": max(start, end)}


def _signs(step: object) -> tuple[str, ...]:
    return step.signs if isinstance(step, Collect | Meeting | Cycle) else ()
