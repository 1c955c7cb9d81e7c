"""Files as Outlook writes them, made by hand from the specifications; nothing is shared with our readers.

.msg: [MS-CFB] and [MS-OXMSG]; winmail.dat: [MS-OXTNEF].
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

Tree: TypeAlias = Mapping[str, "bytes | Tree"]
"""A compound file: streams by name, storages as trees of their own."""

_SECTOR = 512
_SMALL = 64
_CUTOFF = 4096
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_NONE = 0xFFFFFFFF


def a_msg(files: Mapping[str, "bytes | Tree"]) -> bytes:
    """Return a mail saved by Outlook with these files; a tree is a mail within it (`msg_tree`)."""
    return compound(msg_tree(files))


def msg_tree(files: Mapping[str, "bytes | Tree"]) -> Tree:
    """Return the storages of a mail with these files."""
    tree: dict[str, bytes | Tree] = {
        "__properties_version1.0": b"\0" * 32,
        "__substg1.0_0037001F": "事项".encode("utf-16-le"),
    }
    for number, (name, content) in enumerate(files.items()):
        inside: dict[str, bytes | Tree] = {
            "__properties_version1.0": b"\0" * 8,
            "__substg1.0_3707001F": name.encode("utf-16-le"),
        }
        inside["__substg1.0_37010102" if isinstance(content, bytes) else "__substg1.0_3701000D"] = content
        tree[f"__attach_version1.0_#{number:08X}"] = inside
    return tree


@dataclass
class _Entry:
    name: str
    kind: int
    right: int = _NONE
    child: int = _NONE
    content: bytes = b""
    start: int = _END
    size: int = 0


@dataclass
class _Disk:
    sectors: list[bytes] = field(default_factory=list)
    fat: list[int] = field(default_factory=list)

    def write(self, content: bytes) -> int:
        """Put `content` into a chain of sectors and return the first."""
        pieces = [content[at : at + _SECTOR].ljust(_SECTOR, b"\0") for at in range(0, len(content), _SECTOR)]
        first = len(self.sectors)
        for piece in pieces:
            self.sectors.append(piece)
            self.fat.append(len(self.sectors))
        if pieces:
            self.fat[-1] = _END
        return first if pieces else _END


def compound(tree: Tree) -> bytes:
    """Return a compound file of version 3 ([MS-CFB] 2)."""
    entries = [_Entry("Root Entry", 5)]
    _fill(entries, 0, tree)
    disk, small, small_fat = _Disk(), b"", list[int]()
    for entry in entries[1:]:
        if entry.kind != 2 or not entry.content:
            continue
        entry.size = len(entry.content)
        if entry.size >= _CUTOFF:
            entry.start = disk.write(entry.content)
            continue
        entry.start = len(small_fat)
        count = -(-entry.size // _SMALL)
        small_fat += [*range(entry.start + 1, entry.start + count), _END]
        small += entry.content.ljust(count * _SMALL, b"\0")
    entries[0].start, entries[0].size = disk.write(small), len(small)
    chain = b"".join(struct.pack("<I", each) for each in small_fat)
    first_small = disk.write(chain.ljust(-(-len(chain) // _SECTOR) * _SECTOR, b"\xff"))
    directory = disk.write(b"".join(_packed(entry) for entry in entries))
    tables = 1
    while tables * 128 < len(disk.fat) + tables:
        tables += 1
    places = list(range(len(disk.fat), len(disk.fat) + tables))
    fat = [*disk.fat, *[_FAT] * tables]
    packed = b"".join(struct.pack("<I", each) for each in fat).ljust(tables * _SECTOR, b"\xff")
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<IIIII", 0, tables, directory, 0, _CUTOFF)
    head += struct.pack("<IIII", first_small, -(-len(chain) // _SECTOR), _END, 0)
    head += b"".join(struct.pack("<I", each) for each in places)
    return head.ljust(_SECTOR, b"\xff") + b"".join(disk.sectors) + packed


def _fill(entries: list[_Entry], parent: int, tree: Tree) -> None:
    before = -1
    for name, content in tree.items():
        here = len(entries)
        if isinstance(content, bytes):
            entries.append(_Entry(name, 2, content=content))
        else:
            entries.append(_Entry(name, 1))
        if before < 0:
            entries[parent].child = here
        else:
            entries[before].right = here
        before = here
        if not isinstance(content, bytes):
            _fill(entries, here, content)


def _packed(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return (
        name.ljust(64, b"\0")
        + struct.pack("<HBB", len(name), entry.kind, 1)
        + struct.pack("<III", _NONE, entry.right, entry.child)
        + b"\0" * 36
        + struct.pack("<IQ", entry.start, entry.size)
    )


def a_winmail(files: Mapping[str, bytes], *, long_names: bool = True) -> bytes:
    """Return a winmail.dat with these files; a file that is one itself is a mail within the mail."""
    parts = [struct.pack("<IH", 0x223E9F78, 1), _attribute(1, 0x00089006, struct.pack("<I", 0x10000))]
    for name, content in files.items():
        parts.append(_attribute(2, 0x00069002, b"\0" * 14))
        is_mail = content.startswith(b"\x78\x9f\x3e\x22")
        if long_names:
            kind = 0x000D if is_mail else 0x0102
            inside = b"\0" * 16 + content if is_mail else content
            listed = [_property(0x001F, 0x3707, f"{name}\0".encode("utf-16-le"))]
            if is_mail:
                listed.append(_property(kind, 0x3701, inside))
            listed.append(struct.pack("<HHI", 0x0003, 0x0E21, 7))
            parts.append(_attribute(2, 0x00069005, struct.pack("<I", len(listed)) + b"".join(listed)))
        else:
            parts.append(_attribute(2, 0x00018010, f"{name}\0".encode("gb18030")))
        if not is_mail:
            parts.append(_attribute(2, 0x0006800F, content))
    return b"".join(parts)


def _attribute(level: int, number: int, value: bytes) -> bytes:
    head = struct.pack("<BII", level, number, len(value))
    return head + value + struct.pack("<H", sum(value) & 0xFFFF)


def _property(kind: int, number: int, value: bytes) -> bytes:
    return struct.pack("<HHII", kind, number, 1, len(value)) + value + b"\0" * (-len(value) % 4)
