from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from api.live import cursor
from api.live.cursor import Cursor
from api.settings import SettingsError, from_environment


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "http"),
        ("PORT", "99999"),
        ("SIPHA_TARGET_MINUTES", "0"),
        ("SIPHA_PUBLIC_URL", "sipha.example.org"),
        ("SIPHA_DATABASE_URL", "mysql://localhost/x"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(name: str, value: str) -> None:
    with pytest.raises(SettingsError) as refused:
        from_environment({name: value})
    assert name in str(refused.value)
    assert "\n" not in str(refused.value)


def test_defaults_and_what_is_derived() -> None:
    plain = from_environment({"SIPHA_PUSH_HOSTS": "127.0.0.1:9000, push.example.org", "SIPHA_TARGET_MINUTES": "10"})
    assert plain.push_hosts == ("127.0.0.1:9000", "push.example.org")
    assert plain.target_seconds == 600
    assert not plain.secure
    assert from_environment({"SIPHA_PUBLIC_URL": "https://sipha.example.org"}).secure


def test_a_cursor_comes_back_as_it_went_unless_it_is_foreign_old_or_nonsense() -> None:
    generation, now = uuid4(), datetime.now(UTC)
    here = Cursor(7_000_000_000, 42, int(now.timestamp()))
    text = cursor.write(generation, here)
    assert cursor.read(generation, text, now) == here
    assert cursor.read(uuid4(), text, now) is None
    assert cursor.read(generation, text, now + timedelta(hours=2)) is None
    for nonsense in (None, "", "1-2-3", f"{generation.hex[:8]}-9999999999999999999-1-1", f"{generation.hex[:8]}-a-b-c"):
        assert cursor.read(generation, nonsense, now) is None
