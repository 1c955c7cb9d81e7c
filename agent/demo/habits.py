"""What people do to a clerk; each happens in the demo at least once, and is named when it does.

Only what follows on a scan depends on the house: where the extra `ocr` is not installed, nobody confirms by
mail what was read, and the Word file is sent after all.
"""

from enum import Enum

from agent.domain.words import Words


class Habit(Enum):
    """See the module; the value is what the progress says."""

    ON_TIME = Words(zh="按时答复", en="on time")
    LATE = Words(zh="逾期答复", en="late")
    MISSING_FIELD = Words(zh="漏填必填项", en="a required field is missing")
    CORRECTED = Words(zh="补正后交回", en="put right")
    SUPPLEMENT = Words(zh="要求补充说明", en="needs more information")
    ANSWERED = Words(zh="补充说明", en="gives the information")
    DECLINES = Words(zh="不予受理，引发争议", en="declines: a dispute begins")
    OUT_OF_OFFICE = Words(zh="休假自动回复", en="out of office")
    RULES = Words(zh="高管裁定", en="the executive rules")
    TWICE = Words(zh="同一表格交了两次", en="the same form twice")
    OLD_VERSION = Words(zh="交回了旧版表格", en="an old version of the form")
    STRANGER = Words(zh="陌生人来信", en="a stranger writes")
    MACRO = Words(zh="带宏的附件", en="an attachment with macros")
    DROPS = Words(zh="协调员丢弃", en="the coordinator drops it")
    RELEASES = Words(zh="协调员放行", en="the coordinator releases it")
    MEETING_DECLINED = Words(zh="谢绝会议", en="declines the meeting")
    HANDS_OVER = Words(zh="转办", en="hands it over")
    REFUSES = Words(zh="拒绝会签", en="refuses to sign")
    AMENDS = Words(zh="修改后重新会签", en="amends; only who is touched signs again")
    LAGGING = Words(zh="任务滞后", en="a task lags")
    CHANGE = Words(zh="需求变更", en="asks for a change")
    FILES = Words(zh="留存往来邮件", en="files a communication")
    STATUS = Words(zh="查询状态", en="asks for the status")
    DIGITAL = Words(zh="PDF 上数字签名", en="signs the PDF with a certificate")
    PHOTO = Words(zh="纸上签字盖章，拍照交回", en="signs and stamps on paper, sends a photo")
    SCAN = Words(zh="扫描件上手写日期涂改", en="a scan with a date written over")
    CONFIRMS = Words(zh="回信确认存疑内容", en="confirms by mail what was doubtful")
    WORD_AFTER_ALL = Words(zh="改交 Word 表格", en="sends the Word form after all")
    DELIVERS = Words(zh="提交成果文件", en="hands in a deliverable with files")
    REWORK = Words(zh="验收需整改", en="acceptance wants rework")
    REWORKED = Words(zh="整改完成", en="rework is done")
    PASSES = Words(zh="验收通过", en="acceptance passes")
    SUMMARY = Words(zh="总结", en="sums up")


def expected(*, reads_scans: bool) -> frozenset[Habit]:
    """Return what must happen, where scans can be read or where they go to a person."""
    other = Habit.WORD_AFTER_ALL if reads_scans else Habit.CONFIRMS
    return frozenset(Habit) - {other}
