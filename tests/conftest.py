"""Fixtures that every test may ask for, and what holds of all properties."""

from hypothesis import settings

pytest_plugins = ("tests.postgres", "tests.databases", "tests.servers.shared")

# No test is a timed one: a busy machine is no fault of the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
