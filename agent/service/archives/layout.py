"""Where everything of a case lies in its archive.

00 目录.html                                      what is where, in both languages
01 需求发起与接收/02 需求确认/研发部 第1次/…      each sheet: as sent, as returned, as read, its signatures
05 问题升级/…                                     disputes, in the same way
06 汇总文件/…                                     trackers, minutes and other documents that we compiled
07 收到的邮件/…  08 发出的邮件/…                  every mail, raw
data/…                                            the case, journal, letters and mails, for programs
"""

from collections import Counter
from datetime import datetime
from hashlib import sha256

from agent.domain.case import FileRef
from agent.domain.effects import FormOrder
from agent.domain.events import CaseStarted, FormReturned
from agent.domain.mail import Attachment
from agent.domain.words import Language, Words
from agent.domain.work_items import ItemId
from agent.letters.viewing import view_item
from agent.service.archives.enclosures import Enclosures
from agent.service.archives.manifest import Kind
from agent.service.archives.names import Names, part
from agent.service.archives.parts import Blob, Enclosed, Holdings, Made, Part, Source
from agent.service.archives.readings import confirmed_of, reading_file
from store import references
from store.letters import Outgoing

_FOLDER = 40
"""UTF-16 units of a folder's name, so that three of them leave room for a file's."""
_COMPILED = "compiled/"
_LANGUAGES = {Language.ZH: Words(zh="中文", en="Chinese"), Language.EN: Words(zh="英文", en="English")}

_SENT = Words(zh="发出", en="sent")
_RETURNED = Words(zh="收回", en="returned")
_READ = Words(zh="识别结果", en="as read")
_SIGNATURE = Words(zh="签署", en="signature")
_UNCOMPARED = Words(zh="未能核对的文字", en="text that was not compared")
_CROP = Words(zh="核对截图", en="picture of what was confirmed")
_FILE = Words(zh="附件", en="file")
_STARTED = Words(zh="发起邮件的附件", en="files of the first mail")
_SUMMARIES = Words(zh="汇总文件", en="Compiled documents")
_INBOX = Words(zh="收到的邮件", en="Mail received")
_OUTBOX = Words(zh="发出的邮件", en="Mail sent")
_OTHER = Words(zh="其他文件", en="Other files")


