"""From `-c FILE` to a checked configuration."""

from pathlib import Path

from agent import config
from agent.config_sections import Config


def configured(given: Path | None) -> Config:
    """Return the configuration that this command works with; `app.main` tells what is wrong with it.

    Raises:
        ConfigError: there is none, or it cannot be used.
    """
    return config.load(config.find(given, here=Path.cwd()))
