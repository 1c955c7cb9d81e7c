"""Logging in to a submission server (RFC 4954): one mechanism, one try, so that nobody gets locked out."""

import smtplib
from base64 import b64encode

from agent.domain.errors import WillNotWork
from agent.mailbox.settings import Login, OAuth, Password
from agent.mailbox.smtp.replies import Reply, check
from agent.mailbox.wires import oauthbearer, xoauth2

_ACCEPTED, _CHALLENGE = 235, 334


def log_in(smtp: smtplib.SMTP, login: Login) -> None:
    """Log in, or say why not.

    Raises:
        TryLater: the server cannot decide now, or its token source is away.
        WillNotWork: it refuses, or knows no mechanism that we speak.
    """
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    if isinstance(login, Password):
        reply = _by_password(smtp, login, offered)
    else:
        reply = _by_token(smtp, login, offered)
    if reply[0] != _ACCEPTED:
        check(reply, f"{login.user} cannot log in")


def _by_password(smtp: smtplib.SMTP, login: Password, offered: list[str]) -> Reply:
    if "PLAIN" in offered:
        words = _base64(f"\0{login.user}\0{login.secret}")
        return smtp.docmd("AUTH", f"PLAIN {words}")
    if "LOGIN" in offered:
        reply = smtp.docmd("AUTH", "LOGIN")
        for answer in (login.user, login.secret):
            if reply[0] != _CHALLENGE:
                break
            reply = smtp.docmd(_base64(answer))
        return reply
    raise WillNotWork(f"the server takes no password here; it offers {' '.join(offered) or 'nothing'}")


def _by_token(smtp: smtplib.SMTP, login: OAuth, offered: list[str]) -> Reply:
    """Log in by token; one that is refused is replaced once (it may have been revoked early)."""
    mechanism, said = ("OAUTHBEARER", oauthbearer) if "OAUTHBEARER" in offered else ("XOAUTH2", xoauth2)
    if mechanism not in offered:
        raise WillNotWork(f"the server takes no token here; it offers {' '.join(offered) or 'nothing'}")
    reply = _present(smtp, mechanism, said(login.user, login.tokens.token()))
    if reply[0] != _ACCEPTED:
        reply = _present(smtp, mechanism, said(login.user, login.tokens.token(fresh=True)))
    return reply


def _present(smtp: smtplib.SMTP, mechanism: str, words: str) -> Reply:
    reply = smtp.docmd("AUTH", f"{mechanism} {_base64(words)}")
    if reply[0] == _CHALLENGE:  # the server says why it objects and wants an answer before it refuses
        reply = smtp.docmd(_base64("\1"))
    return reply


def _base64(text: str) -> str:
    return b64encode(text.encode()).decode()
