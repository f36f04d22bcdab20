"""Text as it is compared: one function for what is stored and what is asked, so that both lose the same."""

import re
import unicodedata

LONGEST = 200
_DIGITS = str.maketrans("๐๑๒๓๔๕๖๗๘๙", "0123456789")
_TONES = re.compile(r"[\u0e47-\u0e4b\u0e4e\u0e3a]")
_LATIN_MARKS = re.compile(r"[\u0300-\u036f]")
_SPACES = re.compile(r"\s+")
_NOT_NAMES = re.compile(r"[^\w\s\u0e00-\u0e7f./&,+()'\"°-]|_")
_KARAN = "\u0e4c"
_SILENT = re.compile("[ดตท]?ร\u0e4c|[ก-ฮ][ิุ]?\u0e4c")


def plain(text: str) -> str:
    """Lower case, ASCII digits, no tone marks or accents, single spaces; no control, direction or picture characters.
    The mark of a silent letter stays: `silenced` and `bare` need it."""
    whole = unicodedata.normalize("NFKC", text).casefold().translate(_DIGITS)
    seen = "".join(_seen(letter) for letter in unicodedata.normalize("NFD", whole))
    seen = _TONES.sub("", _LATIN_MARKS.sub("", seen)).replace("\u0e4d\u0e32", "\u0e33").replace("เเ", "แ")
    return _SPACES.sub(" ", _NOT_NAMES.sub(" ", seen)).strip()


def _seen(letter: str) -> str:
    category = unicodedata.category(letter)
    if category in {"Cf", "Cs", "Co", "Cn"}:
        return ""
    return " " if category in {"Cc", "So", "Sk"} or category.startswith("Z") else letter


def silenced(text: str) -> str:
    """As it sounds: without the letters marked as silent."""
    return _SILENT.sub("", text).replace(_KARAN, "")


def bare(text: str) -> str:
    """As it is written, without the mark of a silent letter, which is often left out."""
    return text.replace(_KARAN, "")


def is_thai(text: str) -> bool:
    return any("\u0e01" <= letter <= "\u0e4e" for letter in text)
