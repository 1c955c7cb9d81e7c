"""What is worked out of a form once, since every document of that form asks for it again."""

from collections.abc import Callable
from typing import Generic, TypeVar

from agent.domain.forms import Form

T = TypeVar("T")

_MOST = 64
"""Forms; a pack has a dozen, and a definition may have been replaced by another."""


class PerForm(Generic[T]):
    """A function of a form that remembers its values, by the very object: comparing forms costs as much."""

    def __init__(self, make: Callable[[Form], T]) -> None:
        self._make = make
        self._known: dict[int, tuple[Form, T]] = {}

    def __call__(self, form: Form) -> T:
        """Return the value for `form`."""
        known = self._known.get(id(form))
        if known is not None and known[0] is form:
            return known[1]
        value = self._make(form)
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[id(form)] = (form, value)
        return value
