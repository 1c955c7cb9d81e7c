"""The second route over a real mail server: `[alarm.smtp]` with TLS and a login."""

import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from agent import config, wiring
from agent.accounts import alarm_mail
from agent.clock import now
from agent.config_sections import Config
from agent.domain.errors import TryLater, WillNotWork
from agent.domain.words import Language, Words
from agent.examination import examine
from agent.mailbox.settings import Security
from agent.service.alarms import Alarms
from tests.contract.mailboxes import ImapStage
from tests.houses import found
from tests.journeys.outside import letter_of
from tests.servers.dovecot import PASSWORD
from tests.servers.shared import MailServers

SAID = Words(zh="磁盘将满", en="the disk is nearly full")
_PATIENCE = 30.0


def settings(folder: Path, servers: MailServers, **changes: str) -> Config:
    """Return a configuration whose alarms go to a new mailbox, with some of its lines changed."""
    to, sender = ImapStage(servers).user, ImapStage(servers).user
    lines = {
        "to": to,
        "sender": sender,
        "host": "127.0.0.1",
        "port": str(servers.postfix.implicit),
        "security": "tls",
        "password_file": "secret",
        "ca_file": str(servers.dovecot.certificate),
        **changes,
    }
    (folder / "secret").write_text(PASSWORD, encoding="utf-8")
    (folder / "secret").chmod(0o600)
    said = "".join(f"{k} = {v if k == 'port' else repr(v)}\n" for k, v in lines.items() if v)
    file = found(folder)
    with file.open("a", encoding="utf-8") as more:
        more.write(f"\n[alarm.smtp]\n{said}")
    return config.load(file)


def told(servers: MailServers, to: str) -> list[str]:
    """Return the words of the mails that somebody got, once there is one."""
    post = ImapStage(servers)
    post.user = to
    end = time.monotonic() + _PATIENCE
    while not (lying := post.lying_in("INBOX")) and time.monotonic() < end:
        time.sleep(0.1)
    return [f"{letter_of(each).subject}: {letter_of(each).text.strip()}" for each in lying]


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_an_alarm_reaches_a_person_by_another_server(
    mail_servers: MailServers, tmp_path: Path, security: Security
) -> None:
    """The login is made over TLS, whichever way it begins; nobody waits for the server."""
    port = {Security.TLS: mail_servers.postfix.implicit, Security.STARTTLS: mail_servers.postfix.starttls}
    known = settings(tmp_path, mail_servers, security=security.value, port=str(port[security]))
    assert known.alarm.smtp is not None
    alarms = wiring.alarms_of(known)
    assert alarms.ring("disk", SAID, at=now())
    assert not alarms.ring("disk", SAID, at=now() + timedelta(hours=1))
    assert told(mail_servers, known.alarm.smtp.to) == ["formclerk 告警: 磁盘将满"]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"password_file": "wrong"}, WillNotWork),
        ({"ca_file": ""}, WillNotWork),
        ({"port": "1"}, TryLater),
        ({"to": "nobody@example.com"}, WillNotWork),
    ],
)
def test_an_alarm_that_cannot_be_mailed_is_in_the_log_without_the_password(
    mail_servers: MailServers,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    changes: dict[str, str],
    kind: type[Exception],
) -> None:
    """Wrong password, unknown certificate, nobody there, refused: the log has the alarm all the same."""
    (tmp_path / "wrong").write_text("not-" + PASSWORD, encoding="utf-8")
    known = settings(tmp_path, mail_servers, **changes)
    assert known.alarm.smtp is not None
    send = alarm_mail(known.alarm.smtp, Language.EN)
    with pytest.raises(kind):
        send(SAID)
    Alarms(mail=send).ring("disk", SAID, at=now())
    for thread in threading.enumerate():
        if thread.name.startswith("alarm "):
            thread.join(_PATIENCE)
    assert "ALARM disk: the disk is nearly full" in caplog.text
    assert "could not be mailed" in caplog.text
    assert PASSWORD not in caplog.text


def test_doctor_looks_whether_the_password_is_there_and_nobody_else_reads_it(
    mail_servers: MailServers, tmp_path: Path
) -> None:
    """The second route is found broken before the day when it is needed."""
    known = settings(tmp_path, mail_servers)
    said = [each.say.en for each in examine(known, offline=True) if each.check == "secrets"]
    assert said == ["[alarm.smtp] password_file is there"]
    (tmp_path / "secret").unlink()
    said = [each.say.en for each in examine(known, offline=True) if each.check == "secrets"]
    assert len(said) == 1
    assert said[0].startswith("[alarm.smtp] password_file: ")
