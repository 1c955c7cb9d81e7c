"""What readers say about marks in signature slots: one sentence per named reason, and what to do about it.

A reader writes a reason as `code: words` into `Signature.reasons`; whoever shows it to a person looks the
code up here, so that it is told in the person's language.
"""

from collections.abc import Mapping

from agent.domain.words import Words

DIGITAL: Mapping[str, Words] = {
    "digital_not_verified": Words(
        zh="文件带有数字签名，但无法验证", en="the digital signature cannot be verified"
    ),
    "digital_odd_file": Words(
        zh="文件结构异常，无法确认数字签名覆盖了什么",
        en="the file is built so oddly that nobody can say what is signed",
    ),
    "digital_broken": Words(
        zh="数字签名与文件内容不符：签名后内容被改动，或文件已损坏",
        en="the digital signature does not match the file: it was changed after signing, or damaged",
    ),
    "changed_afterwards": Words(zh="签名后文件又被改动", en="the file was changed after it was signed"),
    "partial_coverage": Words(
        zh="数字签名没有覆盖整个文件", en="the digital signature does not cover the whole file"
    ),
    "no_signing_certificate": Words(
        zh="数字签名没有写明所用的证书", en="the digital signature does not say which certificate made it"
    ),
    "weak_algorithm": Words(
        zh="签名或证书的算法强度不足（MD5、SHA-1 或短密钥）",
        en="the signature or a certificate uses an algorithm that is too weak (MD5, SHA-1, a short key)",
    ),
    "unknown_algorithm": Words(
        zh="签名算法不受支持（例如国密 SM2）",
        en="the signature algorithm is not supported here (SM2, for example)",
    ),
    "no_roots": Words(
        zh="本公司尚未配置受信任的根证书", en="this house has configured no root certificates to trust"
    ),
    "untrusted_root": Words(
        zh="证书不是由本公司信任的机构签发的",
        en="the certificate comes from no authority that this house trusts",
    ),
    "self_signed": Words(zh="证书是自签名的", en="the certificate is signed by its holder alone"),
    "expired": Words(zh="证书已过期", en="the certificate has expired"),
    "not_yet_valid": Words(zh="证书尚未生效", en="the certificate is not valid yet"),
    "revoked": Words(zh="证书已被吊销", en="the certificate was revoked"),
    "wrong_usage": Words(
        zh="证书的用途不包括签署文件", en="the certificate is not meant for signing documents"
    ),
    "bad_chain": Words(zh="证书链无效", en="the chain of certificates is not valid"),
    "revocation_unknown": Words(
        zh="文件中没有证书吊销信息，未核对是否吊销",
        en="whether the certificate was revoked is not known: the file brings nothing about it",
    ),
    "unknown_holder": Words(
        zh="通讯录里没有证书持有人", en="the holder of the certificate is not in the directory"
    ),
    "unknown_mail": Words(
        zh="证书所载邮箱不在通讯录里，仅姓名相同",
        en="the mail address in the certificate is not in the directory, only the name is",
    ),
    "digital_without_place": Words(
        zh="数字签名没有指明属于哪个签字栏", en="the digital signature does not say which slot it is for"
    ),
}
"""Reasons of the readers of digital signatures (parsers.digital.marks)."""


WORD: Mapping[str, Words] = {
    "signature_line": Words(zh="签名行尚未签署", en="there is a signature line that nobody has signed"),
    "agreement_only": Words(zh="只写了同意，没有署名", en="the slot says that somebody agrees, but not who"),
    "unknown_name": Words(zh="通讯录里没有这个姓名", en="nobody in the directory has this name"),
    "blank_picture": Words(zh="图片是空白的", en="the picture shows nothing"),
    "tiny_picture": Words(zh="图片太小，不像签名", en="the picture is too small to be a signature"),
    "odd_picture": Words(zh="图片打不开", en="the picture cannot be opened here"),
    "missing_picture": Words(zh="图片不在文件里", en="the picture is not in the file"),
    "linked_picture": Words(zh="图片只是外部链接", en="the picture is only linked, not in the file"),
    "shape": Words(zh="只有图形，不是手写笔迹", en="there is a drawn shape that is no handwriting"),
    "object": Words(zh="嵌入了其他对象", en="there is an embedded object"),
    "picture_elsewhere": Words(
        zh="附近有图片，但不在签字栏内", en="there is a picture near by, but not in the slot"
    ),
    "slot_missing": Words(zh="文件里没有这个签字栏", en="the document has no place for this signature"),
    "empty_slot": Words(zh="签字栏是空的", en="the slot is empty"),
    "floating_beside": Words(
        zh="图片浮动在签字栏所在的行", en="the picture is anchored in the same row as the slot"
    ),
}
"""Reasons of the reader of Word forms (parsers.word.signatures)."""


PDF: Mapping[str, Words] = {
    "slot_missing": Words(zh="文件里没有这个签字栏", en="the document has no place for this signature"),
    "empty_slot": Words(zh="签字栏是空的", en="the slot is empty"),
    "mark_not_judged": Words(
        zh="签字栏里有笔迹、图片或图章，本机未安装识别组件，由人工查看",
        en="something is drawn in the slot; the reader of ink is not installed, so a person looks at it",
    ),
    "agreement_only": Words(zh="只写了同意，没有署名", en="the slot says that somebody agrees, but not who"),
    "unknown_name": Words(zh="通讯录里没有这个姓名", en="nobody in the directory has this name"),
    "other_words_shown": Words(
        zh="签名时表单域显示的内容与其中保存的值不一致，签字人看到的可能是另一个内容",
        en="a form field shows other words than it holds, so the signer may have seen something else",
    ),
}
"""Reasons of the reader of PDF files (parsers.pdf.slots)."""

INK: Mapping[str, Words] = {
    "empty_slot": Words(zh="签字栏是空的", en="the slot is empty"),
    "specks": Words(zh="签字栏内只有斑点", en="there are only specks in the slot"),
    "only_a_line": Words(
        zh="签字栏内只有一条直线（折痕等）",
        en="there is only a straight line in the slot",
    ),
    "hole_or_staple": Words(
        zh="签字栏内只有装订孔或订书钉", en="there is only a punch hole or a staple in the slot"
    ),
    "shows_through": Words(
        zh="签字栏内只有纸张背面透过来的字迹",
        en="only what is on the back of the paper shows through in the slot",
    ),
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
"""Reasons of the reader of ink (parsers.ink.slots)."""

REASONS: Mapping[str, Words] = {**DIGITAL, **WORD, **PDF, **INK}
"""Every named reason, whoever gave it."""


def told(reason: str) -> Words:
    """Return what a reason of `Signature.reasons` says, in both languages; unknown codes speak as written."""
    code, _, words = reason.partition(": ")
    return REASONS.get(code, Words.same(words or reason))
