"""What runs us: the systemd unit and the Dockerfile give no more than is needed."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from agent.cli.unit_file import SHIPPED, unit_for

DOCKERFILE = SHIPPED.with_name("Dockerfile")


def settings(text: str) -> dict[str, str]:
    """Return the last value of each setting of a unit."""
    lines = (line.partition("=") for line in text.splitlines() if not line.startswith(("#", "[")))
    return {name: value for name, equals, value in lines if equals}


def test_the_unit_of_a_folder_has_its_paths_whatever_they_are_called(tmp_path: Path) -> None:
    """Spaces, per cent and dollar signs mean something to systemd and must not mean it here."""
    folder = tmp_path / 'my 100% "own" $x'
    said = settings(unit_for(folder, "formclerk.toml"))
    assert said["WorkingDirectory"].endswith('/my 100%% "own" $x')
    assert said["ReadWritePaths"].endswith('/my 100%% \\"own\\" $x"')
    assert said["ExecStart"].endswith('/my 100%% \\"own\\" $$x/formclerk.toml"')
    assert "/srv/formclerk" not in unit_for(folder, "formclerk.toml")


def test_the_daemon_says_what_the_unit_waits_for() -> None:
    """Type=notify with a watchdog: `agent.service.daemon` sends READY and WATCHDOG."""
    said = settings(SHIPPED.read_text("utf-8"))
    assert (said["Type"], said["WatchdogSec"], said["Restart"]) == ("notify", "15min", "on-failure")
    assert (said["NoNewPrivileges"], said["CapabilityBoundingSet"], said["User"]) == ("yes", "", "formclerk")


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_finds_the_unit_right_and_hardened(tmp_path: Path) -> None:
    """`systemd-analyze verify` has nothing to say, and the exposure is at most 2.0 of 10."""
    unit = tmp_path / "formclerk.service"
    text = unit_for(tmp_path, "formclerk.toml")
    unit.write_text(
        re.sub("^ExecStart=.*", f"ExecStart={sys.executable} -m agent run", text, flags=re.MULTILINE)
    )
    verified = subprocess.run(
        ["systemd-analyze", "verify", unit], capture_output=True, text=True, check=False, timeout=60
    )
    complaints = [line for line in verified.stderr.splitlines() if "formclerk" in line]
    assert complaints == []
    secure = subprocess.run(
        ["systemd-analyze", "security", "--offline=yes", "--threshold=20", unit],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert secure.returncode == 0, secure.stdout


def test_the_container_has_no_root_and_writes_nowhere_but_its_volume() -> None:
    """Read by eye and by this test: no engine builds it here."""
    text = DOCKERFILE.read_text("utf-8")
    joined = re.sub(r"\\\n", " ", text)
    steps = [line.split(maxsplit=1) for line in joined.splitlines() if re.match("[A-Z]+ ", line)]
    last = [name for name, _ in steps]
    assert dict(steps)["USER"] == "10001:10001"
    assert last.index("USER") < last.index("ENTRYPOINT")
    assert "RUN" not in last[last.index("USER") :]
    assert dict(steps)["VOLUME"] == '["/srv/formclerk"]'
    assert "HEALTHCHECK" in last
    assert "--read-only" in text
    assert not re.search(r"(?i)password|secret|token", text)
