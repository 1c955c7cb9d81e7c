"""The sections of `formclerk.toml` about running: health, alarms, the canary, how long files stay."""

# ruff: noqa: RUF009 - every call below returns a dataclass field

from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from agent import config_values as read
from agent.config_mailbox import Protection
from agent.config_secrets import Secret
from agent.config_values import Wrong, key, secret_key, table
from agent.domain.mail import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Listen:
    """An address of this machine, reachable from nowhere else."""

    host: str
    port: int


def _loopback(raw: object, base: Path) -> Listen | None:
    """Read `127.0.0.1:9464`; an empty text means nowhere.

    What is shown there is for this machine: there is no login, so every other address is refused.
    """
    given = read.text(raw, base)
    if not given:
        return None
    host, _, port = given.rpartition(":")
    try:
        address = ip_address(host.strip("[]"))
        number = int(port)
    except ValueError:
        address, number = None, -1
    if address is None or not address.is_loopback or not 0 <= number <= 65_535:  # noqa: PLR2004 - RFC 768
        raise Wrong(
            "只能是本机回环地址和端口，如 127.0.0.1:9464",
            "expected a loopback address of this machine and a port, such as 127.0.0.1:9464",
        )
    return Listen(host=str(address), port=number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """Where a monitor may ask how we are."""

    listen: Listen | None = key(
        _loopback,
        "",
        "监控端口（/healthz 与 Prometheus 的 /metrics），仅限本机回环地址，如 127.0.0.1:9464；留空则不开",
        "Where /healthz and Prometheus' /metrics are served, loopback only, such as 127.0.0.1:9464;\n"
        "empty: nowhere",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """A letter to ourselves: the only proof that mail still comes and goes."""

    every_minutes: int = key(
        read.whole(0, 10_080),
        0,
        "每隔多少分钟给自己发一封巡检邮件；0 为不发",
        "Minutes between two letters that the clerk writes to itself; 0: none",
    )
    within_minutes: int = key(
        read.whole(1, 1_440),
        15,
        "巡检邮件须在多少分钟内回到收件箱，否则告警",
        "Minutes within which it must come back before the alarm is raised",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmServer:
    """Another mail server than the clerk's own, for the day when that one is the trouble."""

    to: Address = key(
        read.mail_address, None, "告警寄给谁（用另一家邮箱）", "Who is told", example="me@elsewhere.example"
    )
    sender: Address = key(
        read.mail_address,
        None,
        "发件地址",
        "The address that it comes from",
        example="alarm@elsewhere.example",
    )
    host: str = key(read.some_text, None, "SMTP 服务器", "The SMTP server", example="smtp.elsewhere.example")
    port: int = key(read.whole(1, 65535), 465, "端口", "Its port")
    security: Protection = key(
        read.one_of(Protection),
        "tls",
        "加密方式：tls、starttls 或 none（仅限本机）",
        "tls, starttls, or none (this machine only)",
    )
    user: str = key(read.text, "", "登录名；留空则用发件地址", "The login; empty: the address above")
    password: Secret | None = secret_key(
        "密码所在；不写则不登录", "Where the password is; left out: no login", example="secrets/alarm"
    )
    ca_file: Path | None = key(
        read.path, None, "服务器自签证书（PEM）", "Certificates of that server's own (PEM)", example="ca.pem"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """The second route, when the mailbox itself cannot tell anybody."""

    command: tuple[str, ...] = key(
        read.texts,
        [],
        "告警时运行的程序（程序在前，不经 shell），告警内容从标准输入读取",
        "A program that is run (program first, no shell) with the words of the alarm on its standard input",
    )
    again_hours: int = key(
        read.whole(1, 168),
        4,
        "同一告警未解除时，隔多少小时再报一次",
        "Hours after which the same trouble is told again",
    )
    disk_mb: int = key(
        read.whole(0, 10_000_000),
        500,
        "磁盘剩余少于多少 MB 时告警",
        "Megabytes of free disk below which the alarm is raised",
    )
    smtp: AlarmServer | None = table(AlarmServer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long the papers of a case that has ended are kept."""

    years: int = key(
        read.whole(0, 100),
        0,
        "事项结束满多少年后，formclerk retain 可删除其原始邮件、信件与图像（归档与日志保留）；0 为不按年",
        "Years after its end at which `formclerk retain` may delete a case's raw mails, letters and\n"
        "pictures (archives and the journal stay); 0: none",
    )
    days: int = key(read.whole(0, 36_500), 0, "再加多少天", "And so many days")
