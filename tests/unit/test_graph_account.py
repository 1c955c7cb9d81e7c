"""From `[mailbox.graph]` to a mailbox in Exchange Online, and what doctor says about it."""

import builtins
import sys
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import ModuleType

import pytest

from agent import accounts, config, examination, examination_graph, wiring
from agent.config_sections import Config
from agent.domain.errors import WillNotWork
from agent.domain.words import Language
from agent.findings import Finding, Grade
from agent.mailbox.graph.mailbox import GraphMailbox
from agent.mailbox.graph.settings import CLOUDS, ClientCertificate, ClientSecret
from tests.houses import CLERK, CONFIG
from tests.servers.graph import GraphServer
from tests.servers.graph_signin import CLIENT, SECRET, TENANT

_BY_SECRET = {"client_secret_file": "secret"}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[GraphServer]:
    """A Graph with the clerk's mailbox."""
    with GraphServer(tmp_path) as listening:
        listening.exchange.account(CLERK)
        yield listening


def configured(folder: Path, **keys: str | int) -> Config:
    """Return a configuration whose mailbox is at Graph; what is not given here stands as by default."""
    usual: dict[str, str | int] = {"tenant": TENANT, "client_id": CLIENT}
    lines = [f"{name} = {value!r}" for name, value in (usual | keys).items()]
    section = '[mailbox]\nkind = "graph"\n\n[mailbox.graph]\n' + "\n".join(lines)
    before, _, after = CONFIG.partition("[mailbox]")
    file = folder / config.NAME
    file.write_text(before + section + "\n\n[directory]" + after.partition("[directory]")[2], "utf-8")
    (folder / "secret").write_text(SECRET + "\n", encoding="utf-8")
    return config.load(file)


def at(server: GraphServer) -> Mapping[str, str]:
    """Return the keys that lead to the stand-in."""
    return {"login": server.address, "service": server.address, "ca_file": str(server.certificate)}


def test_what_is_written_is_what_the_mailbox_is_told(tmp_path: Path) -> None:
    """Every key arrives; the cloud of 21Vianet has its own hosts."""
    written = configured(
        tmp_path,
        **_BY_SECRET,
        cloud="china",
        poll_seconds=7,
        prefix="办公/clerk",
        mailbox="HR@Example.com",
    )
    told = accounts.graph_settings(written)

    assert told.credential == ClientSecret(secret=SECRET)
    assert told.cloud == CLOUDS["china"]
    assert told.cloud.login == "https://login.partner.microsoftonline.cn"
    assert (told.poll, told.prefix, told.mailbox) == (timedelta(seconds=7), "办公/clerk", "hr@example.com")
    with closing(wiring.mailbox_of(written)) as mailbox:
        assert isinstance(mailbox, GraphMailbox)


def test_a_certificate_is_read_from_its_file(tmp_path: Path) -> None:
    """Without another mailbox it is the clerk's own address."""
    (tmp_path / "client.pem").write_text("-----BEGIN PRIVATE KEY-----\n", encoding="utf-8")
    told = accounts.graph_settings(configured(tmp_path, certificate="client.pem", thumbprint="AB:CD"))
    assert told.credential == ClientCertificate(pem="-----BEGIN PRIVATE KEY-----", thumbprint="AB:CD")
    assert told.mailbox == CLERK
    assert "PRIVATE" not in repr(told)


@pytest.mark.parametrize(
    ("keys", "why"),
    [
        ({}, "either client_secret or certificate"),
        ({"client_secret_file": "secret", "certificate": "secret"}, "either client_secret or certificate"),
        ({"client_secret_file": "nowhere"}, "cannot be read"),
        ({"client_secret_file": "secret", "login": "http://login.example"}, "https"),
    ],
)
def test_what_cannot_work_is_refused_with_a_reason(tmp_path: Path, keys: dict[str, str], why: str) -> None:
    """Before anything is connected, and without the secret."""
    with pytest.raises(WillNotWork, match=why) as refused:
        accounts.graph_mailbox(configured(tmp_path, **keys))
    assert SECRET not in str(refused.value)


def test_without_the_extra_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Httpx and msal are optional; every other mailbox works without them."""
    for name in ("mailbox", "tokens"):
        monkeypatch.delitem(sys.modules, f"agent.mailbox.graph.{name}")
    whole = builtins.__import__

    def without_msal(name: str, *rest: object) -> ModuleType:
        if name == "msal":
            raise ImportError("No module named 'msal'", name="msal")
        return whole(name, *rest)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(builtins, "__import__", without_msal)
    with pytest.raises(WillNotWork, match=r"pip install formclerk\[graph\]"):
        accounts.graph_mailbox(configured(tmp_path, **_BY_SECRET))


def test_doctor_finds_a_mailbox_that_works(tmp_path: Path, server: GraphServer) -> None:
    """Signed in, mailbox there, permissions complete; nothing was changed."""
    found = looked_over(configured(tmp_path, **_BY_SECRET, **at(server)))
    assert [each.grade for each in found] == [Grade.GOOD, Grade.GOOD]
    assert server.count("(POST|PUT|PATCH|DELETE) /v1.0") == 0


def test_doctor_says_which_permission_is_missing(tmp_path: Path, server: GraphServer) -> None:
    """Sending cannot be tried, so the token is read; RBAC for Applications does not stand there."""
    server.permissions = {"Mail.ReadWrite"}
    *_, last = looked_over(configured(tmp_path, **_BY_SECRET, **at(server)))
    assert last.grade is Grade.CARE
    for language in Language:
        assert "Mail.Send" in last.say.in_(language)


@pytest.mark.parametrize("what", ["secret", "permission", "policy", "mailbox", "away"])
def test_doctor_says_what_is_wrong_and_what_to_do(tmp_path: Path, server: GraphServer, what: str) -> None:
    """One finding, in both languages, without the secret."""
    written = configured(tmp_path, **_BY_SECRET, **at(server))
    expected = {
        "secret": "client secret is wrong",
        "permission": "Mail.ReadWrite",
        "policy": "access policy",
        "mailbox": f"no mailbox {CLERK}",
        "away": "is away",
    }
    match what:
        case "secret":
            server.secrets = set()
        case "permission":
            server.permissions = {"Mail.Send"}
        case "policy":
            server.excluded = {CLERK}
        case "mailbox":
            server.exchange.accounts.clear()
        case _:
            server.__exit__(None, None, None)
    (found,) = looked_over(written)
    assert found.grade is Grade.WRONG
    assert expected[what] in found.say.in_(Language.EN)
    assert SECRET not in found.say.in_(Language.ZH)
    assert "应用注册" in found.do.in_(Language.ZH)


def test_doctor_looks_at_the_secret_of_graph(tmp_path: Path, server: GraphServer) -> None:
    """A secret that others may read is told of, and so is a key file."""
    written = configured(tmp_path, **_BY_SECRET, **at(server))
    (tmp_path / "secret").chmod(0o644)
    (found,) = examination._secrets(written)
    assert found.grade is Grade.CARE
    assert "[mailbox.graph] client_secret_file" in found.say.in_(Language.ZH)

    (tmp_path / "client.pem").write_text("nothing", encoding="utf-8")
    (tmp_path / "client.pem").chmod(0o644)
    by_key = configured(tmp_path, certificate="client.pem", **at(server))
    assert [each.grade for each in looked_over(by_key)] == [Grade.CARE, Grade.WRONG]


def looked_over(written: Config) -> list[Finding]:
    """Return what doctor finds about the mailbox."""
    return list(examination_graph.graph(written))
