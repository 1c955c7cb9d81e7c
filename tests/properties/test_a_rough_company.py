"""People leave, posts fall vacant, calendars change, clocks go back, mails say anything."""

from dataclasses import replace
from datetime import date, timedelta

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import invariant, precondition, rule

from agent.domain.answers import Value
from agent.domain.case import FileRef
from agent.domain.effects import Send
from agent.domain.events import CalendarPublished, FormReturned, MeetingAnswered, TimerStruck
from agent.domain.forms import Field, Kind
from agent.domain.keywords import Keyword
from agent.domain.mail import MeetingAnswer
from agent.domain.people import Directory, Person, Role
from agent.domain.process import Process
from agent.domain.work_items import ItemId
from agent.letters.facts import LETTERS
from store.codec import CASE
from tests.company import PEOPLE, SHANGHAI, a_world, the_process
from tests.course import signed, sure
from tests.properties.answering import form_for, good_answers, outcomes, slots
from tests.properties.definitions import definitions
from tests.properties.test_any_course_of_events import USUAL, AnyCourse

_HOSTILE = st.sampled_from(
    [
        "",
        " ",
        ":",
        "+",
        "1:研发部",
        "D1:研发部+li@example.com",
        "../..",
        "{{7*7}}",
        "=1+1",
        "\x00",
        "\r\nBcc: x",
        "𠮷" * 50,
        ";;",
        "%s",
    ]
)

_FLAWS = st.sampled_from(
    ["gone", "no head", "absent", "absent with deputy", "deputies in a circle", "own supervisor", "two heads"]
)


def _flawed(person: Person, flaw: str, other: Person, day: date) -> Person | None:
    away = replace(person, absent_from=day - timedelta(days=3), absent_until=day + timedelta(days=30))
    match flaw:
        case "gone":
            return None
        case "no head":
            return replace(person, roles=frozenset({Role.STAFF}))
        case "absent":
            return replace(away, deputy=None)
        case "absent with deputy":
            return replace(away, deputy=other.address)
        case "deputies in a circle":
            return replace(away, deputy=person.address)
        case "own supervisor":
            return replace(person, supervisor=person.address)
        case _:
            return replace(person, roles=person.roles | {Role.HEAD}, department=other.department)


