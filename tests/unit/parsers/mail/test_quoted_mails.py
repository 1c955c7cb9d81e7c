"""The sender's own words above a quotation, in every style of the programs that people use here."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from agent.domain.keywords import recognise
from parsers.mail.message import read_mail
from tests.mails import a_mail

OLD = {"zh": "取消", "en": "cancel"}
SAID = {"zh": ("确认", "2：2026-04-30"), "en": ("confirm", "2: 2026-04-30")}


@dataclass(frozen=True)
class Sample:
    """How one program quotes: what stands below somebody's own words, with `{old}` for the old keyword."""

    language: str
    kind: str
    """`text` or `html`."""
    name: str
    below: str


def samples() -> tuple[Sample, ...]:
    """Return every sample of `quoted_mails.txt`: `=== language | kind | program`, then its lines."""
    told = Path(__file__).with_name("quoted_mails.txt").read_text(encoding="utf-8")
    found = []
    for block in told.split("=== ")[1:]:
        head, _, below = block.partition("\n")
        language, kind, name = head.split(" | ")
        found.append(Sample(language, kind, name, below))
    return tuple(found)


def a_reply(sample: Sample, own: tuple[str, ...]) -> bytes:
    """Return a mail with `own` lines above an old one, which says a keyword."""
    old = sample.below.replace("{old}", OLD[sample.language])
    if sample.kind == "text":
        return a_mail(text="\n".join((*own, "", old, "")))
    above = "".join(f"<div>{line}</div>" for line in own)
    return a_mail(text="\n", html=f"<html><body>{above}<br>{old}</body></html>")


def test_there_are_enough_samples() -> None:
    """Thirty of each language at least."""
    count = Counter(each.language for each in samples())

    assert min(count["zh"], count["en"]) >= 30


@pytest.mark.parametrize("sample", samples(), ids=lambda each: f"{each.language} {each.name}")
def test_the_own_words_are_read_and_the_old_ones_are_not(sample: Sample) -> None:
    """The keyword at the top counts with the values under it; the one in the quotation never does."""
    mail = read_mail(a_reply(sample, SAID[sample.language]), own=frozenset())

    assert mail.first_line == SAID[sample.language][0]
    assert mail.top[:2] == SAID[sample.language]
    assert OLD[sample.language] not in mail.top


@pytest.mark.parametrize("sample", samples(), ids=lambda each: f"{each.language} {each.name}")
def test_a_keyword_in_a_quotation_alone_is_not_said(sample: Sample) -> None:
    """Whoever sends an old mail back without a word has said nothing."""
    mail = read_mail(a_reply(sample, ()), own=frozenset())
    said = recognise(mail.first_line)

    assert said is None
    assert OLD[sample.language] not in (mail.first_line, *mail.top)
