"""How a name sounds, in a few Latin letters: the same for its Thai and its English spellings, as nearly as spelling
tells. Letters that English spellings of Thai names confuse are one letter here."""

import re

from api.domain.places.text import is_thai, silenced

_INITIAL = {
    **dict.fromkeys("กขฃคฅฆ", "k"), **dict.fromkeys("จฉชฌ", "$"), **dict.fromkeys("ซศษส", "s"),
    **dict.fromkeys("ดตฎฏถทธฐฑฒ", "t"), **dict.fromkeys("นณ", "n"), **dict.fromkeys("บปผพภฝฟ", "p"),
    **dict.fromkeys("ญย", "i"), **dict.fromkeys("รลฬ", "l"), **dict.fromkeys("หฮ", "h"),
    "ง": "ng", "ม": "m", "ว": "w", "อ": "", "ฤ": "lu", "ฦ": "lu",
}  # fmt: skip
_FINAL = _INITIAL | {
    **dict.fromkeys("จฉชฌซศษสดตฎฏถทธฐฑฒ", "t"), **dict.fromkeys("ญนณรลฬ", "n"), "ว": "o", "อ": "o", "ห": "",
}  # fmt: skip
_SIGNS = {"ะ": "a", "ั": "a", "า": "a", "ำ": "am", "ิ": "i", "ี": "i", "ึ": "u", "ื": "u", "ุ": "u", "ู": "u"}
_LEADING = {"เ": "e", "แ": "e", "โ": "o", "ใ": "ai", "ไ": "ai"}
_ONE = "[ก-ฮ]"
_TWO = "(?:[กขคตปผพทสศ]ร|[กขคปผพ]ล|[กขค]ว|ห[งนมยรลวญ]|อย)"
_ONSET = f"(?:{_TWO}|{_ONE})"
_CLOSED = f"(?:{_TWO}(?=[ก-ฮ])|{_ONE})"
_SIGN = "[ะัาิีึืุูำ]"
_SYLLABLE = re.compile(
    rf"(?P<ia>เ(?P<ia_c>{_ONSET})ียะ?)|(?P<ua>เ(?P<ua_c>{_ONSET})ือะ?)|(?P<o>เ(?P<o_c>{_ONSET})าะ)"
    rf"|(?P<ao>เ(?P<ao_c>{_ONSET})า)|(?P<oe>เ(?P<oe_c>{_ONSET})(?:อ(?!{_SIGN})|ิ))"
    rf"|(?P<lead>(?P<lead_v>[เแโใไ])(?P<lead_c>{_CLOSED})(?:ย(?=$|[ก-ฮเแโใไ])|ะ)?)"
    rf"|(?P<uo>(?P<uo_c>{_ONSET})ัวะ?)|(?P<an>(?P<an_c>{_ONSET})รร(?=[ก-ฮ](?!{_SIGN})))|(?P<ann>(?P<ann_c>{_ONSET})รร)"
    rf"|(?P<sign>(?P<sign_c>{_ONSET})(?P<sign_v>{_SIGN})(?:อ(?=$|[ก-ฮเแโใไ]))?)"
    rf"|(?P<on>(?P<on_c>{_TWO}|[ก-ฬฮ])อ(?!{_SIGN}))|(?P<wa>(?P<wa_c>[ก-ฬฮ])ว(?=[ก-ฬฮ](?!{_SIGN})))"
    r"|(?P<bare>[ก-ฮฤฦ])|(?P<other>.)"
)
_VOWEL_OF = {
    "ia": "ia",
    "ua": "ua",
    "o": "o",
    "ao": "ao",
    "oe": "o",
    "uo": "ua",
    "on": "o",
    "wa": "ua",
    "an": "a",
    "ann": "an",
}

_LATIN = (
    (re.compile(r"[^a-z$]"), ""), (re.compile("sch|tch|ch|dj"), "$"), (re.compile("c(?=[eiy])"), "s"),
    (re.compile("ph|bh|f|b"), "p"), (re.compile("th|dh|d"), "t"), (re.compile("kh|ck|qu|q|c|(?<!n)g(?!h)|gh"), "k"),
    (re.compile("j|\\$"), "c"), (re.compile("sh|z"), "s"), (re.compile("x"), "ks"),
    (re.compile("oe|aw(?![aeiou])"), "o"), (re.compile("v"), "w"),
    (re.compile("r"), "l"), (re.compile("y"), "i"), (re.compile("ou|oo|ue|eu"), "u"), (re.compile("ee"), "i"),
    (re.compile("ae"), "e"), (re.compile(r"(?<=[aeiou])h"), ""),
    (re.compile(r"(.)\1+"), r"\1"), (re.compile(r"(?<=...)e$"), ""),
)  # fmt: skip


def sound(text: str) -> str:
    """Of `plain` text; "" if it has no letters."""
    spoken = silenced(text)
    latin = _latin_of(spoken) if is_thai(spoken) else spoken
    for pattern, instead in _LATIN:
        latin = pattern.sub(instead, latin)
    return latin


def _latin_of(text: str) -> str:
    said: list[str] = []
    waiting: list[str] = []
    vowel = ""
    for match in _SYLLABLE.finditer(text):
        kind = next(name for name, value in match.groupdict().items() if value is not None)
        if kind == "bare":
            waiting.append(match[0])
            continue
        said.append(_unwritten(waiting, vowel))
        waiting, vowel = [], ""
        if kind == "other":
            said.append(match[0])
        else:
            said.append(_onset(match[f"{kind}_c"]) + _vowel(kind, match))
            vowel = match["sign_v"] or match["lead_v"] or kind
    return "".join([*said, _unwritten(waiting, vowel)])


def _unwritten(letters: list[str], vowel: str) -> str:
    """Consonants in a row without a vowel sign: one may close the syllable before, two are a syllable with an o."""
    said: list[str] = []
    if vowel and letters and (len(letters) % 2 or vowel == "ั" or (letters[1] == "ร" and vowel in "ิเ")):
        said.append(_FINAL[letters[0]])
        letters = letters[2:] if letters[1:2] == ["ร"] and vowel in "ัิเ" else letters[1:]
    for first, second in zip(letters[::2], [*letters[1::2], ""], strict=False):
        said.append(f"{_INITIAL[first]}o{_FINAL[second]}" if second else f"{_INITIAL[first]}a")
    return "".join(said)


def _onset(letters: str) -> str:
    if len(letters) == 1:
        return _INITIAL[letters]
    if letters[0] in "หอ":
        return _INITIAL[letters[1]]
    if letters in {"ทร", "ศร", "สร"}:
        return "s"
    return _INITIAL[letters[0]] + _INITIAL[letters[1]]


def _vowel(kind: str, match: re.Match[str]) -> str:
    if kind == "lead":
        return _LEADING[match["lead_v"]] + ("i" if match[0].endswith("ย") and match["lead_v"] == "เ" else "")
    return _SIGNS[match["sign_v"]] if kind == "sign" else _VOWEL_OF[kind]
