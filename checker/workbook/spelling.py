"""The ways in which people spell a Cyrillic name in Latin letters, besides that of passports."""

from __future__ import annotations

import re
import unicodedata

from checker.services.names import surname_name

_SPELLINGS = {
    letter: spelled.split("|")
    for letter, _, spelled in (
        pair.partition("=")
        for pair in (
            "а=a б=b в=v|w г=g|h д=d е=e|ye|je|ie ё=e|yo|jo|io|ye ж=zh|j з=z|s и=i|y й=i|y|j к=k|c|q л=l м=m"
            " н=n о=o п=p р=r с=s|c|ss т=t у=u|ou ф=f|ph х=kh|h|x|ch ц=ts|c|tc|tz ч=ch|c|tch ш=sh щ=shch|sch|sc"
            " ъ=|ie|y ы=y|i ь=|y|i э=e|ae ю=iu|yu|ju|u я=ia|ya|ja"
            " ий=ii|iy|ij|y|i ия=iia|iya|ija|ia|ya ый=yi|y|yy|yj|iy кс=ks|x -=-"
        ).split(" ")
    )
}
"""How people spell letters: passports write `iurii`, some write `yuriy`."""


def is_spelling(prefix: str, name: str, expected: str) -> bool:
    """Say whether a prefix is a name in passports' spelling, which is expected, or in another usual one."""
    if prefix == expected:
        return True
    words = unicodedata.normalize("NFC", name).lower().split()[:3]
    pairs = [(one, two) for one in words for two in words if _spelled(f"{one} {two}") == expected]
    return any(re.fullmatch(f"{_pattern(one)}_{_pattern(two)}", prefix) for one, two in pairs)


def _spelled(name: str) -> str:
    try:
        return surname_name(name)
    except ValueError:
        return ""


def _pattern(word: str) -> str:
    """Return a pattern of all usual spellings of a word."""
    letters = re.findall("ий|ый|ия|кс|.", word)
    return "".join(
        f"(?:{'|'.join(_SPELLINGS.get(letter, [re.escape(letter)]))})" for letter in letters
    )
