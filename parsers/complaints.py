"""What readers find wrong, as sentences to the person who filled the form, in both languages."""

from agent.domain.complaints import OF_VALUES
from agent.domain.problems import Problem
from agent.domain.words import Words

_SHOWN = 80
"""Characters of the found words that a problem repeats."""

_SAY = {
    **OF_VALUES,
    "bad_date": Words(
        zh="请写成完整的日期，例如 2026-03-05 或 2026年3月5日；需要时间的，写成 2026-03-05 14:30。",
        en="Please write a full date such as 2026-03-05 or 5 March 2026; with a time: 2026-03-05 14:30.",
    ),
    "bad_number": Words(zh="请只填一个数字，例如 80。", en="Please write one number only, such as 80."),
    "several_persons": Words(zh="这里只能填一个人。", en="Only one person can be named here."),
    "several_departments": Words(zh="这里只能填一个部门。", en="Only one department can be named here."),
    "not_a_choice": Words(
        zh="请从给出的选项中选择一项。", en="Please choose exactly one of the answers that are offered."
    ),
    "repeated_text": Words(
        zh="保存时文字被重复了四遍（旧版 LibreOffice 会这样），请核对内容，或用 Word、WPS 另存后再发。",
        en="Saving has repeated every text four times (an old LibreOffice does that); please check the "
        "values, or save with Word or WPS and send the form again.",
    ),
    "not_a_document": Words(
        zh="这个文件不是 Word 表格，没有读取。", en="This file is not a Word form; it was not read."
    ),
    "no_form": Words(
        zh="没有认出这是哪一张表格，请用系统发出的 Word 表格填写。",
        en="This is none of our forms; please fill in the Word form that was sent to you.",
    ),
    "strange_form": Words(
        zh="这张表格不属于本系统现有的表格。", en="This form is not one of those in use here."
    ),
    "xfa": Words(
        zh="这是 XFA 动态表单，其内容无法可靠读取。"
        "请填写我们发出的 Word 或 PDF 表格，或将填好的文件打印成 PDF 后发回。",
        en="This is an XFA form, whose content cannot be read reliably. Please fill the Word or PDF form "
        "that we sent, or print what you filled to a PDF and send that.",
    ),
    "older_version": Words(
        zh="这是旧版表格，新旧两版都有的栏目已读取。",
        en="This is another version of the form; what both versions share was read.",
    ),
    "wrong_code": Words(
        zh="页脚印的编码与文件内的编号不符，文件可能由几张表格拼成。",
        en="The code printed on the page does not belong to this file; it may be made up of several forms.",
    ),
    "two_sheets": Words(
        zh="这份文件里有两张不同表格的编号，请只填写发给您的那一张。",
        en="This file carries the identity of two different forms; please use the one sent to you.",
    ),
    "contradictory_form": Words(
        zh="文件的编号与表格内容不是同一张表格。",
        en="The identity of this file belongs to another form than its contents.",
    ),
    "unreadable": Words(
        zh="文件打不开，可能已损坏，请重新保存后再发。",
        en="The file cannot be opened; it may be damaged. Please save it again and send it once more.",
    ),
    "too_big": Words(zh="文件太大，没有读取。", en="The file is too big and was not read."),
    "picture_too_big": Words(
        zh="图片太大，没有读取；请用 200 至 300 dpi 扫描，或用手机普通画质拍照后再发。",
        en="The picture is too large and was not read; please scan at 200 to 300 dpi, or take an ordinary "
        "photo.",
    ),
    "too_many_pages": Words(
        zh="扫描件页数太多，没有读取；请每张表格单独扫描成一个文件。",
        en="The scan has too many pages and was not read; please scan each form into a file of its own.",
    ),
    "tiny_picture": Words(
        zh="图片太小，看不清文字；请重新扫描或拍照，并以原图发送。",
        en="The picture is too small to be read; please scan or photograph the page again and send it in "
        "full size.",
    ),
    "unread_ink": Words(
        zh="这里有字迹，但没有认出来，请写明内容。",
        en="There is writing here that could not be read; please say what it is.",
    ),
    "cut_off": Words(
        zh="这里的文字超出了格子，末尾看不到，请写明完整内容。",
        en="What stands here is longer than its place and its end cannot be seen; please write it in full.",
    ),
    "no_place": Words(
        zh="扫描件上没有找到这一栏，请写明所填内容；如果没有填写，请写“空”。",
        en="This field was not found on the scan; please say what it holds, or “empty” if it was left empty.",
    ),
    "two_pages": Words(
        zh="照片里不止一页，只读取了最大的一页；请每页单独拍摄。",
        en="There is more than one page on the picture, and only the largest was read; please take a picture "
        "of each page.",
    ),
    "pages_left": Words(
        zh="扫描件页数较多，后面几页没有读完；请分几封邮件发送。",
        en="The scan is long and its last pages were not read; please send it in several mails.",
    ),
    "too_many_rows": Words(
        zh="表格的行数太多，请分几份填写。", en="The table has too many rows; please divide it."
    ),
}

WARNINGS = frozenset({"older_version"})
"""Codes that travel with the form and do not send it back."""


def complain(code: str, *, field: str = "", found: str = "") -> Problem:
    """Return the problem called `code`, with what was found shortened for reading."""
    words = " ".join(found.split())
    short = words if len(words) <= _SHOWN else f"{words[: _SHOWN - 1]}…"
    say = _SAY.get(code)
    if say is None:
        say = Words(zh=f"无法读取（{code}）。", en=f"This could not be read ({code}).")
    return Problem(code=code, field=field, found=short, say=say, blocks=code not in WARNINGS)
