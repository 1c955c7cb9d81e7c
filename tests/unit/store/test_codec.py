"""Values as canonical JSON, and back."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import TypeVar, get_args
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.domain.answers import Answer, Scalar, Trust
from agent.domain.case import Case
from agent.domain.effects import Effect
from agent.domain.events import Event
from agent.domain.mail import Attachment, InboundMail
from agent.domain.people import Directory, Person
from agent.domain.plans import World
from agent.domain.process import Process
from agent.domain.reading import Reading
from agent.domain.signatures import Signature, Verdict
from agent.domain.workdays import Workdays
from store import canonical
from store.codec import CASE, EFFECT, EVENT, MAIL, PROCESS, READING, WORLD, Coded
from tests.unit.store.builders import NOON, a_case, a_return, a_send, an_answer, an_order

T = TypeVar("T")

TEXT = st.text(st.characters(codec="utf-8"), max_size=12)
MOMENTS = st.one_of(st.datetimes(), st.datetimes(timezones=st.just(UTC)))
SCALARS: st.SearchStrategy[Scalar] = st.one_of(
    TEXT, st.booleans(), st.dates(), MOMENTS, st.decimals(allow_nan=False, allow_infinity=False)
)
ROWS = st.lists(st.dictionaries(TEXT, SCALARS, max_size=3), max_size=3).map(tuple)


def _answers(draw: st.DrawFn) -> Answer:
    trust = draw(st.sampled_from(Trust))
    value = draw(SCALARS) if trust is not Trust.ABSENT else None
    return Answer(
        field=draw(TEXT),
        value=value,
        trust=trust,
        evidence=an_answer().evidence if trust is not Trust.ABSENT else (),
        problem=draw(TEXT),
    )


st.register_type_strategy(Decimal, st.decimals(allow_nan=False, allow_infinity=False))
st.register_type_strategy(Answer, st.composite(_answers)())
st.register_type_strategy(
    Signature,
    st.builds(Signature, slot=TEXT, verdict=st.just(Verdict.UNSIGNED), picture=TEXT),
)
st.register_type_strategy(
    Attachment, st.builds(Attachment, name=TEXT, media_type=TEXT, content=st.just(b""), cid=TEXT)
)
st.register_type_strategy(
    Workdays,
    st.builds(Workdays, zone=st.timezones(), revision=TEXT, days_off=st.frozensets(st.dates(), max_size=3)),
)


def comes_back(coded: Coded[T], value: T) -> None:
    """Say that writing, reading and writing again changes nothing."""
    text = coded.dump(value)
    again = coded.load(text)
    assert again == value
    assert coded.dump(again) == text
    text.encode()


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.from_type(Case))
def test_every_case_comes_back(case: Case) -> None:
    """A case of any content is written and read without loss."""
    comes_back(CASE, case)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of([st.from_type(kind) for kind in get_args(Event)]))
def test_every_event_comes_back(event: Event) -> None:
    """What happened can be decided again."""
    comes_back(EVENT, event)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.one_of([st.from_type(kind) for kind in get_args(Effect)]))
def test_every_effect_comes_back(effect: Effect) -> None:
    """What was decided can still be sent after a restart."""
    comes_back(EFFECT, effect)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.from_type(InboundMail), st.from_type(Reading))
def test_every_mail_and_reading_comes_back(mail: InboundMail, reading: Reading) -> None:
    """A mail and its readings wait for their decision in the store; pictures lie among the blobs."""
    comes_back(MAIL, mail)
    comes_back(READING, replace(reading, pictures={}))


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.from_type(World))
def test_every_world_comes_back(world: World) -> None:
    """Directory and calendars come back as they were, and can be asked."""
    comes_back(WORLD, world)


@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.from_type(Process))
def test_every_process_comes_back(process: Process) -> None:
    """A case can go on running on the definition it started with."""
    comes_back(PROCESS, process)


@given(SCALARS, SCALARS)
def test_values_keep_their_kind(one: Scalar, other: Scalar) -> None:
    """A day is not the text of a day, a moment is not its day, a number is not its digits."""
    written = [EFFECT.dump(a_send(forms=(an_order(value),))) for value in (one, other)]
    assert (written[0] == written[1]) == (repr(one) == repr(other))


def test_the_written_form_stays() -> None:
    """The text is a contract with every store that exists: tags, names, order and left-out defaults."""
    answer = replace(an_answer(), value=Decimal("1.50"))
    event = replace(a_return(), answers=replace(a_return().answers, all=(answer,)), signatures=())
    assert json.loads(EVENT.dump(event))["$type"] == "form-returned"
    assert json.loads(EVENT.dump(event))["answers"]["all"][0]["value"] == {"$number": "1.50"}
    assert EFFECT.dump(a_send()) == (
        '{"$type":"send","case":"XT-2026-0001","item":"request//1","key":"XT-2026-0001/ask/request//1",'
        '"language":"zh","letter":"ask","to":["li.na@example.com"],"urgency":"work"}'
    )


@pytest.mark.parametrize("text", ["a\ud800b", "\udcff", "\0\x1f\u2028", "\u202e", "😀"])
def test_hostile_text_is_stored_and_comes_back(text: str) -> None:
    """Lone surrogates and control characters, which databases refuse, survive as escapes."""
    send = a_send(letter=text)
    written = EFFECT.dump(send)
    assert "\0" not in written
    assert written.encode().decode() == written
    assert EFFECT.load(written) == send
    canonical.column(text).encode()


def test_a_moment_is_written_in_utc() -> None:
    """The same moment has the same text, in whichever zone it was computed."""
    local = NOON.astimezone(ZoneInfo("Asia/Shanghai"))
    assert CASE.dump(a_case(began=local)) == CASE.dump(a_case(began=NOON))


def test_a_date_header_at_the_end_of_time_does_no_harm() -> None:
    """A hostile year is kept as it was said."""
    late = datetime.fromisoformat("9999-12-31T23:59:00-12:00")
    assert CASE.load(CASE.dump(a_case(began=late))).began == late


def test_a_new_field_with_a_default_changes_no_digest() -> None:
    """Fields that have their default are left out: a growing vocabulary keeps the journal's digests."""
    assert set(json.loads(CASE.dump(a_case(items=(), timers=(), title="")))) == {
        "began",
        "entered",
        "id",
        "initiator",
        "language",
        "process",
        "profile",
        "stage",
    }


def test_a_world_that_was_read_can_be_asked() -> None:
    """The look-up tables that are not written are built again."""
    person = Person(name="李 娜", address=a_case().initiator)
    zone = ZoneInfo("Asia/Shanghai")
    days = Workdays(zone=zone, known_from=date(2026, 1, 1), known_until=date(2026, 12, 31))
    world = WORLD.load(
        WORLD.dump(World(directory=Directory((person,)), workdays=days, departments={"研发部": days}))
    )
    assert world.directory.named("李娜") == (person,)
    assert world.calendar("研发部").add(date(2026, 3, 6), 1) == date(2026, 3, 9)
