"""Random spoofed, replayed and forwarded mails against a case that lives: none of them advances it wrongly.

`FORMCLERK_SPOOFS` says how many mails there are (2,000 by default, `make spoofs` plays 100,000), and
`FORMCLERK_SEED` which ones; a failure names the seed and the mail.
"""

import os
from dataclasses import dataclass, replace
from random import Random

from agent.domain.answers import Answer, Answers, Trust
from agent.domain.authenticity import Standing
from agent.domain.case import Case, CaseStatus
from agent.domain.keywords import WORDS
from agent.domain.mail import InboundMail, MessageId
from agent.domain.plans import World
from agent.domain.reading import Reading
from agent.domain.work_items import ItemId
from tests.unit.core import speakers
from tests.unit.core.speakers import KEYWORDS, OTHER, OWN, SENDERS, SHEETS, WORLDS

HOW_MANY = int(os.environ.get("FORMCLERK_SPOOFS", "2000"))
SEED = int(os.environ.get("FORMCLERK_SEED", "20261122"))
_A_LIFE = 30
"""Mails that one case sees before another begins."""


@dataclass(frozen=True, kw_only=True)
class Sent:
    """One mail, and what was meant by it."""

    mail: InboundMail
    readings: tuple[Reading, ...]
    sheet: str = ""
    line: str = ""


def _a_mail(draw: Random, before: list[Sent], number: int) -> Sent:
    """Write a new mail, or take one that came before: word for word, or in somebody else's name."""
    name = MessageId(f"<{number}@example.com>")
    sender, standing = draw.choice(SENDERS), draw.choice((*Standing, Standing.AUTHENTIC, Standing.AUTHENTIC))
    if before and draw.random() < 0.3:
        old = draw.choice(before)
        mail = replace(old.mail, message_id=draw.choice((name, old.mail.message_id)))
        if draw.random() < 0.5:  # forwarded, or sent again by a forger
            forged = speakers.a_mail(sender, standing, old.line or "请见附件", replies=bool(old.line))
            mail = replace(forged, message_id=mail.message_id)
        return replace(old, mail=mail)
    if draw.random() < 0.35:
        line = draw.choice((*(WORDS[k].zh for k in KEYWORDS), "确认", "确认", "确认", "收到", "1. 不是"))
        mail = replace(speakers.a_mail(sender, standing, line, replies=True), message_id=name)
        return Sent(mail=mail, readings=(), line=line)
    sheet = draw.choice((*SHEETS, "own", "other", "own", "other"))
    reading = speakers.a_reading(sheet, drift=draw.random() < 0.1)
    if draw.random() < 0.3:
        reading = replace(reading, answers=_doubtful(reading.answers))
    mail = replace(speakers.a_mail(sender, standing), message_id=name)
    return Sent(mail=mail, readings=(reading,), sheet=sheet)


def _doubtful(answers: Answers) -> Answers:
    def one(answer: Answer) -> Answer:
        return replace(answer, trust=Trust.GUESS) if answer.field == "people" else answer

    return Answers(tuple(one(answer) for answer in answers.all))


def _entitled(item: ItemId, world: str) -> set[str]:
    """Return who may send the form of an item back."""
    if item == OTHER:
        return {"chen"}
    return {"li"} if world == "present" else {"li", "liu"}


def _check(before: Case, after: Case, sent: Sent, world: str, about: object) -> None:
    """Hold what happened against the rules, told once more and by other words than the core's."""
    sender = str(sent.mail.sender).partition("@")[0]
    if sender == "stranger" or speakers.is_doubtful(sent.mail.authenticated.standing):
        assert after == before, about
        return
    closed = {i.id for i in before.open_items()} - {i.id for i in after.open_items()}
    changed = _taken(before, after) | closed
    if after.status is not before.status:
        coordinates = sender == "zhou" or (sender == "zhang" and sent.line == "撤回")
        assert sent.line in {"暂停", "恢复", "取消", "撤回"}, about
        assert coordinates, about
        return
    if not changed:
        return
    assert before.status is CaseStatus.OPEN, about
    if sent.sheet:
        (item,) = changed
        assert item == {"own": OWN, "other": OTHER}[sent.sheet], about
        assert sender in _entitled(item, world), about
        assert not sent.readings[0].drift, about
        return
    assert sent.line == "确认", about
    for item in changed:
        (held,) = [h for h in before.held if h.item == item]
        by = str(held.by).partition("@")[0]
        assert sender in {by, "zhou"} | _entitled(item, world), about


def _taken(before: Case, after: Case) -> set[ItemId]:
    """Return the items whose returned form was taken, changed or confirmed; reminders only list it again."""

    def plain(case: Case) -> dict[ItemId, object]:
        return {h.item: replace(h, listings=(), stale=()) for h in case.held}

    old, new = plain(before), plain(after)
    return {item for item in old.keys() | new.keys() if old.get(item) != new.get(item)}


def test_nothing_that_is_spoofed_replayed_or_forwarded_advances_a_case() -> None:
    """Reliability.md, goals: no wrongful advance in 100,000 combinations."""
    draw = Random(SEED)  # noqa: S311 - a game with a seed
    advanced = refused = 0
    case: Case
    there: World
    world, before = "", list[Sent]()
    for number in range(HOW_MANY):
        if number % _A_LIFE == 0:
            world = draw.choice(WORLDS)
            (case, there), before = speakers.scene(world, "open"), []
        sent = _a_mail(draw, before, number)
        before.append(sent)
        replies = bool(sent.mail.in_reply_to)
        said, _, after = speakers.judged(sent.mail, sent.readings, case, there, replies=replies)
        about = (
            SEED,
            number,
            world,
            sent.mail.sender,
            sent.mail.authenticated.standing,
            sent.sheet,
            sent.line,
        )
        _check(case, after, sent, world, (about, said.because))
        advanced += len(case.open_items()) != len(after.open_items())
        refused += after == case
        case = after
    assert advanced > HOW_MANY // 200, "the game must also be played by honest people"
    assert refused > HOW_MANY // 4
