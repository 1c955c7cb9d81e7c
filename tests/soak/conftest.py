"""One PostgreSQL server for all tests of the simulator: it is stopped and started by them."""

from collections.abc import Iterator

import pytest

from tests.postgres import Cluster, cluster


@pytest.fixture(scope="session")
def server() -> Iterator[Cluster]:
    """Have a server that nobody else works with."""
    with cluster() as found:
        yield found
