"""A wrong configuration is refused with one sentence."""

from pathlib import Path

import pytest
import structlog

from recognition_worker.cli import main
from recognition_worker.settings import Settings, SettingsError, token

CAMERA = "5f0f2a34-0000-4000-8000-000000000001"
RIGHT = f"""
state = "state"
[api]
url = "http://127.0.0.1:8015"
token_file = "token"
[[camera]]
id = "{CAMERA}"
url = "rtsp://127.0.0.1:8554/sample.mp4"
"""


@pytest.fixture(autouse=True)
def logs_as_before():
    """Commands set up logging to the standard error of their own test."""
    yield
    structlog.reset_defaults()


def write(tmp_path, text):
    path = tmp_path / "worker.toml"
    path.write_text(text)
    return path


def test_paths_are_seen_from_the_file(tmp_path, monkeypatch):
    monkeypatch.delenv("SIPHA_MODELS", raising=False)
    settings = Settings.read(write(tmp_path, RIGHT))
    assert settings.state == tmp_path / "state" and settings.models.folder == tmp_path / ".models"
    assert settings.api.token_file == tmp_path / "token"
    monkeypatch.setenv("SIPHA_MODELS", "/elsewhere")
    assert Settings.read(write(tmp_path, RIGHT)).models.folder == Path("/elsewhere")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "state|api"),
        ("not toml", "worker.toml"),
        (RIGHT + 'colour = "red"', "colour"),
        (RIGHT.replace(CAMERA, "one"), "UUID"),
        (RIGHT.replace("http://", "ftp://"), "api.url"),
        (RIGHT.replace("rtsp://", "gopher://"), "gopher"),
        (RIGHT + RIGHT[RIGHT.index("[[camera]]") :], "listed twice"),
        (RIGHT + "frames_per_second = 0", "frames_per_second"),
    ],
)
def test_what_is_wrong_is_said(tmp_path, text, says):
    with pytest.raises(SettingsError, match=says):
        Settings.read(write(tmp_path, text))


def test_the_token_comes_from_the_environment_or_a_file(tmp_path, monkeypatch):
    monkeypatch.delenv("SIPHA_WORKER_TOKEN", raising=False)
    with pytest.raises(SettingsError, match="SIPHA_WORKER_TOKEN"):
        token("SIPHA_WORKER_TOKEN", None)
    (tmp_path / "token").write_text("from-file\n")
    assert token("SIPHA_WORKER_TOKEN", tmp_path / "token") == "from-file"
    monkeypatch.setenv("SIPHA_WORKER_TOKEN", "from-environment")
    assert token("SIPHA_WORKER_TOKEN", tmp_path / "token") == "from-environment"


def test_the_command_ends_with_one_sentence(tmp_path, capsys):
    assert main(["run", "--config", str(tmp_path / "none.toml")]) == 1
    said = capsys.readouterr().err
    assert said.startswith("sipha-worker: ") and "none.toml" in said and len(said.splitlines()) == 1


@pytest.mark.parametrize(
    "command",
    [[], ["run"], ["enrol"], ["check"], ["models"], ["models", "prepare"], ["sample-camera"], ["sample-picture"]],
)
def test_help_everywhere(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main([*command, "--help"])
    assert ended.value.code == 0 and "usage" in capsys.readouterr().out
