"""The words by which people steer a case in mail (cli.md, By mail).

A keyword counts only when it stands alone on the first line that the sender wrote, whole-line match,
in either language, full- or half-width, in any case; what follows it on the line is its argument.
"""

import unicodedata
from dataclasses import dataclass
from enum import Enum

from agent.domain.words import Words


class Keyword(Enum):
    """One keyword; the value is its name in events and in the journal."""

    START = "start"
    STATUS = "status"
    HELP = "help"
    RESEND = "resend"
    HAND_OVER = "hand-over"
    ADD_SIGNER = "add-signer"
    HURRY = "hurry"
    ISSUE = "issue"
    CHANGE = "change"
    DELIVER = "deliver"
    ACCEPT = "accept"
    WITHDRAW = "withdraw"
    SUSPEND = "suspend"
    RESUME = "resume"
    CANCEL = "cancel"
    CONFIRM = "confirm"
    RELEASE = "release"
    DROP = "drop"
    RETRY = "retry"


WORDS: dict[Keyword, Words] = {
    Keyword.START: Words(zh="发起协同", en="start"),
    Keyword.STATUS: Words(zh="状态", en="status"),
    Keyword.HELP: Words(zh="帮助", en="help"),
    Keyword.RESEND: Words(zh="重发", en="resend"),
    Keyword.HAND_OVER: Words(zh="转办", en="hand over"),
    Keyword.ADD_SIGNER: Words(zh="加签", en="add signer"),
    Keyword.HURRY: Words(zh="催办", en="hurry"),
    Keyword.ISSUE: Words(zh="升级", en="issue"),
    Keyword.CHANGE: Words(zh="变更", en="change"),
    Keyword.DELIVER: Words(zh="成果", en="deliver"),
    Keyword.ACCEPT: Words(zh="验收", en="accept"),
    Keyword.WITHDRAW: Words(zh="撤回", en="withdraw"),
    Keyword.SUSPEND: Words(zh="暂停", en="suspend"),
    Keyword.RESUME: Words(zh="恢复", en="resume"),
    Keyword.CANCEL: Words(zh="取消", en="cancel"),
    Keyword.CONFIRM: Words(zh="确认", en="confirm"),
    Keyword.RELEASE: Words(zh="放行", en="release"),
    Keyword.DROP: Words(zh="丢弃", en="drop"),
    Keyword.RETRY: Words(zh="重试", en="retry"),
}

TAKES_ARGUMENT = frozenset(
    {Keyword.HAND_OVER, Keyword.ADD_SIGNER, Keyword.RELEASE, Keyword.DROP, Keyword.RETRY}
)
"""The keywords that need an address or a number behind them."""

_TRAILING = " .!。！,，;；:："


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A keyword with its argument, as somebody said it."""

    keyword: Keyword
    argument: str = ""


def recognise(line: str) -> Said | None:
    """Return what `line` says when it is a keyword alone; None when it is anything else."""
    plain = " ".join(unicodedata.normalize("NFKC", line).casefold().split()).strip(_TRAILING)
    for keyword, words in WORDS.items():
        for word in (words.zh, words.en):
            if plain == word:
                return Said(keyword=keyword)
            if keyword in TAKES_ARGUMENT and plain.startswith(word):
                argument = plain[len(word) :]
                if argument.startswith(" ") or word == words.zh:
                    return Said(keyword=keyword, argument=argument.strip(" <>"))
    return None
