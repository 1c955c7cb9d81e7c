"""Just enough of the compound file format ([MS-CFB]) to tell what an old Office file is."""

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENTRY = 128
_LENGTH_AT = 64
_STORAGE_OR_STREAM = (1, 2)


def has_entry(content: bytes, name: str) -> bool:
    """Say whether the file's directory has a storage or stream called `name`.

    A directory entry is 128 bytes on a 128-byte border: its name in UTF-16, the length of the name with its
    terminator, its type ([MS-CFB] 2.6.1).  Looking for that shape needs no chain of sectors to be sound.
    """
    wanted = name.encode("utf-16-le") + b"\0\0"
    at = content.find(wanted)
    while at >= 0:
        tail = content[at + _LENGTH_AT : at + _LENGTH_AT + 3]
        if at % _ENTRY == 0 and len(tail) == 3:  # noqa: PLR2004 two bytes of length, one of type
            length = int.from_bytes(tail[:2], "little")
            if length == len(wanted) and tail[2] in _STORAGE_OR_STREAM:
                return True
        at = content.find(wanted, at + 1)
    return False
