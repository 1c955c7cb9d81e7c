"""How folders are spelt for servers that differ."""

import pytest
from imapclient import IMAPClient

from agent.mailbox.imap.folders import ImapFolders
from agent.mailbox.port import Shelf
from agent.mailbox.settings import ImapSettings, Password


class Namespaced(IMAPClient):  # type: ignore[misc] # the library has no types
    """A server that keeps everything under a prefix of its own, asked without a connection."""

    def __init__(self, prefix: str, separator: str) -> None:
        self._personal = ((prefix, separator),)

    def has_capability(self, capability: str) -> bool:
        """See the library."""
        return capability == "NAMESPACE"

    def namespace(self) -> object:
        """See the library."""
        return type("Namespace", (), {"personal": self._personal})


@pytest.mark.parametrize(
    ("prefix", "separator", "folder", "expected"),
    [
        ("", "/", "", "已处理"),
        ("", "/", "协同", "协同/已处理"),
        ("INBOX.", ".", "协同", "INBOX.协同.已处理"),
        ("INBOX/", "/", "协同/2026", "INBOX/协同/2026/已处理"),
        ("", ".", "v1.2", "v1-2.已处理"),
        ("", "", "", "已处理"),
    ],
)
def test_a_shelf_is_spelt_as_the_server_wants_it(
    prefix: str, separator: str, folder: str, expected: str
) -> None:
    """Courier keeps folders under INBOX, Dovecot divides by a dot; the configuration knows neither."""
    login = Password(user="u", secret="s")  # noqa: S106
    settings = ImapSettings(host="x", login=login, prefix=folder, shelves={Shelf.HANDLED: "已处理"})

    assert ImapFolders(settings).shelf(Namespaced(prefix, separator), Shelf.HANDLED) == expected
