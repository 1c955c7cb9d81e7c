"""What is taken from paper without asking: everything must speak for it (ADR 0019)."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.domain.answers import Trust
from agent.domain.forms import Field, Kind
from parsers.scan.heard import SCORE, Heard, same
from parsers.scan.trust import Place, Script, judge
from tests.word_files import REQUEST, known

KNOWN = known()
FIELDS = tuple(f for f in REQUEST.fields if f.kind is not Kind.ROWS)
WORDS = (
    "",
    "李娜",
    "张伟",
    "研发部",
    "2026年3月5日",
    "1990-03-05",
    "80",
    "80%",
    "重大项目推进",
    "星河系统",
    "2026-03-05 14:30",
)


def field_(name: str) -> Field:
    found = REQUEST.field(name)
    assert found is not None
    return found


def place(words: str, **more: object) -> Place:
    """Return a place for which everything speaks."""
    heard = Heard(words=words, score=0.99)
    whole = Place(
        place="page 1, 10,10 to 90,30 pt",
        page=heard,
        cell=heard,
        script=Script.PRINT,
        inked=True,
        whole=True,
    )
    return replace(whole, **more)  # type: ignore[arg-type]  # the names are those of Place


heards = st.builds(Heard, words=st.sampled_from(WORDS), score=st.floats(0, 1))
places = st.builds(
    Place,
    place=st.just("page 1, 10,10 to 90,30 pt"),
    page=heards,
    cell=heards,
    again=heards,
    script=st.sampled_from(Script),
    inked=st.sampled_from((True, False, None)),
    is_compared=st.booleans(),
    whole=st.booleans(),
    sent=st.sampled_from(WORDS),
    picture=st.sampled_from(("", "0" * 64)),
)


@given(places, st.sampled_from(FIELDS))
def test_nothing_on_paper_is_sure(seen: Place, asked: Field) -> None:
    assert judge(asked.id, asked, seen, KNOWN).trust is not Trust.SURE


@given(places, st.sampled_from(FIELDS))
def test_only_what_everything_speaks_for_is_taken_without_asking(seen: Place, asked: Field) -> None:
    answer = judge(asked.id, asked, seen, KNOWN)
    if answer.trust is not Trust.LIKELY:
        return
    heard = (seen.page, seen.cell, seen.again)
    as_sent = bool(seen.sent) and same(answer.words, seen.sent)
    both = seen.whole and all(same(each.words, seen.sent) and each.score >= SCORE for each in heard[:2])
    outvoted = all(same(each.words, seen.page.words) for each in heard) and (
        sum(each.score >= 0.97 for each in heard) >= 2
    )
    assert (as_sent and (seen.inked is False or both)) or (
        same(seen.page.words, seen.cell.words)
        and (min(seen.page.score, seen.cell.score) >= SCORE or outvoted)
        and seen.script is Script.PRINT
        and seen.whole
        and seen.inked is not False
    )


@given(places, st.sampled_from(FIELDS), st.data())
def test_a_worse_sight_is_never_believed_more(seen: Place, asked: Field, data: st.DataObject) -> None:
    worse = replace(
        seen,
        page=replace(seen.page, score=data.draw(st.floats(0, seen.page.score))),
        cell=replace(seen.cell, score=data.draw(st.floats(0, seen.cell.score))),
        again=replace(seen.again, score=data.draw(st.floats(0, seen.again.score))),
        script=data.draw(st.sampled_from((seen.script, Script.UNCLEAR, Script.HAND))),
        whole=seen.whole and data.draw(st.booleans()),
    )
    if judge(asked.id, asked, seen, KNOWN).trust is Trust.GUESS:
        assert judge(asked.id, asked, worse, KNOWN).trust is Trust.GUESS


def test_printed_words_that_both_readings_agree_on_are_taken() -> None:
    answer = judge("department", field_("department"), place("研发部"), KNOWN)
    assert (answer.value, answer.trust) == ("研发部", Trust.LIKELY)


@pytest.mark.parametrize(
    "doubt",
    [
        {"script": Script.HAND},
        {"whole": False},
        {"cell": Heard(words="研发部", score=0.5)},
        {"page": Heard(words="研发部", score=0.5)},
        {"cell": Heard(words="市场部", score=0.99)},
        {"cell": Heard()},
    ],
)
def test_one_doubt_is_enough_to_ask(doubt: dict[str, object]) -> None:
    answer = judge("department", field_("department"), place("研发部", **doubt), KNOWN)
    assert (answer.value, answer.trust) == ("研发部", Trust.GUESS)


@pytest.mark.parametrize(
    ("page", "cell", "again", "taken"),
    [
        (0.80, 1.0, 0.99, True),
        (0.99, 0.60, 0.98, True),
        (0.85, 0.95, 0.92, False),
        (0.99, 0.86, 0.88, True),
        (0.98, 0.86, 0.88, False),
        (0.80, 0.80, 0.99, False),
        (0.80, 0.99, 0.0, False),
    ],
)
def test_two_clear_readings_outvote_the_doubt_of_a_third_that_says_the_same(
    page: float, cell: float, again: float, *, taken: bool
) -> None:
    """`部门` in a thin typeface was read as `部内` three times, with 0.85, 0.95 and 0.92: a question."""
    asked = field_("project_name")
    said = {"page": page, "cell": cell, "again": again}
    seen = place("", **{name: Heard(words="研发部", score=score) for name, score in said.items() if score})
    assert (judge(asked.id, asked, seen, KNOWN).trust is Trust.LIKELY) is taken
    other = replace(seen, again=Heard(words="市场部", score=0.99))
    if min(page, cell) < SCORE:
        assert judge(asked.id, asked, other, KNOWN).trust is Trust.GUESS


def test_what_we_printed_is_taken_as_sent_where_both_readings_say_it_though_it_lies_beside_its_place() -> (
    None
):
    """On a curled page our own print seems to be ink; what a pen changed or struck out is asked about."""
    asked = field_("department")
    beside = place("研发部", inked=True, is_compared=True, script=Script.UNCLEAR, sent="研发部")
    assert judge(asked.id, asked, beside, KNOWN).trust is Trust.LIKELY
    assert judge(asked.id, asked, replace(beside, whole=False), KNOWN).trust is Trust.GUESS
    changed = replace(beside, cell=Heard(words="市场部", score=0.99))
    assert judge(asked.id, asked, changed, KNOWN).trust is Trust.GUESS


def test_readings_that_differ_are_both_shown() -> None:
    seen = place("研发部", cell=Heard(words="市场部", score=0.99))
    answer = judge("department", field_("department"), seen, KNOWN)
    assert [each.words for each in answer.evidence] == ["研发部", "市场部"]


@pytest.mark.parametrize("words", ["张伟", "李四", "1990-03-05"])
def test_a_value_that_does_not_stand_the_check_of_its_kind_is_asked(words: str) -> None:
    name = "date" if words[0].isdigit() else "liaison"
    assert judge(name, field_(name), place(words), KNOWN).trust is Trust.GUESS


def test_a_day_without_its_year_is_asked() -> None:
    answer = judge("date", field_("date"), place("3月5日"), KNOWN)
    assert (answer.value, answer.trust) == (date(2026, 3, 5), Trust.GUESS)


def test_a_day_that_its_place_cuts_off_is_asked_without_a_value_to_confirm() -> None:
    """A narrow field prints `2026年12月2` of `24日` in perfect print; `confirm` would take that day."""
    cut = judge("date", field_("date"), place("2026年12月2", whole=False), KNOWN)
    assert (cut.value, cut.trust, cut.problem) == (None, Trust.GUESS, "cut_off")
    short = judge("date", field_("date"), place("2026年12月2"), KNOWN)
    assert (short.value, short.trust) == (date(2026, 12, 2), Trust.GUESS)


def test_a_blank_that_one_reading_lost_is_no_contradiction() -> None:
    seen = place("2026-03-05 14:30", cell=Heard(words="2026-03-0514:30", score=0.99))
    assert judge("kickoff", field_("kickoff"), seen, KNOWN).trust is Trust.LIKELY
    lost = judge("kickoff", field_("kickoff"), place("2026-03-0514:30"), KNOWN)
    assert (lost.value, lost.trust) == (datetime(2026, 3, 5, 14, 30), Trust.LIKELY)  # noqa: DTZ001 - wall-clock time
    assert judge("kickoff", field_("kickoff"), place("2026-03-115:00"), KNOWN).value is None


def test_a_place_is_empty_only_where_no_ink_is() -> None:
    asked = field_("project_name")
    empty = judge(asked.id, asked, place("", inked=False), KNOWN)
    assert (empty.trust, empty.evidence[0].words) == (Trust.ABSENT, "")
    for inked in (True, None):
        ink = judge(asked.id, asked, place("", inked=inked), KNOWN)
        assert (ink.trust, ink.value, ink.problem) == (Trust.GUESS, None, "unread_ink")


def test_what_we_printed_ourselves_and_nobody_touched_is_taken_as_sent() -> None:
    seen = place("", page=Heard(words="李娜", score=0.3), cell=Heard(), inked=False, sent="李娜", whole=False)
    answer = judge("liaison", field_("liaison"), seen, KNOWN)
    assert (answer.value, answer.trust) == ("li.na@example.com", Trust.LIKELY)


def test_what_we_printed_and_somebody_wrote_over_is_asked() -> None:
    seen = place("李娜", inked=True, sent="李娜", whole=False)
    assert judge("liaison", field_("liaison"), seen, KNOWN).trust is Trust.GUESS


def test_what_we_printed_and_is_gone_is_asked() -> None:
    seen = place("", inked=False, sent="李娜")
    assert judge("liaison", field_("liaison"), seen, KNOWN).trust is Trust.GUESS


@pytest.mark.parametrize(
    ("page", "cell", "trust"),
    [
        ("Joint test", "Joi nt test", Trust.GUESS),
        ("gateway V2.3", "gatewayV2.3", Trust.GUESS),
        ("样机编号 RD-0417，先到先测", "样机编号RD-0417，先到先测", Trust.LIKELY),
        ("Joint test", "Joint  test", Trust.LIKELY),
    ],
)
def test_blanks_between_latin_words_are_read_alike_or_asked_about(page: str, cell: str, trust: Trust) -> None:
    """A hand's `Joint test` was taken as `Joi nt t est`, since blanks never counted."""
    asked = next(each for each in FIELDS if each.kind is Kind.TEXT and not each.given)
    seen = place(page, cell=Heard(words=cell, score=0.99))
    assert judge(asked.id, asked, seen, KNOWN).trust is trust


def test_a_day_without_its_last_character_may_have_lost_a_digit_as_well() -> None:
    """`2026年12月24日` ran over the edge of its field and was taken for the second of December."""
    asked = next(each for each in FIELDS if each.kind is Kind.DATE and not each.given)
    assert judge(asked.id, asked, place("2026年12月2日"), KNOWN).trust is Trust.LIKELY
    assert judge(asked.id, asked, place("2026年12月2"), KNOWN).trust is Trust.GUESS
