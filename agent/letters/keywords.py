"""What each keyword does, in one line, for footers and for the letter `help`."""

import re
from collections.abc import Iterable

from agent.domain.keywords import WORDS, Keyword
from agent.domain.words import Words
from agent.letters.values import Tongue
from agent.letters.views import KeywordView

DOES: dict[Keyword, Words] = {
    Keyword.START: Words(
        zh="发起新的协同，我会寄来申请表", en="begin a new case; the request form comes back"
    ),
    Keyword.STATUS: Words(zh="查看办到哪一步、等谁", en="see where the case stands and who is awaited"),
    Keyword.HELP: Words(zh="查看您此刻可以做什么", en="see what you can do right now"),
    Keyword.RESEND: Words(zh="把您待填的表格再发一份", en="get your open forms again"),
    Keyword.HAND_OVER: Words(zh="把您的待办转给他人", en="pass your item on to somebody else"),
    Keyword.ADD_SIGNER: Words(zh="增加一位签署人", en="ask for one more signature"),
    Keyword.HURRY: Words(zh="立即提醒尚未办理的人（每天一次）", en="remind those awaited now (once a day)"),
    Keyword.ISSUE: Words(
        zh="索取《问题升级记录表》，越早提出越好", en="get the issue form; early is welcome"
    ),
    Keyword.CHANGE: Words(zh="索取《需求变更单》", en="get the change form"),
    Keyword.DELIVER: Words(zh="索取《成果提交单》", en="get the deliverable form"),
    Keyword.ACCEPT: Words(zh="开始成果验收", en="begin acceptance"),
    Keyword.WITHDRAW: Words(zh="撤回整个协同事项", en="withdraw the whole case"),
    Keyword.SUSPEND: Words(zh="暂停，各项期限停止计时", en="suspend; all clocks stop"),
    Keyword.RESUME: Words(zh="恢复，各项期限继续计时", en="resume; all clocks go on"),
    Keyword.CANCEL: Words(zh="取消整个协同事项", en="cancel the case"),
    Keyword.CONFIRM: Words(zh="确认我列出的内容无误", en="confirm that what I listed is right"),
    Keyword.RELEASE: Words(zh="放行待审第 N 封邮件", en="let mail N of the review list through"),
    Keyword.DROP: Words(zh="丢弃待审第 N 封邮件", en="drop mail N of the review list"),
    Keyword.RETRY: Words(zh="重新读取待审第 N 封邮件", en="read mail N of the review list again"),
}
_ADDRESS = Words(zh="邮箱地址", en="ADDRESS")
_ARGUMENTS: dict[Keyword, Words] = {
    Keyword.HAND_OVER: _ADDRESS,
    Keyword.ADD_SIGNER: _ADDRESS,
    Keyword.RELEASE: Words.same("N"),
    Keyword.DROP: Words.same("N"),
    Keyword.RETRY: Words.same("N"),
}
HOLDER = (Keyword.STATUS, Keyword.RESEND, Keyword.HAND_OVER, Keyword.ISSUE, Keyword.HELP)
PARTY = (Keyword.STATUS, Keyword.ISSUE, Keyword.CHANGE, Keyword.HELP)
ANYBODY = (Keyword.START, Keyword.HELP)
COORDINATOR = (Keyword.RELEASE, Keyword.DROP, Keyword.RETRY, Keyword.HELP)


def view_keywords(keywords: Iterable[Keyword], tongue: Tongue) -> tuple[KeywordView, ...]:
    """Return keywords as a reader types them, with what they do."""
    return tuple(
        KeywordView(
            word=f"{tongue.words(WORDS[k])} {tongue.words(_ARGUMENTS[k])}"
            if k in _ARGUMENTS
            else tongue.words(WORDS[k]),
            does=tongue.words(DOES[k]),
        )
        for k in keywords
    )


def keywords_in(text: str) -> tuple[Keyword, ...]:
    """Return the keywords that a fact `can` lists, by value or by word; unknown words are left out."""
    known = {name: k for k, w in WORDS.items() for name in (k.value, w.zh, w.en)}
    parts = (part.strip().casefold() for part in re.split(r"[\n,;、，；]+", text))
    return tuple(dict.fromkeys(known[part] for part in parts if part in known))
