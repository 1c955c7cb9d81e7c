"""Signed equals sent: altered text is never silently accepted, and the coordinator sees the words."""

from agent.core.desk import Surroundings
from agent.core.drifting import drift_lines
from agent.core.released import turned_down
from agent.core.triage import triage
from agent.domain.events import FormReturned
from agent.domain.inbox import MailState, Triage
from agent.domain.reading import Drift, DriftKind, Reading
from agent.domain.sheets import Sheet
from agent.domain.words import Language
from tests.company import a_world, at, the_process
from tests.course import CASE, CONFIRM, requested, sure
from tests.unit.core.test_triage import ITEM, RAW, a_mail, a_reading

DRIFT = (
    Drift(kind=DriftKind.CHANGED, page=1, sent="30日内付款", returned="90日内付款"),
    Drift(kind=DriftKind.MISSING, page=2, sent="违约责任"),
)


def around(*, released: bool = False) -> Surroundings:
    """Return what surrounds a mail with one case."""
    course = requested()
    return Surroundings(
        at=course.now,
        process=the_process(),
        world=a_world(),
        cases={CASE: course.case},
        raw=RAW,
        released=released,
    )


def judged(*readings: Reading, released: bool = False) -> Triage:
    """Return the verdict on a mail of 李娜 with `readings`."""
    return triage(a_mail(), readings, around(released=released))


def test_altered_text_waits_for_a_coordinator_with_the_words() -> None:
    """What was sent and what came back, in lines; the sender learns that somebody looks."""
    verdict = judged(a_reading(drift=DRIFT))

    assert verdict.state is MailState.REVIEW
    assert not verdict.events
    lines = verdict.because.zh.splitlines()
    assert "需求确认函.docx" in lines[0]
    assert lines[1:] == ["第1页：“30日内付款”改成了“90日内付款”", "第2页：缺少“违约责任”"]
    assert [send.letter for send in verdict.letters] == ["altered"]


def test_several_altered_forms_are_told_each_by_its_name() -> None:
    """Their sender and the coordinator see which words are of which file."""
    sheet = Sheet(case=CASE, item="confirm/生产部/1", form="confirmation", version=1, language=Language.ZH)
    other = a_reading(digest="other", sheet=sheet, file="二.docx", drift=DRIFT[1:])

    verdict = judged(a_reading(drift=DRIFT), other)

    lines = verdict.because.zh.splitlines()
    assert [number for number, line in enumerate(lines) if "固定文字" in line] == [0, 3]
    assert lines[3:] == ["“二.docx”的固定文字与发出的不同", "第2页：缺少“违约责任”"]
    (letter,) = verdict.letters
    assert letter.facts["file"].zh == "需求确认函.docx、二.docx"


def test_a_clean_form_in_the_same_mail_waits_with_it() -> None:
    """What is decided now must not be decided otherwise when the mail is released."""
    sheet = Sheet(case=CASE, item="confirm/生产部/1", form="confirmation", version=1, language=Language.ZH)
    other = a_reading(digest="other", sheet=sheet)
    assert judged(other).events

    assert not judged(a_reading(drift=DRIFT), other).events


def test_a_released_form_is_accepted_and_remembers_the_words() -> None:
    """放行: a person has looked; the filing keeps what differed."""
    course = requested()
    verdict = judged(a_reading(drift=DRIFT), released=True)
    ((_, event),) = verdict.events
    assert isinstance(event, FormReturned)
    assert event.drift == DRIFT

    course.returns("li", ITEM, CONFIRM | {"lead": at("liu")}, "head", drift=DRIFT)

    (warning,) = (w for w in course.case.filings[-1].warnings if w.code == "drift")
    assert "90日内付款" in warning.say.zh
    assert "违约责任" in warning.say.en


def test_a_dropped_form_is_asked_for_again_as_it_was_sent() -> None:
    """丢弃: the sender gets the form with what they had filled in."""
    reading = a_reading(drift=DRIFT, answers=sure({"people": "3人"}))

    (send,) = turned_down(a_mail(), (reading,), around())

    assert (send.letter, send.to, send.item) == ("altered_refused", (at("li"),), ITEM)
    assert send.forms[0].values["people"] == "3人"
    assert not turned_down(a_mail(), (a_reading(),), around())
    assert not turned_down(a_mail(sender="emma"), (reading,), around())


def test_many_differences_are_counted_and_long_ones_cut() -> None:
    """A form that was rewritten does not fill the digest."""
    many = tuple(Drift(kind=DriftKind.ADDED, page=n, returned="字" * 500) for n in range(1, 40))

    lines = drift_lines(many)

    assert len(lines) == 7
    assert lines[-1].zh == "另有 33 处不同"
    assert all(len(line.zh) < 100 for line in lines)
