"""Two machines that answer each other: after a few answers that led nowhere we fall silent.

Most machines say that they are machines (`parsers.mail.natures`).  One that does not, a ticket system or
another clerk behind a gateway that strips headers, would write to us for ever.
"""

from agent.core.desk import Surroundings
from agent.domain.events import MailFiled
from agent.domain.inbox import MailState, Triage
from agent.domain.mail import Address
from agent.domain.words import Words

EMPTY = frozenset(
    {
        *("help", "not_understood", "not_entitled", "unknown_case", "no_attachment", "wrong_attachment"),
        *("unreadable", "by_person", "strange_form", "filed", "closed_case", "altered"),
    }
)
"""Answers after which nothing has moved: what a loop consists of."""

MOST = 8
"""Such answers to one sender in 24 hours; a person who needs more of them needs a person."""


def silenced(verdict: Triage, sender: Address, around: Surroundings) -> Triage:
    """Return the verdict, or, where it is one more round of a loop, that a person looks and nobody answers.

    A mail that moves something (a form, a keyword) is never held back.
    """
    moves = verdict.begins or verdict.operates is not None
    only_filed = all(isinstance(event, MailFiled) for _, event in verdict.events)
    only_empty = all(letter.letter in EMPTY for letter in verdict.letters)
    is_round = bool(verdict.letters or verdict.events) and only_filed and only_empty and not moves
    if not is_round or around.rounds < MOST:
        return verdict
    because = Words(
        zh=f"24 小时内已答复 {sender} {around.rounds} 次均无进展，疑似自动往来，不再自动答复",
        en=f"{around.rounds} answers to {sender} within 24 hours led nowhere: it may be a machine; "
        "we answer no more",
    )
    return Triage(state=MailState.REVIEW, because=because)
