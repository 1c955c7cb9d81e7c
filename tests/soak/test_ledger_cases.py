"""The ledger finds what may not be true of a case."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.mails import a_mail
from tests.soak.ledger_facts import OVER
from tests.soak.place import CASE, CLERK, LI, MA, NOON, Place


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """Return a place where all is well."""
    return Place(tmp_path)


def _by_li(step: str, *, subject: str = "", **values: Any) -> dict[str, Any]:  # noqa: ANN401 - as a form has them
    item = f"{step}/{subject}/1"
    return {
        "item": item,
        "step": step,
        "subject": subject,
        "by": LI,
        "mail": "<answer@example.com>",
        "values": values,
    }


def _tasks(end: str) -> dict[str, Any]:
    return {"tasks": {"$rows": [{"no": "1", "responsible": LI, "end": {"$date": end}}]}}


def _moved_by_another(place: Place) -> None:
    place.body["filings"][0]["by"] = MA
    place.keep()


def _moved_by_a_bad_mail(place: Place) -> None:
    forged = a_mail(sender=LI, to=(CLERK,), message_id="<forged@elsewhere.example>")
    place.ledger.mail_in(forged, "spoofed", NOON, advances=False, machine=False)
    place.body["filings"][0]["mail"] = "<forged@elsewhere.example>"
    place.keep()


def _no_clock(place: Place) -> None:
    place.store.execute("UPDATE timers SET fired = '2026'")


def _no_holder(place: Place) -> None:
    place.body["items"][0]["holder"] = "gone@example.com"
    place.keep()


def _stuck(place: Place) -> None:
    place.body["items"][0]["state"] = "done"
    place.keep()
    _no_clock(place)


def _misread(place: Place) -> None:
    place.body["filings"][0]["values"]["goals"] = "按期完咸"
    place.keep()


def _row_lost(place: Place) -> None:
    place.body["filings"][0]["values"]["departments"]["$rows"] = []
    place.keep()


def _moved_after_its_end(place: Place) -> None:
    place.end("closed")
    place.look()
    place.body["filings"].append(_by_li("summary"))
    place.keep()


def _opened_again(place: Place) -> None:
    place.end("closed")
    place.look()
    place.store.execute("UPDATE cases SET status = 'failed'")


def _ended_by_nobody(place: Place) -> None:
    place.end("withdrawn")


def _changed_after_signing(place: Place) -> None:
    place.body["filings"] += [
        _by_li("breakdown", **_tasks("2026-03-09")),
        _by_li("countersign", subject="研发部", conclusion="agree"),
        _by_li("breakdown", **_tasks("2026-03-19")),
    ]
    place.end("closed")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (_moved_by_another, "moved by who may not"),
        (_moved_by_a_bad_mail, "moved by who may not"),
        (_no_clock, "no clock"),
        (_no_holder, "nobody holds"),
        (_stuck, "waits for nothing"),
        (_misread, "misread"),
        (_row_lost, "misread"),
        (_moved_after_its_end, "moved after its end"),
        (_opened_again, "moved after its end"),
        (_ended_by_nobody, "ended by nobody"),
        (_changed_after_signing, "signed before it was changed"),
    ],
)
def test_each_thing_that_may_not_be_true_of_a_case_is_found(
    place: Place, wrong: Callable[[Place], None], said: str
) -> None:
    """One thing is made wrong where all was well, and the ledger says which."""
    assert place.look() == []
    wrong(place)
    assert [line for line in place.look() if said in line]


def test_who_began_a_case_may_take_it_back(place: Place) -> None:
    """The mail that said so names the case."""
    word = a_mail(
        sender=LI, to=(CLERK,), subject=f"Re: [{CASE}]", text="撤回\n", message_id="<back@example.com>"
    )
    place.ledger.mail_in(word, OVER, NOON, advances=False, machine=False)
    (place.folder / "Handled" / "2.eml").write_bytes(word)
    place.end("withdrawn")
    assert [line for line in place.look() if "ended" in line] == []


def test_a_value_that_a_person_put_right_may_differ_from_the_paper(place: Place) -> None:
    """Who confirmed is kept beside it."""
    place.body["filings"][0]["values"]["goals"] = "提前完成"
    place.body["filings"][0]["confirmed"] = [{"field": "goals"}]
    place.keep()
    assert place.look() == []


def test_whoever_signed_anew_after_a_change_has_signed(place: Place) -> None:
    """So has a department whose tasks the change left alone."""
    _changed_after_signing(place)
    place.body["filings"].append(_by_li("countersign", subject="研发部", conclusion="agree"))
    place.body["filings"].insert(2, _by_li("countersign", subject="财务部", conclusion="agree"))
    place.keep()
    assert place.look() == []
