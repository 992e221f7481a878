"""Codes of incidents: SY170316a is country, first day and a letter; once given they stay, and are never reused."""

from __future__ import annotations

import string
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from civcas.core.records import Account, Incident

UNKNOWN_COUNTRY, UNKNOWN_DAY = "XX", "000000"


def assign(groups: Sequence[Sequence[Account]], codes: Mapping[str, str], retired: Collection[str]) -> list[str]:
    """The code of each group. An earlier code goes where most of its accounts went; a group that inherits several
    takes the one with the most accounts in it."""
    claims: dict[str, Counter[int]] = defaultdict(Counter)
    for number, group in enumerate(groups):
        for account in group:
            if account.id in codes:
                claims[codes[account.id]][number] += 1
    heirs: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for code, shares in claims.items():
        heir = min(shares, key=lambda n: (-shares[n], min(a.id for a in groups[n])))
        heirs[heir].append((-shares[heir], code))
    taken = {*codes.values(), *retired}
    given: dict[int, str] = {number: min(inherited)[1] for number, inherited in heirs.items()}
    fresh = sorted((n for n in range(len(groups)) if n not in given), key=lambda n: min(a.id for a in groups[n]))
    for number in fresh:
        given[number] = _new(_stem(groups[number]), taken)
        taken.add(given[number])
    return [given[number] for number in range(len(groups))]


def redirects(codes: Mapping[str, str], incidents: Iterable[Incident]) -> dict[str, str]:
    """Old code -> code now, for the codes that no incident has any more though their accounts stand in one."""
    now = {account: incident.code for incident in incidents for account in incident.accounts}
    moved: dict[str, Counter[str]] = defaultdict(Counter)
    for account, code in codes.items():
        if account in now and code not in now.values():
            moved[code][now[account]] += 1
    return {code: min(shares, key=lambda c: (-shares[c], c)) for code, shares in sorted(moved.items())}


def _stem(group: Sequence[Account]) -> str:
    """Country and first day as most of the accounts that know them say; the smaller one of equals."""
    countries = Counter(a.where.country for a in group if a.where and a.where.country)
    exact = [a.when for a in group if a.when and a.when.days <= 4] or [a.when for a in group if a.when]
    days = Counter(when.start.strftime("%y%m%d") for when in exact)
    country = min(countries, key=lambda c: (-countries[c], c)) if countries else UNKNOWN_COUNTRY
    day = min(days, key=lambda d: (-days[d], d)) if days else UNKNOWN_DAY
    return f"{country}{day}"


def _new(stem: str, taken: Collection[str]) -> str:
    number = 0
    while (code := stem + letters(number)) in taken:
        number += 1
    return code


def letters(number: int) -> str:
    """a, b, ... z, aa, ab ... for 0, 1, ..."""
    word = ""
    number += 1
    while number:
        number, digit = divmod(number - 1, 26)
        word = string.ascii_lowercase[digit] + word
    return word
