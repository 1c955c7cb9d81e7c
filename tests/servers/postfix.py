"""A private Postfix: submission with and without TLS, delivery by LMTP to the private Dovecot."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.servers.ports import free_ports, wait_for_port

DOMAIN = "example.com"
UNKNOWN = f"nobody@{DOMAIN}"
"""A recipient who is refused for good."""
BUSY = f"busy@{DOMAIN}"
"""A recipient who is refused for now."""
SIZE_LIMIT = 40_000_000

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/spool
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix.log
maillog_file_prefixes = {folder}
myhostname = mail.{domain}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks = 127.0.0.0/8
alias_maps =
alias_database =
virtual_mailbox_domains = {domain}
virtual_mailbox_maps = regexp:{folder}/known
virtual_transport = lmtp:unix:{dovecot}/lmtp
default_transport = discard:
local_transport = error:nobody lives here
disable_dns_lookups = yes
local_header_rewrite_clients =
message_size_limit = {size}
mailbox_size_limit = 0
virtual_mailbox_limit = 0
smtpd_sasl_type = dovecot
smtpd_sasl_path = {dovecot}/auth
smtpd_sasl_auth_enable = yes
smtpd_tls_auth_only = yes
smtpd_tls_cert_file = {dovecot}/certificate.pem
smtpd_tls_key_file = {dovecot}/key.pem
smtpd_tls_security_level = may
smtpd_error_sleep_time = 0
smtpd_recipient_restrictions =
  check_recipient_access regexp:{folder}/busy, reject_unlisted_recipient, permit_sasl_authenticated, reject
"""

_MASTER = """
{implicit} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
{starttls} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
{in_turn} inet n - n - - smtpd
  -o {{ smtpd_recipient_restrictions = permit_mynetworks, reject }}
  -o smtpd_discard_ehlo_keywords=pipelining
{plain} inet n - n - - smtpd -o {{ smtpd_recipient_restrictions = permit_mynetworks, reject }}
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
lmtp unix - - n - - lmtp
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
pickup unix n - n 60 1 pickup
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Postfix:
    """Where a private Postfix lives."""

    folder: Path
    implicit: int
    """Its port for TLS from the first byte."""
    starttls: int
    plain: int
    """Its port without TLS and login, to watch the conversation."""
    in_turn: int
    """The same, where each command waits for the reply to the one before (no PIPELINING)."""

    @classmethod
    def at(cls, folder: Path, ports: Sequence[int]) -> Self:
        """Return the one in `folder` that listens on `ports`, in the order of the property."""
        implicit, starttls, plain, in_turn = ports
        return cls(folder=folder, implicit=implicit, starttls=starttls, plain=plain, in_turn=in_turn)

    @property
    def ports(self) -> tuple[int, ...]:
        """Return every port that it listens on."""
        return (self.implicit, self.starttls, self.plain, self.in_turn)

    def start(self) -> None:
        """Start the server and wait until it listens."""
        self._command("start")
        for port in self.ports:
            wait_for_port(port)

    def stop(self) -> None:
        """Stop the server and wait until it is gone."""
        self._command("stop")

    def _command(self, word: str) -> None:
        paths = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
        done = subprocess.run(
            ["postfix", "-c", self.folder / "etc", word],
            check=False,
            env={**os.environ, "PATH": paths},
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise RuntimeError(f"postfix {word}: {done.stdout}{done.stderr}{self._log()}")

    def _log(self) -> str:
        log = self.folder / "postfix.log"
        return log.read_text(errors="replace") if log.exists() else ""


def prepare(folder: Path, dovecot: Path) -> Postfix:
    """Write the configuration of a Postfix into `folder`, which others must be able to enter."""
    implicit, starttls, plain, in_turn = free_ports(4)
    for name in ("etc", "spool", "data"):
        (folder / name).mkdir(parents=True)
    shutil.chown(folder / "data", "postfix")
    values = {"folder": folder, "dovecot": dovecot, "domain": DOMAIN, "size": SIZE_LIMIT}
    ports = {"implicit": implicit, "starttls": starttls, "plain": plain, "in_turn": in_turn}
    (folder / "etc" / "main.cf").write_text(_MAIN.format_map(values))
    (folder / "etc" / "master.cf").write_text(_MASTER.format_map(ports))
    (folder / "known").write_text(f"!/^nobody@{DOMAIN}$/ ok\n".replace(".", r"\."))
    (folder / "busy").write_text(f"/^{BUSY}$/ 450 4.2.2 the mailbox is full\n".replace(".com", r"\.com"))
    return Postfix(folder=folder, **ports)
