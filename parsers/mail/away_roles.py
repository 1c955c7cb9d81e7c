"""The part that each day of an out-of-office reply plays in it: first day, last day, day of return."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from parsers.mail.away_days import Order, Said, days_said, inherited

_EVENING = 17
"""Hours: whoever is away until then is away the whole day."""

_THE = r"(?:\s*(?:\b(?:on|and including|the|of)\b|日期|时间|为|是|[:,(]))*\s*"
_TO = re.compile(
    rf"[\s),]*(?:起|开始)?,?\s*(?:-+>?|–|—+|~+|直到|至|到|\b(?:(?:up )?to|until|till?|through|thru)\b){_THE}",
    re.IGNORECASE,
)
_AND = re.compile(rf"\s*\band\b{_THE}", re.IGNORECASE)
_BETWEEN = re.compile(rf"\bbetween{_THE}\Z", re.IGNORECASE)
_UNTIL = re.compile(
    r"(?:\b(?:until|till?|through|thru|up to|ending|ends|end date|last day)\b(?: is)?"
    rf"|(?<![收得看提感遇不])(?:截至|截止到?|直到|直至|至|到)|结束(?:时间|日期|于|日)?){_THE}\Z",
    re.IGNORECASE,
)
_FROM = re.compile(
    r"(?:\b(?:from|starting|starts|start date|beginning|begins|since|effective|as of|first day)\b(?: is)?"
    rf"|自从|自|从|由|(?:开始|起始|起)(?:时间|日期|于|日)?){_THE}\Z",
    re.IGNORECASE,
)
_RETURN = (
    r"(?:回来|返回|返岗|返工|回岗|回到|回公司|回国|回办公室|上班|恢复|复工|复岗|到岗|销假|收假|归来|归队)"
)
_BACK_BEFORE = re.compile(
    rf"(?:{_RETURN}(?:工作|办公)?(?:时间|日期|日)?(?:预计)?(?:在|于)?"
    r"|\b(?:back|return(?:ing|s)?|resum(?:e|ing)|(?:available|reachable) again)\b"
    r"(?: (?:to|in|at|into|from|my|the|work|working|office|desk|duty|leave|vacation|holidays?|online|you"
    r"|normal))*"
    rf"(?: (?:on|from|by|as of))?){_THE}\Z",
    re.IGNORECASE,
)
_BACK_AFTER = re.compile(
    rf"[\s),]*(?:起|开始)?,?(?:才|再|将|可|能|会|正式|统一)*\s*(?:{_RETURN}|处理邮件|(?:统一)?回复)"
)
_PAST_BEFORE = re.compile(
    r"\b(?:back|return|reply|respond|answer|available|resume)\b[^.]{0,40} after (?:the )?\Z", re.IGNORECASE
)
_PAST_AFTER = re.compile(r"[\s)]*(?:之后|以后|后)")
_BEFORE_AFTER = re.compile(r"[\s)]*(?:之前|以前|前)")
_ENDS_AFTER = re.compile(r"[\s)]*(?:结束|止|为止)")
_FROM_AFTER = re.compile(r"[\s)]*(?:起|开始|onwards?\b)", re.IGNORECASE)
_ON_BEFORE = re.compile(
    r"\b(?:out|away|leave|absent|off|office|vacation|unavailable|available|travell?ing)"
    r" (?:today,? )?(?:on )?(?:the )?\Z",
    re.IGNORECASE,
)
_ON_AFTER = re.compile(
    r"[\s),]*(?:全天|一天|整天|当天)?(?:休假|请假|年假|病假|事假|调休|外出|出差|不在)", re.IGNORECASE
)
_LISTED = re.compile(r"[\s)]*(?:[、,&和及与或]|and\b|or\b)", re.IGNORECASE)
_GOES_ON = re.compile(rf"{_LISTED.pattern}|{_TO.pattern}", re.IGNORECASE)
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_HEDGED = re.compile(
    r"[\s(]*(?:不含|不包括|左右|前后|not including|excluding|exclusive|or so\b|at the (?:earliest|latest))",
    re.IGNORECASE,
)
_HEDGE_BEFORE = re.compile(
    r"(?:大约|大概|可能|或许|最早|最晚|最迟|about|around|probably|maybe|approximately|roughly|tentatively)"
    rf"(?:\s*(?:until|till|至|到|on|back))?{_THE}\Z",
    re.IGNORECASE,
)
_USUAL = re.compile(
    r"工作时间|上班时间|办公时间|每[周月天日]|每个|(?:office|working|business|opening) hours"
    r"|\bevery\b|\beach\b|\bdays? a week\b",
    re.IGNORECASE,
)
"""Words that make `Monday to Friday` a habit."""


@dataclass(slots=True)
class Told:
    """What the sentences of a reply say of an absence; each day as said, whatever it may mean."""

    spans: list[tuple[Said, Said]] = field(default_factory=list)
    last: list[Said] = field(default_factory=list)
    """Days that are the last ones, themselves included."""
    back: list[Said] = field(default_factory=list)
    """Days of return."""
    past: list[Said] = field(default_factory=list)
    """Days after which somebody returns or answers, themselves days of absence."""
    first: list[Said] = field(default_factory=list)
    single: list[Said] = field(default_factory=list)
    """Days of which it says that somebody is away on them."""
    unclear: bool = False
    """True when there is a day whose part in this nobody can tell."""


def told(sentences: Iterable[tuple[str, bool]]) -> Told:
    """Return what sentences say; each comes with the word whether it speaks of an absence at all."""
    found = Told()
    for words, tells in sentences:
        _sentence(words, found, tells=tells)
    return found


def _sentence(words: str, found: Told, *, tells: bool) -> None:
    days = days_said(words)
    if _CHINESE.search(words):
        days = [_month_first(said) for said in days]
    at = 0
    while at < len(days):
        said = days[at]
        after = days[at + 1] if at + 1 < len(days) else None
        if after is not None and _is_span(words, said, after):
            first, last = inherited(said, after)
            if _counts(first, words, tells=tells) and _counts(last, words, tells=tells):
                found.unclear |= _ends_early(last) or _is_hedged(words, said, after)
                found.unclear |= at + 2 < len(days) and _is_listed(words, after, days[at + 2])
                found.spans.append((first, last))
            at += 2
            continue
        at += 1
        if not said.bare:
            _alone(words, said, found, tells=tells)


def _month_first(said: Said) -> Said:
    """Return `3/6` as Chinese writes it; with the year behind it, it was not written by such a hand."""
    if said.slashed is None or said.year is not None:
        return said
    return said.meant(Order.MONTH_FIRST) or said


def _is_span(words: str, first: Said, last: Said) -> bool:
    between = words[first.end : last.begin]
    if not _TO.fullmatch(between) and not (_AND.fullmatch(between) and _BETWEEN.search(words[: first.begin])):
        return False
    one, other = inherited(first, last)
    return one.is_day and other.is_day


def _alone(words: str, said: Said, found: Told, *, tells: bool) -> None:
    """Take a day by the words before and behind it."""
    before, after = words[: said.begin], words[said.end :]
    returns = _BACK_BEFORE.search(before) or _BACK_AFTER.match(after)
    if not _counts(said, words, tells=tells or bool(returns)):
        return
    if _HEDGED.match(after) or _HEDGE_BEFORE.search(before):
        found.unclear = True
    elif _PAST_BEFORE.search(before) or (_PAST_AFTER.match(after) and not _UNTIL.search(before)):
        found.past.append(said)
    elif (returns and not _FROM.search(before)) or (_BEFORE_AFTER.match(after) and tells):
        found.back.append(said)
    elif _UNTIL.search(before) or _ENDS_AFTER.match(after):
        found.unclear |= _ends_early(said)
        found.last.append(said)
    elif _FROM.search(before) or _FROM_AFTER.match(after):
        found.first.append(said)
    elif _is_single(before, after) and said.hour is None:
        found.single.append(said)
    elif said.has_month:
        found.unclear = True


def _is_single(before: str, after: str) -> bool:
    return not _GOES_ON.match(after) and bool(_ON_BEFORE.search(before) or _ON_AFTER.match(after))


def _counts(said: Said, words: str, *, tells: bool) -> bool:
    """Say whether a day has to do with the absence: what names no month only where one is spoken of."""
    return said.has_month or (tells and not _USUAL.search(words))


def _ends_early(last: Said) -> bool:
    return last.hour is not None and last.hour < _EVENING


def _is_hedged(words: str, first: Said, last: Said) -> bool:
    return bool(_HEDGED.match(words, last.end) or _HEDGE_BEFORE.search(words[: first.begin]))


def _is_listed(words: str, one: Said, other: Said) -> bool:
    """Say whether `other` goes on where `one` ends, as in `6日至8日、12日休假`, and is no day of return."""
    return bool(
        _LISTED.fullmatch(words[one.end : other.begin].rstrip()) and not _BACK_AFTER.match(words, other.end)
    )
