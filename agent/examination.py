"""What `formclerk doctor` looks at: each check gives findings, and each finding says what to do."""

import errno
import shutil
import socket
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

from agent import (
    clock,
    examination_content,
    examination_exchange,
    examination_graph,
    examination_paper,
    examination_sender,
)
from agent.config_mailbox import MailboxKind
from agent.config_secrets import Secret
from agent.config_sections import Config
from agent.domain.errors import FormclerkError, WillNotWork
from agent.domain.words import Words
from agent.examination_mailbox import tried
from agent.findings import Finding, Grade, good, wrong

_ROOM = 500 * 1024 * 1024
"""Bytes that should be free: some weeks of mail."""

_PROBE = bytes(4096)
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT})

_PATIENCE = 10.0
"""Seconds to wait for a server to answer."""

_SKEW = timedelta(minutes=2)
"""By how much the clock and the file system may differ."""


def examine(config: Config, *, offline: bool = False) -> tuple[Finding, ...]:
    """Look over everything that the daemon needs; a check that fails is a finding, never an error.

    Args:
        config: The configuration, which itself was checked when it was read.
        offline: Leave the mail servers alone.
    """
    checks: list[tuple[str, Callable[[Config], Iterator[Finding]]]] = [
        ("folders", _folders),
        ("clock", _clock),
        ("disk", _disk),
        ("secrets", _secrets),
        ("store", examination_content.store),
        ("directory", examination_content.directory),
        ("calendar", examination_content.calendar),
        ("process", examination_content.process),
        ("senders", examination_sender.senders),
        ("signatures", examination_paper.signatures),
        ("paper", examination_paper.paper),
        ("fonts", examination_paper.fonts),
    ]
    if not (offline and config.mailbox.kind is not MailboxKind.FOLDER):
        checks.append(("mailbox", _mailbox))
    say = Words(zh=f"配置 {config.file}", en=f"configuration {config.file}")
    found = [Finding(check="configuration", grade=Grade.GOOD, say=say)]
    for name, check in checks:
        try:
            found.extend(check(config))
        except (FormclerkError, OSError) as error:
            said = error.said if isinstance(error, FormclerkError) else Words.same(str(error))
            found.append(Finding(check=name, grade=Grade.WRONG, say=said))
    return tuple(found)


def _folders(config: Config) -> Iterator[Finding]:
    folders = [config.store.blobs, config.store.state]
    if config.mailbox.kind is MailboxKind.FOLDER:
        folders.append(config.mailbox.path)
    for folder in dict.fromkeys(folders):
        above = next(each for each in (folder, *folder.parents) if each.exists())
        try:
            # A name costs no room: only bytes show that the disk is full.
            with tempfile.TemporaryFile(dir=above, buffering=0) as file:
                file.write(_PROBE)
        except OSError as error:
            yield wrong(
                "folders",
                Words(
                    zh=f"{folder} 不可写：{error.strerror}",
                    en=f"{folder} cannot be written: {error.strerror}",
                ),
                _make_room(above) if error.errno in _NO_ROOM else _let_us_write(above, error.errno),
            )
        else:
            yield good("folders", Words(zh=f"{folder} 可写", en=f"{folder} can be written"))


def _make_room(folder: Path) -> Words:
    return Words(zh=f"请清理 {folder} 所在的磁盘或放宽配额", en=f"make room on the disk of {folder}")


def _let_us_write(folder: Path, number: int | None) -> Words:
    if number == errno.EROFS:
        return Words(
            zh=f"{folder} 所在磁盘为只读：请检查磁盘（dmesg）并重新以可写方式挂载",
            en=f"the disk of {folder} is read-only: see why (dmesg), then remount it",
        )
    return Words(zh=f"请让运行本程序的用户可写 {folder}", en=f"let the user that runs us write to {folder}")


def _clock(config: Config) -> Iterator[Finding]:
    above = next(each for each in (config.store.state, *config.store.state.parents) if each.exists())
    try:
        with tempfile.NamedTemporaryFile(dir=above) as file:
            stamped = datetime.fromtimestamp(Path(file.name).stat().st_mtime, UTC)
    except OSError:
        return  # the check of the folders says so
    now = clock.now()
    local = f"{now.astimezone(config.agent.zone):%Y-%m-%d %H:%M %Z}"
    if abs(stamped - now) > _SKEW:
        yield wrong(
            "clock",
            Words(
                zh=f"系统时钟（{local}）与文件系统时间相差 {abs(stamped - now)}",
                en=f"the clock ({local}) and the file system differ by {abs(stamped - now)}",
            ),
            Words(zh="请校准系统时间（NTP）", en="set the clocks (NTP)"),
        )
    else:
        yield good("clock", Words(zh=f"时钟 {local}", en=f"clock {local}"))


