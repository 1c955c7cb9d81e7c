"""Whatever happens, in whatever order, over any definition, some things stay true."""

import hypothesis.strategies as st
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agent.core.decide import decide, open_case
from agent.domain.answers import Trust
from agent.domain.case import ENDED, CaseStatus, FileRef
from agent.domain.effects import Seal, Send
from agent.domain.events import (
    CalendarPublished,
    CaseStarted,
    FormReturned,
    MailFiled,
    MeetingAnswered,
)
from agent.domain.keywords import Keyword
from agent.domain.mail import MeetingAnswer
from agent.domain.people import Role
from agent.domain.process import Process
from agent.domain.reading import Drift, DriftKind, Uncompared
from agent.domain.signatures import Signature, Verdict
from agent.domain.work_items import ItemState, WorkItem
from tests.company import PEOPLE, a_person, a_world, at, the_process
from tests.course import Course, signed, sure
from tests.properties.answering import good_answers, outcomes, slots
from tests.properties.definitions import definitions

DRIFT = (Drift(kind=DriftKind.CHANGED, page=1, sent="30日", returned="90日"),)
UNCOMPARED = (Uncompared(page=1, words="质保期两年", picture="c" * 64), Uncompared(page=2))


def unclear(slot: str) -> Signature:
    """Build a mark that nobody can judge."""
    return Signature(slot=slot, verdict=Verdict.UNCLEAR, reasons=("faint: the mark is faint",))


_PATIENCE = 400
"""Answers after which a cooperative company must have brought any case to its end."""


