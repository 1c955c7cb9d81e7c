"""The second route: what must reach a person although the mailbox is the trouble.

Every alarm is a line of the log at level ERROR.  When they are configured, a program gets the words on its
standard input, and another mail server carries them.  Nothing here waits: what takes long has a thread.
"""

import logging
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock, Thread

from agent.domain.errors import FormclerkError
from agent.domain.words import Language, Words

log = logging.getLogger(__name__)

_PATIENCE = 60.0
"""Seconds that the program may take."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One thing that is wrong, until it is no longer."""

    about: str
    """Its name: `mailbox`, `canary`, `disk`."""
    say: Words
    since: datetime
    told: datetime
    """When it was told last."""


@dataclass(frozen=True, slots=True)
class Alarms:
    """What is wrong now, and how it is told."""

    command: tuple[str, ...] = ()
    """A program, its path first; it is run without a shell."""
    mail: Callable[[Words], None] | None = None
    """Sends the words by another server; raises `FormclerkError`."""
    again: timedelta = timedelta(hours=4)
    """Trouble that goes on is told again after this."""
    language: Language = Language.ZH
    _now: dict[str, Alarm] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def ring(self, about: str, say: Words, *, at: datetime) -> bool:
        """Tell that something is wrong, unless that was told lately; say whether it was told."""
        with self._lock:
            known = self._now.get(about)
            if known is not None and at - known.told < self.again:
                return False
            since = known.since if known is not None else at
            self._now[about] = Alarm(about=about, say=say, since=since, told=at)
        log.error("ALARM %s: %s", about, say.in_(Language.EN), extra={"action": "alarm", "about": about})
        if self.command or self.mail is not None:
            Thread(target=self._tell, args=(about, say), name=f"alarm {about}", daemon=True).start()
        return True

    def clear(self, about: str) -> None:
        """Note that it is right again."""
        with self._lock:
            known = self._now.pop(about, None)
        if known is not None:
            log.warning("alarm over: %s", about, extra={"action": "alarm_over", "about": about})

    def all(self) -> tuple[Alarm, ...]:
        """Return what is wrong now, the oldest first."""
        with self._lock:
            return tuple(sorted(self._now.values(), key=lambda each: each.since))

    def _tell(self, about: str, say: Words) -> None:
        if self.command:
            _run(self.command, about, say.in_(self.language))
        if self.mail is not None:
            try:
                self.mail(say)
            except FormclerkError as error:
                log.error(  # noqa: TRY400 - the error says it all
                    "the alarm %s could not be mailed: %s", about, error, extra={"action": "alarm"}
                )


def _run(command: Sequence[str], about: str, text: str) -> None:
    try:
        subprocess.run(  # noqa: S603 - the program stands in the configuration; the words are no argument
            command, input=f"formclerk: {text}\n".encode(), timeout=_PATIENCE, check=True, capture_output=True
        )
    except (OSError, subprocess.SubprocessError) as error:
        log.error(  # noqa: TRY400 - what it printed may be long, and is not ours
            "the alarm command failed for %s: %s", about, type(error).__name__, extra={"action": "alarm"}
        )
