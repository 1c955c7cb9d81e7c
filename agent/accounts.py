"""From the configuration to a mailbox at a server: secrets are fetched here, at the last moment."""

from collections.abc import Callable
from datetime import timedelta
from email import policy
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import TYPE_CHECKING

from agent import clock
from agent.config_mailbox import Graph, Imap, Protection, Smtp
from agent.config_mailbox import OAuth as OAuthSection
from agent.config_running import AlarmServer
from agent.config_secrets import Secret, SecretPlace
from agent.config_sections import Config
from agent.domain.errors import WillNotWork
from agent.domain.mail import MessageId, address
from agent.domain.words import Language, Words
from agent.mailbox.exchange.settings import Access, EwsSettings, Proof
from agent.mailbox.graph.settings import (
    CLOUDS,
    ClientCertificate,
    ClientSecret,
    Cloud,
    Credential,
    GraphSettings,
)
from agent.mailbox.imap.mailbox import ImapMailbox
from agent.mailbox.settings import ImapSettings, Login, OAuth, Password, Security, SmtpSettings
from agent.mailbox.smtp.sender import SmtpSender
from agent.mailbox.tokens import CommandTokens, Consent, RefreshTokens, TokenSource

if TYPE_CHECKING:  # optional extras
    from agent.mailbox.exchange.mailbox import EwsMailbox
    from agent.mailbox.graph.mailbox import GraphMailbox

_SECURITY = {
    Protection.TLS: Security.TLS,
    Protection.STARTTLS: Security.STARTTLS,
    Protection.NONE: Security.NONE,
}


def imap_mailbox(config: Config) -> ImapMailbox:
    """Return the mailbox of `[mailbox.imap]` and `[mailbox.smtp]`; it connects at its first call.

    Raises:
        WillNotWork: a secret is not where the configuration says, or a password would travel in the open.
    """
    imap, smtp = config.mailbox.imap, config.mailbox.smtp
    if imap is None or smtp is None:
        raise WillNotWork("the mailbox needs [mailbox.imap] and [mailbox.smtp]")
    tokens = _tokens(config.mailbox.oauth) if config.mailbox.oauth is not None else None
    user = imap.user or config.agent.address
    try:
        return ImapMailbox(
            _imap(imap, _login(user, imap.password, tokens)),
            _smtp(smtp, _smtp_login(imap, smtp, user, tokens)),
        )
    except ValueError as error:
        raise WillNotWork(str(error)) from error


def exchange_mailbox(config: Config) -> "EwsMailbox":
    """Return the mailbox of `[mailbox.exchange]`; it connects at its first call.

    Raises:
        WillNotWork: the extra is not installed, a secret is not where the configuration says, or the address
            of the server would show a password in the open.
    """
    section = config.mailbox.exchange
    if section is None:
        raise WillNotWork("the mailbox needs [mailbox.exchange]")
    try:
        from agent.mailbox.exchange.mailbox import EwsMailbox  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise WillNotWork(
            f"Exchange needs the extra: pip install formclerk[exchange] ({error.name} is missing)"
        ) from error
    tokens = _tokens(config.mailbox.oauth) if config.mailbox.oauth is not None else None
    mailbox = address(section.mailbox or config.agent.address)
    try:
        return EwsMailbox(
            EwsSettings(
                endpoint=section.endpoint,
                mailbox=mailbox,
                login=_login(section.user or mailbox, section.password, tokens),
                proof=Proof(section.login.value),
                access=Access(section.access.value),
                ca_file=section.ca_file,
                prefix=section.prefix,
            )
        )
    except ValueError as error:
        raise WillNotWork(str(error)) from error


def graph_mailbox(config: Config) -> "GraphMailbox":
    """Return the mailbox of `[mailbox.graph]`; it connects at its first call.

    Raises:
        WillNotWork: the extra is not installed, or a secret is not where the configuration says.
    """
    try:
        from agent.mailbox.graph.mailbox import GraphMailbox  # noqa: PLC0415 - an optional extra
    except ImportError as error:
        raise WillNotWork(
            f"Exchange Online needs the extra: pip install formclerk[graph] ({error.name} is missing)"
        ) from error
    return GraphMailbox(graph_settings(config))


