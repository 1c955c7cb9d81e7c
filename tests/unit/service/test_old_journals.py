"""Journals that earlier versions wrote are decided anew by this one, and come out as they were written.

`tests/golden/journals` holds backups of stores without their blobs, each of a whole case that the version of
its day played (an emergency whose heads answered a day late, before 2026-11-23).  They are never made again.
"""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from agent.core.reworded import is_same_reason
from agent.domain.words import Words
from agent.service import replay
from store.backup import restore
from store.blobs import Blobs
from store.engine import connect
from store.unit import Unit

JOURNALS = tuple(sorted((Path(__file__).parents[2] / "golden" / "journals").glob("*.zip")))


def _restored(journal: Path, folder: Path) -> Path:
    store = folder / "restored.db"
    engine = connect(f"sqlite:///{store}")
    restore(journal, engine, Blobs(folder / "blobs"))
    engine.dispose()
    return store


@pytest.mark.parametrize("journal", JOURNALS, ids=lambda path: path.stem)
def test_an_old_journal_is_decided_anew_as_it_was(journal: Path, tmp_path: Path) -> None:
    """Case, letters and reasons agree, the reasons that are put better today included."""
    engine = connect(f"sqlite:///{_restored(journal, tmp_path)}")
    with Unit(engine, reading=True) as work:
        done = replay.replay(work)
    engine.dispose()
    assert not done.differences
    assert done.entries > 40


def test_a_reason_that_says_something_else_is_still_told(tmp_path: Path) -> None:
    """Who was reminded is part of the decision: an altered name in the journal is a difference."""
    store = _restored(JOURNALS[0], tmp_path)
    with sqlite3.connect(store) as raw:
        found = raw.execute(
            "SELECT seq, because FROM journal WHERE because LIKE '%0 workdays late%'"
        ).fetchall()
        assert found
        seq, because = found[0]
        raw.execute(
            "UPDATE journal SET because = ? WHERE seq = ?",
            (because.replace("reminded ", "reminded Mr "), seq),
        )
    raw.close()
    engine = connect(f"sqlite:///{store}")
    with Unit(engine, reading=True) as work:
        done = replay.replay(work)
    engine.dispose()
    assert [each.seq for each in done.differences] == [seq]


THEN = Words(zh="提醒李娜：逾期 0 个工作日", en="reminded 李娜: 0 workdays late")
NOW = Words(zh="提醒李娜：逾期 1 小时", en="reminded 李娜: 1 hour late")


@pytest.mark.parametrize(
    ("now", "same"),
    [
        (THEN, True),
        (NOW, True),
        (replace(NOW, en="reminded 陈静: 1 hour late"), False),
        (Words(zh="已记录；" + NOW.zh, en="noted; " + NOW.en), False),
        (Words(zh="提醒李娜：即将到期", en="reminded 李娜: due soon"), False),
    ],
)
def test_the_old_sentence_is_the_new_one_only_of_the_same_person(now: Words, *, same: bool) -> None:
    """Word for word, or by the table; another name, another sentence or one more is another reason."""
    assert is_same_reason(THEN, now) is same


def test_the_new_sentence_is_not_taken_for_the_old_one() -> None:
    """A journal of today that says workdays where hours count was not written by this version."""
    assert not is_same_reason(NOW, THEN)


RETURNED = Words(
    zh="李娜交回《验收报告》（逾期）；“验收”完成", en="李娜 returned the Report (late); “Accept” is complete"
)


@pytest.mark.parametrize(
    ("now", "same"),
    [
        (("：通过", ": Passed"), True),
        (("：同意：有条件", ": Agree: on conditions"), True),
        (("通过", "Passed"), False),
    ],
)
def test_a_journal_that_does_not_say_what_a_form_concludes_is_decided_as_it_was(
    now: tuple[str, str], *, same: bool
) -> None:
    """Earlier versions told who returned what, and no more; who it was and how late is still compared."""
    zh, en = (
        RETURNED.zh.replace("（逾期）", f"（逾期）{now[0]}"),
        RETURNED.en.replace("(late)", f"(late){now[1]}"),
    )

    assert is_same_reason(RETURNED, Words(zh=zh, en=en)) is same
    assert not is_same_reason(RETURNED, Words(zh=zh.replace("李娜", "陈静"), en=en.replace("李娜", "陈静")))
