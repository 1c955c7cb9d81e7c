"""The daemon: rounds go on whatever fails, and the health file says how it is."""

import json
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from threading import Timer

import pytest

from agent.domain.errors import TryLater
from agent.domain.mail import Address, MessageId
from agent.mailbox.memory import MemoryMailbox
from agent.mailbox.port import RawMail
from agent.service import daemon, rounds
from agent.service.house import House
from store.letters import LetterState
from tests.houses import company, mail


class Away(MemoryMailbox):
    """A mailbox whose server may be away."""

    is_away = True

    def arrived(self) -> Iterator[RawMail]:
        """See `Mailbox`."""
        if self.is_away:
            raise TryLater("the server is away")
        yield from super().arrived()


class Interrupted(MemoryMailbox):
    """A mailbox at whose first letter somebody asks the daemon to end."""

    is_closed = False
    was_closed_at_work = False

    def send(
        self, message_id: MessageId, sender: Address, recipients: tuple[Address, ...], content: bytes
    ) -> None:
        """See `Mailbox`."""
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(0.2)
        self.was_closed_at_work = self.is_closed
        super().send(message_id, sender, recipients, content)

    def close(self) -> None:
        """See `Mailbox`."""
        self.is_closed = True
        super().close()


def test_a_mailbox_that_is_away_stops_no_other_pass_and_is_in_the_health_file(tmp_path: Path) -> None:
    """Timers strike and letters wait; a monitor sees it."""
    box = Away()
    with company(tmp_path, mailbox=box) as here:
        rounds.once(here.house)
        state = daemon.report(here.house, 1)
        kept = json.loads(daemon.health_file(here.house.folder).read_text("utf-8"))
    assert not state.well
    assert kept["mailbox"] is None
    assert [fault["about"] for fault in kept["faults"]] == ["pass receiving"]


def test_mail_that_comes_while_the_daemon_rests_is_answered(tmp_path: Path) -> None:
    """The watcher rings; the daemon ends between two things when asked."""
    box = Interrupted()
    with company(tmp_path, mailbox=box) as here:
        Timer(0.5, lambda: box.deliver(mail())).start()
        daemon.run(here.house)
    assert len(box.sent) == 1


def test_a_round_that_fails_as_a_whole_is_followed_by_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store that is away for a minute does not end the daemon."""
    with company(tmp_path) as here:
        failures = iter([True, True, False])

        def once(house: House) -> int:
            if next(failures):
                raise TryLater("the store is away")
            house.stopping.set()
            return 0

        monkeypatch.setattr(rounds, "once", once)
        monkeypatch.setattr(daemon, "_AFTER_FAILURE", 0.01)
        daemon.run(here.house)
        assert next(failures, None) is None


def test_a_daemon_that_is_asked_to_end_finishes_the_letter_at_hand(tmp_path: Path) -> None:
    """The mailbox stays open until then: half a handing-over would leave the letter in doubt."""
    box = Interrupted()
    with company(tmp_path, mailbox=box) as here:
        here.write(mail())
        daemon.run(here.house)
        with here.house.look() as work:
            assert work.outbox.counts()[LetterState.SENT] == 1
    assert (box.was_closed_at_work, box.is_closed) == (False, True)
