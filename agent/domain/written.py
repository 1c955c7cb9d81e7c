"""What somebody wrote above the quotation in answer to a confirmation letter: 确认, and numbered lines.

Chinese mail programs leak quoted text into replies, so nothing is believed that does not stand right at the
top and read completely; whatever looks like more than was understood makes the whole answer *odd*, and it
is asked again.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent.domain.words import Words

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\xad"))
_CHINESE = {digit: number for number, digit in enumerate("一二三四五六七八九十", 1)}
_CIRCLED = {ord("①") + number: f"{number + 1}: " for number in range(20)}
_SEPARATOR = r"(?:\s*[:：.．、,，)）\]】=;；]\s*|\s+[-–—]\s+|\s+)"
_NUMBERED = re.compile(
    rf"(?:[#＃]|no[.．]?\s*|item\s+|line\s+|[(（\[【])?\s*(?P<number>\d{{1,2}}){_SEPARATOR}(?P<words>\S.*)",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    rf"第\s*(?P<number>\d{{1,2}}|[一二三四五六七八九十])\s*[项条行处个点]?"
    rf"(?:{_SEPARATOR}|(?=应|改|更正))(?P<words>\S.*)"
)
_CHINESE_NUMBERED = re.compile(r"(?P<number>[一二三四五六七八九十])\s*[:：、.．]\s*(?P<words>\S.*)")
_SPEAKS_OF = re.compile(
    r"第\s*(?:\d{1,2}|[一二三四五六七八九十])|[#＃]\s*\d|(?:item|line|no[.．]?)\s*\d", re.IGNORECASE
)
_POLITE = re.compile(
    r"(?:(?:协同助手|老师|各位)?[,， ]*(?:您好|你好)|hello|hi|dear\b.{0,40}|thanks?(?: you)?|many thanks"
    r"|(?:好的?|收到|谢谢|多谢|辛苦了)[,， ]*(?:谢谢)?|ok|best regards|kind regards|regards)\s*[,.!:;。~]*",
    re.IGNORECASE,
)
_THANKS = r"[,，.。!！ ]*(?:谢谢|多谢|辛苦了|thanks|thank you)?"
_REST = re.compile(
    r"(?:其余|其他|其它|余下|剩下|以上|全部|所有)(?:的|各项|内容)?(?:都|均|全部|已){0,2}"
    rf"(?:确认(?:无误)?|无误|正确|没有?问题|没错|对的?){_THANKS}"
    rf"|(?:已|均|都)?确认(?:无误|完毕|正确|了)?{_THANKS}"
    rf"|(?:全都?|都|均)(?:正确|无误|没有?问题|没错|对)的?{_THANKS}"
    rf"|(?:all |i )?confirm(?:ed)?{_THANKS}|all (?:is |are )?(?:right|correct){_THANKS}"
    rf"|(?:confirm )?(?:the )?(?:rest|others)(?: (?:is|are))?"
    rf"(?: (?:right|correct|fine|ok|confirmed))?{_THANKS}",
    re.IGNORECASE,
)
"""确认, with what people write around it; in a reply to a list of values nothing else can be meant."""

_RIGHT = frozenset(
    {"确认", "正确", "无误", "没错", "没问题", "没有问题", "无问题", "对", "对的", "√", "✓", "✔", "☑"}
    | {"confirm", "confirmed", "correct", "right"}
)
_RIGHT_AND_MORE = re.compile(
    r"(?:确认|正确|无误|没错|没有?问题|对的?|[√✓✔☑]|confirm(?:ed)?|correct|right|ok(?:ay)?)[\s,;、。.]+\S.*"
    r"|.*[\s,;]\d{1,2}\s*[.、)]?\s*(?:确认|正确|无误|对的?|ok)",
    re.IGNORECASE,
)
"""A yes and something behind it, or before it: whoever writes that on one line speaks of several."""
_NO_VALUE = frozenset(
    {"ok", "okay", "好", "好的", "不对", "错", "错了", "有误", "不正确", "不准确", "?"}
    | {"wrong", "incorrect", "not right", "not correct"}
)
"""What stands on no form: that it is wrong without what is right, or a yes that may be mere politeness."""
_SEVERAL = re.compile(
    r"[\d\s,、和及与&-]+(?:and\s*\d+)?\s*(?:都|均)?(?:对|确认|正确|无误|没错|ok|right|correct|confirm(?:ed)?)"
)
_NUMBERS = re.compile(r"\d{1,2}(?:\s*[,，、和及&]\s*\d{1,2})+\s*[.。]?")
"""Numbers of lines alone: what of them is meant, nobody says."""
_ANOTHER = re.compile(r"[;；,，\s](\d{1,2})\s*[:：]")
_REMARK = re.compile(
    r"改[为成到]|应[为是该]|更正|不对|有误|错[了误]|[写读看有认填]错|但是|但.{0,12}[改应为是不]|除了|除.{0,12}外|不是|为准|\b(?:except|but|should|instead|wrong|change[ds]?)\b"
    r"|^[\d\s.,:：/／年月日时点分%-]*\d[\d\s.,:：/／年月日时点分%-]*$",
    re.IGNORECASE,
)
"""What may correct the 确认 above it: a word for it, or nothing but numbers, such as a day."""
_GOES_ON = re.compile(r"\s*(?:[:：=＝→]|->|[是为应改]|(?:is|should)\b)")
_EMPTY = frozenset({"空", "空白", "没填", "未填", "没有填", "empty", "blank", "nothing", "not filled in"})
_NOT = frozenset({"否", "不是", "不是本人", "不是我签的", "no", "not mine", "not me"})
_ALTERED = re.compile(
    r"(?:(?:这|此|该)?一?(?:处|句|行|段|条|项)|文字|固定文字|内容)?(?:的?文字|的?内容)?[,:]?"
    r"(?:确实|确|的确|已经?|均|都)?(?:有所?|被人?|做了|作了)?(?:改动|修改|更改|篡改|变动|改过|改了)(?:过|了)?"
    r"|(?:与|和|跟)?(?:发出的?|原文|原表|原件)?(?:文字|内容)?(?:不一致|不一样|不相同|不同|不符)(?:了)?"
    r"|(?:yes[, ]*)?(?:(?:it|this|the text) )?(?:(?:is|was|has been|were) )?"
    r"(?:altered|changed|edited|different|not the same)"
    r"|(?:it |this )?(?:does not|doesn't|doesn’t) match"
)
"""What somebody writes who sees another text on the paper than was sent: all of a line, so that 没有改动 and
`was it changed?` are none."""
_TRAILING = " .!。！,;~"
_LONGEST_ODD = 80
_MOST_ODD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What an answer says, line by line."""

    rest: bool = False
    """确认 was said: every line without a number of its own is right."""
    lines: tuple[tuple[int, str], ...] = ()
    """The number of a line and the words behind it, in the order they were written."""
    odd: tuple[str, ...] = ()
    """Lines that are neither, shortened for reading; then nothing of the answer is taken."""

    @property
    def says_nothing(self) -> bool:
        """Say whether there is neither a 确认 nor a numbered line."""
        return not self.rest and not self.lines


