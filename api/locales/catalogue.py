"""The words that the server itself sends, a folder of texts per language; `words.json` is also the PWA's.

Every folder beside this file is a language. Texts are plain JSON with `{parameters}`, the format that the PWA's texts
have, so that one translator can do both.
"""

from functools import cache
from pathlib import Path

import msgspec

_FOLDER = Path(__file__).parent
_FALLBACK = "en"

CITIZENS_LANGUAGES = tuple(sorted(folder.name for folder in _FOLDER.iterdir() if (folder / "messages.json").is_file()))
"""Language codes (BCP 47); what one lacks is said in English."""

LANGUAGES = tuple(sorted(folder.name for folder in _FOLDER.iterdir() if (folder / "words.json").is_file()))
"""Those that staff may choose: complete."""


def nearest(language: str) -> str:
    """The language we have for a reader who asks for `language`, such as `en-GB`; English for one we do not have."""
    wanted = language.lower()
    for known in CITIZENS_LANGUAGES:
        if wanted == known.lower() or wanted.startswith(f"{known.lower()}-"):
            return known
    return _FALLBACK


def text(key: str, language: str, **parameters: object) -> str:
    """A text that a language lacks comes in English; KeyError if there is none at all."""
    known = _texts(nearest(language))
    return (known[key] if key in known else _texts(_FALLBACK)[key]).format(**parameters)


@cache
def _texts(language: str) -> dict[str, str]:
    texts: dict[str, str] = {}
    for file in sorted((_FOLDER / language).glob("*.json")):
        texts |= msgspec.json.decode(file.read_bytes(), type=dict[str, str])
    return texts
