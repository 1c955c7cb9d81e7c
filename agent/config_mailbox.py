"""The section `[mailbox]` of `formclerk.toml` and the tables within it."""

# ruff: noqa: RUF009 - every call below returns a dataclass field

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from agent import config_values as read
from agent.config_secrets import Secret
from agent.config_values import key, secret_key, table


class MailboxKind(Enum):
    """Where mail comes from and goes to."""

    FOLDER = "folder"
    IMAP = "imap"


class Protection(Enum):
    """How a connection to a mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuth:
    """OAuth 2 instead of a password: a command that prints a token, or a refresh token."""

    command: tuple[str, ...] = key(
        read.texts,
        [],
        "打印访问令牌的命令（程序在前，不经 shell）；与下面各项二选一",
        "A command that prints an access token (program first, no shell); or else the keys below",
    )
    endpoint: str = key(read.text, "", "令牌端点（https）", "The token endpoint (https)")
    client_id: str = key(read.text, "", "应用（客户端）ID", "The application (client) id")
    client_secret: Secret | None = secret_key(
        "应用密钥所在", "Where the client secret is", example="secrets/client"
    )
    refresh_token: Secret | None = secret_key(
        "刷新令牌所在", "Where the refresh token is", example="secrets/refresh"
    )
    scope: str = key(read.text, "", "权限范围，空格分隔", "The scope, separated by spaces")


@dataclass(frozen=True, slots=True, kw_only=True)
class Imap:
    """Where mail is fetched."""

    host: str = key(read.some_text, None, "IMAP 服务器", "The IMAP server", example="imap.example.com")
    port: int = key(read.whole(1, 65535), 993, "端口", "Its port")
    security: Protection = key(
        read.one_of(Protection),
        "tls",
        "加密方式：tls、starttls 或 none（仅限本机）",
        "tls, starttls, or none (this machine only)",
    )
    user: str = key(read.text, "", "登录名；留空则用邮箱地址", "The login; empty: the mail address")
    password: Secret | None = secret_key(
        "密码或客户端授权码所在（文件、_env 或 _keyring）",
        "Where the password or app password is (a file, _env or _keyring)",
        example="secrets/mailbox",
    )
    ca_file: Path | None = key(
        read.path, None, "公司自签证书（PEM）", "Certificates of the company's own (PEM)", example="ca.pem"
    )
    inbox: str = key(read.some_text, "INBOX", "收件箱文件夹", "The folder where mail arrives")
    prefix: str = key(
        read.text, "", "归档文件夹建在哪个文件夹之下", "The folder under which handled mail is filed"
    )
    sent: str = key(
        read.text, "", "已发送文件夹；留空则自动识别", "The folder of sent mail; empty: found by itself"
    )
    keeps_sent: bool = key(
        read.yes_or_no,
        default=False,
        zh="服务器是否自动保存已发送邮件（Gmail、Exchange Online）",
        en="true when the server keeps sent mail itself (Gmail, Exchange Online)",
    )
    poll_seconds: int = key(
        read.whole(5, 3600),
        60,
        "服务器不支持 IDLE 时的查信间隔（秒）",
        "Seconds between looks where the server knows no IDLE",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Smtp:
    """Where mail is sent."""

    host: str = key(read.some_text, None, "SMTP 服务器", "The SMTP server", example="smtp.example.com")
    port: int = key(read.whole(1, 65535), 465, "端口", "Its port")
    security: Protection = key(
        read.one_of(Protection),
        "tls",
        "加密方式：tls、starttls 或 none（仅限本机）",
        "tls, starttls, or none (this machine only)",
    )
    login: bool = key(
        read.yes_or_no,
        default=True,
        zh="是否登录；false 用于免登录的内网服务器",
        en="false where the server takes our mail without a login",
    )
    user: str = key(read.text, "", "登录名；留空则与 IMAP 相同", "The login; empty: as for IMAP")
    password: Secret | None = secret_key(
        "密码所在；不写则与 IMAP 相同",
        "Where the password is; left out: as for IMAP",
        example="secrets/mailbox",
    )
    ca_file: Path | None = key(
        read.path, None, "公司自签证书（PEM）", "Certificates of the company's own (PEM)", example="ca.pem"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Where mail comes from and goes to."""

    kind: MailboxKind = key(
        read.one_of(MailboxKind), "folder", "folder：本地 .eml 文件夹；imap：IMAP 收信、SMTP 发信",
        "folder: a directory of .eml files; imap: IMAP to fetch and SMTP to send",
    )  # fmt: skip
    path: Path = key(read.path, "mail", "folder：邮件目录", "folder: the directory")
    imap: Imap | None = table(Imap)
    smtp: Smtp | None = table(Smtp)
    oauth: OAuth | None = table(OAuth)
