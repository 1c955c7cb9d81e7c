"""From `-c FILE` to a checked configuration."""

from contextvars import ContextVar
from pathlib import Path

from agent import config
from agent.config_sections import Config

SAID_FIRST: ContextVar[Path | None] = ContextVar("SAID_FIRST", default=None)
"""The `-c FILE` that stood before the command (`formclerk -c FILE run`); one behind it wins."""


def configured(given: Path | None) -> Config:
    """Return the configuration that this command works with; `app.main` tells what is wrong with it.

    Raises:
        ConfigError: there is none, or it cannot be used.
    """
    return config.load(config.find(given or SAID_FIRST.get(), here=Path.cwd()))
