"""Where the templates are: beside the packages in a checkout, inside `agent/_templates` in a wheel."""

from functools import cache
from pathlib import Path

from agent.domain.errors import WillNotWork

_HERE = Path(__file__).resolve().parent


def doc_templates() -> Path:
    """Return the folder of the shipped process packs.

    Raises:
        WillNotWork: the installation is incomplete.
    """
    return _folder("doc", "doc_templates")


def mail_templates() -> Path:
    """Return the folder of the shipped letters, one folder per language within.

    Raises:
        WillNotWork: the installation is incomplete.
    """
    return _folder("mail", "mail_templates")


@cache
def _folder(in_wheel: str, in_checkout: str) -> Path:
    for folder in (_HERE / "_templates" / in_wheel, _HERE.parent / in_checkout):
        if folder.is_dir():
            return folder
    raise WillNotWork(f"the templates are missing: neither {in_wheel} nor {in_checkout} is beside {_HERE}")
