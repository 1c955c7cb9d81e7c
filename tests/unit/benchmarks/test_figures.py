"""The benchmark's arithmetic: what it says of a number is right, whatever the number is."""

import json
from pathlib import Path

import pytest

from agent.domain.words import Language
from tests.benchmarks.figures import Figure, middle, spread, table
from tests.benchmarks.floors import Syncs, parse_mail
from tests.houses import mail
from tests.unit.forms.filled import filled


def a_figure(**changes: object) -> Figure:
    return Figure(**{"name": "mail", "value": 30.0, "unit": "ms", "floor": 5.0, **changes})  # type: ignore[arg-type]


def test_a_ratio_is_the_value_by_its_floor() -> None:
    """Unless the line says that only a part of the value is compared, as when syncs are taken off."""
    assert a_figure().ratio == 6
    assert a_figure(ratio_of=10.0).ratio == 2


def test_without_a_floor_there_is_no_ratio() -> None:
    """A floor of nothing would make every ratio infinite."""
    assert a_figure(floor=None).ratio is None
    assert a_figure(floor=0.0).ratio is None


@pytest.mark.parametrize(
    ("targets", "ok"),
    [
        ({}, None),
        ({"under": 30.1}, True),
        ({"under": 30.0}, False),
        ({"under_ratio": 6.1}, True),
        ({"under_ratio": 6.0}, False),
        ({"under": 50.0, "under_ratio": 4.0}, False),
        ({"under_ratio": 4.0, "ratio_of": 19.9}, True),
        ({"under_ratio": 4.0, "floor": None}, False),
    ],
)
def test_every_target_must_be_met(targets: dict[str, object], ok: bool | None) -> None:  # noqa: FBT001
    """Under means under; a line without a target has no verdict."""
    assert a_figure(**targets).ok is ok


def test_the_middle_does_not_care_for_one_slow_run() -> None:
    """A machine that was busy for a moment changes nothing."""
    assert middle([1.0, 2.0, 90.0]) == 2
    assert middle([1.0, 3.0]) == 2


def test_the_spread_tells_how_uneven_the_machine_was() -> None:
    """It is a part of the fastest run: 0 when all were alike."""
    assert spread([2.0, 2.0]) == 0
    assert spread([2.0, 3.0, 2.5]) == 0.5


def test_the_table_says_each_thing_once_in_columns() -> None:
    """Also for words in Chinese, which are twice as wide."""
    said = table([a_figure(under_ratio=4.0, note="读表"), a_figure(name="表单", floor=None, note="x")])

    assert said.splitlines() == [
        "measure    value    floor   ratio  target  ok",
        "mail     30.0 ms  5.00 ms  6.00 ×     4 ×  NO  读表",
        "表单     30.0 ms                               x",
    ]


def test_a_figure_has_its_ratio_and_verdict_in_json() -> None:
    """A script need not repeat our arithmetic."""
    said = json.loads(json.dumps(a_figure(under_ratio=4.0).as_json()))

    assert (said["value"], said["ratio"], said["ok"]) == (30, 6, False)


def test_the_floor_of_a_mail_parses_every_part_of_its_word_file() -> None:
    """A floor that skips the work would make us look slow."""
    content = filled("request", Language.ZH)
    bare = parse_mail(mail(text="你好\n"))
    with_form = parse_mail(mail(text="你好\n", files=(("form.docx", content),)))

    assert bare == 1
    assert with_form > 1 + 10


def test_the_floor_of_the_syncs_asks_for_each_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files, folders and commits alike: three of them here, five in all."""
    asked: list[int] = []
    monkeypatch.setattr("os.fsync", asked.append)
    monkeypatch.setattr("os.fdatasync", asked.append)
    syncs = Syncs(files=[10, 20], folders=1, commits=2)

    syncs.play(tmp_path)

    assert len(asked) == syncs.count == 5
