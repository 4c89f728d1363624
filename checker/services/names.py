"""People's names as the class's folders spell them: `Иванов Иван Петрович` becomes `ivanov_ivan`.

Letters are spelled as passports spell them: ICAO Doc 9303, part 3, section 6 (8th edition), for Russian, Ukrainian,
Belarusian, Serbian and Macedonian; for Kazakh and other letters, the one that its country's passports print. A table
of one's own, because no library on PyPI has all of them: the one that knows the passports' spelling (iuliia) knows
the 33 letters of Russian alone, and those for every script spell by sound (`Yuliya`, where the passport says `Iuliia`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NoReturn

from checker.target import student

LONGEST = 200
"""Characters of a name that are read."""

_CYRILLIC = dict(
    pair.split("=")
    for pair in (
        "а=a б=b в=v г=g д=d е=e ё=e ж=zh з=z и=i й=i к=k л=l м=m н=n о=o п=p р=r с=s т=t у=u ф=f"
        " х=kh ц=ts ч=ch ш=sh щ=shch ъ=ie ы=y ь= э=e ю=iu я=ia"
        " є=ie і=i ї=i ґ=g ў=u ђ=d ѓ=g ѕ=dz ј=j љ=lj њ=nj ћ=c ќ=k џ=dz ѣ=ie ѳ=f ѵ=y"
        " ә=a ғ=g қ=k ң=n ө=o ұ=u ү=u һ=h ҳ=h ҷ=j җ=j ҙ=z ҡ=k ҫ=s ҥ=n ҕ=g ҿ=ch ҽ=ch ӏ="
    ).split(" ")
)
_LATIN = dict(
    pair.split("=") for pair in "ł=l ø=o đ=d ð=d þ=th ß=ss æ=ae œ=oe ı=i ŋ=n ə=a ħ=h ŧ=t".split()
)
"""Letters that Unicode does not take apart into a plain one and a mark."""
_SPELLED = {**_CYRILLIC, **_LATIN}

_DASHES = re.compile(r"\s*[-‐‑‒–—−]\s*")
_APOSTROPHES = re.compile(r"[’'`ʼʹʻʿ´‘ʾ]")
_PATRONYMIC = re.compile(
    r".{2,}(?:ович|евич|йич|мич|ьич|овна|евна|ична|івна|ївна|ўна|авіч|evich|ovich|ovna|evna|ichna)"
)
_SON_OR_DAUGHTER = frozenset(
    "оглы оглу кызы кизи улы уулу ұлы қызы ogly oglu kyzy qizi uly".split()
)
"""Words that make a patronymic of the word before them."""

_NOBODY = re.compile(
    r".*\d.*|gr|group|hw|homework|home|task|dz|lab|ml|mlops|ops|ci|cd|cicd|course|project|my|app"
    r"|repo|repository|git|github|python|main|master|test|final|solution|work|assignment|library"
)
"""Words of repositories' names that are no person's."""


@dataclass(frozen=True, slots=True)
class Guess:
    """What somebody may be called, from the name of a repository: never a fact."""

    student: str
    why: str
    """A sentence part to print beside it."""


def surname_name(text: str) -> str:
    """Return `surname_name` from a name as a class list has it, or from one that is spelled so already.

    The surname comes first, as in `Иванов Иван`, with or without a patronymic, which is left out; a
    patronymic in the middle tells that the name comes first (`Иван Петрович Иванов`), a comma that all
    before it is the surname (`van der Berg, Jan`). Raises ValueError, with one sentence that says how to
    write it, where a word is missing, where the order cannot be told, and for other scripts.
    """
    if len(text) > LONGEST:
        raise ValueError(f"a name of {len(text)} characters is none; {LONGEST} are the most")
    written = unicodedata.normalize("NFC", text).strip()
    lower = written.lower()
    if "_" in lower:
        return student(re.sub(r"\s*_\s*", "_", lower))
    if not lower:
        raise ValueError("the name is empty; expected a surname and a name, such as `Иванов Иван`")
    surname, given = _split(_DASHES.sub("-", lower), written)
    return student(f"{_word(surname, written)}_{_word(given, written)}")


def collisions(names: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """Return each `surname_name` that two or more people share, with where these are.

    `names` are pairs of `surname_name` and place (`line 3`); empty names collide with nothing.
    """
    places: dict[str, list[str]] = {}
    for name, place in names:
        if name:
            places.setdefault(name, []).append(place)
    return {name: tuple(found) for name, found in places.items() if len(found) > 1}


def guesses(repository: str) -> tuple[Guess, ...]:
    """Return who may have made a repository (`owner/name-surname-group`): both orders, or nobody.

    Words with a digit and words of the course (`hw`, `mlops`) belong to no name.
    """
    name = repository.rpartition("/")[2]
    words = [
        word for word in re.split(r"[-_. ]+", name.lower()) if word and not _NOBODY.fullmatch(word)
    ]
    if len(words) != 2 or not all(re.fullmatch(r"[a-z]{2,40}", word) for word in words):
        return ()
    first, second = words
    why = f"a guess from the repository's name `{name[:100]}`"
    return (Guess(f"{second}_{first}", why), Guess(f"{first}_{second}", why))


def _split(lower: str, written: str) -> tuple[str, str]:
    """Return surname and name of a name in small letters."""
    surname, comma, rest = lower.partition(",")
    words = rest.split() if comma else lower.split()
    if len(words) > 2 and words[-1] in _SON_OR_DAUGHTER:
        del words[-2:]
    if comma:
        if not surname.strip() or not 1 <= len(words) <= 2:
            _refuse(written, "does not have a surname before the comma and a name after it")
        return "-".join(surname.split()), words[0]
    if len(words) == 1:
        _refuse(written, "is one word")
    if len(words) == 2:
        if _PATRONYMIC.fullmatch(words[1]):
            _refuse(written, "has a name and a patronymic, and no surname")
        return words[0], words[1]
    patronymic = [_PATRONYMIC.fullmatch(word) is not None for word in words[1:]]
    if patronymic == [False, True]:
        return words[0], words[1]
    if patronymic != [True, False]:
        _refuse(written, f"has {len(words)} words, and nobody can tell which are the surname")
    return words[2], words[0]


def _word(word: str, written: str) -> str:
    """Return one word of a name in Latin letters."""
    if "." in word:
        _refuse(written, "holds initials")
    spelled = "".join(map(_letter, _APOSTROPHES.sub("", word)))
    if re.fullmatch(r"[a-z]+(?:-[a-z]+)*", spelled) is None:
        strange = next((one for one in spelled if not re.fullmatch(r"[a-z-]", one)), "")
        said = f"holds {strange!r}, which this spelling does not know" if strange else "is no name"
        _refuse(written, said)
    return spelled


def _letter(letter: str) -> str:
    if letter in _SPELLED:
        return _SPELLED[letter]
    plain = "".join(
        one for one in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(one)
    )
    return "".join(_SPELLED.get(one, one) for one in plain)


def _refuse(written: str, what: str) -> NoReturn:
    raise ValueError(
        f"{written[:80]!r} {what}; write surname and name, such as `Иванов Иван` or"
        " `van der Berg, Jan`, or the name of the class's folder itself: `ivanov_ivan`"
    )
