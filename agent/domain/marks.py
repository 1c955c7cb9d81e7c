"""What readers say about marks in signature slots: one sentence per named reason, and what to do about it.

A reader writes a reason as `code: words` into `Signature.reasons`; whoever shows it to a person looks the
code up here, so that it is told in the person's language.
"""

from collections.abc import Mapping

from agent.domain.words import Words

INK: Mapping[str, Words] = {
    "empty_slot": Words(zh="签字栏是空的", en="the slot is empty"),
    "specks": Words(zh="签字栏内只有斑点", en="there are only specks in the slot"),
    "unseen": Words(zh="签字栏的图像看不清", en="the picture of the slot cannot be seen clearly"),
    "faint": Words(zh="笔迹太浅", en="the mark is too faint"),
    "too_little": Words(
        zh="只有零星笔画，不像完整的签名", en="there are only a few strokes, too little for a signature"
    ),
    "blot": Words(zh="只有污渍或涂抹，没有笔迹", en="there is a stain or a blot, no writing"),
    "crossed_out": Words(zh="签字栏被划掉", en="the slot is crossed out"),
    "struck_out": Words(zh="签名似乎被划去", en="the signature seems to be struck out"),
    "reaches_in": Words(
        zh="笔迹从签字栏外延伸进来，无法确定属于本栏",
        en="the mark runs in from outside, so it may belong to the place beside it",
    ),
    "neighbours_mark": Words(
        zh="栏内只有旁边签名的笔画", en="only strokes of the signature beside it reach into the slot"
    ),
    "neighbours_seal": Words(
        zh="栏内只有旁边印章的边缘", en="only the edge of a seal beside it reaches into the slot"
    ),
    "seal": Words(zh="盖有印章", en="a seal is stamped here"),
    "seal_beside": Words(
        zh="印章盖在签字栏边缘，无法确定属于本栏",
        en="the seal lies on the edge of the slot, so it may be meant for another",
    ),
    "faint_seal": Words(zh="似有印章，但印迹不完整", en="there may be a seal, but its print is incomplete"),
    "under_seal": Words(
        zh="黑白扫描件中印章与笔迹重叠，无法分辨",
        en="the scan has no colour, and a seal covers whatever may be written",
    ),
    "small_seal": Words(zh="只有方形印章（可能是私章）", en="there is a square seal, perhaps a personal one"),
    "thumb_print": Words(
        zh="似为手印，不能代替签字", en="there seems to be a thumb print, which is no signature"
    ),
    "red_mark": Words(
        zh="有红色印记，但既不像公章也不像签名",
        en="there is a red mark that is neither a round seal nor writing",
    ),
    "typed_or_written": Words(
        zh="无法分辨是打印还是手写", en="it cannot be told whether the words are printed or written"
    ),
    "unknown_name": Words(zh="通讯录里没有这个姓名", en="nobody in the directory has this name"),
    "agreement_only": Words(zh="只写了同意，没有署名", en="the slot says that somebody agrees, but not who"),
    "date_only": Words(zh="只写了日期，没有署名", en="there is a date, but no name"),
    "refused": Words(
        zh="栏内写的是拒绝或“无”，不是签名", en="the words in the slot refuse, they do not sign"
    ),
    "on_behalf": Words(zh="注明由他人代签", en="it says that somebody signed on behalf of another"),
}
"""Reasons of the reader of ink (parsers.ink)."""
