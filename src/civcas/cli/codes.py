"""Short codes for the accounts that belong to no incident: T-1a2b3c a toll over a period, S-1a2b3c declared strikes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from civcas.core.records import Account

LETTERS = {"tally": "T", "strikes": "S", "incident": "A"}
SHORTEST = 6  # hexadecimal digits of the account's id, more where two accounts would share a code


def short_codes(accounts: Iterable[Account]) -> dict[str, Account]:
    """The accounts by their short codes, in the order given."""
    told = list(accounts)
    length = SHORTEST
    while len(told) > 1 and max(Counter(short_code(a, length) for a in told).values()) > 1 and length < 24:
        length += 2
    return {short_code(account, length): account for account in told}


def short_code(account: Account, length: int = SHORTEST) -> str:
    return f"{LETTERS[account.kind]}-{account.id[:length]}"
