"""From the configuration to a mailbox: what is written is what the mailbox is told."""

from contextlib import closing
from datetime import timedelta
from pathlib import Path

from agent import accounts, config
from tests.houses import CONFIG

_SERVER = """\
[mailbox]
kind = "imap"

[mailbox.imap]
host = "imap.example.com"
password_file = "secret"
poll_seconds = 7
keeps_sent = true

[mailbox.smtp]
host = "smtp.example.com"
"""


def test_the_mailbox_is_told_how_often_to_look_and_who_keeps_the_sent_mail(tmp_path: Path) -> None:
    """Where the server knows no IDLE, `poll_seconds` is how long a mail waits."""
    (tmp_path / "secret").write_text("once upon a time\n", encoding="utf-8")
    before, _, after = CONFIG.partition("[mailbox]")
    file = tmp_path / config.NAME
    file.write_text(before + _SERVER + "\n[directory]" + after.partition("[directory]")[2], encoding="utf-8")
    with closing(accounts.imap_mailbox(config.load(file))) as mailbox:
        assert mailbox.settings.poll == timedelta(seconds=7)
        assert mailbox.sent_within is not None
