"""From the configuration to whose word counts about the sender of a mail."""

from agent.config_sections import Config
from parsers.mail.sender_trust import Trust

_ON_EXCHANGE = frozenset({"exchange", "ews", "graph"})
"""Kinds of mailbox whose server takes Exchange's own headers away from mail of the outside."""


def is_on_exchange(config: Config) -> bool:
    """Say whether the mailbox itself is kept by Exchange."""
    return config.mailbox.kind.value in _ON_EXCHANGE


def trust_of(config: Config) -> Trust:
    """Return whose word counts in this house."""
    security = config.security
    return Trust(
        server=security.authserv_id.casefold(),
        hops=security.authserv_hops,
        sealers=frozenset(each.casefold().rstrip(".") for each in security.arc_sealers),
        exchange=security.exchange_internal and is_on_exchange(config),
        dkim=security.dkim,
    )
