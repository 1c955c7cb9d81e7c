"""Objects of a PDF as pypdf holds them, asked for without ever raising (ISO 32000-2, 7.3 and 7.9)."""

_LONGEST = 40_000
"""Characters of one text."""


def resolved(each: object) -> object:
    """Return what a reference leads to, or the object itself; None where it leads nowhere."""
    try:
        held = each.get_object() if hasattr(each, "get_object") else each
    except Exception:  # noqa: BLE001 - pypdf raises many things on a stranger's file
        return None
    return None if type(held).__name__ == "NullObject" else held


def entry(holder: object, key: str) -> object:
    """Return an entry of a dictionary, None when there is none."""
    held = resolved(holder)
    if not hasattr(held, "raw_get") or not isinstance(held, dict):
        return None
    try:
        return resolved(held.get(key))
    except Exception:  # noqa: BLE001 - as above
        return None


def items(held: object) -> list[object]:
    """Return the items of an array, none when it is anything else."""
    found = resolved(held)
    return list(found) if isinstance(found, list) else []


def text(held: object) -> str:
    """Return a text string or a text stream (7.9.2.2, 7.9.3), line ends as ours; empty for anything else."""
    found = resolved(held)
    if hasattr(found, "get_data"):
        data = bytes(found.get_data())[: _LONGEST * 2]
        said = data.decode("utf-16" if data[:2] in {b"\xfe\xff", b"\xff\xfe"} else "utf-8", "replace")
    elif isinstance(found, bytes):
        said = found.decode("latin-1")
    elif isinstance(found, str):
        said = name(found) or str(found) if type(found).__name__ == "NameObject" else str(found)
    else:
        return ""
    return said[:_LONGEST].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")


def name(held: object) -> str:
    """Return a name without its slash, empty when it is none."""
    found = resolved(held)
    return str(found)[1:] if isinstance(found, str) and str(found).startswith("/") else ""


def number(held: object) -> float:
    """Return a number, 0 when it is none."""
    found = resolved(held)
    if not isinstance(found, int | float | str) and not hasattr(found, "__float__"):
        return 0.0
    try:
        return float(found)
    except (TypeError, ValueError):
        return 0.0