class AnyCourse(RuleBasedStateMachine):
    """A case that people answer, ignore, steer and misuse while time passes."""

    drawn: st.SearchStrategy[Process]

    def __init__(self) -> None:
        super().__init__()
        self.course = Course()

    @initialize(
        data=st.data(),
        vacant=st.sampled_from(["", "li", "sun", "zhou"]),
        away=st.sampled_from(["", "chen", "qian"]),
    )
    def the_company(self, data: st.DataObject, vacant: str, away: str) -> None:
        """Some post may be vacant, somebody may be away."""
        self.course.process = data.draw(self.drawn)
        changed = []
        if vacant:
            person = next(p for p in PEOPLE if p.address == at(vacant))
            changed.append(a_person(person.name, vacant, person.department, Role.STAFF))
        if away:
            person = next(p for p in PEOPLE if p.address == at(away))
            days = (self.course.now.date(), self.course.now.date().replace(month=12))
            changed.append(
                a_person(person.name, away, person.department, *person.roles, above="sun", away=days)
            )
        self.course.world = a_world(*changed)
        self.course.begin()

    # ------------------------------------------------------------------ what can happen

    def _open(self) -> bool:
        return bool(self.course.plans) and bool(self.course.case.open_items())

    @precondition(_open)
    @rule(data=st.data())
    def an_item_is_answered(self, data: st.DataObject) -> None:
        item = data.draw(st.sampled_from(self.course.case.open_items()))
        outcome = data.draw(st.sampled_from(outcomes(self.course.process, item)))
        self._answer(item, outcome)

    @precondition(_open)
    @rule(data=st.data(), flaw=st.sampled_from(["unsigned", "empty", "doubtful", "stranger"]))
    def an_item_is_answered_badly(self, data: st.DataObject, flaw: str) -> None:
        item = data.draw(st.sampled_from(self.course.case.open_items()))
        before = self.course.case.filings
        values = good_answers(self.course, item, outcomes(self.course.process, item)[0])
        by = "nobody" if flaw == "stranger" else item.holder.split("@")[0]
        trusts = dict.fromkeys(values, Trust.GUESS) if flaw == "doubtful" else None
        marks = () if flaw == "unsigned" else tuple(slots(self.course, item))
        self.course.returns(by, item.id, {} if flaw == "empty" else values, *marks, trusts=trusts)
        if flaw == "stranger" or (flaw == "unsigned" and slots(self.course, item)):
            assert self.course.case.filings == before

    @precondition(_open)
    @rule(data=st.data())
    def a_form_comes_on_paper(self, data: st.DataObject) -> None:
        """Doubtful here and there, in part, altered, with a mark that nobody can judge."""
        item = data.draw(st.sampled_from(self.course.case.open_items()))
        values = good_answers(self.course, item, outcomes(self.course.process, item)[0])
        unsure = data.draw(st.lists(st.sampled_from(sorted(values)), unique=True)) if values else []
        seen = data.draw(st.sampled_from(["all of it", "first page", "second page"]))
        half = len(values) // 2
        names = {"first page": list(values)[:half], "second page": list(values)[half:]}.get(
            seen, list(values)
        )
        lacks = {"first page": (2,), "second page": (1,)}.get(seen, ())
        marks = tuple(slots(self.course, item)) if seen != "first page" else ()
        is_unclear = data.draw(st.booleans())
        before = self.course.case.filings
        self.course.returns(
            item.holder.split("@")[0],
            item.id,
            {name: values[name] for name in names},
            *(() if is_unclear else marks),
            signatures=tuple(unclear(slot) for slot in marks) if is_unclear else (),
            trusts=dict.fromkeys(unsure, Trust.GUESS),
            paper=True,
            lacks=lacks,
            drift=data.draw(st.sampled_from([(), DRIFT])),
            uncompared=data.draw(st.sampled_from([(), UNCOMPARED])),
        )
        if is_unclear and marks:
            assert self.course.case.filings == before

    def _asked(self) -> bool:
        return bool(self.course.plans) and bool(self._questions())

    def _questions(self) -> list[Send]:
        return [
            e for plan in self.course.plans[-40:] for e in plan.effects if isinstance(e, Send) and e.doubts
        ]

    @precondition(_asked)
    @rule(
        data=st.data(),
        text=st.sampled_from(
            [
                *("确认", "1: 确认\n2：2026-04-30", "confirm\n1、王芳", "1：否", "2: 不对", "好的", "9 x"),
                *("1：有改动", "altered"),
            ]
        ),
        who=st.sampled_from(["somebody asked", *(p.address.split("@")[0] for p in PEOPLE)]),
    )
    def a_question_is_answered(self, data: st.DataObject, text: str, who: str) -> None:
        letter = data.draw(st.sampled_from(self._questions()))
        by = letter.to[0].split("@")[0] if who == "somebody asked" else who
        for _, event in self.course.judged(by, text, letter).events:
            self.course.happen(event)

    @precondition(lambda self: bool(self.course.plans) and bool(self.course.case.items))
    @rule(data=st.data())
    def an_old_form_comes_again(self, data: st.DataObject) -> None:
        item = data.draw(st.sampled_from(self.course.case.items))
        filings = self.course.case.filings
        self.course.happen(
            FormReturned(
                at=self.course.now,
                mail=self.course.mail(),
                by=item.holder,
                item=item.id,
                form=item.form,
                version=1,
                answers=sure({}),
                signatures=signed(*slots(self.course, item)),
                document=FileRef(name="old.docx", digest="old"),
            )
        )
        if not item.is_open:
            assert self.course.case.filings == filings

    @precondition(lambda self: bool(self.course.plans))
    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        self.course.days_pass(hours / 24)

    @precondition(lambda self: bool(self.course.plans))
    @rule(
        keyword=st.sampled_from([k for k in Keyword if k is not Keyword.CANCEL]),
        who=st.sampled_from([p.address.split("@")[0] for p in PEOPLE]),
        argument=st.sampled_from(["", "liu@example.com", "刘洋", "ghost@example.com"]),
    )
    def somebody_says_a_keyword(self, keyword: Keyword, who: str, argument: str) -> None:
        self.course.says(who, keyword, argument)

    @precondition(lambda self: bool(self.course.plans) and bool(self.course.case.meetings))
    @rule(data=st.data(), answer=st.sampled_from(MeetingAnswer))
    def somebody_answers_an_invitation(self, data: st.DataObject, answer: MeetingAnswer) -> None:
        meeting = data.draw(st.sampled_from(self.course.case.meetings))
        who = data.draw(st.sampled_from(PEOPLE)).address
        self.course.happen(
            MeetingAnswered(
                at=self.course.now, mail=self.course.mail(), by=who, meeting=meeting.id, answer=answer
            )
        )

    @precondition(lambda self: bool(self.course.plans))
    @rule()
    def the_world_goes_on(self) -> None:
        """A mail is filed, the calendar is published, the directory changes."""
        mail = self.course.mail()
        document = FileRef(name="mail.eml", digest=mail)
        self.course.happen(
            MailFiled(at=self.course.now, mail=mail, by=at("zhang"), subject="补充", document=document)
        )
        self.course.happen(CalendarPublished(at=self.course.now, revision="2027"))
        self.course.world = a_world()

    @precondition(lambda self: bool(self.course.plans) and self._wants_seal())
    @rule()
    def the_archive_stands(self) -> None:
        self.course.sealed()

    # ------------------------------------------------------------------ what stays true

    @invariant()
    def no_effect_happens_twice(self) -> None:
        keys = [effect.key for effect in self.course.effects if isinstance(effect, Send)]
        assert len(keys) == len(set(keys)), [k for k in keys if keys.count(k) > 1]

    @invariant()
    def every_plan_says_why_in_both_languages(self) -> None:
        if self.course.plans:
            because = self.course.plans[-1].because
            assert because.zh
            assert because.en

    @invariant()
    def no_open_item_is_without_a_holder_or_a_clock(self) -> None:
        if not self.course.plans or self.course.case.status is not CaseStatus.OPEN:
            return
        clocks = {timer.subject for timer in self.course.case.timers}
        for item in self.course.case.open_items():
            assert self.course.world.directory.find(item.holder) is not None, item
            assert item.id in clocks, item

    @invariant()
    def nothing_doubtful_is_ever_accepted(self) -> None:
        """What was taken is signed where it must be, whole, and every doubt has somebody who settled it."""
        for filing in self.course.case.filings if self.course.plans else ():
            assert all(mark.verdict is not Verdict.UNCLEAR for mark in filing.signatures)
            assert all(each.by and each.mail for each in filing.confirmed)
            vouched = {
                each.by for each in filing.confirmed if isinstance(each.value, bool) and each.read is None
            }
            assert filing.by not in vouched

    @invariant()
    def no_decision_asks_the_same_seat_again_and_again(self) -> None:
        """What follows from one mail is asked once; an amendment may call that off and ask once more."""
        if not self.course.plans:
            return
        before = {item.id for plan in self.course.plans[-2:-1] for item in plan.case.items}
        opened = [f"{i.step}/{i.subject}" for i in self.course.case.items if i.id not in before]
        assert all(opened.count(seat) <= 2 for seat in opened), opened

    @invariant()
    def only_open_items_hold_a_form(self) -> None:
        """Nothing is kept waiting for an item that nobody waits for; one form for each."""
        if self.course.plans:
            held = [each.item for each in self.course.case.held]
            assert len(held) == len(set(held))
            assert set(held) <= {item.id for item in self.course.case.open_items()}

    @invariant()
    def only_a_case_that_sleeps_lays_anything_by(self) -> None:
        """When it is resumed every one of them is answered; a case that ends keeps what it had."""
        if self.course.plans and (self.course.case.laid_by or self.course.case.laid_answers):
            assert self.course.case.status in {CaseStatus.SUSPENDED, *ENDED}

    @invariant()
    def an_ended_case_asks_nothing_and_wakes_nobody(self) -> None:
        if self.course.plans and self.course.case.has_ended:
            assert not self.course.case.open_items()
            assert not self.course.case.timers

    @invariant()
    def an_open_case_always_waits_for_something(self) -> None:
        case = self.course.case if self.course.plans else None
        if case is not None and case.status is CaseStatus.OPEN:
            assert case.open_items() or case.timers or self._wants_seal(), self._story()

    @invariant()
    def a_letter_is_for_people_we_know_and_in_their_language(self) -> None:
        for effect in self.course.plans[-1].effects if self.course.plans else ():
            if isinstance(effect, Send):
                assert effect.to
                for order in effect.forms:
                    assert order.sheet.form in self.course.process.forms

    def teardown(self) -> None:
        """A replayed journal decides the same, and the case can end."""
        if not self.course.plans:
            return
        self._replay()
        if self.course.case.status is CaseStatus.SUSPENDED:
            self.course.world = a_world()
            self.course.says("zhou", Keyword.RESUME)
        self._cooperate()
        assert self.course.case.has_ended, self._story()

    # ------------------------------------------------------------------ helpers

    def _story(self) -> str:
        """Return what one needs to see when a case is stuck."""
        case = self.course.case
        stage = self.course.process.stage(case.stage)
        lines = [f"{case.stage} done={case.done_steps}"]
        lines += [str(self.course.process.steps[name]) for name in (stage.steps if stage is not None else ())]
        lines += [f"{item.id} {item.state.value} {item.outcome}" for item in case.items]
        lines += [f"{d.id} source={d.source} rung={d.rung} settled={d.settled}" for d in case.disputes]
        lines += [plan.because.en for plan in self.course.plans[-12:]]
        return "\n".join(lines)

    def _answer(self, item: WorkItem, outcome: str) -> None:
        values = good_answers(self.course, item, outcome)
        by = item.holder.split("@")[0]
        self.course.returns(by, item.id, values, *slots(self.course, item))

    def _wants_seal(self) -> bool:
        asked = any(isinstance(effect, Seal) for effect in self.course.effects)
        return asked and self.course.case.archive is None

    def _replay(self) -> None:
        """Every decision taken again, in the world it was taken in, must come out the same."""
        course = self.course
        first = course.events[0]
        assert isinstance(first, CaseStarted)
        assert open_case(course.process, first, course.worlds[0]) == course.plans[0]
        befores, afters = course.plans, course.plans[1:]
        for before, event, world, after in zip(
            befores, course.events[1:], course.worlds[1:], afters, strict=False
        ):
            assert decide(course.process, before.case, event, world) == after

    def _cooperate(self) -> None:
        """Everybody answers with the outcome that lets the case go on."""
        for _ in range(_PATIENCE):
            if self.course.case.has_ended:
                return
            items = [i for i in self.course.case.open_items() if i.state is ItemState.OPEN]
            if items:
                self._answer(items[0], _going_on(self.course.process, items[0]))
            elif self._wants_seal():
                self.course.sealed()
            elif self.course.case.timers:
                self.course.pass_until(self.course.case.timers[0].due)
            else:
                return


def _going_on(process: Process, item: WorkItem) -> str:
    wished = ("confirm", "agree", "pass", "uphold")
    offered = outcomes(process, item)
    return next((each for each in wished if each in offered), offered[0])


USUAL = settings(deadline=None, suppress_health_check=list(HealthCheck))


class _Shipped(AnyCourse):
    """Over the process that ships."""

    drawn = st.just(the_process())


class _Drawn(AnyCourse):
    """Over definitions that nobody wrote."""

    drawn = definitions()


TestShippedProcess = _Shipped.TestCase
TestShippedProcess.settings = settings(USUAL, max_examples=60, stateful_step_count=30)
TestDrawnProcesses = _Drawn.TestCase
TestDrawnProcesses.settings = settings(USUAL, max_examples=80, stateful_step_count=20)
