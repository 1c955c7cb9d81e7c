"""A private Dovecot: every name is a user, one password fits all, tokens are signed with a known key."""

import base64
import hmac
import json
import os
import shutil
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from tests.servers.ports import free_ports, wait_for_port

PASSWORD = 'Pässwort 密码 "1\\2'  # noqa: S105 - what a person might choose, to see that it survives quoting
BARE = "127.0.0.2"
"""Here the server knows neither MOVE nor IDLE."""
BARER = "127.0.0.3"
"""Here not even UIDPLUS."""
_KEY = b"the key that signs tokens in tests"
_ACCOUNT = "mail"

_CONFIGURATION = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot.log
protocols = imap lmtp
listen = 127.0.0.1, 127.0.0.2, 127.0.0.3
ssl = yes
ssl_cert = <{folder}/certificate.pem
ssl_key = <{folder}/key.pem
ssl_min_protocol = TLSv1.2
mail_location = maildir:~/Maildir
mail_uid = {account}
mail_gid = {account}
first_valid_uid = 1
first_valid_gid = 1
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
auth_username_chars =
mail_max_userip_connections = 100
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = passwd-file
  mechanisms = plain login
  args = username_format=user {folder}/users
}}
userdb {{
  driver = static
  args = uid={account} gid={account} home={folder}/homes/%u allow_all_users=yes
}}
namespace inbox {{
  inbox = yes
  mailbox Sent {{
    auto = no
    special_use = \\Sent
  }}
}}
service imap-login {{
  inet_listener imap {{
    port = {imap}
  }}
  inet_listener imaps {{
    port = {imaps}
    ssl = yes
  }}
}}
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service lmtp {{
  unix_listener {folder}/lmtp {{
    mode = 0666
  }}
}}
service auth {{
  unix_listener {folder}/auth {{
    mode = 0666
  }}
}}
local 127.0.0.2 {{
  protocol imap {{
    imap_capability = IMAP4rev1 LITERAL+ UIDPLUS NAMESPACE SPECIAL-USE
  }}
}}
local 127.0.0.3 {{
  protocol imap {{
    imap_capability = IMAP4rev1
  }}
}}
"""

_OAUTH = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={folder}/keys/
username_attribute = email
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dovecot:
    """Where a private Dovecot lives; `start` and `stop` may be called again and again."""

    folder: Path
    imap: int
    imaps: int

    @property
    def certificate(self) -> Path:
        """Return the certificate to trust."""
        return self.folder / "certificate.pem"

    def start(self) -> None:
        """Start the server and wait until it listens."""
        subprocess.run(["dovecot", "-c", self.folder / "dovecot.conf"], check=True, env=_paths())
        wait_for_port(self.imaps)

    def stop(self) -> None:
        """Stop the server and wait until it is gone."""
        if (self.folder / "run" / "master.pid").exists():
            with suppress(subprocess.CalledProcessError):  # nobody is there to be sent away
                self.command("kick", "*")
            self.command("stop")
            deadline = time.monotonic() + 10
            while (self.folder / "run" / "master.pid").exists() and time.monotonic() < deadline:
                time.sleep(0.02)

    def command(self, *words: str) -> str:
        """Run doveadm on this server and return what it prints."""
        done = subprocess.run(
            ["doveadm", "-c", self.folder / "dovecot.conf", *words],
            check=True,
            env=_paths(),
            capture_output=True,
            text=True,
        )
        return done.stdout


def prepare(folder: Path) -> Dovecot:
    """Write the configuration of a Dovecot into `folder`, which others must be able to enter."""
    imap, imaps = free_ports(2)
    for name in ("run", "state", "homes", "keys/default/HS256"):
        (folder / name).mkdir(parents=True)
    shutil.chown(folder / "homes", _ACCOUNT, _ACCOUNT)
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"),
            *("-subj", "/CN=localhost", "-days", "30", "-keyout", folder / "key.pem"),
            *("-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1,IP:127.0.0.2,IP:127.0.0.3"),
            *("-out", folder / "certificate.pem"),
        ],
        check=True,
        capture_output=True,
    )
    values = {"folder": folder, "imap": imap, "imaps": imaps, "account": _ACCOUNT}
    (folder / "dovecot.conf").write_text(_CONFIGURATION.format_map(values))
    (folder / "oauth2.conf").write_text(_OAUTH.format_map(values))
    (folder / "users").write_text(f"user:{{PLAIN}}{PASSWORD}\n")
    (folder / "keys/default/HS256/default").write_bytes(base64.b64encode(_KEY))
    return Dovecot(folder=folder, imap=imap, imaps=imaps)


def token_for(user: str) -> str:
    """Return an access token that Dovecot believes: a signed JWT (RFC 7519)."""
    head = {"alg": "HS256", "typ": "JWT"}
    claims = {"email": user, "sub": user, "iat": 1_700_000_000, "exp": 4_000_000_000}
    signed = ".".join(_base64(json.dumps(part).encode()) for part in (head, claims))
    return f"{signed}.{_base64(hmac.digest(_KEY, signed.encode(), sha256))}"


def _base64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _paths() -> dict[str, str]:
    return {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
