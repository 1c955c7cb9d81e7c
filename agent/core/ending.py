"""Ending: how a case closes, and the seal that follows every end."""

from dataclasses import replace

from agent.core.documents import record
from agent.core.draft import Draft
from agent.core.seats import everyone
from agent.domain.case import CaseStatus, FileRef
from agent.domain.effects import FormOrder
from agent.domain.steps import Archive
from agent.domain.words import Language, Words
from agent.domain.work_items import ItemState

RETENTION = "10 years"
"""The retention class of a case whose process has no archive step."""

_LETTERS = {
    CaseStatus.WITHDRAWN: ("withdrawn", Words(zh="事项已撤回", en="the case was withdrawn")),
    CaseStatus.CANCELLED: ("cancelled", Words(zh="事项已取消", en="the case was cancelled")),
    CaseStatus.FAILED: ("failed", Words(zh="事项以不通过结束", en="the case ended as failed")),
}


def start_archive(draft: Draft, step: Archive) -> None:
    """Ask for the archive; the case closes when it has been sealed and verifies."""
    draft.change(struck={**draft.case.struck, f"{step.id}/sealing": draft.at.isoformat()})
    draft.say("开始归档", "the archive is being sealed")
    summing_up = tuple(
        FormOrder(sheet=draft.compiled_sheet(step.form, language), values=record(draft, language))
        for language in Language
        if step.form
    )
    draft.seal(step.retention, summing_up, legal_hold=step.legal_hold or draft.case.hold)


def end(draft: Draft, status: CaseStatus, why: Words, by: str = "") -> None:
    """End the case: nobody is asked any more, everybody is told, and what there is gets sealed."""
    people = everyone(draft)
    stop(draft)
    draft.change(status=status)
    if status in _LETTERS:
        letter, said = _LETTERS[status]
        draft.say(said.zh, said.en)
        draft.tell(letter, people, facts={"by": Words.same(by), "why": why})
    if draft.case.filings:
        step = next((s for s in draft.process.steps.values() if isinstance(s, Archive)), None)
        draft.seal(
            step.retention if step is not None else RETENTION,
            legal_hold=(step.legal_hold if step is not None else "") or draft.case.hold,
        )


def stop(draft: Draft) -> None:
    """Void what is open and call off the meetings that have not met."""
    for item in draft.case.open_items():
        draft.close_item(item, ItemState.VOID)
    for meeting in draft.case.meetings:
        if not meeting.held and meeting.at > draft.at:
            called_off = replace(meeting, sequence=meeting.sequence + 1, held=True, recorded=True)
            draft.change(meetings=tuple(called_off if m.id == meeting.id else m for m in draft.case.meetings))
            draft.tell(
                "meeting_cancelled",
                meeting.invited,
                about=meeting.id,
                facts={"meeting": meeting.title},
                meeting=meeting.id,
                cancels=True,
            )
    draft.change(held=())


def sealed(draft: Draft, archive: FileRef) -> None:
    """The archive stands and verifies: tell everyone, and close a case that was only waiting for it."""
    if draft.case.archive is not None:
        draft.say("归档已完成，无需重复", "the case is archived already")
        return
    people = everyone(draft)
    draft.change(archive=archive)
    if not draft.case.has_ended:
        stop(draft)
        draft.change(status=CaseStatus.CLOSED)
    draft.say(f"归档完成：{archive.name}", f"the archive is sealed: {archive.name}")
    draft.tell(
        "archived",
        people,
        facts={"archive": Words.same(archive.name)},
        files=(archive,),
    )
