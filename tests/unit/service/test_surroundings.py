"""Case numbers in subjects: found however a person or a mail program spells them."""

import pytest

from agent.service.surroundings import numbers_in

PATTERN = "XT-{year}-{serial:04}"


@pytest.mark.parametrize(
    "subject",
    ["回复：[XT-2026-0007] 新产品", "Re: xt-2026-7", "答复: ＸＴ-2026-0007确认", "(XT-2026-0007)"],
)
def test_a_number_is_found_in_any_spelling(subject: str) -> None:
    """People shorten, mail programs widen; the number is the same."""
    assert list(numbers_in(subject, PATTERN)) == ["XT-2026-0007"]


@pytest.mark.parametrize("subject", ["", "XT-26-0007", "AXT-2026-00071234567", "XT-2026", "EXT-2026-0007"])
def test_what_only_looks_like_a_number_is_none(subject: str) -> None:
    """A stranger's order number must not open somebody's case."""
    assert list(numbers_in(subject, PATTERN)) == []


def test_a_list_of_cases_is_not_read_to_its_end() -> None:
    """A subject that names hundreds of cases must not load and lock them all."""
    subject = " ".join(f"XT-2026-{n:04}" for n in range(1, 500))
    assert len(list(numbers_in(subject, PATTERN))) == 10
