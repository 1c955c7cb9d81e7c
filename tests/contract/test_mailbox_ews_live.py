"""What every mailbox promises, asked of a real Exchange server where the environment names one.

Left out are those promises that no Exchange can keep to the byte: it writes every mail anew.
"""

import pytest

from tests.contract.ews_live import LiveStage
from tests.contract.test_mailbox import (
    _LETTER,
    test_a_filed_mail_does_not_arrive_again,
    test_a_handle_of_no_mailbox_of_this_kind_will_not_work,
    test_a_letter_to_nobody_is_refused,
    test_closing_ends_a_wait,
    test_filing_twice_is_filing_once,
    test_looking_takes_nothing_away,
    test_mails_may_be_filed_while_looking,
    test_news_is_told_once,
    test_the_oldest_comes_first,
    test_the_same_mail_may_lie_on_a_shelf_twice,
    test_the_same_mail_twice_is_two_mails,
    test_waiting_ends_when_a_mail_arrives,
    test_what_was_sent_is_found_again_unchanged,
)

__all__ = [
    "test_a_filed_mail_does_not_arrive_again",
    "test_a_handle_of_no_mailbox_of_this_kind_will_not_work",
    "test_a_letter_to_nobody_is_refused",
    "test_closing_ends_a_wait",
    "test_filing_twice_is_filing_once",
    "test_looking_takes_nothing_away",
    "test_mails_may_be_filed_while_looking",
    "test_news_is_told_once",
    "test_the_oldest_comes_first",
    "test_the_same_mail_may_lie_on_a_shelf_twice",
    "test_the_same_mail_twice_is_two_mails",
    "test_waiting_ends_when_a_mail_arrives",
    "test_what_was_sent_is_found_again_unchanged",
]


@pytest.fixture
def stage() -> LiveStage:
    """The mailbox that the environment names, emptied."""
    return LiveStage(_LETTER)
