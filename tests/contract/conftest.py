"""What several contract tests stand on."""

from collections.abc import Iterator

import pytest

from tests.contract.ews_stage import EwsStage
from tests.servers.ews import ews_server


@pytest.fixture
def ews() -> Iterator[EwsStage]:
    """The clerk's mailbox on an Exchange server of this test alone."""
    with ews_server() as running:
        yield EwsStage(running)
