"""The folders of a mailbox at Graph: found by name, made where they are missing."""

from agent.domain.errors import TryLater
from agent.mailbox.graph.errors import Refused
from agent.mailbox.graph.session import GraphSession
from agent.mailbox.graph.settings import GraphSettings
from agent.mailbox.port import Shelf

_TOP = "/mailFolders"


def quoted(text: str) -> str:
    """Return a text as a filter of OData has it (ABNF, 4.01: SQUOTE)."""
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


class GraphFolders:
    """Knows the ids of folders; they live as long as their folder."""

    def __init__(self, session: GraphSession, settings: GraphSettings) -> None:
        """Look nowhere yet."""
        self._session = session
        self._above = tuple(part for part in settings.prefix.split("/") if part.strip())
        self._known: dict[str, str] = {}

    def inbox(self) -> str:
        """Return the id of the inbox."""
        if "inbox" not in self._known:
            said = self._session.get("finding the inbox", "/mailFolders/inbox", select="id")
            self._known["inbox"] = str(said.get("id", ""))
        return self._known["inbox"]

    def shelf(self, shelf: Shelf) -> str:
        """Return the id of the folder for `shelf`, made now if need be."""
        if shelf.value not in self._known:
            place = _TOP
            for name in self._above:
                place = f"{_TOP}/{self._found_or_made(place, name)}/childFolders"
            self._known[shelf.value] = self._found_or_made(place, shelf.value)
        return self._known[shelf.value]

    def forget(self) -> None:
        """Look for every folder anew: somebody has deleted one."""
        self._known.clear()

    def _found_or_made(self, place: str, name: str) -> str:
        what = f"making the folder {name}"
        if found := self._find(place, name):
            return found
        try:
            made = self._session.call(what, "POST", place, body={"displayName": name}).json(what)
        except Refused as error:
            if not error.exists_already:
                raise
            made = {"id": self._find(place, name)}  # somebody was quicker, or our first answer was lost
        found = str(made.get("id", ""))
        if not found:
            raise TryLater(f"{what}: it was made, but cannot be found yet")
        return found

    def _find(self, place: str, name: str) -> str:
        what = f"finding the folder {name}"
        said = self._session.get(
            what, place, filter=f"displayName eq {quoted(name)}", select="id,displayName"
        )
        rows = said.get("value")
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and str(row.get("displayName", "")).casefold() == name.casefold():
                return str(row.get("id", ""))
        return ""
