"""Two machines that answer each other: after a few empty answers we fall silent and a person looks."""

import pytest

from agent.core.desk import Surroundings
from agent.core.echoes import MOST, silenced
from agent.domain.case import FileRef
from agent.domain.effects import Send, Urgency
from agent.domain.events import KeywordSaid, MailFiled
from agent.domain.inbox import MailState, Triage
from agent.domain.keywords import Keyword
from agent.domain.mail import MessageId
from agent.domain.words import Language, Words
from tests.company import a_world, at, the_process
from tests.course import CASE, requested

RAW = FileRef(name="mail.eml", digest="raw")
NAME = MessageId("<in@example.com>")
SAID = Words(zh="留存", en="filed")


def around(rounds: int) -> Surroundings:
    """Build what triage knows after so many empty answers."""
    course = requested()
    return Surroundings(
        at=course.now,
        process=the_process(),
        world=a_world(),
        cases={CASE: course.case},
        raw=RAW,
        rounds=rounds,
    )


def a_letter(name: str) -> Send:
    """Build an answer."""
    return Send(
        key=name, letter=name, to=(at("li"),), language=Language.ZH, urgency=Urgency.ANSWER, case=None
    )


FILED = MailFiled(at=requested().now, mail=NAME, by=at("li"), subject="x", document=RAW)
MOVED = KeywordSaid(at=requested().now, mail=NAME, by=at("li"), keyword=Keyword.HELP)
ROUNDS = {
    "not understood": Triage(state=MailState.DONE, because=SAID, letters=(a_letter("not_understood"),)),
    "filed": Triage(state=MailState.DONE, because=SAID, events=((CASE, FILED),)),
    "no form": Triage(state=MailState.DONE, because=SAID, letters=(a_letter("no_attachment"),)),
}
MOVES = {
    "a keyword": Triage(state=MailState.DONE, because=SAID, events=((CASE, MOVED),)),
    "a beginning": Triage(state=MailState.DONE, because=SAID, begins=True),
    "nothing is answered": Triage(state=MailState.IGNORED, because=SAID),
}


@pytest.mark.parametrize("kind", ROUNDS)
def test_a_loop_ends_with_a_person(kind: str) -> None:
    """Nothing is answered and nothing is filed any more; both languages say why."""
    verdict = silenced(ROUNDS[kind], at("li"), around(MOST))

    assert (verdict.state, verdict.letters, verdict.events) == (MailState.REVIEW, (), ())
    for words in (verdict.because.zh, verdict.because.en):
        assert at("li") in words
        assert str(MOST) in words
    assert silenced(ROUNDS[kind], at("li"), around(MOST - 1)) == ROUNDS[kind]


@pytest.mark.parametrize("kind", MOVES)
def test_what_moves_something_is_never_held_back(kind: str) -> None:
    """A person who has made many mistakes today may still hand in the form."""
    assert silenced(MOVES[kind], at("li"), around(10 * MOST)) == MOVES[kind]
