"""The sections of `formclerk.toml` (cli.md): every key with its meaning, default and comment, once.

The same definitions read a file and write the commented one that `formclerk init` leaves.
"""

# ruff: noqa: RUF009 - every call below returns a dataclass field

from dataclasses import dataclass
from datetime import time
from enum import Enum
from pathlib import Path
from urllib.parse import quote, urlsplit
from zoneinfo import ZoneInfo

from agent import config_values as read
from agent.config_mailbox import Mailbox
from agent.config_running import Alarm, Canary, Health, Retention
from agent.config_secrets import Secret
from agent.config_security import Security
from agent.config_values import TimeRange, Wrong, key, secret_key, table
from agent.domain.mail import Address
from agent.domain.steps import WeeklyMoment
from agent.domain.words import Language


class LogLevel(Enum):
    """How much is logged."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class LogForm(Enum):
    """How the log is written."""

    TEXT = "text"
    JSON = "json"


def _store_url(raw: object, base: Path) -> str:
    """Read the address of the store; a relative SQLite file starts from the folder of the file."""
    found = read.some_text(raw, base)
    try:
        parts = urlsplit(found)
        password = parts.password
    except ValueError:
        raise Wrong("不是有效的数据库地址", "this is no address of a database") from None
    if password is not None:
        raise Wrong(
            "请勿在此写入密码，改用 password_file、password_env 或 password_keyring",
            "take the password out; use password_file, password_env or password_keyring",
        )
    if parts.scheme.startswith("sqlite"):
        if not found.startswith("sqlite:///") or found == "sqlite:///":
            raise Wrong("须写作 sqlite:///路径", "expected sqlite:///PATH")
        return "sqlite:///" + str(base / found.removeprefix("sqlite:///"))
    if not parts.scheme.startswith("postgresql") or not parts.hostname:
        raise Wrong(
            "须为 sqlite:///路径 或 postgresql://用户@主机/库",
            "expected sqlite:///PATH or postgresql://USER@HOST/DATABASE",
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """Who the clerk is."""

    address: Address = key(
        read.mail_address,
        "collab@example.com",
        "本助手收发邮件的地址",
        "The address at which the clerk gets and sends mail",
    )
    name: str = key(read.some_text, "协同助手", "邮件上显示的发件人名称", "The name that its mails show")
    aliases: tuple[Address, ...] = key(
        read.mail_addresses, [], "同样送到本助手的其他地址", "Further addresses whose mail arrives here too"
    )
    start: tuple[Address, ...] = key(
        read.mail_addresses,
        [],
        '寄到这些地址的邮件无需关键词即发起新事项，如 ["start@example.com"]',
        'Mail to these addresses begins a case without a keyword, such as ["start@example.com"]',
    )
    language: Language = key(
        read.language,
        "zh",
        "不知对方语言时使用：zh 或 en",
        "For people whose own language is not known: zh or en",
    )
    zone: ZoneInfo = key(
        read.zone,
        "Asia/Shanghai",
        "所在地时区（IANA 名称），所有时限按此计算",
        "The site's time zone (IANA name); deadlines are reckoned in it",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """Where everything is kept."""

    url: str = key(
        _store_url,
        "sqlite:///data/formclerk.db",
        "数据库：sqlite:///文件，或 postgresql://用户@主机/库（密码见下）",
        "The database: sqlite:///FILE, or postgresql://USER@HOST/DATABASE (password below)",
    )
    password: Secret | None = secret_key(
        "PostgreSQL 密码所在（文件、环境变量 _env 或系统密钥环 _keyring）",
        "Where the PostgreSQL password is (a file, _env for a variable, _keyring for the system keyring)",
        example="secrets/postgres",
    )
    blobs: Path = key(read.path, "data/blobs", "原始邮件与文件的存放目录", "Folder of raw mails and files")
    state: Path = key(
        read.path, "data", "锁文件与运行状况文件所在目录", "Folder of the lock and the health file"
    )

    def address(self) -> str:
        """Return `url` with its password, for the one call that connects; never show it.

        Raises:
            WillNotWork: the password is not where the configuration says.
        """
        if self.password is None or self.url.startswith("sqlite"):
            return self.url
        parts = urlsplit(self.url)
        user, _, host = parts.netloc.rpartition("@")
        return parts._replace(netloc=f"{user}:{quote(self.password.reveal(), safe='')}@{host}").geturl()


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryFile:
    """Who works here."""

    file: Path = key(
        read.path,
        "people.csv",
        "通讯录：CSV 或 XLSX，每人一行",
        "The directory: CSV or XLSX, one person a line",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessPack:
    """Which process runs."""

    pack: str = key(
        read.some_text,
        "collaboration",
        "流程包：随附流程的名称，或一个文件夹",
        "The process pack: one that ships, or a folder",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """Which days are worked."""

    country: str = key(
        read.text,
        "CN",
        "CN：中国法定节假日与调休；留空：周一至周五",
        "CN: Chinese holidays and make-up days; empty: Monday to Friday",
    )
    extra: Path | None = key(
        read.path, None, "本公司另外的放假与上班日（CSV：date, day, name, department）",
        "Days of your own (CSV: date, day, name, department)", example="holidays.csv",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Signatures:
    """Whose digital signatures count."""

    roots: Path | None = key(
        read.path, None, "受信任的根证书目录（PEM 或 DER）；留空：数字签名一律由人核对",
        "Folder of certificates (PEM, DER) whose digital signatures count; empty: a person judges each",
        example="roots",
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Hours:
    """When letters leave."""

    quiet: TimeRange | None = key(
        read.time_range,
        "20:00-08:00",
        "免打扰时段，非紧急邮件顺延；留空则无",
        "Quiet hours hold back what is not urgent; empty: none",
    )
    digest: time = key(
        read.clock_time, "08:30", "协调员每日摘要（工作日）", "The coordinator's daily digest (workdays)"
    )
    weekly_digest: WeeklyMoment = key(
        read.weekly, "Mon 08:30", "协调员每周摘要", "The coordinator's weekly digest"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Notices:
    """How many letters a person gets."""

    budget: int = key(
        read.whole(1, 1000),
        8,
        "每人每天最多几封通知，超出的合并为一封",
        "Notices per person and day; what is above goes into one digest",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """What is logged."""

    level: LogLevel = key(
        read.one_of(LogLevel),
        "INFO",
        "日志级别：DEBUG、INFO、WARNING 或 ERROR",
        "DEBUG, INFO, WARNING or ERROR",
    )
    form: LogForm = key(
        read.one_of(LogForm), "text", "text 或 json（每行一条）", "text, or json (one object a line)"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """The whole file, checked."""

    agent: Agent = table(Agent)
    store: Store = table(Store)
    mailbox: Mailbox = table(Mailbox)
    security: Security = table(Security)
    directory: DirectoryFile = table(DirectoryFile)
    process: ProcessPack = table(ProcessPack)
    calendar: Calendar = table(Calendar)
    signatures: Signatures = table(Signatures)
    hours: Hours = table(Hours)
    notices: Notices = table(Notices)
    log: Log = table(Log)
    health: Health = table(Health)
    canary: Canary = table(Canary)
    alarm: Alarm = table(Alarm)
    retention: Retention = table(Retention)
    file: Path
    """Where it was read from; what is relative in it starts from the folder of this file."""
