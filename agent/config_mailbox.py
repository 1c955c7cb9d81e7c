"""The section `[mailbox]` of `formclerk.toml` and the tables within it."""

# ruff: noqa: RUF009 - every call below returns a dataclass field

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from agent import config_values as read
from agent.config_exchange import Exchange
from agent.config_secrets import Secret
from agent.config_values import key, secret_key, table


class MailboxKind(Enum):
    """Where mail comes from and goes to."""

    FOLDER = "folder"
    IMAP = "imap"
    EXCHANGE = "exchange"
    GRAPH = "graph"


class Protection(Enum):
    """How a connection to a mail server is protected."""

    TLS = "tls"
    STARTTLS = "starttls"
    NONE = "none"


class CloudName(Enum):
    """Which of Microsoft's clouds holds the mailbox."""

    GLOBAL = "global"
    CHINA = "china"
    US = "us"
    US_DOD = "us-dod"


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
class Graph:
    """A mailbox in Exchange Online."""

    tenant: str = key(
        read.some_text,
        None,
        "租户（目录）ID 或租户域名",
        "The tenant (directory) id, or a domain of it",
        example="contoso.onmicrosoft.com",
    )
    client_id: str = key(
        read.some_text,
        None,
        "应用（客户端）ID；应用权限须含 Mail.ReadWrite 和 Mail.Send，并经管理员同意",
        "The application (client) id; it needs the application permissions Mail.ReadWrite and Mail.Send\n"
        "with admin consent",
        example="00000000-0000-0000-0000-000000000000",
    )
    client_secret: Secret | None = secret_key(
        "应用密钥（“值”，不是密钥 ID）所在；与 certificate 二选一",
        "Where the client secret is (its value, not its id); or else `certificate`",
        example="secrets/client",
    )
    certificate: Path | None = key(
        read.path,
        None,
        "应用证书：含私钥（不加密）的 PEM 文件，最好也含证书本身",
        "The application's certificate: a PEM file with the private key (not encrypted), best with the\n"
        "certificate as well",
        example="secrets/client.pem",
    )
    thumbprint: str = key(
        read.text,
        "",
        "证书指纹（SHA-1）；PEM 文件含证书时可留空",
        "The certificate's thumbprint (SHA-1); empty where the PEM file has the certificate",
    )
    mailbox: str = key(
        read.text,
        "",
        "邮箱地址，可为共享邮箱；留空则用 [agent] address",
        "Whose mailbox, a shared one perhaps; empty: the address of [agent]",
    )
    cloud: CloudName = key(
        read.one_of(CloudName),
        "global",
        "云：global（国际版）、china（世纪互联）、us、us-dod",
        "The cloud: global, china (21Vianet), us, us-dod",
    )
    login: str = key(
        read.text,
        "",
        "登录服务地址（https://…）；留空则随 cloud",
        "Where to sign in (https://…); empty: as the cloud has it",
    )
    service: str = key(
        read.text,
        "",
        "Graph 服务地址（https://…）；留空则随 cloud",
        "Where Graph is (https://…); empty: as the cloud has it",
    )
    ca_file: Path | None = key(
        read.path,
        None,
        "代理自签证书（PEM），仅当公司网络解密 TLS 时需要",
        "Certificates of a proxy that opens TLS (PEM)",
        example="ca.pem",
    )
    prefix: str = key(
        read.text, "", "归档文件夹建在哪个文件夹之下", "The folder under which handled mail is filed"
    )
    poll_seconds: int = key(read.whole(5, 3600), 15, "查信间隔（秒）", "Seconds between looks for new mail")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """Where mail comes from and goes to."""

    kind: MailboxKind = key(
        read.one_of(MailboxKind), "folder",
        "folder：本地 .eml 文件夹；imap：IMAP 收信、SMTP 发信；\n"
        "exchange：公司自建的 Exchange 服务器；graph：Exchange Online（Microsoft 365，含世纪互联）",
        "folder: a directory of .eml files; imap: IMAP to fetch and SMTP to send;\n"
        "exchange: an Exchange server of the company's own; graph: Exchange Online (Microsoft 365)",
    )  # fmt: skip
    path: Path = key(read.path, "mail", "folder：邮件目录", "folder: the directory")
    most_per_minute: int = key(
        read.whole(0, 100_000),
        0,
        "每分钟最多发出多少封邮件（服务商限额），超出的排队等候，答复优先；0 为不限",
        "Mails that may leave in a minute (the provider's limit); more wait, answers go first; 0: no limit",
    )
    most_per_day: int = key(
        read.whole(0, 10_000_000),
        0,
        "任意 24 小时内最多发出多少封邮件；0 为不限",
        "Mails that may leave in any 24 hours; 0: no limit",
    )
    imap: Imap | None = table(Imap)
    smtp: Smtp | None = table(Smtp)
    oauth: OAuth | None = table(OAuth)
    exchange: Exchange | None = table(Exchange)
    graph: Graph | None = table(Graph)
