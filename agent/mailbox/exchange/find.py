"""Where a company's Exchange server is, asked of the hosts that its mail domain suggests, without a password.

Exchange 2016 and later answers Autodiscover v2 to anybody: `/autodiscover/autodiscover.json?…&Protocol=EWS`.
An older one shows itself by what it demands: NTLM, Negotiate or Basic at `/EWS/Exchange.asmx` (MS-OXWSADISC
would want the password first, of hosts of which nothing is known yet).
"""

import json
import ssl
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from http.client import HTTPException
from urllib.parse import quote, urlsplit

from agent.domain.mail import Address

_EWS = "/EWS/Exchange.asmx"
_SECONDS = 8.0
"""For all hosts together: a person waits."""
_MOST = 64 * 1024
_DEMANDS = ("ntlm", "negotiate", "basic")
_UNAUTHORISED = 401
_ONLINE = ("outlook.office365.com", "partner.outlook.cn")


def hosts_for(address: Address) -> tuple[str, ...]:
    """Return the hosts at which a domain's Exchange server answers by convention, the likeliest first."""
    domain = address.rpartition("@")[2]
    return (f"autodiscover.{domain}", f"mail.{domain}", f"exchange.{domain}", domain)


def is_online(endpoint: str) -> bool:
    """Say whether an endpoint is one of Exchange Online, which lets nobody in by EWS any more."""
    return (urlsplit(endpoint).hostname or "").endswith(_ONLINE)


def find_endpoint(
    address: Address, hosts: Sequence[str] | None = None, *, trust: ssl.SSLContext | None = None
) -> str:
    """Return the address of the EWS of a mailbox; empty when no host names one in time.

    Args:
        address: the mailbox.
        hosts: who is asked, each with its port if that is not 443; those of the domain when left out.
        trust: whose certificates count: the system's when left out.  A host without one is not believed.
    """
    asked = tuple(hosts) if hosts is not None else hosts_for(address)
    found: dict[str, str] = {}
    threads = [
        threading.Thread(target=_ask, args=(host, address, trust, found), name=f"find {host}", daemon=True)
        for host in asked
    ]
    for thread in threads:
        thread.start()
    end = time.monotonic() + _SECONDS
    for host, thread in zip(asked, threads, strict=True):
        thread.join(max(0.0, end - time.monotonic()))
        if found.get(host):
            return found[host]
    return next((found[host] for host in asked if found.get(host)), "")


def _ask(host: str, address: Address, trust: ssl.SSLContext | None, found: dict[str, str]) -> None:
    context = trust if trust is not None else ssl.create_default_context()
    told = _told(host, address, context)
    if told:
        found[host] = told
    elif _demands_a_login(host, context):
        found[host] = f"https://{host}{_EWS}"


def _told(host: str, address: Address, context: ssl.SSLContext) -> str:
    """Return what the host says in Autodiscover v2."""
    url = f"https://{host}/autodiscover/autodiscover.json?Email={quote(address)}&Protocol=EWS"
    try:
        with urllib.request.urlopen(url, timeout=_SECONDS, context=context) as answer:
            said = json.loads(answer.read(_MOST))
    except (OSError, ValueError, HTTPException, RecursionError):
        return ""
    told = said.get("Url") if isinstance(said, dict) else None
    return told if isinstance(told, str) and _is_sound(told) else ""


def _demands_a_login(host: str, context: ssl.SSLContext) -> bool:
    try:
        with urllib.request.urlopen(f"https://{host}{_EWS}", timeout=_SECONDS, context=context):
            return False
    except urllib.error.HTTPError as error:
        with error:
            demands = " ".join(error.headers.get_all("WWW-Authenticate") or ()).casefold()
        return error.code == _UNAUTHORISED and demands.startswith(_DEMANDS)
    except (OSError, ValueError, HTTPException):
        return False


def _is_sound(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return (
            parts.scheme == "https" and bool(parts.hostname) and parts.username is None and url.isprintable()
        )
    except ValueError:
        return False
