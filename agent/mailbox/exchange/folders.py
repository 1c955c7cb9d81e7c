"""Our own folders in an Exchange mailbox: found by name, made when they are missing."""

from typing import Any

from exchangelib.errors import ErrorFolderExists
from exchangelib.folders import SHALLOW, Folder, FolderCollection
from exchangelib.properties import FolderId
from exchangelib.services import CreateFolder

from agent.mailbox.exchange.settings import EwsSettings
from agent.mailbox.port import Shelf

_INBOX = "inbox"


class EwsFolders:
    """Where the shelves are, as their ids; those do not change while a folder exists."""

    def __init__(self, settings: EwsSettings) -> None:
        """Ask nothing yet."""
        self._settings = settings
        self._ids: dict[Shelf, str] = {}

    def shelf(self, account: Any, shelf: Shelf) -> FolderId:  # noqa: ANN401 - the library has no types
        """Return the folder of `shelf`, made now if need be."""
        if shelf not in self._ids:
            folder, levels = self._way(account, shelf)
            for name in levels:
                folder = _find(account, folder, name) or _make(account, folder, name)
            self._ids[shelf] = folder.id
        return FolderId(id=self._ids[shelf])

    def parent(self, account: Any) -> Any:  # noqa: ANN401 - likewise
        """Return the well-known folder in which everything of ours is made."""
        return self._way(account, Shelf.HANDLED)[0]

    def exist(self, account: Any) -> bool:  # noqa: ANN401 - likewise
        """Say whether every shelf is there already; none is made."""
        for shelf in Shelf:
            folder, levels = self._way(account, shelf)
            for name in levels:
                folder = _find(account, folder, name)
                if folder is None:
                    return False
        return True

    def forget(self, shelf: Shelf) -> None:
        """Look for the folder anew next time: somebody may have deleted it."""
        self._ids.pop(shelf, None)

    def _way(self, account: Any, shelf: Shelf) -> tuple[Any, tuple[str, ...]]:  # noqa: ANN401 - likewise
        """Return where the way to `shelf` begins, and the names that lead on from there."""
        levels = self._settings.levels(shelf)
        if levels[0].casefold() == _INBOX and len(levels) > 1:
            return account.inbox, levels[1:]
        return account.msg_folder_root, levels


def _find(account: Any, parent: Any, name: str) -> Any:  # noqa: ANN401 - likewise
    """Return the folder `name` right below `parent`, None when there is none; Exchange ignores case."""
    below = FolderCollection(account=account, folders=[parent]).find_folders(
        depth=SHALLOW, additional_fields=set()
    )
    for each in list(below):
        if isinstance(each, Exception):
            raise each
        if (each.name or "").casefold() == name.casefold():
            return each
    return None


def _make(account: Any, parent: Any, name: str) -> Any:  # noqa: ANN401 - likewise
    wanted = Folder(parent=parent, name=name, folder_class="IPF.Note")
    try:
        made = CreateFolder(account=account).get(parent_folder=parent, folders=[wanted])
    except ErrorFolderExists:  # somebody was quicker
        made = _find(account, parent, name)
        if made is None:
            raise
    return made
