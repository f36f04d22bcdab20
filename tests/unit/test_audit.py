"""`make audit`: a vulnerability is reported and fails; an unanswering registry is reported and does not."""

import importlib.util
import json

import pytest

from api.settings import ROOT

spec = importlib.util.spec_from_file_location("audit", ROOT / "scripts" / "audit.py")
assert spec is not None
assert spec.loader is not None
audit = importlib.util.module_from_spec(spec)
spec.loader.exec_module(audit)

SKIPPED = {"name": "anyio", "skip_reason": "not found"}
SOUND = {"name": "h3", "version": "4.3.0", "vulns": []}
WEAK = {"name": "pillow", "version": "9.0.0", "vulns": [{"id": "CVE-2026-1", "fix_versions": ["9.1"], "aliases": []}]}
WEAK_NODE = {"vulnerabilities": {"vite": {"name": "vite", "severity": "high", "range": "<8.3"}}, "metadata": {}}


def pip(*packages: dict) -> bytes:
    return json.dumps({"dependencies": packages, "fixes": []}).encode()


def test_what_was_found_is_named() -> None:
    heard = audit.read_pip(pip(SKIPPED, SOUND, WEAK))
    assert heard.asked == "2 of 3 packages"
    assert heard.found == ["pillow 9.0.0: CVE-2026-1, fixed in 9.1"]
    assert audit.read_npm(json.dumps(WEAK_NODE).encode()).found == ["vite <8.3: high"]


@pytest.mark.parametrize("answer", [b"", b"<html>", b"{}", pip(SKIPPED)])
def test_no_answer_is_not_taken_for_a_good_one(answer: bytes) -> None:
    assert audit.read_pip(answer).asked is None


@pytest.mark.parametrize("answer", [b"", b"<html>", b'{"message": "405 Method Not Allowed"}'])
def test_no_answer_from_npm_is_not_taken_for_a_good_one(answer: bytes) -> None:
    assert audit.read_npm(answer).asked is None


def test_a_weakness_fails_and_silence_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(audit, "ask", lambda *_: b"")
    assert audit.main() == 0
    monkeypatch.setattr(audit, "ask", lambda *_: pip(WEAK))
    assert audit.main() == 1