class RoughCourse(AnyCourse):
    """A case in a company where nothing holds still."""

    @precondition(lambda self: bool(self.course.plans))
    @rule(data=st.data(), flaws=st.lists(_FLAWS, min_size=1, max_size=4))
    def the_directory_changes(self, data: st.DataObject, flaws: list[str]) -> None:
        people = {person.address: person for person in PEOPLE}
        for flaw in flaws:
            person = people[data.draw(st.sampled_from(sorted(people)))]
            other = people[data.draw(st.sampled_from(sorted(people)))]
            flawed = _flawed(person, flaw, other, self.course.now.date())
            if flawed is not None:
                people[person.address] = flawed
            elif len(people) > 1:
                del people[person.address]
        self.course.world = replace(self.course.world, directory=Directory(tuple(people.values())))
        self.course.happen(TimerStruck(at=self.course.now, timer=f"none/{len(self.course.plans)}"))

    @precondition(lambda self: bool(self.course.plans))
    @rule(
        offs=st.sets(st.integers(0, 60)), made_up=st.sets(st.integers(0, 60)), known=st.sampled_from([0, 90])
    )
    def another_calendar_is_published(self, offs: set[int], made_up: set[int], known: int) -> None:
        today = self.course.now.date()
        calendar = replace(
            SHANGHAI,
            revision=f"r{len(self.course.plans)}",
            days_off=frozenset(today + timedelta(days=n) for n in offs),
            made_up=frozenset(today + timedelta(days=n) for n in made_up),
            known_from=today - timedelta(days=60) if known else date.max,
            known_until=today + timedelta(days=known) if known else date.min,
        )
        self.course.world = replace(self.course.world, workdays=calendar, departments={"研发部": SHANGHAI})
        self.course.happen(CalendarPublished(at=self.course.now, revision=calendar.revision))

    @precondition(lambda self: bool(self.course.plans))
    @rule(hours=st.integers(1, 400))
    def the_clock_goes_back(self, hours: int) -> None:
        earliest = self.course.case.began - timedelta(hours=12)  # the case began while the clock was fast
        self.course.now = max(earliest, self.course.now - timedelta(hours=hours))

    @precondition(lambda self: bool(self.course.plans))
    @rule(
        item=_HOSTILE | st.sampled_from(["request//1", "confirm/研发部/1", "dispute/D1:研发部/1"]),
        form=st.sampled_from(["request", "issue", "nowhere", ""]),
        meeting=_HOSTILE,
        timer=_HOSTILE,
    )
    def something_unknown_happens(self, item: str, form: str, meeting: str, timer: str) -> None:
        course = self.course
        by = PEOPLE[0].address
        mail = course.mail()
        document = FileRef(name=meeting, digest=mail)
        course.happen(
            FormReturned(
                at=course.now,
                mail=mail,
                by=by,
                item=ItemId(item),
                form=form,
                version=99,
                answers=sure({}),
                signatures=signed("head", "nothing"),
                document=document,
            )
        )
        course.happen(
            MeetingAnswered(
                at=course.now, mail=course.mail(), by=by, meeting=meeting, answer=MeetingAnswer.DECLINED
            )
        )
        course.happen(TimerStruck(at=course.now, timer=timer))

    @precondition(lambda self: bool(self.course.plans) and bool(self.course.case.open_items()))
    @rule(data=st.data(), hostile=_HOSTILE, where=st.sampled_from(["texts", "anywhere"]))
    def an_answer_says_anything(self, data: st.DataObject, hostile: str, where: str) -> None:
        item = data.draw(st.sampled_from(self.course.case.open_items()))
        outcome = data.draw(st.sampled_from(outcomes(self.course.process, item)))
        values: dict[str, Value] = {**form_for(self.course, item), **good_answers(self.course, item, outcome)}
        for field in self.course.process.forms[item.form].fields:
            if where == "anywhere" or field.kind is Kind.TEXT:
                values[field.id] = _hostile(field, hostile)
        marks = tuple(slots(self.course, item))
        self.course.returns(item.holder.split("@")[0], item.id, values, *marks)

    @precondition(lambda self: bool(self.course.plans) and bool(self.course.case.items))
    @rule(
        data=st.data(),
        keyword=st.sampled_from([Keyword.HAND_OVER, Keyword.ADD_SIGNER, Keyword.HURRY, Keyword.RESEND]),
        to=st.sampled_from([person.address for person in PEOPLE]),
    )
    def an_item_is_passed_on(self, data: st.DataObject, keyword: Keyword, to: str) -> None:
        item = data.draw(st.sampled_from(self.course.case.items))
        who = data.draw(st.sampled_from([item.holder.split("@")[0], "zhang", "zhou"]))
        self.course.says(who, keyword, to, item=item.id)

    @precondition(lambda self: bool(self.course.plans))
    @rule(days=st.integers(1, 90))
    def the_case_sleeps(self, days: int) -> None:
        self.course.says("zhou", Keyword.SUSPEND)
        self.course.days_pass(days)
        self.course.says("zhou", Keyword.RESUME)

    @invariant()
    def the_case_survives_the_store(self) -> None:
        if self.course.plans:
            case = self.course.case
            assert CASE.load(CASE.dump(case)) == case

    @invariant()
    def every_letter_and_fact_is_declared(self) -> None:
        for effect in self.course.plans[-1].effects if self.course.plans else ():
            if isinstance(effect, Send):
                assert effect.letter in LETTERS, effect.letter
                assert set(effect.facts) <= set(LETTERS[effect.letter]), (effect.letter, effect.facts)

    @invariant()
    def only_who_wrote_to_us_gets_a_letter_without_being_known(self) -> None:
        for effect in self.course.plans[-1].effects if self.course.plans else ():
            if isinstance(effect, Send) and effect.answers is None:
                for address in (*effect.to, *effect.cc):
                    assert self.course.world.directory.find(address) is not None, (effect.key, address)

    def teardown(self) -> None:
        """In a company that is whole again, the case can end."""
        if self.course.plans:
            latest = max(event.at for event in self.course.events)
            self.course.now = max(self.course.now, latest)
            self.course.world = a_world()
            self.course.happen(CalendarPublished(at=self.course.now, revision="whole again"))
        super().teardown()


def _hostile(field: Field, text: str) -> Value:
    if field.kind is Kind.ROWS:
        return ({column.id: text for column in field.columns},)
    return text


class _Shipped(RoughCourse):
    drawn = st.just(the_process())


class _Drawn(RoughCourse):
    drawn: st.SearchStrategy[Process] = definitions()


TestShippedProcess = _Shipped.TestCase
TestShippedProcess.settings = settings(USUAL, max_examples=60, stateful_step_count=30)
TestDrawnProcesses = _Drawn.TestCase
TestDrawnProcesses.settings = settings(USUAL, max_examples=40, stateful_step_count=20)
