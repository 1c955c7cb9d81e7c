"""What the two digests add to a letter: their part of the context, and the whole list as a workbook."""

from dataclasses import dataclass, field

from agent.domain.case import CaseId
from agent.domain.digest import DigestFacts, FoldedNotice
from agent.domain.effects import Send
from agent.domain.mail import Attachment, Letter
from agent.domain.words import Language
from agent.letters.digest import view_digest
from agent.letters.scene import Scene
from agent.letters.values import Tongue

_WORDS_OF_A_NOTICE = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """See the module."""

    context: dict[str, object] = field(default_factory=dict)
    files: tuple[Attachment, ...] = ()


def digest_context(send: Send, scene: Scene, tongue: Tongue) -> Report:
    """Return what the letter's digest adds; nothing for all other letters."""
    match send.letter:
        case "personal_digest":
            return Report(context={"folded": scene.folded})
        case "digest":
            # Imported here: no start waits for what only a digest needs.
            from agent.letters.workbook import MEDIA_TYPE, workbook  # noqa: PLC0415

            facts = scene.digest if scene.digest is not None else DigestFacts()
            stem = "在办清单" if send.language is Language.ZH else "open-cases"
            name = f"{stem}-{tongue.today.isoformat()}.xlsx"
            view = view_digest(facts, tongue, name)
            wanted = view.more or facts.weekly
            files = (
                (Attachment(name=name, media_type=MEDIA_TYPE, content=workbook(facts, tongue)),)
                if wanted
                else ()
            )
            return Report(context={"digest": view, "weekly": facts.weekly}, files=files)
        case _:
            return Report()


def fold(letter: Letter) -> FoldedNotice:
    """Return a finished notice as one entry of a personal digest: its subject and its first lines."""
    lines = letter.text.partition("\n--\n")[0].splitlines()[1:]
    said = [line for line in lines if line.strip()][:_WORDS_OF_A_NOTICE]
    return FoldedNotice(
        case=CaseId(letter.case) if letter.case else None,
        subject=letter.subject,
        words="\n".join(said),
        at=letter.date,
    )
