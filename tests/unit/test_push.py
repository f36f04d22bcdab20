"""What a notification says, word for word, and when a failed one is tried again."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from api.domain.incidents.incident import Hazard, IncidentKind
from api.domain.notifying import push
from api.domain.notifying.push import HAZARD_WORDS, KIND_WORDS, Content, PushKind, drill_words, retry_after, words

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
JOB = Content(1, IncidentKind.CRASH, 4, "ถนนตัวอย่าง", "text", hazards=(Hazard.WEAPON, Hazard.DOG))


@pytest.mark.parametrize(
    ("kind", "content", "language", "title", "body"),
    [
        (
            PushKind.OFFER,
            JOB,
            "en",
            "New job · priority 1",
            "⚠ weapon, dog · Road crash · 4 min away · ถนนตัวอย่าง · text",
        ),
        (
            PushKind.OFFER,
            JOB,
            "th",
            "งานใหม่ · ระดับ 1",
            "⚠ มีอาวุธ, สุนัขดุ · อุบัติเหตุจราจร · ถึงใน 4 นาที · ถนนตัวอย่าง · text",
        ),
        (PushKind.OFFER, Content(2, minutes=0), "en", "New job · priority 2", "0 min away"),
        (PushKind.WITHDRAWN, Content(), "en", "Job withdrawn", "Job withdrawn"),
        (PushKind.BROADCAST, Content(text="all"), "th", "ศูนย์วิทยุ", "all"),
        (PushKind.BACKUP, Content(place="here", drill=True), "en", "[DRILL] Backup wanted", "here"),
        (PushKind.REMINDER, Content(drill=True), "th", "[ฝึกซ้อม] ยังรอคำตอบ", "[ฝึกซ้อม] ยังรอคำตอบ"),
        (PushKind.TEST, Content(), "en", "Test notification", "This phone is ready to ring"),
        (PushKind.TEST, Content(), "th", "ทดสอบการแจ้งเตือน", "โทรศัพท์เครื่องนี้พร้อมรับงาน"),
        (PushKind.TEST, Content(text="now"), "en", "Test notification", "now"),
    ],
)
def test_what_the_phone_shows(kind: PushKind, content: Content, language: str, title: str, body: str) -> None:
    assert words(kind, content, language) == (title, body)


def test_there_are_words_for_everything_in_both_languages() -> None:
    assert set(KIND_WORDS) == set(IncidentKind)
    assert set(HAZARD_WORDS) == set(Hazard)
    assert all(thai and english for thai, english in (*KIND_WORDS.values(), *HAZARD_WORDS.values()))
    assert drill_words(drill=True) == ("[ฝึกซ้อม] ", "[DRILL] ")
    assert drill_words(drill=False) == ("", "")


def test_a_failed_one_is_tried_again_soon_then_every_half_minute() -> None:
    waits = [(push.retry_at(NOW, attempts) - NOW).total_seconds() for attempts in range(1, 9)]
    assert waits == [1, 2, 4, 8, 15, 30, 30, 30]


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0),
        ("120", 120),
        ("3600", 3600),
        ("3601", 3600),
        ("999999999", 3600),
        ("9999999999", 3600),
        ("1" * 5000, 3600),
        ("000000120", 120),
        ("0000000120", 3600),  # ten digits are not read
        ("", None),
        ("-5", None),
        ("1.5", None),
        ("๑๒", None),  # Thai digits are digits to Python
        ("Wed, 21 Oct 2026 07:28:00 GMT", None),
    ],
)
def test_how_long_a_push_service_may_ask_us_to_wait(header: str, seconds: int | None) -> None:
    assert retry_after(header) == seconds


def test_how_long_it_is_worth_delivering() -> None:
    assert (timedelta(minutes=2), timedelta(minutes=10)) == (push.TEST_LIFETIME, push.NOTICE_LIFETIME)


def test_a_topic_is_the_id() -> None:
    assert push.topic(UUID(int=10)) == "0" * 31 + "a"
