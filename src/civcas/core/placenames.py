"""Spellings of place names folded to common keys: Al-Jinah, Jīnah and al Jina are one; so are إدلب and ادلب.

`fold_name` is what spellings of one name share whichever way it is pointed, hyphened or given its article;
`skeleton` is what its romanisations share (Jinah, Jineh, Jeena; Shaykhun, Sheikhoun), in either script.
"""

from __future__ import annotations

import functools
import re
import unicodedata

_ARABIC = re.compile("[\u0620-\u064a\u066e-\u06d3]")
_WORD = re.compile(r"[^\W_]+")
_JOINER = re.compile("['’‘`´ʿʾʻʼˈ\u2018\u2019\u0640\u200b-\u200f]")  # stands inside a word, says nothing of its letters

_LETTERS = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ء": "", "ؤ": "و", "ئ": "ي", "ى": "ي", "ی": "ي",
        "ې": "ي", "ة": "ه", "ۀ": "ه", "ە": "ه",
        "ک": "ك", "ڪ": "ك", "ھ": "ه",
        "ł": "l", "ı": "i", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "ə": "a", "æ": "ae", "œ": "oe", "þ": "th",
    }
)  # fmt: skip

# Sun letters take the l of the article: ad-Dana, ash-Shajara, az-Zour; only before their own letter is it an article.
_ARTICLES = {
    "al": "", "el": "", "ul": "", "ad": "d", "ed": "d", "ar": "r", "er": "r", "as": "s", "es": "s", "ash": "sh",
    "esh": "sh", "at": "t", "et": "t", "ath": "th", "az": "z", "ez": "z", "an": "n", "en": "n", "adh": "dh", "ud": "d",
    "ur": "r", "us": "s", "ush": "sh", "ut": "t", "uz": "z", "un": "n",
}  # fmt: skip
_SHORT = {"st": "saint", "ste": "sainte", "mt": "mount", "ft": "fort"}
# Words that begin many names, in the spellings that their vowels or the dialect give them.
_BEGINNINGS = {
    "tell": "tal", "tel": "tal", "til": "tal", "teil": "tal", "der": "deir", "dir": "deir", "kfar": "kafr",
    "kafar": "kafr", "kafer": "kafr", "kefr": "kafr", "kufr": "kafr", "kufur": "kafr", "jebel": "jabal",
    "jabel": "jabal", "gebel": "jabal", "djebel": "jabal", "djabal": "jabal", "khirbet": "khirbat", "kherbet":
    "khirbat", "khirba": "khirbat", "khirbe": "khirbat", "maaret": "maarat", "maarret": "maarat", "jiser":
    "jisr", "jisir": "jisr", "jesr": "jisr", "shekh": "sheikh", "shikh": "sheikh",
}  # fmt: skip
_DOUBLED = re.compile(r"([a-z])\1+")
_FINAL_H = re.compile(r"(?<=[aeiou])h$")
_INNER_AL = re.compile(r"(?<=\w\w)ال(?=\w\w\w)")


@functools.lru_cache(maxsize=100_000)
def fold_name(name: str) -> str:
    """The key all spellings of the name share, '' where it holds no letter or digit."""
    text = _JOINER.sub("", name if name.isascii() else _unmarked(name)).lower()
    if text.isascii() or not _ARABIC.search(text):
        return "".join(_latin(_WORD.findall(text)))
    return "".join(_arabic(word) for word in _WORD.findall(text))


def _unmarked(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name).translate(_LETTERS)
    plain = "".join(c for c in decomposed if not unicodedata.combining(c))
    return unicodedata.normalize("NFKC", plain.casefold()).translate(_LETTERS)


def _latin(words: list[str]) -> list[str]:
    last = len(words) - 1
    kept = [
        _SHORT.get(word, word) if place == last else _BEGINNINGS.get(_FINAL_H.sub("", word), _SHORT.get(word, word))
        for place, word in enumerate(words)
        if not (word in _ARTICLES and place < last and words[place + 1].startswith(_ARTICLES[word]))
    ]
    return [_DOUBLED.sub(r"\1", _FINAL_H.sub("", word)) for word in kept]


def _arabic(word: str) -> str:
    bare = word[2:] if word.startswith("ال") and len(word) > 4 else word
    return _INNER_AL.sub("", bare)


def plain_name(name: str) -> str:
    """The name with case and spaces made even and nothing else: what an exact match has in common."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


_SOUNDS = (
    ("kh", "k"), ("gh", "g"), ("sh", "s"), ("ch", "s"), ("th", "t"), ("dh", "d"), ("zh", "z"), ("ph", "f"), ("ck", "k"),
    ("q", "k"), ("c", "k"), ("x", "ks"), ("v", "f"), ("p", "b"),
)  # fmt: skip
_ARABIC_SOUNDS = str.maketrans(
    {
        "ب": "b", "پ": "b", "ت": "t", "ث": "t", "ج": "j", "چ": "s", "ح": "", "خ": "k", "د": "d", "ذ": "d",
        "ر": "r", "ز": "z", "ژ": "z", "س": "s", "ش": "s", "ص": "s", "ض": "d", "ط": "t", "ظ": "z", "ع": "", "غ": "g",
        "ف": "f", "ق": "k", "ك": "k", "گ": "g",
        "ل": "l", "م": "m", "ن": "n", "ه": "", "و": "", "ي": "", "ا": "",
    }
)  # fmt: skip
_WEAK = re.compile("[aeiouywh]+")  # an h comes and goes: Hamah, Hama, Haswah, Haswa


@functools.lru_cache(maxsize=100_000)
def skeleton(key: str) -> str:
    """The consonants of a folded key as one sound each, alike for Latin and Arabic; '' for other scripts."""
    text = key.translate(_ARABIC_SOUNDS) if _ARABIC.search(key) else _sounds(key)
    return _DOUBLED.sub(r"\1", _WEAK.sub("", text)) if text.isascii() else ""


@functools.lru_cache(maxsize=100_000)
def romanised(key: str) -> str:
    """A folded key with its romanisation levelled (sheikhoun and shaykhun: saikun), for likeness of spelling."""
    if _ARABIC.search(key):
        return key
    text = _sounds(key)
    for pattern, sound in _VOWEL_SOUNDS:
        text = pattern.sub(sound, text)
    return _DOUBLED.sub(r"\1", text)


_VOWEL_SOUNDS = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("[ae][iy]", "ai"),
        ("[ao][uw]|oo|ou", "u"),
        ("ee|ie|y", "i"),
        ("e$", "a"),
        ("e", "i"),
        ("o|w", "u"),
    )
)


def _sounds(key: str) -> str:
    for letters, sound in _SOUNDS:
        key = key.replace(letters, sound)
    return key