class Layout:
    """Places the holdings of one case; the same holdings always get the same places."""

    def __init__(self, held: Holdings, enclosures: Enclosures) -> None:
        self._held = held
        self._enclosures = enclosures
        self._language = held.case.language
        self._tongue = held.tongue(self._language)
        self._names = Names()
        self._parts: list[Part] = []
        self._counts: Counter[tuple[str, str]] = Counter()
        self._seen: set[tuple[str, str]] = set()
        self.mails: dict[int, str] = {}
        """The path of each mail that came, by its number in the ledger."""
        self.letters: dict[str, str] = {}
        """The path of each letter that has left, by its key."""

    def place(self, records: tuple[tuple[FormOrder, Attachment], ...]) -> tuple[Part, ...]:
        """Return every part of the archive but the data and the index.

        Args:
            records: the documents that sum the case up, filled.
        """
        self._place_started()
        for letter in self._held.letters:
            self._place_forms(letter)
        for event in self._held.events:
            if isinstance(event, FormReturned):
                self._place_return(event)
        for order, record in records:
            self._place_record(order, record)
        self._place_mails()
        self._place_the_rest()
        return tuple(self._parts)

    def _place_started(self) -> None:
        for event in self._held.events:
            if isinstance(event, CaseStarted):
                folder = f"{self._home(self._held.process.begins)}/{self._said(_STARTED)}"
                for file in event.files:
                    self._add(folder, file.name, Kind.FILE, Blob(file.digest), _STARTED)

    def _place_forms(self, letter: Outgoing) -> None:
        if letter.rendered is None:
            return
        for position, order in enumerate(letter.send.forms):
            source = Enclosed(letter.rendered, position)
            digest = sha256(self._enclosures.get(letter.rendered, position)).hexdigest()
            sheet = order.sheet
            if (sheet.item, digest) in self._seen:
                continue  # a reminder carries the same file again
            self._seen.add((sheet.item, digest))
            form = self._held.process.forms[sheet.form]
            title = self._tongue.words(form.title)
            if sheet.item.startswith(_COMPILED):
                folder = f"{self._top(1)} {self._said(_SUMMARIES)}/{part(title, _FOLDER)}"
                day = self._day(letter)
                self._add(
                    folder,
                    f"{day} {title} {self._said(_LANGUAGES[sheet.language])}.docx",
                    Kind.COMPILED,
                    source,
                    form.title,
                )
                continue
            folder = self._folder(ItemId(sheet.item))
            name = f"{self._said(_SENT)} {self._next(folder, 'sent')} {self._day(letter)} {title}"
            self._add(folder, f"{name}.docx", Kind.SENT, source, form.title)
            if digest in self._held.pdfs:
                self._add(folder, f"{name}.pdf", Kind.SENT, Blob(self._held.pdfs[digest]), form.title)

    def _place_return(self, event: FormReturned) -> None:
        form = self._held.process.forms.get(event.form)
        title = form.title if form is not None else Words.same(event.form)
        folder = self._folder(event.item)
        number = self._next(folder, "returned")
        day = self._stamp(event.at)
        name = f"{self._said(_RETURNED)} {number} {day} {event.document.name}"
        self._add(folder, name, Kind.RETURNED, Blob(event.document.digest), title)
        content = reading_file(event, self._held)
        self._add(folder, f"{self._said(_READ)} {number}.json", Kind.READ, Made(content), _READ)
        for mark in event.signatures:
            if mark.picture:
                slot = self._tongue.words(form.label_of(mark.slot)) if form is not None else mark.slot
                what = f"{self._said(_SIGNATURE)} {number} {slot}.png"
                self._add(folder, what, Kind.SIGNATURE, Blob(mark.picture), _SIGNATURE)
        for at, unclear in enumerate(event.uncompared, 1):
            if unclear.picture:
                what = f"{self._said(_UNCOMPARED)} {number}-{at}.png"
                self._add(folder, what, Kind.FILE, Blob(unclear.picture), _UNCOMPARED)
        for copy in event.parts:
            name = f"{self._said(_RETURNED)} {number} {day} {copy.name}"
            self._add(folder, name, Kind.RETURNED, _blob(copy), title)
        for file in event.files:
            self._add(folder, f"{self._said(_FILE)} {number} {file.name}", Kind.FILE, _blob(file), _FILE)
        for doubt in confirmed_of(event, self._held):
            if doubt.picture:
                place = self._tongue.words(form.label_of(doubt.field)) if form is not None else doubt.field
                what = f"{self._said(_CROP)} {number} {place}.png"
                self._add(folder, what, Kind.FILE, Blob(doubt.picture), _CROP)

    def _place_record(self, order: FormOrder, record: Attachment) -> None:
        step = next((s.id for s in self._held.process.steps.values() if s.form == order.sheet.form), "")
        form = self._held.process.forms[order.sheet.form]
        name = f"{self._tongue.words(form.title)} {self._said(_LANGUAGES[order.sheet.language])}.docx"
        self._add(self._home(step), name, Kind.RECORD, Made(record.content), form.title)

    def _place_mails(self) -> None:
        folder = f"{self._top(2)} {self._said(_INBOX)}"
        for number, mail in enumerate(self._held.mails, 1):
            entry = mail.entry
            who = self._tongue.name(entry.sender)
            name = f"{number:04} {self._stamp(entry.received_at)} {who} {entry.subject}"
            about = Words.same(f"{who} {entry.subject}")
            self.mails[entry.id] = self._add(folder, _eml(name), Kind.MAIL_IN, Blob(entry.digest), about)
        folder = f"{self._top(3)} {self._said(_OUTBOX)}"
        for number, letter in enumerate(self._held.letters, 1):
            if letter.rendered is not None:
                subject = self._enclosures.subject(letter.rendered)
                name = f"{number:04} {self._day(letter)} {subject}"
                about = Words.same(f"{self._tongue.names(letter.send.to)} {subject}")
                source = Blob(letter.rendered)
                self.letters[letter.send.key] = self._add(folder, _eml(name), Kind.MAIL_OUT, source, about)

    def _place_the_rest(self) -> None:
        """Nothing that the case speaks of may be missing, however it came into the case."""
        placed = {each.source.digest for each in self._parts if isinstance(each.source, Blob)}
        left = self._held.case.archive.digest if self._held.case.archive is not None else ""
        for digest in dict.fromkeys(references.of_case(self._held.case)):
            if digest and digest != left and digest not in placed:
                folder = f"{self._top(4)} {self._said(_OTHER)}"
                self._add(folder, self._name_of(digest), Kind.FILE, Blob(digest), _OTHER)

    def _name_of(self, digest: str) -> str:
        case = self._held.case
        filed = (file for each in case.filings for file in (each.document, *each.files, *each.parts))
        waiting = (*case.held, *case.laid_by)
        held = (file for each in waiting for file in (each.document, *each.files, *each.parts))
        named = (file.name for file in (*filed, *held, *case.communications) if file.digest == digest)
        return next(named, f"{digest[:16]}.png")

    def _folder(self, item: ItemId) -> str:
        """Return the folder of one sheet: stage, step, seat and round."""
        found = self._held.case.item(item)
        if found is None:
            return f"{self._home(item.partition('/')[0])}/{part(item, _FOLDER)}"
        meeting = next((m for m in self._held.case.meetings if m.id == found.subject), None)
        if meeting is not None:
            seat = f"{self._held.world.workdays.day_of(meeting.at)}"
        else:
            seat = view_item(found, self._held.case, self._held.process, self._tongue).seat
        again = self._said(Words(zh=f"第{found.round}次", en=f"round {found.round}"))
        # The round stands at the end and must survive when a long title is cut.
        return f"{self._home(found.step)}/{f'{part(seat, _FOLDER)} ' if seat else ''}{again}"

    def _home(self, step: str) -> str:
        """Return the folder of a step or ladder."""
        process = self._held.process
        for number, stage in enumerate(process.stages, 1):
            if step in stage.steps:
                top = part(f"{number:02} {self._tongue.words(stage.title)}", _FOLDER)
                title = self._tongue.words(process.steps[step].title)
                return f"{top}/{part(f'{stage.steps.index(step) + 1:02} {title}', _FOLDER)}"
        ladder = process.ladders.get(step)
        title = self._tongue.words(ladder.title) if ladder is not None else self._said(_OTHER)
        return part(f"{self._top(0)} {title}", _FOLDER)

    def _top(self, more: int) -> str:
        return f"{len(self._held.process.stages) + 1 + more:02}"

    def _next(self, folder: str, what: str) -> int:
        self._counts[folder, what] += 1
        return self._counts[folder, what]

    def _add(self, folder: str, name: str, kind: Kind, source: Source, about: Words) -> str:
        path = self._names.claim(folder, name)
        self._parts.append(Part(path=path, kind=kind, source=source, about=about))
        return path

    def _said(self, words: Words) -> str:
        return words.in_(self._language)

    def _day(self, letter: Outgoing) -> str:
        return self._stamp(letter.sent_at or letter.added_at)

    def _stamp(self, moment: datetime) -> str:
        return f"{moment.astimezone(self._held.world.workdays.zone):%Y-%m-%d %H%M}"


def _blob(file: FileRef) -> Blob:
    return Blob(file.digest)


def _eml(name: str) -> str:
    return f"{part(name, 76)}.eml"