def graph_settings(config: Config) -> GraphSettings:
    """Return what `[mailbox.graph]` says, with its secret.

    Raises:
        WillNotWork: the section or its secret is missing, or an address is none.
    """
    section = config.mailbox.graph
    if section is None:
        raise WillNotWork("the mailbox needs [mailbox.graph]")
    usual = CLOUDS[section.cloud.value]
    cloud = Cloud(
        login=section.login.rstrip("/") or usual.login, service=section.service.rstrip("/") or usual.service
    )
    try:
        return GraphSettings(
            mailbox=address(section.mailbox) or config.agent.address,
            tenant=section.tenant,
            client_id=section.client_id,
            credential=_credential(section),
            cloud=cloud,
            ca_file=section.ca_file,
            prefix=section.prefix,
            poll=timedelta(seconds=section.poll_seconds),
        )
    except ValueError as error:
        raise WillNotWork(str(error)) from error


def _credential(section: Graph) -> Credential:
    if (section.certificate is None) == (section.client_secret is None):
        raise WillNotWork("[mailbox.graph] needs either client_secret or certificate")
    if section.client_secret is not None:
        return ClientSecret(secret=section.client_secret.reveal())
    pem = Secret(place=SecretPlace.FILE, name=str(section.certificate)).reveal()
    return ClientCertificate(pem=pem, thumbprint=section.thumbprint)


def _imap(section: Imap, login: Login) -> ImapSettings:
    return ImapSettings(
        host=section.host,
        login=login,
        port=section.port,
        security=_SECURITY[section.security],
        ca_file=section.ca_file,
        inbox=section.inbox,
        prefix=section.prefix,
        sent=section.sent,
        keeps_sent=section.keeps_sent,
        poll=timedelta(seconds=section.poll_seconds),
    )


def _smtp(section: Smtp, login: Login | None) -> SmtpSettings:
    return SmtpSettings(
        host=section.host,
        login=login,
        port=section.port,
        security=_SECURITY[section.security],
        ca_file=section.ca_file,
    )


def _smtp_login(imap: Imap, smtp: Smtp, user: str, tokens: TokenSource | None) -> Login | None:
    if not smtp.login:
        return None
    return _login(smtp.user or user, smtp.password or imap.password, tokens)


def _login(user: str, password: Secret | None, tokens: TokenSource | None) -> Login:
    if tokens is not None:
        return OAuth(user=user, tokens=tokens)
    if password is None:
        raise WillNotWork("the mailbox has no password")
    return Password(user=user, secret=password.reveal())


def _tokens(section: OAuthSection) -> TokenSource:
    if section.command:
        return CommandTokens(section.command)
    if section.refresh_token is None:
        raise WillNotWork("[mailbox.oauth] needs a command or a refresh token")
    try:
        consent = Consent(
            endpoint=section.endpoint,
            client_id=section.client_id,
            refresh_token=section.refresh_token.reveal(),
            client_secret=section.client_secret.reveal() if section.client_secret is not None else "",
            scope=section.scope,
        )
    except ValueError as error:
        raise WillNotWork(str(error)) from error
    return RefreshTokens(consent, renewed=_keeper(section.refresh_token))


def _keeper(secret: Secret) -> Callable[[str], None] | None:
    """Return what keeps a renewed token where the old one came from; we may write to a file only."""
    if secret.place is not SecretPlace.FILE:
        return None
    path = Path(secret.name)

    def keep(token: str) -> None:
        fresh = path.with_name(path.name + ".new")
        fresh.touch(mode=0o600)
        fresh.write_text(token + "\n", encoding="utf-8")
        fresh.replace(path)

    return keep


def alarm_mail(section: AlarmServer, language: Language) -> Callable[[Words], None]:
    """Return what sends the words of an alarm through `[alarm.smtp]`; it connects anew each time."""

    def tell(say: Words) -> None:
        secret = section.password
        login = Password(user=section.user or section.sender, secret=secret.reveal()) if secret else None
        try:
            settings = SmtpSettings(
                host=section.host,
                login=login,
                port=section.port,
                security=_SECURITY[section.security],
                ca_file=section.ca_file,
            )
        except ValueError as error:
            raise WillNotWork(str(error)) from error
        moment = clock.now()
        name = MessageId(f"<alarm.{moment:%Y%m%dT%H%M%S%f}@{section.sender.rpartition('@')[2]}>")
        letter = EmailMessage(policy=policy.SMTP)
        letter["From"], letter["To"] = section.sender, section.to
        letter["Subject"] = Words(zh="formclerk 告警", en="formclerk alarm").in_(language)
        letter["Date"], letter["Message-ID"] = format_datetime(moment), name
        letter["Auto-Submitted"] = "auto-generated"
        letter.set_content(say.in_(language) + "\n")
        sender = SmtpSender(settings)
        try:
            sender.send(name, section.sender, (section.to,), bytes(letter))
        finally:
            sender.close()

    return tell
