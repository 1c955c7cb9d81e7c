"""A reading is kept with the pictures that something points to, as many as fit."""

from dataclasses import replace
from hashlib import sha256

import pytest

from agent.domain.answers import Answer, Answers, Evidence, Trust
from agent.domain.forms import SignatureKind
from agent.domain.reading import Reading, Source, Uncompared
from agent.domain.signatures import Signature, Verdict
from parsers.bounded import bounded
from parsers.limits import STANDARD, Limits

MARK, PRINT, CROP, PAGE = b"m" * 100, b"w" * 150, b"c" * 200, b"p" * 400


def digest(content: bytes) -> str:
    """Return what a picture is called."""
    return sha256(content).hexdigest()


def reading() -> Reading:
    """Return a scan with a signature, an answer and a page to look at."""
    evidence = (Evidence(place="page 1", words="李娜"),)
    return Reading(
        file="扫描.pdf",
        digest="d" * 64,
        source=Source.SCAN,
        form="request",
        answers=Answers(
            (
                Answer(
                    field="liaison", value="李娜", trust=Trust.GUESS, evidence=evidence, picture=digest(CROP)
                ),
                Answer(field="goals", value="x", trust=Trust.SURE, evidence=evidence),
            )
        ),
        signatures=(
            Signature(
                slot="head",
                verdict=Verdict.SIGNED,
                how=SignatureKind.INK,
                evidence=evidence,
                picture=digest(MARK),
            ),
        ),
        uncompared=(Uncompared(page=1, words="质保期两年", picture=digest(PRINT)),),
        pictures={digest(each): each for each in (MARK, PRINT, CROP, PAGE)},
        sights={"page-1": digest(PAGE), "field.liaison": digest(CROP)},
    )


def test_what_fits_is_kept_as_it_is() -> None:
    """Nothing is copied where nothing is cut."""
    whole = reading()
    assert bounded(whole, STANDARD) is whole


@pytest.mark.parametrize(
    ("limits", "left"),
    [
        (Limits(picture_bytes=300), {MARK, PRINT, CROP}),
        (Limits(pictures_bytes=450), {MARK, PRINT, CROP}),
        (Limits(pictures_bytes=250), {MARK, PRINT}),
        (Limits(pictures_bytes=120), {MARK}),
        (Limits(picture_bytes=50), set()),
    ],
)
def test_pictures_beyond_the_bounds_go_and_nothing_points_to_them(limits: Limits, left: set[bytes]) -> None:
    """A signature is worth more than print to compare, that more than an answer, a page to look at least."""
    cut = bounded(reading(), limits)

    assert set(cut.pictures.values()) == left
    marked = (cut.answers.all[0].picture, cut.signatures[0].picture, cut.uncompared[0].picture)
    pointed = {*marked, *cut.sights.values()} - {""}
    assert pointed == set(cut.pictures)


def test_a_picture_that_nothing_points_to_is_not_kept() -> None:
    """A reader that hands out more than it speaks of fills nobody's disk."""
    whole = reading()
    stray = replace(whole, pictures={**whole.pictures, digest(b"stray"): b"stray"})
    assert bounded(stray, STANDARD) == whole
