"""The page that a person opens first: what the case was, how it went, and what is where."""

from collections.abc import Iterator
from datetime import datetime
from html import escape
from urllib.parse import quote

from agent.domain.case import CaseStatus, Filing
from agent.domain.signatures import Signature, Verdict
from agent.domain.statuses import CASE_STATUSES
from agent.domain.words import Language, Words
from agent.letters.values import HOW_SIGNED, Tongue
from agent.letters.viewing import view_item
from agent.service.archives.manifest import Kind, Manifest
from agent.service.archives.parts import Blob, Holdings, Part
from store.codec import WORDS

NAMES = {Language.ZH: "00 目录.html", Language.EN: "00 Contents.html"}

_TITLE = Words(zh="归档目录", en="Contents of the archive")
_CLOSES = Words(zh="已完成，随本次归档关闭", en="complete; it closes with this archive")
"""What is said of a case that is still open: the seal is what closes it."""
_KINDS = {
    Kind.INDEX: Words(zh="目录", en="contents"),
    Kind.SENT: Words(zh="发出的表格", en="form as sent"),
    Kind.RETURNED: Words(zh="收回的表格（原件）", en="form as returned (original)"),
    Kind.READ: Words(zh="识别结果", en="form as read"),
    Kind.FILE: Words(zh="附件", en="attached file"),
    Kind.SIGNATURE: Words(zh="签署凭据", en="proof of signature"),
    Kind.COMPILED: Words(zh="汇总文件", en="compiled document"),
    Kind.RECORD: Words(zh="沟通记录表", en="communication record"),
    Kind.MAIL_IN: Words(zh="收到的邮件（原文）", en="mail received (raw)"),
    Kind.MAIL_OUT: Words(zh="发出的邮件（原文）", en="mail sent (raw)"),
    Kind.DATA: Words(zh="数据", en="data"),
}
_VERDICTS = {
    Verdict.SIGNED: Words(zh="已签", en="signed"),
    Verdict.UNCLEAR: Words(zh="不清楚", en="unclear"),
    Verdict.UNSIGNED: Words(zh="未签", en="not signed"),
}
_CHECK = Words(
    zh="校验：运行 formclerk verify 加上本归档的文件名，无需联网，也无需数据库。",
    en="To check it, run formclerk verify with the name of this archive; no network, no database needed.",
)
_STYLE = (
    'body{font:15px/1.6 "Microsoft YaHei","PingFang SC","Noto Sans CJK SC",sans-serif;max-width:60em;'
    "margin:2em auto;padding:0 1em;color:#222}h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em}"
    "table{border-collapse:collapse;width:100%}td,th{border:1px solid #ccc;padding:.3em .6em;text-align:left;"
    "vertical-align:top}th{background:#f3f5f7;font-weight:600}.nowrap{white-space:nowrap}"
)


def index_file(language: Language, held: Holdings, about: Manifest, parts: tuple[Part, ...]) -> bytes:
    """Return the index as one HTML page without scripts or anything from outside.

    Args:
        language: of the page; file names stay in the language of the case.
        held: the case.
        about: the manifest, for its dates and retention.
        parts: everything that lies in the archive beside the index.
    """
    return "".join(_Page(language, held, about, parts).lines()).encode(errors="replace")


