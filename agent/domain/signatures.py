"""Signatures as read: three verdicts, each with reasons, never a probability."""

from dataclasses import dataclass
from enum import Enum

from agent.domain.answers import Evidence
from agent.domain.forms import SignatureKind


class Verdict(Enum):
    """Whether a slot was signed."""

    SIGNED = "signed"
    UNCLEAR = "unclear"
    UNSIGNED = "unsigned"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What stands in one signature slot of a returned form."""

    slot: str
    verdict: Verdict
    how: SignatureKind | None = None
    who: str = ""
    """The name as typed or certified; empty when the mark itself names nobody (ink, picture)."""
    reasons: tuple[str, ...] = ()
    """Named reasons, each as `code: words`."""
    evidence: tuple[Evidence, ...] = ()
    picture: str = ""
    """SHA-256 of the picture of the mark; its bytes are in `Reading.pictures`, later among the blobs."""

    def __post_init__(self) -> None:
        if self.verdict is Verdict.SIGNED and (self.how is None or not self.evidence):
            raise ValueError(f"{self.slot}: signed needs a kind and evidence")
        if self.verdict is Verdict.UNCLEAR and not self.reasons:
            raise ValueError(f"{self.slot}: unclear needs a reason")