def written(
    lines: Sequence[str],
    labels: Sequence[Words],
    is_ours: Callable[[int, str], bool] = lambda _number, _words: False,
    between: Sequence[str] = (),
) -> Written:
    """Return what the lines above any quotation say of a letter that lists some values.

    The answer is one block at the top: 确认 and numbered lines, with a greeting before and thanks between.
    It ends at the first line that is neither; a signature may follow.  What stands right below a numbered
    line may be its second half, and what speaks of a number or a label later, or of something that is wrong
    right below the block, may be a correction: all of that is odd.

    Args:
        lines: the sender's own lines in order, the empty ones too.
        labels: what the answered letter called the values that it listed.
        is_ours: says whether a numbered line repeats a line of our letter; there the quotation begins.
        between: lines of the sender within a quotation, where nothing is believed.
    """
    count = len(labels)
    rest = False
    found: list[tuple[int, str]] = []
    after = list(_until_ours(lines, is_ours))
    below_words = False
    while after:
        line = _plain(after[0])
        numbered = _numbered(line)
        if not line:
            below_words = False
        elif numbered is not None:
            found.append(numbered)
            below_words = True
        elif is_confirmation(line):
            rest, below_words = True, False
        elif _POLITE.fullmatch(_folded(line)):
            below_words = False
        else:
            break
        after.pop(0)
    odd = [line for line in lines if _NUMBERS.fullmatch(_plain(line))]
    odd += [line for line in after[:1] if below_words]
    remark = next((line for line in after if _plain(line)), "")
    odd += [remark] if _REMARK.search(_plain(remark)) else []
    odd += [line for line in after if _speaks_of_a_line(_plain(line), count) or _is_labelled(line, labels)]
    odd += between
    odd += [f"{number}: {words}" for number, words in found if _is_more_than_a_value(words, count)]
    odd += [f"{number}" for number, _ in found if not 1 <= number <= count]
    if len({number for number, _ in found}) < len(found):
        odd += [f"{number}: {words}" for number, words in found]
    shown = tuple(_shortened(line) for line in list(dict.fromkeys(odd))[:_MOST_ODD])
    return Written(rest=rest, lines=tuple(found), odd=shown)


