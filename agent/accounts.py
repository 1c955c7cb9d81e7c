"""From the configuration to an IMAP mailbox with SMTP: secrets are fetched here, at the last moment."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from agent.config_mailbox import Imap, Protection, Smtp
from agent.config_mailbox import OAuth as OAuthSection
from agent.config_secrets import Secret, SecretPlace
from agent.config_sections import Config
from agent.domain.errors import WillNotWork
from agent.mailbox.imap import ImapMailbox
from agent.mailbox.settings import ImapSettings, Login, OAuth, Password, Security, SmtpSettings
from agent.mailbox.tokens import CommandTokens, Consent, RefreshTokens, TokenSource

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
