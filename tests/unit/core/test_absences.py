"""Out-of-office replies feed a person's absence and deputy: only what is certain, never against the file."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agent.core.absences import is_back, learned, told, with_absences
from agent.core.desk import Surroundings
from agent.core.triage import triage
from agent.domain.absences import Absence, Away
from agent.domain.authenticity import UNCHECKED, Authenticity, Standing
from agent.domain.case import FileRef
from agent.domain.inbox import MailState
from agent.domain.mail import InboundMail, Nature
from tests.company import DIRECTORY, MONDAY, PEOPLE, a_person, a_world, at, the_process
from tests.course import requested
from tests.unit.core.test_triage import a_mail

TODAY = date(2026, 3, 2)
LAST = date(2026, 3, 10)
AUTHENTIC = Authenticity(standing=Standing.AUTHENTIC, by="dmarc")
UNPROVEN = Authenticity(standing=Standing.UNPROVEN, why=("no_signature",))


def a_reply(**changes: object) -> InboundMail:
    """Build an out-of-office reply of 李娜 that names 刘洋."""
    away = Away(last=LAST, contacts=("休假期间请联系刘洋",), words="休假至3月10日")
    reply = a_mail("li", nature=Nature.AUTO_REPLY, away=away, authenticated=AUTHENTIC)
    return replace(reply, **changes)  # type: ignore[arg-type]  # a test may set any field


def of(mail: InboundMail) -> Absence | None:
    return learned(mail, DIRECTORY, today=TODAY, at=MONDAY)


def test_a_reply_tells_until_when_and_who_stands_in() -> None:
    """The evidence is kept: which mail, and what it said."""
    assert of(a_reply()) == Absence(
        person=at("li"),
        first=TODAY,
        last=LAST,
        deputy=at("liu"),
        mail="<in@example.com>",
        words="休假至3月10日",
        learned=MONDAY,
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"authenticated": UNCHECKED},
        {"authenticated": UNPROVEN},
        {"authenticated": Authenticity(standing=Standing.FORGED)},
        {"away": Away(contacts=("请联系刘洋",), words="休假")},
        {"away": Away(last=TODAY - timedelta(days=1), words="休假")},
    ],
)
def test_what_is_not_certain_is_only_told(changes: dict[str, object]) -> None:
    """Not authentic, no day, or a day that is over: a line for the coordinator, nobody is away."""
    found = of(a_reply(**changes))
    assert found is not None
    assert found.last is None
    assert found.deputy is None
    assert not found.holds(TODAY)
    assert "李娜" in told(found, DIRECTORY).zh
    assert "李娜" in told(found, DIRECTORY).en


@pytest.mark.parametrize("changes", [{"nature": Nature.PERSONAL}, {"away": None}, {"sender": at("stranger")}])
def test_other_mail_tells_of_no_absence(changes: dict[str, object]) -> None:
    """A person's letter about holidays, a ticket system's receipt, a stranger's reply."""
    assert of(a_reply(**changes)) is None


@pytest.mark.parametrize(
    ("contacts", "deputy"),
    [
        (("请联系刘洋或陈静",), None),
        (("please contact Emma  Brown",), at("emma")),
        (("请写信至 YANG@example.com",), at("yang")),
        (("请联系李娜本人",), None),
        ((), None),
    ],
)
def test_exactly_one_other_person_is_a_deputy(contacts: tuple[str, ...], deputy: str | None) -> None:
    """Of two nobody can tell which; whoever is away does not stand in for themselves."""
    found = of(a_reply(away=Away(last=LAST, contacts=contacts, words="休假")))
    assert found is not None
    assert found.deputy == deputy


@pytest.mark.parametrize(
    ("line", "deputy"),
    [
        ("请联系王伟明", None),
        ("请联系王伟经理", "wei"),
        ("请联系王伟（分机 8012）", "wei"),
        ("紧急事宜请找 王 伟 或拨打总机", "wei"),
        ("please contact the client desk; believe me", None),
        ("Please contact Li, my colleague", "short"),
        ("请联系Li处理", "short"),
        ("please write to chen.wei@example.com", None),
        ("please write to wei@example.com.cn", None),
        ("please write to wei@example.com.", "wei"),
        ("请写信至wei@example.com", "wei"),
    ],
)
def test_a_name_within_another_one_is_nobody(line: str, deputy: str | None) -> None:
    """Whoever is taken for a deputy may sign: a longer name, a word or an address is not theirs."""
    company = a_world(
        a_person("李娜", "li", "研发部"),
        a_person("王伟", "wei", "研发部"),
        a_person("Li", "short", "研发部"),
    ).directory
    reply = a_reply(away=Away(last=LAST, contacts=(line,), words="休假"))
    found = learned(reply, company, today=TODAY, at=MONDAY)
    assert found is not None
    assert found.deputy == (at(deputy) if deputy else None)


def absence(**changes: object) -> Absence:
    found = of(a_reply())
    assert found is not None
    return replace(found, **changes)  # type: ignore[arg-type]  # likewise


def test_a_learned_absence_is_used_as_one_of_the_file_is() -> None:
    """The deputy answers, from the first day to the last, and nobody else of the directory changes."""
    laid = with_absences(DIRECTORY, (absence(),), TODAY)
    for day, who in ((TODAY, "liu"), (LAST, "liu"), (LAST + timedelta(days=1), "li")):
        stands = laid.stand_in(at("li"), day)
        assert stands is not None
        assert stands.address == at(who)
    assert [p for p in laid.people if p.address != at("li")] == [p for p in PEOPLE if p.address != at("li")]
    assert with_absences(DIRECTORY, (absence(ended=MONDAY),), TODAY) is DIRECTORY
    assert with_absences(DIRECTORY, (absence(),), LAST + timedelta(days=1)) is DIRECTORY


def test_what_the_file_says_wins() -> None:
    """An absence that the file has now or later stays as it is; so does a deputy that it names."""
    away = (TODAY - timedelta(days=1), TODAY + timedelta(days=1))
    by_file = a_world(a_person("李娜", "li", "研发部", deputy="yang", away=away)).directory
    assert with_absences(by_file, (absence(),), TODAY) is by_file
    deputy = a_world(a_person("李娜", "li", "研发部", deputy="yang")).directory
    laid = with_absences(deputy, (absence(),), TODAY).stand_in(at("li"), TODAY)
    assert laid is not None
    assert laid.address == at("yang")
    assert "杨帆" in told(absence(), deputy).zh


def test_whoever_writes_is_back() -> None:
    """Only a letter of one's own counts, and only one that is not doubtful."""
    assert is_back(a_mail("li"), DIRECTORY) == at("li")
    assert is_back(a_reply(), DIRECTORY) is None
    assert is_back(a_mail("li", authenticated=UNPROVEN), DIRECTORY) is None
    assert is_back(a_mail("stranger"), DIRECTORY) is None


def test_a_reply_moves_nothing_and_is_answered_by_nobody() -> None:
    """It is passed over in the ledger, with what was learned as the reason (promise 8)."""
    course = requested()
    around = Surroundings(
        at=course.now,
        process=the_process(),
        world=a_world(),
        cases={course.case.id: course.case},
        raw=FileRef(name="mail.eml", digest="raw"),
        numbers=(course.case.id,),
    )
    said = triage(a_reply(), (), around)
    assert said.state is MailState.IGNORED
    assert (said.events, said.letters, said.begins, said.back) == ((), (), False, None)
    assert said.absence is not None
    assert "刘洋" in said.because.zh
