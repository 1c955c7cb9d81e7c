"""From a configuration to a house that works: the only place that knows every room."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from pathlib import Path

from agent import calendars, packs, people, roots, senders
from agent.clock import Clock, MachineClock
from agent.config_mailbox import MailboxKind
from agent.config_sections import Config
from agent.core.notices import QuietHours
from agent.domain.errors import WillNotWork
from agent.domain.plans import World
from agent.domain.words import Words
from agent.mailbox.folder.mailbox import FolderMailbox
from agent.mailbox.port import Mailbox
from agent.service import archive
from agent.service.alarms import Alarms
from agent.service.durable import DurableMailbox
from agent.service.happenings import Listener, to_log
from agent.service.house import Courtesy, House, Interval, Sender
from agent.service.reader import Reader
from agent.service.schedules import Schedule
from parsers.limits import STANDARD
from store.blobs import Blobs
from store.durability import Durability
from store.engine import connect
from store.migrate import migrate
from store.unit import Unit

log = logging.getLogger(__name__)

_NEVER_QUIET = QuietHours(begin=time(0), end=time(0))


@contextmanager
def opened(
    config: Config,
    *,
    clock: Clock | None = None,
    mailbox: Mailbox | None = None,
    tell: Listener = to_log,
    together: bool = False,
) -> Iterator[House]:
    """Build the house that `config` describes, and take it apart at the end of the block.

    Args:
        config: the whole of it; what is relative in it starts from its file's folder.
        clock: another clock than the machine's.
        mailbox: another mailbox than the configured one.
        tell: who is told of everything that happens.
        together: many commits become durable by one sync, before anything leaves (ADR 0030); for rounds.

    Raises:
        FormclerkError: something in the configuration cannot be used.
    """
    engine = connect(config.store.address())
    durability = Durability(engine) if together else None
    migrate(engine)
    with Unit(engine, reading=True) as work:
        secret = work.settings.secret()
    sender = Sender(
        address=config.agent.address,
        name=config.agent.name,
        language=config.agent.language,
        own=frozenset({config.agent.address, *config.agent.aliases, *config.agent.start}),
        starts=frozenset(config.agent.start),
    )
    reader = Reader(
        own=sender.own, secret=secret, limits=STANDARD, roots=roots.of(config), trust=senders.trust_of(config)
    )
    used = mailbox if mailbox is not None else mailbox_of(config)
    blobs = Blobs(config.store.blobs)
    make_sure: Callable[[], None] = lambda: None  # noqa: E731 - every commit is durable at once
    if durability is not None:
        make_sure = durability.make_sure
        used = DurableMailbox(used, blobs, make_sure)
    try:
        yield House(
            clock=clock or MachineClock(),
            engine=engine,
            blobs=blobs,
            mailbox=used,
            make_sure=make_sure,
            pack=packs.load(config.process.pack, config.file.parent),
            world=world_of(config),
            sender=sender,
            secret=secret,
            courtesy=courtesy_of(config),
            reader=reader,
            seal=archive.seal,
            folder=config.store.state,
            tell=tell,
            alarms=alarms_of(config),
            canary=canary_of(config),
            least_disk=config.alarm.disk_mb * 1024**2,
        )
    finally:
        reader.close()
        used.close()
        engine.dispose()


def mailbox_of(config: Config) -> Mailbox:
    """Open the configured mailbox once more."""
    match config.mailbox.kind:
        case MailboxKind.FOLDER:
            return FolderMailbox(config.mailbox.path)
        case MailboxKind.IMAP:
            from agent.accounts import imap_mailbox  # noqa: PLC0415 - a folder needs no IMAP library

            return imap_mailbox(config)
        case MailboxKind.EXCHANGE:
            from agent.accounts import exchange_mailbox  # noqa: PLC0415 - likewise

            return exchange_mailbox(config)
        case MailboxKind.GRAPH:
            from agent.accounts import graph_mailbox  # noqa: PLC0415 - likewise

            return graph_mailbox(config)


def courtesy_of(config: Config) -> Courtesy:
    """Return when letters leave, as configured."""
    quiet = config.hours.quiet
    weekly = config.hours.weekly_digest
    return Courtesy(
        quiet=QuietHours(begin=quiet.start, end=quiet.end) if quiet is not None else _NEVER_QUIET,
        budget=config.notices.budget,
        daily=Schedule(name="digest", at=config.hours.digest),
        weekly=Schedule(name="weekly_digest", at=weekly.at, weekday=weekly.weekday),
        most_per_minute=config.mailbox.most_per_minute,
        most_per_day=config.mailbox.most_per_day,
    )


def alarms_of(config: Config) -> Alarms:
    """Return the second route, as configured."""
    mail: Callable[[Words], None] | None = None
    if config.alarm.smtp is not None:
        from agent.accounts import alarm_mail  # noqa: PLC0415 - most have none

        mail = alarm_mail(config.alarm.smtp, config.agent.language)
    return Alarms(
        command=config.alarm.command,
        mail=mail,
        again=timedelta(hours=config.alarm.again_hours),
        language=config.agent.language,
    )


def canary_of(config: Config) -> Interval | None:
    """Return how often the clerk writes to itself, as configured; None for never."""
    if not config.canary.every_minutes:
        return None
    return Interval(
        every=timedelta(minutes=config.canary.every_minutes),
        within=timedelta(minutes=config.canary.within_minutes),
    )


def world_of(config: Config) -> Callable[[], World]:
    """Return what tells who people are and which days count, as the files have it at the moment of asking.

    Files that have not changed give the same world, so that a decision does not pay for reading them.
    A file that has become unreadable leaves the world as it was; `doctor` and the log say so.
    """
    kept: list[tuple[tuple[int, ...], World]] = []
    files = tuple(file for file in (config.directory.file, config.calendar.extra) if file is not None)

    def world() -> World:
        stamp = tuple(_changed(file) for file in files)
        if not kept or kept[0][0] != stamp:
            try:
                kept[:] = [(stamp, _read_world(config))]
            except WillNotWork as error:
                if not kept:
                    raise
                log.warning("the directory stays as it was: %s", error, extra={"action": "directory"})
                kept[:] = [(stamp, kept[0][1])]
        return kept[0][1]

    return world


def _read_world(config: Config) -> World:
    days = calendars.load(config.calendar.country, config.calendar.extra, config.agent.zone)
    found = people.load(config.directory.file, config.agent.language)
    return World(directory=found.directory, workdays=days.site, departments=days.departments)


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except OSError:
        return 0
