"""What a reading may weigh before it is kept: pictures beyond the bounds go, and nothing points to them."""

from dataclasses import replace

from agent.domain.answers import Answers
from agent.domain.reading import Reading
from parsers.limits import Limits


def bounded(reading: Reading, limits: Limits) -> Reading:
    """Return `reading` with the pictures that something points to, as many as fit.

    Signatures come first, then print that a person compares, then answers, then what is only looked at.
    """
    if not reading.pictures:
        return reading
    wanted = dict.fromkeys(
        (
            *(mark.picture for mark in reading.signatures),
            *(place.picture for place in reading.uncompared),
            *(answer.picture for answer in reading.answers.all),
            *reading.sights.values(),
        )
    )
    kept: dict[str, bytes] = {}
    room = limits.pictures_bytes
    for digest in wanted:
        content = reading.pictures.get(digest)
        if content is not None and len(content) <= min(room, limits.picture_bytes):
            kept[digest] = content
            room -= len(content)
    if kept.keys() == reading.pictures.keys() == wanted.keys() - {""}:
        return reading
    return replace(
        reading,
        pictures=kept,
        answers=Answers(
            tuple(a if a.picture in kept else replace(a, picture="") for a in reading.answers.all)
        ),
        uncompared=tuple(p if p.picture in kept else replace(p, picture="") for p in reading.uncompared),
        signatures=tuple(m if m.picture in kept else replace(m, picture="") for m in reading.signatures),
        sights={sight: digest for sight, digest in reading.sights.items() if digest in kept},
    )
