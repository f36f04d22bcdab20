import pytest

from api.domain.access.pin import is_too_easy


@pytest.mark.parametrize(
    "pin", ["123456", "234567", "987654", "111111", "121212", "112211", "481481", "1234567890", "7890"]
)
def test_what_people_try_first(pin: str) -> None:
    assert is_too_easy(pin)


@pytest.mark.parametrize("pin", ["481516", "190783", "102938", "123457", "4815481"])
def test_what_they_do_not(pin: str) -> None:
    assert not is_too_easy(pin)
