"""What a handset says of itself in an emergency call: every field is optional, and none may break anything."""

from datetime import UTC, datetime, timedelta

import pytest

from api.domain.citizens.caller_location import from_fields, from_sms, link_may_go_out
from api.domain.incidents.incident import IncidentKind
from api.routes.citizens import handset

NOW = datetime(2026, 11, 28, 10, 15, tzinfo=UTC)
MS = int((NOW - timedelta(seconds=20)).timestamp() * 1000)
SENT = {
    "v": "1",
    "emergency_number": "191",
    "time": str(MS - 5000),
    "location_latitude": "13.7772",
    "location_longitude": "100.5750",
    "location_time": str(MS),
    "location_accuracy": "12.5",
    "location_source": "GPS",
    "location_floor": "12A",
    "device_number": "+66812345678",
}


def test_all_of_it() -> None:
    heard = from_fields(SENT, NOW)
    assert heard is not None
    assert (heard.lat, heard.lon, heard.accuracy, heard.number) == (13.7772, 100.5750, 12.5, "0812345678")
    assert (heard.method, heard.floor, heard.located_at) == ("gps", "12a", NOW - timedelta(seconds=20))


@pytest.mark.parametrize("field", ["location_latitude", "location_longitude"])
@pytest.mark.parametrize("value", [None, "", "north", "nan", "inf", "200", "1e999"])
def test_no_place_no_location(field: str, value: str | None) -> None:
    assert from_fields(SENT | {field: value}, NOW) is None


def test_nowhere_is_not_a_place() -> None:
    assert from_fields(SENT | {"location_latitude": "0", "location_longitude": "0.0"}, NOW) is None


@pytest.mark.parametrize(
    ("field", "value", "name"),
    [
        ("location_accuracy", "-1", "accuracy"),
        ("location_accuracy", "1e9", "accuracy"),
        ("location_time", str(MS - 7_200_000), "located_at"),
        ("location_time", "9" * 40, "located_at"),
        ("device_number", "12", "number"),
        ("device_number", {"a": 1}, "number"),
        ("location_source", "\x00\x01", "method"),
    ],
)
def test_what_cannot_be_true_is_left_out(field: str, value: object, name: str) -> None:
    heard = from_fields(SENT | {field: value}, NOW)
    assert heard is not None
    assert getattr(heard, name) is None


def test_without_its_own_time_the_calls_counts() -> None:
    heard = from_fields({name: value for name, value in SENT.items() if name != "location_time"}, NOW)
    assert heard is not None
    assert heard.located_at == NOW - timedelta(seconds=25)


def test_the_text_message() -> None:
    text = 'A"ML=1;lt=+13.77720;lg=+100.57500;rd=20;top=20261128101440;lc=90;pm=W;si=520010000000000;ml=105'
    heard = from_sms(text, NOW)
    assert heard is not None
    assert (heard.lat, heard.lon, heard.accuracy, heard.method) == (13.7772, 100.575, 20, "wifi")
    assert heard.located_at == NOW - timedelta(seconds=20)
    for other in ("", "hello", 'A"ML=1;', 'A"ML=1;lt=+13.7;lg=', text.replace("A", "B", 1)):
        assert from_sms(other, NOW) is None


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"{", b"[1, 2]", b"&&&=&", b"a=1&" * 500, b'"text"', b"null"])
def test_any_body_can_be_read(body: bytes) -> None:
    fields, text = handset.read(body)
    assert from_fields(fields, NOW) is None
    assert from_sms(text, NOW) is None


def test_a_body_as_form_or_json() -> None:
    assert handset.read(b"location_latitude=13.7&device_number=%2B66812345678")[0] == {
        "location_latitude": "13.7",
        "device_number": "+66812345678",
    }
    assert handset.read(b'{"location_latitude": 13.7}')[0] == {"location_latitude": 13.7}


def test_nothing_goes_to_a_phone_that_may_be_watched() -> None:
    assert link_may_go_out(IncidentKind.CRASH, silent=False, safe=False)
    for kind, silent in ((IncidentKind.DOMESTIC, False), (IncidentKind.DRUGS, False), (IncidentKind.CRASH, True)):
        assert not link_may_go_out(kind, silent=silent, safe=False)
        assert link_may_go_out(kind, silent=silent, safe=True)
