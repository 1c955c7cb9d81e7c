"""The error of a process pack: it names the file, the table and the key, and says what is wrong.

What is wrong is said in both languages; keys, names and what a file must say stay as they are written in it.
"""

from collections.abc import Iterable
from difflib import get_close_matches

from agent.domain.errors import WillNotWork
from agent.domain.words import Words

_NOUNS = {
    "clock": "时限",
    "collect step": "收表步骤",
    "field": "栏目",
    "form": "表格",
    "keyword": "关键词",
    "kind of field": "栏目类型",
    "kind of signature": "签署方式",
    "kind of step": "步骤类型",
    "ladder": "升级层级",
    "profile": "场景",
    "role": "角色",
    "sentence about a role": "角色的写法",
    "slot": "签署处",
    "stage": "阶段",
    "step": "步骤",
    "way to end": "结束方式",
}
MISSING = Words(zh="缺少此项", en="is missing")


class DefinitionError(WillNotWork):
    """A process pack cannot be used as it stands; a person must change a file."""

    def __init__(self, file: str, table: str, key: str, why: Words) -> None:
        self.file, self.table, self.key, self.why = file, table, key, why
        place = " ".join(part for part in (f"[{table}]" if table else "", key) if part)
        super().__init__(
            Words(
                zh=f"{file}：{place}：{why.zh}" if place else f"{file}：{why.zh}",
                en=f"{file}: {place}: {why.en}" if place else f"{file}: {why.en}",
            )
        )


def hinted(why: Words, word: str, known: Iterable[str]) -> Words:
    """Return `why` with the known word closest to `word`, where one is close."""
    found = get_close_matches(word, list(known), n=1)
    if not found:
        return why
    return Words(zh=f"{why.zh}；是否为“{found[0]}”？", en=f"{why.en}; did you mean “{found[0]}”?")


def is_no(what: str, found: str, known: Iterable[str], *, of: str = "") -> Words:
    """Return that `found` is no `what`, a noun of this file; `of` says whose."""
    zh, en = _NOUNS[what], what
    if of:
        zh, en = f"“{of}”的{zh}", f"{en} of {of}"
    return hinted(Words(zh=f"“{found}”不是{zh}", en=f"“{found}” is no {en}"), found, known)


def must_be(zh: str, en: str, found: object) -> Words:
    """Return what something must be, and what it is."""
    return Words(zh=f"须为{zh}，现为 {found!r}", en=f"must be {en}, found {found!r}")
