"""Which letters there are, which facts each may use, and how a fact becomes words for its reader.

A fact that the decision did not give is empty: a letter is never held up because one is missing,
and its templates read well without it.
"""

import re
from datetime import date, datetime
from typing import TypeAlias

from agent.domain.case import Case
from agent.domain.effects import Send
from agent.domain.forms import Kind
from agent.domain.process import Process
from agent.letters.records import rung_title
from agent.letters.values import Tongue

Facts: TypeAlias = dict[str, str]

LETTERS: dict[str, tuple[str, ...]] = {
    "acceptance_result": ("conclusion", "round"),
    "already_answered": ("why",),
    "altered": ("file", "pages"),
    "altered_refused": ("file", "filed", "pages"),
    "archived": ("archive",),
    "ask": ("why",),
    "by_person": ("file",),
    "cancelled": ("by", "why"),
    "change_applied": ("changes",),
    "climbed": ("dispute", "rung", "why"),
    "closed_case": ("why",),
    "compiled": (),
    "confirm": ("witness", "why", "odd", "understood"),
    "confirm_signature": ("by", "why", "odd", "signer", "own"),
    "confirmed_deliverable": ("task",),
    "correct": (),
    "digest": (),
    "dispute_opened": ("dispute",),
    "failed": ("by", "why"),
    "filed": ("subject",),
    "handed_over": ("from", "to"),
    "help": ("can",),
    "hurry": ("by", "lacks", "witness"),
    "invitation": ("meeting",),
    "lag_warning": ("task", "tasks", "why", "days", "end", "report", "warning", "first", "copied"),
    "meeting_cancelled": ("meeting", "why"),
    "meeting_moved": ("meeting", "why"),
    "milestone": ("title", "day"),
    "minutes": ("meeting",),
    "no_attachment": ("why",),
    "not_entitled": ("why", "can", "returned"),
    "not_understood": ("line", "why", "can"),
    "operated": ("what",),
    "partial": ("lacks",),
    "personal_digest": (),
    "received": ("next", "signed", "confirmed"),
    "refused": ("by", "remarks", "round"),
    "reminder": ("days", "hours", "lacks", "witness"),
    "resumed": ("by", "why"),
    "revoked": ("why",),
    "ruling": ("dispute", "by", "decision", "words"),
    "signature_asked": ("witness", "marks"),
    "signer_added": ("who",),
    "start_form": (),
    "status": ("can",),
    "strange_form": ("file", "why"),
    "superseded_form": ("why",),
    "suspended": ("by", "why", "kept", "answered"),
    "tracker": ("late",),
    "uncompared": ("by", "more", "unkept"),
    "unknown_case": ("number", "why"),
    "unreadable": (),
    "vacant_rung": ("rung", "why"),
    "withdrawn": ("by", "why"),
    "wrong_attachment": ("file", "why"),
}
"""Every letter that ships, with the facts that its templates may name."""

_PEOPLE = frozenset({"by", "copied", "from", "to", "who", "late", "signed", "signer", "witness"})
_CODES = frozenset({"decision", "conclusion"})
_SEVERAL_LINES = frozenset(
    {"changes", "remarks", "words", "why", "can", "task", "tasks", "odd", "understood", "confirmed"}
)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def say_facts(send: Send, case: Case | None, process: Process, tongue: Tongue) -> Facts:
    """Return every fact of `send` in its reader's words, and "" for those its letter knows beside."""
    said = dict.fromkeys(LETTERS.get(send.letter, ()), "")
    for name, words in send.facts.items():
        said[name] = _say(name, words.in_(send.language).strip(), case, process, tongue)
    return said


def _say(name: str, text: str, case: Case | None, process: Process, tongue: Tongue) -> str:
    """Return one fact: an address becomes a name, a date a day, a code its label; words stay as they are."""
    if name in _PEOPLE:
        return tongue.join(tuple(tongue.name(part) for part in re.split(r"[;,、]\s*", text) if part))
    if name in _CODES:
        return _label(text, process, tongue)
    if case is not None and name == "task":
        return next((f"{t.id} {t.title}" for t in case.tasks if t.id == text), text)
    if case is not None and name == "dispute":
        return next((d.title for d in case.disputes if d.id == text), text)
    if case is not None and name == "rung" and text.isdigit():
        ladder = next((d.ladder for d in reversed(case.disputes)), next(iter(process.ladders), ""))
        return tongue.words(rung_title(process, ladder, int(text)))
    if name == "why":
        return text.rstrip("。. ")
    return text if name in _SEVERAL_LINES else _when(tongue.found(text), tongue)


def _label(code: str, process: Process, tongue: Tongue) -> str:
    for form in process.forms.values():
        for _, field in form.walk():
            if field.kind is Kind.CHOICE and (choice := field.choice(code)) is not None:
                return tongue.words(choice.label)
    return code


def _when(text: str, tongue: Tongue) -> str:
    try:
        if _DAY.fullmatch(text):
            return tongue.day(date.fromisoformat(text))
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return tongue.moment(moment) if moment.tzinfo is not None and "T" in text else text