def _disk(config: Config) -> Iterator[Finding]:
    above = next(each for each in (config.store.blobs, *config.store.blobs.parents) if each.exists())
    free = shutil.disk_usage(above).free
    say = Words(zh=f"磁盘剩余 {free // 1024**2} MB", en=f"{free // 1024**2} MB of disk are free")
    if free < _ROOM:
        yield wrong(
            "disk", say, Words(zh="请清理磁盘或换到更大的分区", en="make room, or move to a larger disk")
        )
    else:
        yield good("disk", say)


def _secrets(config: Config) -> Iterator[Finding]:
    for table, name, secret in _every_secret(config):
        where = f"[{table}] {name}"
        try:
            secret.reveal()
        except WillNotWork as error:
            say = Words(zh=f"{where}：无法取得（{error}）", en=f"{where}: {error}")
            yield wrong("secrets", say, Words(zh="请写入该处，末尾不留空行", en="write it there"))
            continue
        if secret.is_open_to_others():
            say = Words(
                zh=f"{where}：其他用户可读 {secret.name}", en=f"{where}: others may read {secret.name}"
            )
            yield Finding(
                check="secrets", grade=Grade.CARE, say=say, do=Words.same(f"chmod 600 {secret.name}")
            )
        else:
            yield good("secrets", Words(zh=f"{where} 已找到", en=f"{where} is there"))


def _every_secret(config: Config) -> Iterator[tuple[str, str, Secret]]:
    mailbox = config.mailbox
    parts: list[tuple[str, object]] = [("store", config.store)]
    used = {
        MailboxKind.FOLDER: (),
        MailboxKind.IMAP: ("imap", "smtp", "oauth"),
        MailboxKind.EXCHANGE: ("exchange", "oauth"),
        MailboxKind.GRAPH: ("graph",),
    }[mailbox.kind]
    parts += [(f"mailbox.{name}", part) for name in used if (part := getattr(mailbox, name)) is not None]
    if config.alarm.smtp is not None:
        parts.append(("alarm.smtp", config.alarm.smtp))
    for table, section in parts:
        for each in fields(cast(Any, section)):
            value = getattr(section, each.name)
            if isinstance(value, Secret):
                yield table, f"{each.name}_{value.place.value}", value


def _mailbox(config: Config) -> Iterator[Finding]:
    if config.mailbox.kind is MailboxKind.EXCHANGE:
        yield from examination_exchange.exchange(config)
        return
    if config.mailbox.kind is MailboxKind.GRAPH:
        yield from examination_graph.graph(config)
        return
    from agent import wiring  # noqa: PLC0415 - only this check pays for it

    do = Words(zh="请检查 [mailbox] 各项与密码", en="look at [mailbox] and the password")
    yield from tried(lambda: wiring.mailbox_of(config), lambda _: _answers(config), do=do)


def _answers(config: Config) -> Iterator[Finding]:
    imap, smtp = config.mailbox.imap, config.mailbox.smtp
    if config.mailbox.kind is MailboxKind.FOLDER or imap is None or smtp is None:
        folder = config.mailbox.path
        yield good("mailbox", Words(zh=f"邮箱目录 {folder}", en=f"mail folder {folder}"))
        return
    yield good("mailbox", Words(zh=f"已登录 {imap.host}", en=f"{imap.host} let us in"))
    where = f"{smtp.host}:{smtp.port}"
    try:
        # Only a knock: the login is tried with the first letter, for which the server may count attempts.
        with socket.create_connection((smtp.host, smtp.port), timeout=_PATIENCE):
            yield good("mailbox", Words(zh=f"{where} 有应答", en=f"{where} answers"))
    except OSError as error:
        why = error.strerror or type(error).__name__
        say = Words(zh=f"发信服务器 {where} 无法连接：{why}", en=f"{where} cannot be reached: {why}")
        yield wrong("mailbox", say, Words(zh="请检查 [mailbox.smtp] 与防火墙", en="look at [mailbox.smtp]"))
