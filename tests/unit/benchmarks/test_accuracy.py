"""What a run of `make accuracy` proves, and that each of its documents is one of its own."""

import json
from pathlib import Path

import pytest

pytest.importorskip("rapidocr", reason="reading scans needs the extra `ocr`")

from tests.benchmarks.accuracy import _drawn, _kept, table, upper_bound
from tests.benchmarks.paper_scores import Count, _plain


@pytest.mark.parametrize(
    ("wrong", "count", "bound"),
    [(0, 3_000, 0.000998), (1, 3_000, 0.001580), (0, 1, 0.95), (5, 100, 0.10225), (3, 3, 1.0), (0, 0, 1.0)],
)
def test_the_bound_is_clopper_and_pearsons(wrong: int, count: int, bound: float) -> None:
    """The figures are those of R's `binom.test(k, n, alternative = "less")`."""
    assert upper_bound(wrong, count) == pytest.approx(bound, rel=1e-3)


def test_a_run_is_drawn_by_its_seed_and_no_two_documents_are_alike() -> None:
    some = [_drawn(seed, number) for seed in (1, 2) for number in range(10)]
    assert [each.name for each in some[:10]] == [_drawn(1, number).name for number in range(10)]
    assert len({each.sheet.sheet.case for each in some}) == len({each.seed for each in some}) == len(some)
    assert {each.is_word for each in some} == {True, False}


def test_a_run_that_was_ended_goes_on_where_it_stood(tmp_path: Path) -> None:
    keep = tmp_path / "run.jsonl"
    line = json.dumps({"name": "1.0 issue", "kinds": {}})
    keep.write_text(f"{line}\n{line[:9]}", encoding="utf-8")
    assert list(_kept(keep)) == ["1.0 issue"]


def test_a_wrong_value_is_counted_in_the_table_and_in_what_it_proves() -> None:
    counts = {
        ("L2", "PDF", "text"): Count(fields=10, unasked=9, taken=9, wrong=1),
        ("L2", "PDF", "date"): Count(fields=4, unasked=3, taken=5, lost=1),
    }
    said = table(counts, 2)
    assert said.splitlines()[1].split() == ["L2", "PDF", "date", "4", "3", "75.0", "0", "1", "0"]
    assert said.splitlines()[3].split() == ["L2", "PDF", "all", "14", "12", "85.7", "1", "1", "1"]
    assert "1 wrong of 14 values" in said


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Joint test", "Joi nt test", False), ("gateway V2.3", "gatewayV2.3", False),
        ("第 2 批", "第2批", True), ("元（含税）", "元(含税)", True), ("a  b", "a b", True),
    ],
)  # fmt: skip
def test_blanks_between_latin_words_are_part_of_what_was_said(one: str, other: str, *, is_same: bool) -> None:
    assert (_plain(one) == _plain(other)) is is_same
