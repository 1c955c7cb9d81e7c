"""The prose of a text part: soft line ends joined, the armour of PGP taken off."""

import re

_ARMOUR = re.compile(
    r"-----BEGIN PGP SIGNED MESSAGE-----[^\n]*\n(?:[A-Za-z-]{1,40}: [^\n]*\n)*\s*?\n(?P<said>.*?)"
    r"(?:^-----BEGIN PGP SIGNATURE-----.*?(?:^-----END PGP SIGNATURE-----[^\n]*|\Z)|\Z)",
    re.DOTALL | re.MULTILINE,
)
_CLOSED = re.compile(r"(?m)^-----BEGIN PGP MESSAGE-----\s*$")
_GLANCE = 4_000


def is_encrypted(text: str) -> bool:
    """Say whether a text begins with a message that PGP has encrypted (RFC 9580, 6.2)."""
    return _CLOSED.search(text[:_GLANCE]) is not None


def without_armour(text: str) -> str:
    """Return a clear-signed text without its signature (RFC 9580, 7); any other as it is."""
    if "-----BEGIN PGP SIGNED MESSAGE-----" not in text[:_GLANCE]:
        return text
    return _ARMOUR.sub(lambda match: re.sub(r"(?m)^- ", "", match["said"]), text, count=1)


def unflowed(text: str, *, delete_space: bool) -> str:
    """Return a `format=flowed` text with its paragraphs whole (RFC 3676, 4).

    A line that ends in a space goes on in the next one of the same quote depth; `-- ` never does.

    Args:
        text: lines, each ended by a single line feed.
        delete_space: `DelSp=yes`: the space is no part of the text, as in Chinese.
    """
    lines: list[str] = []
    depth, open_end = 0, False
    for line in text.split("\n"):
        words = line.lstrip(">")
        here = len(line) - len(words)
        words = words.removeprefix(" ")
        flows = words.endswith(" ") and words != "-- "
        said = words[:-1] if flows and delete_space else words
        if open_end and here == depth and words != "-- ":
            lines[-1] += said
        else:
            lines.append(f"{'>' * here}{' ' if here else ''}{said}")
        depth, open_end = here, flows
    return "\n".join(lines)
