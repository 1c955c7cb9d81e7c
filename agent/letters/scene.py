"""Everything a letter may need beside the decision that asked for it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from agent.domain.case import Case
from agent.domain.digest import DigestFacts, FoldedNotice
from agent.domain.mail import Address, Attachment
from agent.domain.people import Directory
from agent.domain.process import Process
from agent.domain.workdays import Workdays


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """The stage on which one letter is written; the service sets it."""

    process: Process
    """The definition that the case runs on; the current one for letters outside any case."""
    case: Case | None
    directory: Directory
    workdays: Workdays
    """The site's calendar; its zone is the zone of every moment in the letter."""
    sender: Address
    """The agent's own address."""
    sender_name: str
    now: datetime
    """Becomes the Date of the letter; aware."""
    forms: tuple[Attachment, ...] = ()
    """The filled form of each order in `Send.forms`, in the same order; then their PDFs."""
    files: tuple[Attachment, ...] = ()
    """The bytes of `Send.files`, in the same order."""
    pictures: Mapping[str, bytes] = field(default_factory=dict)
    """The crops of paper that `Send.doubts` names, by their SHA-256."""
    digest: DigestFacts | None = None
    """For the letter `digest`."""
    folded: tuple[FoldedNotice, ...] = ()
    """For the letter `personal_digest`."""
    templates: Path | None = None
    """A company's own letters, asked before the shipped ones; laid out like `mail_templates`."""
