"""The name that somebody typed into a signature slot."""

import re
from dataclasses import dataclass
from typing import Self

from agent.domain.mail import address
from parsers.dates import read_day
from parsers.known import Known
from parsers.persons import read_persons
from parsers.understood import half_width, plain

_AGREED = frozenset(
    plain(each)
    for each in (
        *(
            "同意",
            "已同意",
            "同意。",
            "已阅",
            "已阅同意",
            "同意执行",
            "无异议",
            "确认",
            "已确认",
            "通过",
            "批准",
            "属实",
        ),
        *(
            "签字",
            "签名",
            "已签",
            "已签字",
            "盖章",
            "agree",
            "agreed",
            "ok",
            "okay",
            "yes",
            "approved",
            "approve",
        ),
        *("confirmed", "confirm", "signed", "no objection", "accepted", "accept", "是", "好", "好的"),
    )
)
_SPLIT = re.compile(r"[\s,，;；、/|]+")
_LEADING = re.compile(
    r"^(?:/s/|签字|签名|姓名|日期|signature|signed by|name|date)\s*[:：]?\s*", re.IGNORECASE
)
_LONGEST_NAME = 200
_MOST_PIECES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedName:
    """The name in a slot."""

    who: str = ""
    is_known: bool = False
    only_agrees: bool = False

    @classmethod
    def of(cls, typed: str, known: Known) -> Self:
        """Understand what was typed: a name, perhaps with 同意 and a date around it."""
        words = half_width(typed)[:_LONGEST_NAME]
        if not words:
            return cls()
        whole = _known_names(words, known)
        if whole:
            return cls(who=whole, is_known=True)
        pieces = [_LEADING.sub("", piece) for piece in _SPLIT.split(_LEADING.sub("", words))]
        said = [piece for piece in pieces if plain(piece) and plain(piece) not in _AGREED][:_MOST_PIECES]
        names = [piece for piece in said if not _is_day(piece, known)]
        if not names:
            return cls(only_agrees=True)
        for start in range(len(said)):
            for end in range(len(said), start, -1):
                around = (" ".join(said[:start]), " ".join(said[end:]))
                if all(not rest or _is_day(rest, known) for rest in around) and (
                    who := _known_names(" ".join(said[start:end]), known)
                ):
                    return cls(who=who, is_known=True)
        return cls(who=" ".join(names))


def _is_day(words: str, known: Known) -> bool:
    return read_day(words, known.today).value is not None


def _known_names(text: str, known: Known) -> str:
    """Return the names in the directory that `text` consists of, empty when it is anything else."""
    meant = read_persons(text, known.directory, several=True)
    if meant.problem == "ambiguous_person":
        return text
    if not isinstance(meant.value, str):
        return ""
    people = (known.directory.find(address(each)) for each in meant.value.split("; "))
    return "、".join(person.name for person in people if person is not None)