def _until_ours(lines: Sequence[str], is_ours: Callable[[int, str], bool]) -> Sequence[str]:
    for at, line in enumerate(lines):
        found = _numbered(_plain(line))
        if found is not None and is_ours(*found):
            return lines[:at]
    return lines


def is_confirmation(line: str) -> bool:
    """Say whether a line is 确认, alone or for the rest."""
    return _REST.fullmatch(_folded(line)) is not None


def says_altered(lines: Sequence[str]) -> bool:
    """Say whether an answer begins with the word that printed text was altered: alone, or for one place.

    Args:
        lines: the sender's own lines in order, the empty ones too.
    """
    for each in lines:
        line = _plain(each)
        numbered = _numbered(line)
        if _ALTERED.fullmatch(_folded(numbered[1] if numbered is not None else line)):
            return True
        if line and numbered is None and _POLITE.fullmatch(_folded(line)) is None:
            return False
    return False


def is_right(words: str) -> bool:
    """Say whether the words behind a number confirm that line."""
    return _folded(words) in _RIGHT


def is_empty(words: str) -> bool:
    """Say whether the words behind a number say that nothing stands there on the paper."""
    return _folded(words) in _EMPTY


def is_denial(words: str) -> bool:
    """Say whether the words behind a number say that a signature is not theirs."""
    return _folded(words) in _NOT


def _numbered(line: str) -> tuple[int, str] | None:
    found = _NUMBERED.fullmatch(line) or _ORDINAL.fullmatch(line) or _CHINESE_NUMBERED.fullmatch(line)
    if found is None:
        return None
    number = found["number"]
    return _CHINESE.get(number) or int(number), found["words"]


def _is_more_than_a_value(words: str, count: int) -> bool:
    """Say whether words behind a number speak of several lines, or only say that the value is wrong."""
    folded = _folded(words)
    others = (int(found[1]) for found in _ANOTHER.finditer(words))
    several = _SEVERAL.fullmatch(folded) is not None or _RIGHT_AND_MORE.fullmatch(folded) is not None
    return folded in _NO_VALUE or several or any(1 <= n <= count for n in others)


def _speaks_of_a_line(line: str, count: int) -> bool:
    found = _numbered(line)
    return (found is not None and 1 <= found[0] <= count) or _SPEAKS_OF.match(line) is not None


def _is_labelled(line: str, labels: Sequence[Words]) -> bool:
    """Say whether a line begins with the label of a value and goes on with what it should be."""
    said = _plain(line)
    known = [each for label in labels for each in (label.zh, label.en) if each and said.startswith(each)]
    return any(_GOES_ON.match(said[len(each) :]) for each in known)


def _plain(line: str) -> str:
    return line.translate(_INVISIBLE).translate(_CIRCLED).strip()


def _folded(line: str) -> str:
    return unicodedata.normalize("NFKC", _plain(line)).casefold().strip(_TRAILING)


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST_ODD else f"{line[:_LONGEST_ODD]}…"
