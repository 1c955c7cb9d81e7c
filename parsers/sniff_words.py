"""What the sender of a file that we cannot open is told: why, and what to do instead."""

from collections.abc import Mapping

from agent.domain.problems import Problem
from agent.domain.words import Words

_FOUND = 80
_NOT_BLOCKING = frozenset({"read_by_person"})


def file_problem(code: str, say: Words, name: str) -> Problem:
    """Return the problem of a file; `name` is shown as what was found."""
    found = name if len(name) <= _FOUND else name[: _FOUND - 1] + "…"
    return Problem(code=code, found=found, say=say, blocks=code not in _NOT_BLOCKING)


_BY_PERSON = Words(
    zh="这份文件无法自动读取，已转由人工阅读：我们已收到，负责人看过后会答复您。如需更快处理，"
    "请直接填写我们发出的 Word 或 PDF 表格并发回。",
    en="This file could not be read automatically and goes to a person: it has arrived, and you will hear "
    "from us. "
    "To be quicker, please fill in the Word or PDF form that we sent you and return that.",
)
_NOT_WORD = Words(
    zh="请用 Word 或 WPS 打开我们发给您的表格，填写后保存为 .docx 再发回。",
    en="Please open the form we sent you in Word or WPS, fill it in, save it as .docx and return it.",
)

KINDS: Mapping[str, Words] = {
    "docm": Words(
        zh="文件含有宏，出于安全考虑没有打开。请另存为不带宏的“Word 文档（.docx）”再发回。",
        en="The file contains macros and was not opened, for safety. "
        "Please save it as “Word Document (.docx)” without macros and return it.",
    ),
    "doc": Words(
        zh="这是旧版 Word 格式（.doc）。请在 Word 或 WPS 中另存为 .docx 再发回。",
        en="This is the old Word format (.doc). Please save it as .docx in Word or WPS and return it.",
    ),
    "encrypted": Words(
        zh="文件设有打开密码，无法读取。请取消密码后再发回，Word（.docx）或 PDF 均可。",
        en="The file is protected with a password and cannot be opened. "
        "Please remove the password and return it, as Word (.docx) or PDF.",
    ),
    "pdf": _BY_PERSON,
    "png": _BY_PERSON,
    "jpg": _BY_PERSON,
    "heic": _BY_PERSON,
    "tiff": _BY_PERSON,
    "picture": _BY_PERSON,
    "ofd": Words(
        zh="OFD 文件目前由人工阅读：我们已收到，负责人看过后会答复您。如需更快处理，"
        "请直接填写 Word 表格（.docx）发回。",
        en="OFD files are read by a person for now: yours has arrived, and you will hear from us. "
        "To be quicker, please fill in the Word form (.docx) and return that.",
    ),
    "archive": Words(
        zh="无法打开 RAR、7z 压缩包。请把文件直接作为附件发回，或压缩为 .zip。",
        en="RAR and 7z archives cannot be opened. Please attach the files themselves, or pack them as .zip.",
    ),
    "rtf": _NOT_WORD,
    "odt": _NOT_WORD,
    "html": _NOT_WORD,
    "xlsx": Words(
        zh="这是 Excel 文件，不是要填的表格。请填写我们发给您的 Word 表格（.docx）并发回；"
        "表格可以作为附件一并发送。",
        en="This is an Excel workbook, not the form. Please fill in the Word form (.docx) we sent you and "
        "return "
        "it; the workbook may come along as a further attachment.",
    ),
    "office": _NOT_WORD,
    "msg": Words(
        zh="这是 Outlook 邮件文件（.msg），无法打开。请把其中的 Word 表格直接作为附件发回。",
        en="This is an Outlook mail file (.msg) and cannot be opened. "
        "Please attach the Word form itself and send it again.",
    ),
    "winmail": Words(
        zh="附件被 Outlook 打包成了 winmail.dat，无法打开。请在 Outlook 中把邮件格式改为“HTML”或“纯文本”，"
        "重新附上表格后发回。",
        en="Outlook packed the attachments into winmail.dat, which cannot be opened. Please set the message "
        "format "
        "to HTML or plain text in Outlook, attach the form anew and send it again.",
    ),
    "empty": Words(
        zh="文件是空的（0 字节或没有内容）。请检查后重新附上填好的表格再发回。",
        en="The file is empty. Please check it, attach the filled form anew and return it.",
    ),
    "unknown": Words(
        zh="无法识别这个文件，可能已损坏。请把填好的表格保存为 .docx 再发回。",
        en="The file could not be recognised; it may be damaged. Please save the filled form as .docx and "
        "return it.",
    ),
}
"""By kind of file (`parsers.sniff.Kind`); a kind that is not here needs no word."""

FAULTS: Mapping[str, Words] = {
    "broken": Words(
        zh="文件已损坏，无法打开。请在 Word 或 WPS 中打开原文件，重新保存后再发回。",
        en="The file is damaged and cannot be opened. "
        "Please open the original in Word or WPS, save it again and return it.",
    ),
    "encrypted_zip": Words(
        zh="压缩包设有密码，无法打开。请把文件直接作为附件发回，不要加密。",
        en="The archive is protected with a password. Please attach the files themselves, without a "
        "password.",
    ),
    "too_many_members": Words(
        zh="压缩包里的文件太多，没有打开。请只把填好的表格作为附件发回。",
        en="The archive holds too many files and was not opened. Please attach only the filled form.",
    ),
    "zip_bomb": Words(
        zh="文件展开后异常大，出于安全考虑没有打开。请用我们发给您的表格重新填写后发回。",
        en="The file would grow beyond measure when unpacked and was not opened, for safety. "
        "Please fill in the form we sent you anew and return it.",
    ),
    "nested_zip": Words(
        zh="压缩包里层层套着压缩包，没有打开。请把填好的表格直接作为附件发回。",
        en="The archive holds archives within archives and was not opened. "
        "Please attach the filled form itself.",
    ),
    "doctype": Words(
        zh="文件内容异常（含有 Word 不会写入的声明），出于安全考虑没有打开。"
        "请用我们发给您的表格重新填写后发回。",
        en="The file holds declarations that Word never writes and was not opened, for safety. "
        "Please fill in the form we sent you anew and return it.",
    ),
    "xml_too_large": Words(
        zh="文档内容太大，没有打开。请只填写表格本身，把大段资料作为单独的附件发送。",
        en="The document is too large and was not opened. Please fill in the form only, and attach long "
        "material as separate files.",
    ),
    "file_too_large": Words(
        zh="文件太大，没有打开。请压缩图片或拆分文件后再发回。",
        en="The file is too large and was not opened. Please reduce its pictures or split it, and send it "
        "again.",
    ),
}
"""By fault (`parsers.containers.Fault`, and the size of the file itself)."""
