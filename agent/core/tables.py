"""Reading one table of a definition file: every key is asked for once, and what is left over is an error."""

from collections.abc import Iterator, Mapping

from agent.core.definition_error import MISSING, DefinitionError, hinted, must_be
from agent.domain.words import Words

_UNKNOWN = Words(zh="此处没有这一项", en="is not known here")


class Table:
    """A TOML table with its place in the file.  All readers raise `DefinitionError`."""

    def __init__(self, data: Mapping[str, object], file: str, place: str = "") -> None:
        self.file = file
        self.place = place
        self._data = data
        self._asked: set[str] = set()

    def fault(self, key: str, why: Words) -> DefinitionError:
        """Return the error that says what is wrong with `key`; the caller raises it."""
        return DefinitionError(self.file, self.place, key, why)

    def has(self, key: str) -> bool:
        """Say whether `key` was written."""
        return key in self._data

    def raw(self, key: str) -> object:
        """Return whatever stands at `key`, which must be there."""
        self._asked.add(key)
        if key not in self._data:
            raise self.fault(key, MISSING)
        return self._data[key]

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text."""
        if default is not None and not self.has(key):
            self._asked.add(key)
            return default
        found = self.raw(key)
        if not isinstance(found, str):
            raise self.fault(key, must_be("文字", "a text", found))
        return found

    def number(self, key: str, default: int | None = None) -> int:
        """Return a whole number."""
        if default is not None and not self.has(key):
            self._asked.add(key)
            return default
        found = self.raw(key)
        if not isinstance(found, int) or isinstance(found, bool):
            raise self.fault(key, must_be("整数", "a whole number", found))
        return found

    def flag(self, key: str) -> bool:
        """Return true or false; false when nothing is written."""
        self._asked.add(key)
        found = self._data.get(key, False)
        if not isinstance(found, bool):
            raise self.fault(key, must_be(" true 或 false", "true or false", found))
        return found

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts; empty when nothing is written."""
        self._asked.add(key)
        found = self._data.get(key, [])
        if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
            raise self.fault(key, must_be("文字列表", "a list of texts", found))
        return tuple(found)

    def words(self, key: str) -> Words:
        """Return words in every language."""
        return self.table(key).as_words()

    def as_words(self) -> Words:
        """Return this table, which holds `zh` and `en`, as words."""
        words = Words(zh=self.text("zh"), en=self.text("en"))
        self.close()
        return words

    def table(self, key: str) -> "Table":
        """Return a table within this one; empty when nothing is written."""
        self._asked.add(key)
        found = self._data.get(key, {})
        if not isinstance(found, Mapping):
            raise self.fault(key, must_be("表", "a table", found))
        return Table(found, self.file, f"{self.place}.{key}".lstrip("."))

    def tables(self, key: str) -> Iterator["Table"]:
        """Yield the tables of a list of tables; each is named by its `id` in errors."""
        self._asked.add(key)
        found = self._data.get(key, [])
        if not isinstance(found, list):
            raise self.fault(key, must_be("表的列表", "a list of tables", found))
        for number, each in enumerate(found, start=1):
            if not isinstance(each, Mapping):
                which = Words(
                    zh=f"第 {number} 项须为表，现为 {each!r}",
                    en=f"entry {number} must be a table, found {each!r}",
                )
                raise self.fault(key, which)
            name = each.get("id", number)
            yield Table(each, self.file, f"{self.place}.{key}.{name}".lstrip("."))

    def keys(self) -> tuple[str, ...]:
        """Return every key of a table whose keys are names, and count them as asked for."""
        self._asked.update(self._data)
        return tuple(self._data)

    def close(self) -> None:
        """Refuse what nobody asked for, with the nearest name that is known."""
        for key in self._data:
            if key not in self._asked:
                raise self.fault(key, hinted(_UNKNOWN, key, self._asked))
