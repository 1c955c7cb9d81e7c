"""How long the papers of a case are kept: legal hold, and their removal when nobody needs them any more."""

from agent.core.draft import Draft
from agent.domain.events import HoldSet, PapersRemoved


def papers_kept(draft: Draft, event: HoldSet | PapersRemoved) -> None:
    """Note what somebody decided about the papers of the case; nobody is written to."""
    match event:
        case HoldSet():
            _hold_set(draft, event)
        case PapersRemoved():
            _papers_removed(draft, event)


def _hold_set(draft: Draft, event: HoldSet) -> None:
    """Put the case under legal hold or take it off, whether it is open or over."""
    who = draft.name(event.by)
    if event.on:
        draft.change(hold=event.why)
        draft.say(
            f"{who}将本事项列入法律保留：{event.why}", f"{who} put the case under legal hold: {event.why}"
        )
    else:
        draft.change(hold="")
        draft.say(f"{who}解除法律保留：{event.why}", f"{who} ended the legal hold: {event.why}")


def _papers_removed(draft: Draft, event: PapersRemoved) -> None:
    """Note that papers were removed; an open case or one under hold keeps all, and the caller asked first."""
    draft.say(
        f"按保管期限（{event.why}）删除 {event.files} 个文件",
        f"{event.files} files were removed by the rule of retention ({event.why})",
    )
