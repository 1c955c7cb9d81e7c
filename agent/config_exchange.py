"""The table `[mailbox.exchange]` of `formclerk.toml`."""

# ruff: noqa: RUF009 - every call below returns a dataclass field

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from agent import config_values as read
from agent.config_secrets import Secret
from agent.config_values import key, secret_key


class LoginProof(Enum):
    """How a password is shown to an Exchange server."""

    NTLM = "ntlm"
    BASIC = "basic"


class MailboxAccess(Enum):
    """By which right a login works in a mailbox on an Exchange server."""

    DELEGATE = "delegate"
    IMPERSONATION = "impersonation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A mailbox on an Exchange server of the company's own."""

    endpoint: str = key(
        read.some_text,
        None,
        "EWS 服务地址",
        "The address of its web service (EWS)",
        example="https://mail.example.com/EWS/Exchange.asmx",
    )
    mailbox: str = key(
        read.text,
        "",
        "邮箱主地址，可为共享邮箱；留空则用 [agent] address",
        "Whose mailbox (its primary address), a shared one perhaps; empty: the address of [agent]",
    )
    user: str = key(
        read.text,
        "",
        r"登录名：邮箱地址，或域账号（写在单引号中：'EXAMPLE\zhang'）；留空则用邮箱地址",
        r"The login: a mail address, or DOMAIN\user (in single quotes: 'EXAMPLE\li'); empty: as mailbox",
    )
    password: Secret | None = secret_key(
        "密码所在（文件、_env 或 _keyring）；写了 [mailbox.oauth] 则不需要",
        "Where the password is (a file, _env or _keyring); not needed with [mailbox.oauth]",
        example="secrets/mailbox",
    )
    login: LoginProof = key(
        read.one_of(LoginProof),
        "ntlm",
        "密码登录方式：ntlm 或 basic（须服务器允许）",
        "How the password is shown: ntlm, or basic where the server allows it",
    )
    access: MailboxAccess = key(
        read.one_of(MailboxAccess),
        "delegate",
        "delegate：本人邮箱，或已授予“完全访问”的共享邮箱；\n"
        "impersonation：服务账号（ApplicationImpersonation 角色）",
        "delegate: the login's own mailbox, or one with full access granted (a shared mailbox);\n"
        "impersonation: a service account with the role ApplicationImpersonation",
    )
    ca_file: Path | None = key(
        read.path, None, "公司自签证书（PEM）", "Certificates of the company's own (PEM)", example="ca.pem"
    )
    prefix: str = key(
        read.text,
        "",
        "归档文件夹建在哪个文件夹之下；留空与收件箱同级，inbox 为收件箱之下",
        "The folder under which handled mail is filed; empty: beside the inbox; inbox: under it",
    )
