"""Mails are fetched by few, and one that makes trouble takes no other along."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast

from hypothesis import given
from hypothesis import strategies as st
from imapclient import IMAPClient
from imapclient.exceptions import IMAPClientError

from agent.mailbox.imap.fetching import Listed, by_few, fetch

_AT = datetime(2026, 1, 5, tzinfo=UTC)
_LIMIT = 3_000_000
_sizes = st.sampled_from([0, 1, 1_999_999, 2_000_000, _LIMIT, _LIMIT + 1])


def _listed(sizes: Sequence[int]) -> list[Listed]:
    return [Listed(_AT, uid, size) for uid, size in enumerate(sizes, 1)]


@given(st.lists(_sizes | st.just(1), max_size=60), st.sets(st.integers(1, 60)))
def test_every_mail_is_fetched_once_in_its_order_and_few_at_a_time(sizes: list[int], alone: set[int]) -> None:
    """No heap holds more than 25 mails or two megabytes, unless it is one mail."""
    mails = _listed(sizes)
    heaps = list(by_few(mails, alone=alone, limit=_LIMIT))

    assert [each for few in heaps for each in few] == mails
    for few in heaps:
        together = len(few) > 1
        assert len(few) <= 25
        assert not together or sum(each.size for each in few) <= 2_000_000
        assert not together or not any(each.uid in alone or each.size in {0, _LIMIT + 1} for each in few)


class _Picky:
    """A server that says NO to a question in which a certain mail is, as Exchange does."""

    def __init__(self, refused: int) -> None:
        self.refused = refused
        self.asked: list[Sequence[int]] = []

    def fetch(self, uids: Sequence[int], _parts: Sequence[str]) -> dict[int, dict[bytes, object]]:
        """Answer as `IMAPClient.fetch` does."""
        self.asked.append(uids)
        if self.refused in uids:
            raise IMAPClientError("FETCH failed: NO [EXPUNGEISSUED] some are gone")
        return {uid: {b"SEQ": uid, b"BODY[]": b"mail %d" % uid} for uid in uids if uid != 4}


def test_a_refusal_of_several_is_asked_about_one_by_one() -> None:
    """What the server cannot hand out is passed over, what has vanished too; the others come."""
    server = _Picky(2)
    mails = fetch(cast("IMAPClient", server), _listed([5, 5, 5, 5]), validity=7, limit=_LIMIT)

    assert [(each.handle, each.content) for each in mails] == [("7/1", b"mail 1"), ("7/3", b"mail 3")]
    assert server.asked == [[1, 2, 3, 4], [1], [2], [3], [4]]