class _Page:
    def __init__(self, language: Language, held: Holdings, about: Manifest, parts: tuple[Part, ...]) -> None:
        self._held = held
        self._about = about
        self._parts = tuple(sorted(parts, key=lambda each: each.path))
        self._tongue: Tongue = held.tongue(language)
        self._paths = {
            each.source.digest: each.path for each in reversed(self._parts) if isinstance(each.source, Blob)
        }

    def lines(self) -> Iterator[str]:
        lang = "zh-CN" if self._tongue.language is Language.ZH else "en"
        title = escape(f"{self._held.case.title or self._held.case.id} – {self._say(_TITLE)}")
        yield f'<!DOCTYPE html>\n<html lang="{lang}">\n<head><meta charset="utf-8">\n<title>{title}</title>\n'
        yield f"<style>{_STYLE}</style></head>\n<body>\n<h1>{title}</h1>\n"
        yield from self._facts()
        yield from self._signatures()
        yield from self._files()
        yield from self._course()
        yield "</body>\n</html>\n"

    def _facts(self) -> Iterator[str]:
        case, tongue, about = self._held.case, self._tongue, self._about
        rows = (
            (self._two("编号", "Number"), case.id),
            (self._two("项目", "Project"), case.title),
            (
                self._two("结果", "Result"),
                self._say(_CLOSES if case.status is CaseStatus.OPEN else CASE_STATUSES[case.status]),
            ),
            (self._two("发起人", "Begun by"), tongue.name(case.initiator)),
            (self._two("立项时间", "Begun"), self._when(case.began)),
            (self._two("封存时间", "Sealed"), self._when(about.sealed)),
            (
                self._two("流程", "Process"),
                f"{self._say(self._held.process.title)} {case.process.version}",
            ),
            (self._two("保管期限", "Retention"), self._say(about.kept)),
            (self._two("法律保留", "Legal hold"), about.legal_hold or self._two("无", "none")),
        )
        yield "<table>\n"
        for name, value in rows:
            yield f'<tr><th class="nowrap">{escape(name)}</th><td>{escape(value)}</td></tr>\n'
        yield f"</table>\n<p>{escape(self._say(_CHECK))}</p>\n"

    def _signatures(self) -> Iterator[str]:
        signed = [(filing, mark) for filing in self._held.case.filings for mark in filing.signatures]
        if not signed:
            return
        yield f"<h2>{self._two('签署', 'Signatures')}</h2>\n"
        yield self._head(
            ("表格", "Form"), ("签署栏", "Place"), ("提交人", "From"), ("时间", "When"), ("方式", "How")
        )
        for filing, mark in signed:
            yield self._signature(filing, mark)
        yield "</table>\n"

    def _signature(self, filing: Filing, mark: Signature) -> str:
        form = self._held.process.forms.get(filing.form)
        item = self._held.case.item(filing.item)
        seat = view_item(item, self._held.case, self._held.process, self._tongue).seat if item else ""
        title = f"{self._say(form.title) if form is not None else filing.form} {seat}".strip()
        slot = self._say(form.label_of(mark.slot)) if form is not None else mark.slot
        how = self._say(HOW_SIGNED[mark.how]) if mark.how is not None else ""
        said = " ".join(each for each in (self._say(_VERDICTS[mark.verdict]), how, mark.who) if each)
        return (
            f"<tr><td>{self._link(filing.document.digest, title)}</td><td>{escape(slot)}</td>"
            f"<td>{escape(self._tongue.name(filing.by))}</td>"
            f'<td class="nowrap">{escape(self._when(filing.at))}</td>'
            f"<td>{self._link(mark.picture, said)}</td></tr>\n"
        )

    def _files(self) -> Iterator[str]:
        yield f"<h2>{self._two('文件', 'Files')}</h2>\n"
        yield self._head(("内容", "What"), ("文件", "File"))
        folder = None
        for each in self._parts:
            here, _, name = each.path.rpartition("/")
            if here != folder:
                folder = here
                yield f'<tr><th colspan="2">{escape(here)}</th></tr>\n'
            what = self._say(_KINDS[each.kind])
            about = self._say(each.about) if each.kind is Kind.DATA else ""
            yield (
                f'<tr><td class="nowrap">{escape(about or what)}</td>'
                f'<td><a href="{escape(quote(each.path))}">{escape(name)}</a></td></tr>\n'
            )
        yield "</table>\n"

    def _course(self) -> Iterator[str]:
        yield f"<h2>{self._two('经过', 'What happened')}</h2>\n"
        yield self._head(("时间", "When"), ("经过", "What"))
        for entry in self._held.entries:
            said = WORDS.load(entry.because)
            when, what = self._when(entry.at), said.in_(self._tongue.language)
            yield f'<tr><td class="nowrap">{escape(when)}</td><td>{escape(what)}</td></tr>\n'
        yield "</table>\n"

    def _head(self, *names: tuple[str, str]) -> str:
        return f"<table>\n<tr>{''.join(f'<th>{self._two(*each)}</th>' for each in names)}</tr>\n"

    def _link(self, digest: str, words: str) -> str:
        path = self._paths.get(digest)
        return f'<a href="{escape(quote(path))}">{escape(words)}</a>' if path is not None else escape(words)

    def _when(self, moment: datetime) -> str:
        """Return a moment with its year: an archive is read many years later."""
        return f"{moment.astimezone(self._held.world.workdays.zone):%Y-%m-%d %H:%M}"

    def _say(self, words: Words) -> str:
        return self._tongue.words(words)

    def _two(self, zh: str, en: str) -> str:
        return Words(zh=zh, en=en).in_(self._tongue.language)
