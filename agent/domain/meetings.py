"""How an invitation names its meeting, so that a reply to it finds the case again."""

from agent.domain.case import CaseId


def uid(case: CaseId, meeting: str, domain: str) -> str:
    """Return the UID (RFC 5545, 3.8.4.7) of `meeting`: the same for every change of time."""
    return f"{case}/{meeting}@{domain}"


def meeting_of(text: str) -> tuple[CaseId, str] | None:
    """Return the case and meeting that a UID of ours names; None when it is somebody else's."""
    local, at, _ = text.strip().rpartition("@")
    case, slash, meeting = local.partition("/")
    return (CaseId(case), meeting) if at and slash and case and meeting else None
