"""The canary: a letter that the clerk writes to itself, because silence alone proves nothing.

A mailbox may let us in and look empty while no mail reaches it any more.  Only a letter that leaves and
comes back shows that mail goes round; when it does not come back in time, the second route tells.

The letter is known by a code that only this store can make (HMAC-SHA256 over its moment), in a header and
in the subject, as some servers keep only one of them.  It never becomes a case and counts against no budget.
"""

import hmac
import json
import re
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from hashlib import sha256

from agent.domain.errors import TryLater, Unsure
from agent.domain.mail import MessageId
from agent.domain.words import Words
from agent.service.house import House
from parsers.limits import Limits
from parsers.mail import headers as message_headers
from store.unit import Unit

HEADER = "X-Formclerk-Canary"
ABOUT = "canary"
BECAUSE = Words(
    zh="助手发给自己的巡检邮件，证明邮件收发正常", en="the clerk's letter to itself: mail comes and goes"
)

_SETTING = "canary"
_TOKEN = re.compile(r"\b(\d{8}T\d{6})\.([0-9a-f]{32})\b", re.ASCII)
_STAMP = "%Y%m%dT%H%M%S"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """The canary as the store remembers it; moments in UTC, whole seconds, as ISO 8601."""

    sent: str
    """When the latest one left."""
    back: str = ""
    """When one came back last; empty when none ever did."""
    missing: str = ""
    """When the first one left that is not back; empty when all are."""

    def is_absent(self, now: datetime, house: House) -> bool:
        """Say whether one has been away for longer than it may."""
        away = datetime.fromisoformat(self.missing) if self.missing else None
        return away is not None and house.canary is not None and now - away > house.canary.within


def load(work: Unit) -> Flight | None:
    """Return what is known of the canary; None when none ever left."""
    kept = work.settings.get(_SETTING)
    return Flight(**json.loads(kept)) if kept else None


def fly(house: House) -> int:
    """Send the next canary when it is time, and tell when one is missing; return 0: nothing waits for it.

    Raises:
        TryLater: one has not come back in time, which health, digest and log then say; or the mailbox is
            away.
    """
    if house.canary is None:
        return 0
    now = house.now().replace(microsecond=0)
    with house.look() as work:
        known = load(work)
    if known is None or now - datetime.fromisoformat(known.sent) >= house.canary.every:
        _send(house, now)
        missing = known.missing if known is not None and known.missing else now.isoformat()
        known = replace(known or Flight(sent=""), sent=now.isoformat(), missing=missing)
        _keep(house, known)
    if not known.is_absent(now, house):
        house.alarms.clear(ABOUT)
        return 0
    left = datetime.fromisoformat(known.missing).astimezone(house.world().workdays.zone)
    say = Words(
        zh=f"{left:%Y-%m-%d %H:%M} 发给自己的巡检邮件没有回来，收信或发信可能已中断",
        en=f"the canary of {left:%Y-%m-%d %H:%M} has not come back: mail may no longer come or go",
    )
    house.alarms.ring(ABOUT, say, at=house.now())
    raise TryLater(say.en)


def standing(house: House, work: Unit) -> str:
    """Return how the canary stands, as the health file says it."""
    if house.canary is None:
        return "off"
    known = load(work)
    if known is None:
        return "waiting"
    if known.is_absent(house.now(), house):
        return "absent"
    return "waiting" if known.missing else "back"


def recognised(house: House, content: bytes) -> datetime | None:
    """Return when this mail left as a canary of this store; None when it is any other mail."""
    if b"canary" not in content[:_HEAD].lower():
        return None
    token = _token_in(content, house.limits)
    if token is None or not hmac.compare_digest(token[1], _code(house, token[0])):
        return None
    return datetime.strptime(token[0], _STAMP).replace(tzinfo=UTC)


def came_back(work: Unit, left: datetime, at: datetime) -> None:
    """Note that the canary that left then is back; the caller commits."""
    known = load(work)
    if known is None:
        return
    sent = datetime.fromisoformat(known.sent)
    missing = datetime.fromisoformat(known.missing) if known.missing else None
    if left >= sent:
        still = ""
    elif missing is not None and left >= missing:
        still = known.sent  # an older one was late; the latest has its own time
    else:
        still = known.missing
    fresh = replace(known, back=at.replace(microsecond=0).isoformat(), missing=still)
    work.settings.set(_SETTING, json.dumps(asdict(fresh)))


_HEAD = 65_536
"""Bytes at the beginning of a mail among which its header is looked for."""


def _send(house: House, now: datetime) -> None:
    stamp = now.astimezone(UTC).strftime(_STAMP)
    token = f"{stamp}.{_code(house, stamp)}"
    name = MessageId(f"<canary.{token}@{house.sender.domain}>")
    letter = EmailMessage(policy=SMTP)
    letter["From"] = letter["To"] = house.sender.address
    letter["Subject"] = f"formclerk canary {token}"
    letter["Date"] = format_datetime(now)
    letter["Message-ID"] = name
    letter[HEADER] = token
    letter["Auto-Submitted"] = "auto-generated"
    letter["X-Auto-Response-Suppress"] = "All"
    letter.set_content(f"{BECAUSE.zh}\n{BECAUSE.en}\n")
    with suppress(Unsure):  # whether it left is just what its coming back tells
        house.mailbox.send(name, house.sender.address, (house.sender.address,), bytes(letter))


def _keep(house: House, flight: Flight) -> None:
    with house.unit() as work:
        work.settings.set(_SETTING, json.dumps(asdict(flight)))
        work.commit()


def _code(house: House, stamp: str) -> str:
    said = f"canary {house.sender.address} {stamp}".encode()
    return hmac.new(house.secret, said, sha256).hexdigest()[:32]


def _token_in(content: bytes, limits: Limits) -> tuple[str, str] | None:
    block, _ = message_headers.split(content)
    headers = message_headers.read_headers(block, limits)
    for name in (HEADER.lower(), "subject"):
        for value in headers.all(name)[:1]:
            found = _TOKEN.search(value)
            if found is not None:
                return found[1], found[2]
    return None
