"""What a push carries besides its words, and how long it is worth delivering."""

from datetime import timedelta
from uuid import UUID

from api.domain.notifying.push import NOTICE_LIFETIME, TEST_LIFETIME, Content, topic


def test_how_long_it_is_worth_delivering() -> None:
    assert (timedelta(minutes=2), timedelta(minutes=10)) == (TEST_LIFETIME, NOTICE_LIFETIME)


def test_a_topic_is_the_id_in_at_most_32_characters() -> None:
    assert topic(UUID(int=15)) == "f".rjust(32, "0")


def test_whatever_does_not_say_so_is_no_drill() -> None:
    assert not Content().drill
