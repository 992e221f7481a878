"""The record as tables for a person: incidents, tolls over a period, declared strikes, problems."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Collection, Mapping, Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from civcas.core.records import Account, Assessment, Declared, Harm, Range, When, Where
from civcas.core.visible import visible

UNKNOWN = "unknown"
PLAIN_WIDTH = 150  # of a table that goes to a file or another program


def console() -> Console:
    """Standard output; as wide as the terminal, or wide enough for whole rows where there is none."""
    width = None if sys.stdout.isatty() else shutil.get_terminal_size((PLAIN_WIDTH, 24)).columns
    return Console(width=width, highlight=False, markup=False, emoji=False, soft_wrap=False)


def cell(text: str) -> Text:
    """Words from outside, with nothing in them that a terminal would obey."""
    return Text(visible(text))


def incident_table(assessments: Sequence[Assessment], published: Collection[str] = ()) -> Table:
    table = table_of("Code", "When", "Where", "Killed", "Injured", "What", "Attributed to", "Grade", "Sources")
    for found in assessments:
        table.add_row(
            f"{found.code}\npublic" if found.code in published else found.code,
            cell(when_text(found.when)), cell(where_text(found.where)),
            cell(harm_text(found.killed)), cell(harm_text(found.injured)),
            cell("\n".join(filter(None, (words(found.strike_type), words(found.infrastructure))))),
            cell("\n".join(party_text(b.name, b.attribution, b.position) for b in found.belligerents) or UNKNOWN),
            cell("\n".join(plain(w) for w in (found.grade, found.strike_status) if w)),
            f"{found.sources} ({found.origins} origin{'' if found.origins == 1 else 's'})",
        )  # fmt: skip
    return table


def tally_table(tallies: Mapping[str, Account], files: Mapping[str, str]) -> Table:
    table = table_of("Code", "Period", "Area", "Toll", "Attributed to", "Report")
    for code, account in tallies.items():
        table.add_row(
            code, cell(when_text(account.when)), cell(where_text(account.where)),
            cell("\n".join(toll_text(harm) for harm in account.harm) or UNKNOWN),
            cell("\n".join(b.name for b in account.belligerents)), cell(report_text(account, files)),
        )  # fmt: skip
    return table


def strikes_table(strikes: Mapping[str, Account], files: Mapping[str, str]) -> Table:
    table = table_of("Code", "Period", "Area", "Declared", "Report")
    for code, account in strikes.items():
        table.add_row(
            code, cell(when_text(account.when)), cell(where_text(account.where)),
            cell("\n".join(map(declared_text, account.declared))), cell(report_text(account, files)),
        )  # fmt: skip
    return table


def report_text(account: Account, files: Mapping[str, str]) -> str:
    """The report by its id, or by the last part of its file's name where it came without one."""
    return files.get(account.document, account.document).rpartition("/")[2]


def table_of(*columns: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column == "Code")
    return table


# ------------------------------------------------------------- values in words


def plain(slug: str) -> str:
    return slug.replace("_", " ")


def words(slugs: Sequence[str]) -> str:
    return ", ".join(plain(slug) for slug in slugs)


def span_text(low: int | None, high: int | None) -> str:
    """A range as the field writes it (domain 2.6): one number where both ends are one."""
    match low, high:
        case None, None:
            return UNKNOWN
        case _, None:
            return f"{low:,} or more"
        case None, _:
            return f"up to {high:,}"
        case _:
            return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def harm_text(groups: Mapping[str, Range]) -> str:
    """Civilians first, without their name; then the parts of them and the combatants that anything is known of."""
    own = groups.get("civilians", Range())
    others = [
        f"{plain(g)} {span_text(r.min, r.max)}"
        for g, r in groups.items()
        if g != "civilians" and (r.min, r.max) != (None, None)
    ]
    return "\n".join([span_text(own.min, own.max), *others])


def toll_text(harm: Harm) -> str:
    hedged = " (hedged)" if harm.hedged else ""
    return f"{span_text(harm.min, harm.max)} {plain(harm.group)} {harm.kind}{hedged}"


def declared_text(declared: Declared) -> str:
    number = "" if declared.min is None and declared.max is None else span_text(declared.min, declared.max) + " "
    by = f" by {declared.party}" if declared.party else ""
    change = ""
    if declared.change:
        percent = f"{abs(declared.change.percent):g} per cent"
        against = f" on {declared.change.against}" if declared.change.against else ""
        change = f", {'up' if declared.change.percent >= 0 else 'down'} {percent}{against}"
    return f"{number}{declared.what}{by}{change}"


def party_text(name: str, attribution: str, position: str | None) -> str:
    said = ", ".join(filter(None, ("known" if attribution == "known" else "", plain(position) if position else "")))
    return f"{name} ({said})" if said else name


def when_text(when: When | None) -> str:
    """The days, with the marks of EDTF where they are uncertain (?) or approximate (~)."""
    if when is None:
        return UNKNOWN
    days = str(when.start) if when.start == when.end else f"{when.start} – {when.end}"
    marks = ("?" if set("?%") & set(when.edtf) else "") + ("~" if set("~%") & set(when.edtf) else "")
    return f"{days} {marks}".rstrip()


def where_text(where: Where | None) -> str:
    if where is None:
        return UNKNOWN
    parts = [where.name, where.admin1 if where.admin1 != where.name else None, where.country]
    placed = "" if where.lat is not None else " (not on the map)"
    return ", ".join(filter(None, parts)) + placed
