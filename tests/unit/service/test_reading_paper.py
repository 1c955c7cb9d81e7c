"""Paper is read last, in a process of its own, and whatever it does there holds up nobody."""

from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pypdf

from agent.domain.inbox import MailState
from agent.service import deciding, reading, receiving, rounds
from agent.service.happenings import What
from agent.service.reader import Reader
from parsers.limits import STANDARD
from store.mail_entries import MailEntry
from tests.benchmarks.floors import children
from tests.houses import Company, company, mail


def a_pdf() -> bytes:
    """Return a PDF with an empty page."""
    writer = pypdf.PdfWriter()
    writer.add_blank_page(595, 842)
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def with_paper(here: Company, name: str = "<paper@example.com>") -> None:
    """Let a mail with a PDF arrive."""
    here.write(mail(subject="扫描件", name=name, text=name, files=(("扫描.pdf", a_pdf()),)))


def state(here: Company, name: str) -> MailEntry:
    """Return what the ledger has of a mail."""
    with here.house.look() as work:
        return next(each for each in work.inbox.find(name) if each.message_id == name)  # type: ignore[arg-type]


def test_mails_without_paper_are_decided_before_paper_is_read(tmp_path: Path) -> None:
    """A scan that came first makes nobody wait, and that it was looked at counts as no attempt."""
    with company(tmp_path) as here:
        with_paper(here)
        here.write(mail(name="<plain@example.com>"))
        receiving.receive(here.house)
        reading.read(here.house)
        deciding.settle(here.house)

        assert state(here, "<plain@example.com>").state is MailState.DONE
        waiting = state(here, "<paper@example.com>")
        assert (waiting.state, waiting.attempts) == (MailState.RECEIVED, 0)

        assert reading.read(here.house) == 0
        assert reading.read_paper(here.house) == 1
        assert state(here, "<paper@example.com>").state is MailState.READ


def test_one_mail_with_paper_is_read_in_a_round(tmp_path: Path) -> None:
    """Between two of them the others have their turn; in the end none is left, nor its process."""
    with company(tmp_path) as here:
        for number in range(3):
            with_paper(here, f"<{number}@example.com>")
        receiving.receive(here.house)
        reading.read(here.house)
        before = len(children())
        assert [reading.read_paper(here.house) for _ in range(2)] == [1, 1]
        assert len(children()) == before + 1
        assert [reading.read_paper(here.house) for _ in range(2)] == [1, 0]
        assert len(children()) == before
        rounds.until_quiet(here.house)
        with here.house.look() as work:
            assert work.inbox.counts()[MailState.RECEIVED] == 0


def test_paper_that_kills_its_reader_three_times_is_kept_apart(tmp_path: Path) -> None:
    """A process that may take a twentieth of a second dies of any PDF; the mails behind it go on."""
    with company(tmp_path) as here:
        hasty = replace(STANDARD, paper_seconds=0.05)
        reader = Reader(own=here.house.sender.own, secret=here.house.secret, limits=hasty)
        here.house = replace(here.house, reader=reader)
        with_paper(here)
        here.write(mail(name="<plain@example.com>"))
        rounds.until_quiet(here.house)
        reader.close()

        assert len(here.happened(What.CRASHED)) == 3
        assert state(here, "<paper@example.com>").state is MailState.QUARANTINED
        assert state(here, "<plain@example.com>").state is MailState.DONE
        assert not here.house.paper


def test_what_was_put_off_is_found_again_after_a_restart(tmp_path: Path) -> None:
    """Only the process remembers that it put something off; the ledger knows that it waits."""
    with company(tmp_path) as here:
        with_paper(here)
        receiving.receive(here.house)
        reading.read(here.house)
        box = here.mailbox
    with company(tmp_path, mailbox=box) as here:
        rounds.until_quiet(here.house)
        assert state(here, "<paper@example.com>").state not in {MailState.RECEIVED, MailState.READ}


def test_a_mail_that_a_person_has_taken_meanwhile_is_let_go(tmp_path: Path) -> None:
    """What no longer waits is not read; put back, it waits again."""
    with company(tmp_path) as here:
        with_paper(here)
        receiving.receive(here.house)
        reading.read(here.house)
        entry = state(here, "<paper@example.com>")
        with here.house.unit() as work:
            title = here.house.pack.process.title
            work.inbox.settle(entry.id, MailState.QUARANTINED, title, at=here.house.now())
            work.commit()
        assert reading.read_paper(here.house) == 0
        assert not here.house.paper
        with here.house.unit() as work:
            work.inbox.put_back(entry.id, MailState.RECEIVED)
            work.commit()
        reading.read(here.house)
        assert reading.read_paper(here.house) == 1
