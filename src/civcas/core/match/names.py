"""Whether two names are one person's in two spellings."""

from __future__ import annotations

from rapidfuzz.distance import JaroWinkler

ALIKE = 0.92  # Jaro-Winkler of two spellings of one place or person name
ALIKE_CONSONANTS = 0.85


def same_person(left: frozenset[str], right: frozenset[str]) -> bool:
    """Whether two names, as their telling words, can be one person in two spellings: at least two words alike,
    and all of the shorter name but one."""
    if min(len(left), len(right)) < 2:
        return False
    if left <= right or right <= left:
        return True
    shorter, longer = sorted((left, right), key=len)
    alike = sum(any(same_word(a, b) for b in longer) for a in shorter)
    return alike >= max(2, len(shorter) - (len(shorter) > 3))


def same_word(left: str, right: str) -> bool:
    """Whether two words of a name can be one in two spellings: nearly the same letters, or alike with the same
    consonants (Sami and Samy)."""
    likeness = JaroWinkler.similarity(left, right)
    return likeness >= ALIKE or (likeness >= ALIKE_CONSONANTS and consonants(left) == consonants(right))


def consonants(word: str) -> str:
    kept = [c for c in word if c not in "aeiouyاوي"]
    return "".join(c for n, c in enumerate(kept) if n == 0 or c != kept[n - 1])
