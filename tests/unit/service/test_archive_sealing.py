"""When an archive is built and when not: repetition, lost bytes, letters that have yet to leave."""

import json
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from agent.domain.case import FileRef
from agent.domain.effects import Send, Urgency
from agent.domain.errors import WillNotWork
from agent.domain.mail import address
from agent.domain.words import Language
from agent.service import advancing, archive, delivering, sealing
from agent.service.archives.manifest import LETTERS, Kind
from agent.service.rendering import letter_for
from tests.houses import INITIATOR, MONDAY, Company, company
from tests.unit.service.archived import CASE_1, ORDER, kept_at, of_kind, started


def test_sealing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    """A crash between the archive and its event costs a repetition, and nothing else; time plays no part."""
    with company(tmp_path) as here:
        started(here)
        first = archive.seal(here.house, ORDER)
        kept_at(here, first).unlink()
        here.clock.advance(MONDAY + timedelta(days=3))
        assert archive.seal(here.house, ORDER) == first
        assert kept_at(here, first).exists()


def test_a_lost_blob_seals_nothing(tmp_path: Path) -> None:
    """An archive that would lack an original is not built, and no half of one is left behind."""
    with company(tmp_path) as here:
        started(here, ("plan.docx", b"the plan"))
        here.house.blobs.path(sha256(b"the plan").hexdigest()).unlink()
        with pytest.raises(WillNotWork, match="missing"):
            archive.seal(here.house, ORDER)
        assert list((here.house.folder / "archives" / CASE_1).iterdir()) == []


def test_a_changed_blob_seals_nothing(tmp_path: Path) -> None:
    """Bytes that are no longer what they were are no original."""
    with company(tmp_path) as here:
        started(here, ("plan.docx", b"the plan"))
        here.house.blobs.path(sha256(b"the plan").hexdigest()).write_bytes(b"the plot")
        with pytest.raises(WillNotWork, match="changed"):
            archive.seal(here.house, ORDER)


def _order_letter(here: Company) -> Send:
    send = Send(
        key=f"{CASE_1}/help",
        letter="help",
        to=(address(INITIATOR),),
        language=Language.ZH,
        urgency=Urgency.WORK,
        case=CASE_1,
    )
    with here.house.turn() as turn:
        advancing.keep_letters(turn, (send,))
        turn.work.seals.add(ORDER, turn.now)
        turn.commit()
    return send


def test_sealing_waits_for_the_last_letters(tmp_path: Path) -> None:
    """A letter that quiet hours hold back belongs into the archive as well: every mail does."""
    with company(tmp_path) as here:
        started(here)
        here.clock.advance(MONDAY.replace(hour=22))
        send = _order_letter(here)
        delivering.deliver(here.house)
        assert sealing.seal(here.house) == 0
        here.clock.advance(MONDAY.replace(hour=9) + timedelta(days=1))
        delivering.deliver(here.house)
        assert sealing.seal(here.house) == 1
        with here.house.look() as work:
            case = work.cases.load(CASE_1)
        assert case is not None
        assert case.archive is not None
        letters = of_kind(kept_at(here, case.archive), Kind.DATA)[LETTERS].decode().splitlines()
    (line,) = (json.loads(each) for each in letters if json.loads(each)["key"] == send.key)
    assert line["state"] == "sent"
    assert line["path"].startswith("08 发出的邮件/")


def test_sealing_does_not_wait_for_ever(tmp_path: Path) -> None:
    """After three days a letter that cannot leave is recorded with what it was meant to say."""
    with company(tmp_path) as here:
        started(here)
        send = _order_letter(here)
        here.clock.advance(MONDAY + timedelta(days=3))
        assert sealing.seal(here.house) == 1
        with here.house.look() as work:
            case = work.cases.load(CASE_1)
        assert case is not None
        assert case.archive is not None
        letters = of_kind(kept_at(here, case.archive), Kind.DATA)[LETTERS].decode().splitlines()
    (line,) = (json.loads(each) for each in letters if json.loads(each)["key"] == send.key)
    assert (line["state"], line["path"]) == ("pending", None)
    assert line["wish"]["letter"] == "help"


def test_a_large_archive_is_named_and_not_attached(tmp_path: Path) -> None:
    """Mail servers refuse large mails: above 10 MB the letter says where the archive lies."""
    with company(tmp_path) as here:
        started(here)
        for size, attached in ((10_000_000, True), (10_000_001, False)):
            ref = FileRef(name="新品上市-20260302.zip", digest=here.house.blobs.put(bytes(size)))
            send = Send(
                key="archived",
                letter="archived",
                to=(address(INITIATOR),),
                language=Language.ZH,
                urgency=Urgency.WORK,
                case=CASE_1,
                files=(ref,),
            )
            with here.house.turn(reading=True) as turn:
                letter = letter_for(turn, send)
            assert (ref.name in [each.name for each in letter.attachments]) is attached
            assert ref.name in letter.text
            assert (f"archives/{CASE_1}" in letter.text) is not attached
