"""What one mail means, and everything that follows from it, written into the turn that will end it."""

from dataclasses import dataclass

from agent.core.triage import triage
from agent.domain.case import CaseId, FileRef
from agent.domain.events import CaseStarted, Event
from agent.domain.inbox import Triage
from agent.domain.mail import InboundMail
from agent.domain.plans import Plan
from agent.service import advancing, surroundings
from agent.service.house import House, Turn
from store.mail_entries import ReadMail


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of a mail, to be told once it is true."""

    said: Triage
    done: tuple[tuple[Plan, Event], ...]

    @property
    def case(self) -> CaseId | None:
        """Return the case that the mail moved, the first of several."""
        return self.done[0][0].case.id if self.done else None


def judge(turn: Turn, found: ReadMail, *, released: bool = False) -> Verdict:
    """Decide one mail and write what follows, all but the mail's own state.

    Args:
        turn: the transaction that will settle the mail.
        found: the mail with its readings.
        released: a coordinator has looked at it and lets it through.
    """
    mail = found.mail
    said = triage(mail, found.readings, surroundings.collect(turn, found, mail, released=released))
    done: list[tuple[Plan, Event]] = []
    beginning = f"mail/{found.entry.digest}/begin"
    if said.begins and not turn.work.journal.knows(beginning):
        started = _started(turn, found, mail)
        plan = advancing.begin(turn, started, cause=beginning)
        done.append((plan, started))
    for number, (case, event) in enumerate(said.events):
        moved = advancing.advance(turn, case, event, cause=f"mail/{found.entry.digest}/{number}")
        if moved is not None:
            done.append((moved, event))
    advancing.keep_letters(turn, said.letters)
    _keep_absence(turn, said, mail)
    return Verdict(said=said, done=tuple(done))


def _keep_absence(turn: Turn, said: Triage, mail: InboundMail) -> None:
    """Keep what the mail tells of somebody's absence, or that one which runs is over."""
    if said.absence is not None:
        turn.work.absences.learn(said.absence)
    if said.back is not None and any(absence.person == said.back for absence in turn.absences):
        turn.work.absences.back(said.back, turn.now, wrote=mail.date or turn.now)


def tell(house: House, verdict: Verdict, found: ReadMail) -> None:
    """Tell the listener which decisions a mail led to."""
    for plan, event in verdict.done:
        advancing.tell(house, plan, event, mail=found.entry.message_id)


def _started(turn: Turn, found: ReadMail, mail: InboundMail) -> CaseStarted:
    person = turn.world.directory.find(mail.sender)
    year = turn.world.workdays.day_of(turn.now).year
    return CaseStarted(
        at=turn.now,
        case=turn.work.cases.draw_number(turn.house.pack.process.number, year),
        mail=mail.message_id,
        by=person.address if person is not None else mail.sender,
        language=person.language if person is not None else turn.house.sender.language,
        subject=mail.subject,
        files=tuple(
            FileRef(name=file.name, digest=file.digest, media_type=file.media_type) for file in found.files
        ),
    )
