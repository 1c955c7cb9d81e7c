"""Mail to a start alias begins a case, whatever it says (process.md 1.1)."""

from agent.core.desk import Surroundings
from agent.core.triage import triage
from agent.domain.case import CaseId
from agent.domain.inbox import MailState, Triage
from agent.domain.mail import InboundMail, Nature
from tests.company import MONDAY, a_world, at, the_process
from tests.course import CASE, requested
from tests.unit.core.test_triage import RAW, a_mail


def judged(mail: InboundMail, numbers: tuple[CaseId, ...] = ()) -> Triage:
    """Return the verdict on `mail` in a house with one start alias."""
    around = Surroundings(
        at=MONDAY,
        process=the_process(),
        world=a_world(),
        cases={CASE: requested().case},
        numbers=numbers,
        raw=RAW,
        start_aliases=frozenset({at("start")}),
    )
    return triage(mail, (), around)


def test_a_mail_to_the_alias_begins_a_case() -> None:
    """Nobody has to know a word."""
    assert judged(a_mail(line="想请研发部帮忙", to=(at("start"),))).begins


def test_a_mail_to_the_usual_address_begins_nothing() -> None:
    """There, a word is needed."""
    assert not judged(a_mail(line="想请研发部帮忙")).begins


def test_a_keyword_is_heeded_at_the_alias_too() -> None:
    """Whoever asks for help wants help."""
    verdict = judged(a_mail(line="帮助", to=(at("start"),)))

    assert not verdict.begins
    assert [letter.letter for letter in verdict.letters] == ["help"]


def test_a_mail_about_a_case_begins_no_other() -> None:
    """A number in the subject says which case is meant."""
    assert not judged(a_mail(to=(at("start"),)), numbers=(CASE,)).begins


def test_neither_machines_nor_strangers_begin_a_case() -> None:
    """An automatic reply to the alias would else begin cases for ever."""
    reply = judged(a_mail(to=(at("start"),), nature=Nature.AUTO_REPLY))
    assert (reply.state, reply.begins) == (MailState.IGNORED, False)
    assert not judged(a_mail(sender="ghost", to=(at("start"),))).begins
