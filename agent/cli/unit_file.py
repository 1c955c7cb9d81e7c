"""The systemd unit that `formclerk init` leaves: the one that ships, with the paths of this machine."""

import re
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path

SHIPPED = Path(__file__).resolve().parent.parent / "_service" / "formclerk.service"


def unit_for(folder: Path, config: str) -> str:
    """Return the unit that runs the clerk in `folder`, for a person to look at and install.

    Args:
        folder: where configuration and data lie.
        config: the name of the configuration in it.
    """
    here = folder.absolute()
    called = Path(sys.argv[0]).absolute()
    program = [str(called)] if called.name == "formclerk" else [sys.executable, "-m", "agent"]
    start = " ".join(_quoted(part, dollar=True) for part in (*program, "run", "-c", str(here / config)))
    own = {
        "WorkingDirectory": str(here).replace("%", "%%"),
        "ExecStart": start,
        "ReadWritePaths": _quoted(str(here)),
    }
    lines = SHIPPED.read_text("utf-8").splitlines()
    return "".join(_line(line, own, here) for line in lines)


def _line(line: str, own: Mapping[str, str], here: Path) -> str:
    name, equals, _ = line.partition("=")
    if equals and name in own:
        return f"{name}={own[name]}\n"
    return (
        line.replace("/srv/formclerk", shlex.quote(str(here))) + "\n" if line.startswith("#") else f"{line}\n"
    )


def _quoted(text: str, *, dollar: bool = False) -> str:
    """Return one word as systemd.syntax(7) and systemd.unit(5) read it: quotes, specifiers, variables."""
    escaped = text.replace("%", "%%")
    if dollar:
        escaped = escaped.replace("$", "$$")
    if re.fullmatch(r"[\w./@:%$+=-]+", escaped, re.ASCII):
        return escaped
    return '"' + escaped.replace("\\", "\\\\").replace('"', '\\"') + '"'
