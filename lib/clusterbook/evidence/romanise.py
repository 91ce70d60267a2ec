"""Chinese names in Latin letters, as citations write them; the characters stay in the list."""

from __future__ import annotations

import re

_HAN = re.compile(r"[\u3400-\u9fff]+")
_LATIN = re.compile(r"[A-Za-z][A-Za-z0-9 .&'’-]*[A-Za-z0-9.]")
_BODY = tuple("部局院網网報报社刊誌志處处会會室組组所展府")
_DOUBLE = ("欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "皇甫", "令狐")
_SURNAMES = {
    "曾": "Zeng", "单": "Shan", "單": "Shan", "仇": "Qiu", "解": "Xie", "缪": "Miao", "繆": "Miao",
    "区": "Ou", "區": "Ou", "查": "Zha", "翟": "Zhai", "乐": "Yue", "樂": "Yue", "覃": "Qin",
    "沈": "Shen",
}  # fmt: skip
"""Surnames that are read otherwise than the character alone."""


def romanised(family: str, given: str = "") -> tuple[str, str]:
    """Return a name as (family, given) in Latin letters, pinyin without tones; others as they are.

    A name in characters without a given one is a person's if it has two to four of them, else a
    body's: a body keeps the Latin name that stands in or beside its own.
    """
    if not _HAN.search(family):
        return family, _pinyin(given)
    beside = re.search(r"\(([A-Za-z][^()]*)\)", family)
    latin = beside[1] if beside else " ".join(_LATIN.findall(family))
    if latin:
        return latin, given
    size = 2 if family.startswith(_DOUBLE) else 1
    person = _HAN.fullmatch(family) and 2 <= len(family) <= size + 2 and family[-1] not in _BODY
    if person and not given:
        family, given = family[:size], family[size:]
    return _SURNAMES.get(family) or _pinyin(family), _pinyin(given)


_READ = str.maketrans({"寧": "ning", "宁": "ning", "术": "shu", "術": "shu", "广": "guang"})
"""Characters that the library reads otherwise than they are read in names."""


def transliterated(name: str) -> str:
    """Return a name in lower-case Latin letters and digits alone: "zurich" for "Zürich"."""
    from slugify import slugify

    return slugify(name.translate(_READ), separator="")


def _pinyin(text: str) -> str:
    # characters that stand together are one word
    told = _HAN.sub(lambda run: f" {transliterated(run[0]).capitalize()} ", text)
    return re.sub(r"\s+", " ", told).strip()
