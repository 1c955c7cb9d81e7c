"""Mails moved from one folder to another, one (on any server) or several (where the server is able to)."""

from collections.abc import Iterator, Sequence

from imapclient import DELETED, IMAPClient

_PARTS_OF_COPYUID = 3
_LONGEST = 1_000
"""More than we ever move at once: a server that says so makes no sense."""


def move(client: IMAPClient, uid: int, target: str) -> str:
    """Move a mail (RFC 6851), or copy, mark and expunge it where the server cannot move.

    Returns:
        `UIDVALIDITY/UID` of the mail in `target`; empty where the server does not say.
    """
    _told_places(client)  # whatever an earlier command left
    if client.has_capability("MOVE"):
        client.move([uid], target)
        return _told_places(client).get(uid, "")
    flags = client.fetch([uid], ["FLAGS"]).get(uid)
    if flags is None:
        return ""
    place = ""
    if DELETED not in flags[b"FLAGS"]:  # else an earlier try got as far as marking it
        client.copy([uid], target)
        place = _told_places(client).get(uid, "")
        client.delete_messages([uid], silent=True)
    if client.has_capability("UIDPLUS"):
        client.uid_expunge([uid])
    elif client.search(["DELETED"]) == [uid]:  # a plain EXPUNGE must not take what others have marked
        client.expunge()
    return place


def move_together(client: IMAPClient, uids: Sequence[int], target: str) -> dict[int, str]:
    """Move several mails by one command; return where each now lies that surely was moved.

    None is on a server that does not move, or does not say what it moved (RFC 6851, RFC 4315).
    """
    if not (client.has_capability("MOVE") and client.has_capability("UIDPLUS")):
        return {}
    _told_places(client)
    client.move(uids, target)
    return _told_places(client)


def _told_places(client: IMAPClient) -> dict[int, str]:
    """Return where the last command put mails, as its COPYUID says (RFC 4315), and forget what it said."""
    _, answers = client._imap.response("COPYUID")  # noqa: SLF001 - the library hands it out nowhere else
    places: dict[int, str] = {}
    for answer in answers or ():
        parts = answer.decode("ascii", "replace").split() if isinstance(answer, bytes) else []
        if len(parts) == _PARTS_OF_COPYUID and parts[0].isdecimal():
            came, went = (tuple(_numbers(each)) for each in parts[1:])
            if len(came) == len(went):
                places |= {uid: f"{parts[0]}/{new}" for uid, new in zip(came, went, strict=True)}
    return places


def _numbers(sequence: str) -> Iterator[int]:
    """Yield the numbers of a set in its order: `304,319:320` (RFC 3501, sequence-set without `*`)."""
    for part in sequence.split(","):
        first, _, last = part.partition(":")
        if not (first.isdecimal() and (last or first).isdecimal()):
            return
        ends = int(first), int(last or first)
        if abs(ends[1] - ends[0]) >= _LONGEST:
            return
        yield from range(min(ends), max(ends) + 1)
