"""Folders of an IMAP account: what they are called there, and making them when they are missing."""

from contextlib import suppress

from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError
from imapclient.imapclient import SENT

from agent.mailbox.port import Shelf
from agent.mailbox.settings import ImapSettings

_SENT_NAMES = ("已发送", "已发送邮件", "已发邮件")
"""What the client library does not look for."""


class ImapFolders:
    """The names of an account's folders as its server spells them; they do not change while it runs."""

    def __init__(self, settings: ImapSettings) -> None:
        """Ask nothing yet."""
        self._settings = settings
        self._root: tuple[str, str] | None = None
        self._sent = ""

    def shelf(self, client: IMAPClient, shelf: Shelf) -> str:
        """Return the folder of `shelf`; it need not exist."""
        name = self._settings.shelves.get(shelf, shelf.value)
        return self._spelt(client, f"{self._settings.prefix}/{name}")

    def sent(self, client: IMAPClient) -> str:
        """Return the folder of sent mail; it need not exist."""
        if not self._sent:
            wanted = self._settings.sent
            self._sent = (
                (wanted if wanted and client.folder_exists(wanted) else self._spelt(client, wanted))
                or client.find_special_folder(SENT)
                or next((name for name in _SENT_NAMES if client.folder_exists(name)), "")
                or self._spelt(client, "Sent")
            )
        return self._sent

    def make(self, client: IMAPClient, folder: str) -> None:
        """Make `folder` unless it exists, and have mail programs show it."""
        if not client.folder_exists(folder):
            client.create_folder(folder)
        with suppress(IMAPClientError):  # showing it is a courtesy
            client.subscribe_folder(folder)

    def _spelt(self, client: IMAPClient, path: str) -> str:
        """Return `path`, whose levels are divided by `/`, in the server's spelling."""
        levels = [level for level in path.split("/") if level.strip()]
        if not levels:
            return ""
        if self._root is None:
            self._root = _root(client)
        root, separator = self._root
        return root + separator.join(
            level.replace(separator, "-") if separator else level for level in levels
        )


def _root(client: IMAPClient) -> tuple[str, str]:
    """Return the prefix of one's own folders and the separator of levels (RFC 2342)."""
    if client.has_capability("NAMESPACE"):
        personal = client.namespace().personal
        if personal:
            prefix, separator = personal[0]
            return prefix, separator or ""
    for _, separator, _ in client.list_folders("", ""):
        return "", separator.decode() if separator else ""
    return "", "/"
