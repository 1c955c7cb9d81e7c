"""Cases and items in the words of the command line, and as stable JSON."""

from datetime import datetime
from zoneinfo import ZoneInfo

from agent.cli.language import LANGUAGE, tr
from agent.domain.case import Case, Task
from agent.domain.digest import CaseLine, ItemLine
from agent.domain.mail import Address
from agent.domain.people import Directory
from agent.domain.words import Words
from agent.domain.work_items import Due


def words(said: Words) -> str:
    """Return `said` in the language of the user."""
    return said.in_(LANGUAGE)


def moment(at: datetime | None, zone: ZoneInfo) -> str:
    """Return a moment as the clock on the wall of the site shows it; a dash for none."""
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}" if at is not None else "–"


def both(said: Words) -> dict[str, str]:
    """Return words as JSON has them."""
    return {"zh": said.zh, "en": said.en}


def name(who: Address, directory: Directory) -> str:
    """Return the name behind an address, or the address of a stranger."""
    person = directory.find(who)
    return person.name if person is not None else who


def line_json(line: CaseLine) -> dict[str, object]:
    """Return a case in one line, as JSON."""
    return {
        "case": line.case,
        "title": line.title,
        "status": line.status.value,
        "stage": both(line.stage),
        "began": line.began.isoformat(),
        "open_items": line.open_items,
        "overdue": line.overdue,
        "lag": line.lag,
        "lagging": list(line.lagging),
        "next_due": line.next_due.isoformat() if line.next_due is not None else None,
    }


def item_json(line: ItemLine) -> dict[str, object]:
    """Return an open item, as JSON."""
    return {
        "item": line.item,
        "what": both(line.what),
        "holder": line.holder,
        "due": line.due.isoformat(),
        "overdue": line.overdue,
        "late": line.late,
    }


def task_json(task: Task) -> dict[str, object]:
    """Return a task, as JSON."""
    return {
        "id": task.id,
        "title": task.title,
        "responsible": task.responsible,
        "department": task.department,
        "start": task.start.isoformat(),
        "end": task.end.isoformat(),
        "status": task.status.value,
        "percent": task.percent,
        "done_on": task.done_on.isoformat() if task.done_on is not None else None,
    }


def case_json(case: Case) -> dict[str, object]:
    """Return what `status --json` says of the case itself."""
    return {
        "profile": case.profile,
        "initiator": case.initiator,
        "process": {"id": case.process.id, "version": case.process.version, "digest": case.process.digest},
        "tasks": [task_json(task) for task in case.tasks],
        "actions": [
            {
                "id": action.id,
                "what": action.what,
                "who": action.who,
                "when": action.when.isoformat() if action.when is not None else None,
                "done_on": action.done_on.isoformat() if action.done_on is not None else None,
            }
            for action in case.actions
        ],
        "meetings": [
            {
                "id": meeting.id,
                "title": both(meeting.title),
                "at": meeting.at.isoformat(),
                "held": meeting.held,
            }
            for meeting in case.meetings
        ],
        "disputes": [
            {"id": dispute.id, "title": dispute.title, "rung": dispute.rung, "settled": dispute.settled}
            for dispute in case.disputes
        ],
        "archive": {"name": case.archive.name, "digest": case.archive.digest} if case.archive else None,
    }


def due_json(due: Due) -> dict[str, object]:
    """Return how a due moment came about, as JSON."""
    return {
        "at": due.at.isoformat(),
        "rule": due.rule,
        "clock": due.clock,
        "since": due.since.isoformat(),
        "calendar": due.calendar,
        "provisional": due.provisional,
    }


def due_words(due: Due, zone: ZoneInfo) -> str:
    """Return how a due moment came about, as a sentence."""
    by = (
        tr(f"时限“{due.clock}”", f"clock “{due.clock}”")
        if due.clock
        else tr("表格所填日期", "a day on a form")
    )
    said = tr(
        f"截止 {moment(due.at, zone)}：自 {moment(due.since, zone)} 起按“{due.rule}”计算"
        f"（{by}，工作日历 {due.calendar}）",
        f"due {moment(due.at, zone)}: {due.rule} from {moment(due.since, zone)}"
        f" ({by}, working calendar {due.calendar})",
    )
    if not due.provisional:
        return said
    return said + tr(
        "；该年份的日历尚未公布，此为暂定，公布后重新计算",
        "; provisional, because that year's calendar is not published yet",
    )
