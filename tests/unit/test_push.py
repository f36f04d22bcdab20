"""What a notification says, word for word, in each language."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.incidents.alarm import AlarmReason
from api.domain.incidents.incident import Hazard, IncidentKind
from api.domain.notifying.push import Content, Instruction, PushKind, topic
from api.locales import catalogue, notifications
from api.locales.catalogue import LANGUAGES, text

JOB = Content(1, IncidentKind.CRASH, 4, "ถนนตัวอย่าง", hazards=(Hazard.WEAPON, Hazard.DOG))


@pytest.mark.parametrize(
    ("kind", "content", "language", "title", "body"),
    [
        (
            PushKind.OFFER,
            JOB,
            "en",
            "New job · priority 1",
            "⚠ Weapon, Dangerous dog · Road crash · 4 min away · ถนนตัวอย่าง",
        ),
        (
            PushKind.OFFER,
            JOB,
            "th",
            "งานใหม่ · ระดับ 1",
            "⚠ มีอาวุธ, สุนัขดุ · อุบัติเหตุบนถนน · ถึงใน 4 นาที · ถนนตัวอย่าง",
        ),
        (PushKind.OFFER, Content(2, minutes=0), "en", "New job · priority 2", "0 min away"),
        (PushKind.OFFER, Content(2, place="here"), "en", "New job · priority 2", "here"),
        (PushKind.OFFER, Content(minutes=7), "th", "งานใหม่", "ถึงใน 7 นาที"),
        (PushKind.WITHDRAWN, Content(), "en", "Job withdrawn", "Job withdrawn"),
        (
            PushKind.BROADCAST,
            Content(2, IncidentKind.DRUGS, place="here", alarm=AlarmReason.NO_TAKER),
            "en",
            "Radio room · priority 2",
            "Drugs · here · Nobody has taken it",
        ),
        (
            PushKind.BROADCAST,
            Content(instruction=Instruction.NEW_AREA),
            "th",
            "ศูนย์วิทยุ",
            "ย้ายจุดตรวจ ดูบนหน้าจอ",
        ),
        (PushKind.BACKUP, Content(place="here", drill=True), "en", "[DRILL] Backup wanted", "here"),
        (PushKind.REMINDER, Content(drill=True), "th", "[ฝึกซ้อม] ยังรอคำตอบ", "[ฝึกซ้อม] ยังรอคำตอบ"),
        (PushKind.TEST, Content(), "en", "Test notification", "This phone is ready to ring"),
        (PushKind.TEST, Content(), "th", "ทดสอบการแจ้งเตือน", "โทรศัพท์เครื่องนี้พร้อมรับงาน"),
        (PushKind.WITHDRAWN, Content(), "xx", "Job withdrawn", "Job withdrawn"),
    ],
)
def test_what_the_phone_shows(kind: PushKind, content: Content, language: str, title: str, body: str) -> None:
    assert notifications.push(kind, content, language) == notifications.Worded(title, body)


def test_what_an_sms_says() -> None:
    said = notifications.fallback("26-00012", 1, IncidentKind.WEAPON, AlarmReason.NO_TAKER, drill=False)
    assert said.title == "Sipha 26-00012 · ระดับ 1"
    assert said.body == "คนมีอาวุธ: ยังไม่มีใครรับงาน\nPerson with a weapon: Nobody has taken it"
    drill = notifications.fallback("26-00012", 1, IncidentKind.WEAPON, AlarmReason.NO_TAKER, drill=True)
    assert drill.title == "[ฝึกซ้อม] Sipha 26-00012 · ระดับ 1"
    assert drill.body.splitlines()[1] == "[DRILL] Person with a weapon: Nobody has taken it"
    assert notifications.fallback_test().body.splitlines() == ["ทดสอบช่องทางสำรอง", "Test of the fall-back channel"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_there_are_words_for_everything(language: str) -> None:
    keys = [
        *(f"kind_{kind}" for kind in IncidentKind),
        *(f"hazard_{hazard}" for hazard in Hazard),
        *(f"alarm_{reason}" for reason in AlarmReason),
        *(f"push_{kind}" for kind in PushKind),
        *(f"instruction_{instruction}" for instruction in Instruction),
    ]
    own = catalogue._texts(language)
    assert [key for key in keys if key not in own] == []
    assert not any("{" in own[key] for key in keys)


@pytest.mark.parametrize(
    ("asked", "language"),
    [
        ("th", "th"),
        ("TH", "th"),
        ("th-TH", "th"),
        ("en-GB", "en"),
        ("thx", "en"),
        ("tlh", "en"),
        ("", "en"),
        ("zh", "zh"),
        ("zh-CN", "zh"),
        ("zh-Hans", "zh"),
        ("zh-TW", "zh"),
    ],
)
def test_the_language_of_a_reader(asked: str, language: str) -> None:
    assert catalogue.nearest(asked) == language
    assert text("push_offer", asked) == text("push_offer", language)


def test_a_caller_is_told_in_every_language_of_citizens() -> None:
    lines = notifications.caller_link("26-00012", "https://x/here").body.splitlines()
    assert len(lines) == len(catalogue.CITIZENS_LANGUAGES) + 1
    assert text("caller_link", "zh", reference="26-00012") in lines
    assert "zh" not in LANGUAGES  # an account cannot have a language in which most screens say nothing


def test_a_text_that_a_language_lacks_comes_in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    english = catalogue._texts("en")
    monkeypatch.setattr(catalogue, "_texts", lambda language: english if language == "en" else {})
    assert text("push_minutes", "th", minutes=3) == "3 min away"
    with pytest.raises(KeyError):
        text("nonsense", "th")


@given(st.sampled_from(PushKind), st.sampled_from(IncidentKind), st.integers(1, 3), st.sampled_from(LANGUAGES))
def test_every_notification_says_something_general(
    kind: PushKind, what: IncidentKind, priority: int, language: str
) -> None:
    said = notifications.push(kind, Content(priority, what, 4, "ถนนตัวอย่าง"), language)
    assert str(priority) in said.title
    assert text(f"kind_{what}", language) in said.body
    assert "ถนนตัวอย่าง" in said.body


def test_topics_fit() -> None:
    assert len(topic(uuid4())) == 32
