"""What the two digests add to a letter: their own part of the context, and their list as a workbook."""

from dataclasses import dataclass, field

from agent.domain.effects import Send
from agent.domain.mail import Attachment
from agent.letters.scene import Scene
from agent.letters.values import Tongue


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """See the module."""

    context: dict[str, object] = field(default_factory=dict)
    files: tuple[Attachment, ...] = ()


def digest_context(send: Send, scene: Scene, tongue: Tongue) -> Report:
    """Return what the letter's digest adds; nothing for all other letters."""
    del tongue
    if send.letter == "personal_digest":
        return Report(context={"folded": scene.folded})
    return Report()
