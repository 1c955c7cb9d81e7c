"""Waiting for new mail at Graph: delta queries, now and then.

Graph can push, but only to an address on the internet, which a clerk in a company's network does not have.
"""

import time

from agent.domain.errors import TryLater
from agent.mailbox.graph.errors import Refused
from agent.mailbox.graph.session import GraphSession
from agent.mailbox.graph.settings import GraphSettings

_START = "/mailFolders/inbox/messages/delta?changeType=created"
_PAGE = 500
_SHORTEST, _LONGEST = 1.0, 300.0
"""Seconds until the next look after a failure: each time twice as many."""


class GraphWatch:
    """Follows what is new in the inbox.

    The link to future changes lives as long as the process: `arrived` lists the whole inbox, so that a lost
    link costs one needless look and never a mail.
    """

    def __init__(self, session: GraphSession, settings: GraphSettings) -> None:
        """Ask nobody yet."""
        self._session = session
        self._poll = settings.poll.total_seconds()
        self._link = ""
        self._next_look = 0.0
        self._failures = 0

    def wait(self, seconds: float) -> bool:
        """See `Mailbox.wait`; while the service is away this waits and tries again, ever more rarely.

        Raises:
            WillNotWork: the service refuses us.
        """
        end = time.monotonic() + seconds
        while not self._session.closed.is_set():
            if time.monotonic() >= self._next_look:
                pause = self._poll
                try:
                    news = self._look()
                    self._failures = 0
                    if news:
                        return True
                except TryLater:
                    pause = max(self._session.rest(), min(_SHORTEST * 2**self._failures, _LONGEST))
                    self._failures = min(self._failures + 1, 16)
                finally:
                    # However often somebody waits for a moment only, the service is asked at our pace.
                    self._next_look = time.monotonic() + self._poll
                self._next_look = time.monotonic() + pause
            left = end - time.monotonic()
            if left <= 0:
                return False
            self._session.closed.wait(min(left, max(0.0, self._next_look - time.monotonic())))
        return False

    def _look(self) -> bool:
        """Ask what is new; who has no link to ask by cannot know what came before, and says yes."""
        if not self._link:
            self._follow(_START)
            return True
        try:
            return self._follow(self._link)
        except Refused as error:
            if not error.lost_track:
                raise
            self._link = ""
            self._follow(_START)
            return True

    def _follow(self, start: str) -> bool:
        what = "watching the inbox"
        news, link = False, ""
        options = {"select": "id"} if start == _START else {}
        try:
            for page in self._session.pages(what, start, size=_PAGE, **options):
                for row in page:
                    if "@odata.deltaLink" in row:
                        link = str(row["@odata.deltaLink"])
                    elif "@removed" not in row:
                        news = True
        except Refused as error:
            if start == _START and error.lost_track:
                raise TryLater(str(error)) from error  # a page of the list went stale while we read it
            raise
        if not link:
            raise TryLater(f"{what}: the service gave no link to future changes")
        self._link = link
        return news
