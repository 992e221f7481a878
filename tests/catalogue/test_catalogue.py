"""The catalogue answers as a plain loop over its lines would: filters, counts, totals, months, cells, order."""

from __future__ import annotations

import collections
import datetime
import itertools
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civcas.catalogue import Catalogue, Query, parse_query
from civcas.catalogue.about import About
from civcas.catalogue.columns import facet_values
from civcas.catalogue.file import File, Line, Row
from civcas.catalogue.queries import FACETS, match_expression
from civcas.core.codebook import named_codebook
from civcas.core.entries import Entry
from civcas.core.project import default_project

DAYS = st.dates(datetime.date(2015, 1, 1), datetime.date(2017, 12, 31))
FIGURES = st.none() | st.integers(0, 60)
_encode = msgspec.json.encode
_numbers = itertools.count()


@st.composite
def lines(draw: st.DrawFn) -> list[Line]:
    found = []
    for number in range(draw(st.integers(0, 25))):
        start = draw(st.none() | DAYS)
        low, high = draw(FIGURES), draw(FIGURES)
        located = draw(st.booleans())
        found.append(
            Line(
                code=f"SY{number:06}a",
                start=start.isoformat() if start else None,
                end=(start + datetime.timedelta(days=draw(st.integers(0, 40)))).isoformat() if start else None,
                grade=draw(st.sampled_from(["confirmed", "fair", "weak", "contested", "discounted", None])),
                status=draw(st.sampled_from(["likely_strike", "declared_strike", None])),
                country=draw(st.sampled_from(["SY", "IQ", None])),
                lat=draw(st.floats(-80, 80, width=32)) if located else None,
                lon=draw(st.floats(-179, 179, width=32)) if located else None,
                radius=2.0 if located else None,
                fineness="town",
                killed_min=low,
                killed_max=high,
                injured_min=None,
                injured_max=draw(FIGURES),
                parties=tuple(draw(st.lists(st.sampled_from(["North", "South", "West"]), unique=True))),
                positions=(),
                strike_type=tuple(draw(st.lists(st.sampled_from(["airstrike", "artillery"]), unique=True))),
                infrastructure=(),
                name="Invented",
                admin1=None,
                changed=None,
            )
        )
    return found


def filed(folder: Path, found: list[Line], *, gone: frozenset[str] = frozenset()) -> Path:
    """A catalogue file of these lines."""
    path = folder / f"catalogue-{next(_numbers)}.sqlite"
    file = File(path, write=True)
    about = _encode(About(project=default_project(), codebook=named_codebook("default")))
    rows = [
        Row(code=x.code, digest="d", body=_encode(Entry(code=x.code)), line=_encode(x), words=f"{x.code} invented")
        for x in found
    ]
    file.write(rows, leads=[], about=about)
    if gone:
        file.write([Row(code=code) for code in sorted(gone)], leads=[], about=about)
    file.close()
    return path


QUERIES = st.builds(
    lambda since, until, chosen, sort: Query(
        since=since, until=until, chosen=tuple(sorted(chosen.items())), sort=sort, size=500
    ),
    st.none() | DAYS,
    st.none() | DAYS,
    st.dictionaries(
        st.sampled_from(["grade", "country", "belligerent", "type", "harm"]),
        st.sampled_from(
            [("fair",), ("fair", "weak"), ("SY",), ("North", "South"), ("airstrike",), ("with",), ("zzz",)]
        ),
        max_size=3,
    ),
    st.sampled_from(["newest", "oldest", "killed"]),
)


def _fits(line: Line, query: Query, *, but: str | None = None) -> bool:
    """Whether the line is found, by the words of the rules."""
    told = facet_values(line)
    if any(not set(values) & set(told[facet]) for facet, values in query.chosen if facet != but):
        return False
    start = datetime.date.fromisoformat(line.start) if line.start else None
    end = datetime.date.fromisoformat(line.end) if line.end else start
    if query.since and (end is None or end < query.since):
        return False
    return not (query.until and (start is None or start > query.until))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=lines(), query=QUERIES, data=st.data())
def test_it_finds_counts_and_adds_what_a_loop_would(
    tmp_path: Path, found: list[Line], query: Query, data: st.DataObject
) -> None:
    gone = frozenset(data.draw(st.sets(st.sampled_from([x.code for x in found])))) if found else frozenset()
    catalogue = Catalogue(filed(tmp_path, found, gone=gone))
    kept = [x for x in found if x.code not in gone]
    wanted = [x for x in kept if _fits(x, query)]
    answer = catalogue.find(query)
    assert {x.code for x in answer.lines} == {x.code for x in wanted}
    assert answer.total == len(wanted)
    for facet in FACETS:
        counts = collections.Counter(v for x in kept if _fits(x, query, but=facet) for v in set(facet_values(x)[facet]))
        assert answer.facets[facet] == dict(counts)
    totals = catalogue.totals(query)
    for grade, total in totals.items():
        own = [x for x in wanted if x.grade == grade]
        assert total.incidents == len(own)
        assert total.killed_min == sum(x.killed_min or 0 for x in own)
        assert total.killed_max == sum(x.killed_max or 0 for x in own)
        assert total.unknown == sum(x.killed_min is None for x in own)
    dated = [x for x in wanted if x.start and x.grade]
    assert sum(sum(m.counts.values()) for m in catalogue.months(query)) == len(dated)
    cells = catalogue.cells(query, 4)
    located = [x for x in wanted if x.lat is not None]
    assert sum(c.incidents for c in cells) == len(located)
    assert sum(c.killed_min for c in cells) == sum(x.killed_min or 0 for x in located)
    assert {c.code for c in cells if c.code} <= {x.code for x in located}
    catalogue.close()


@pytest.mark.parametrize("sort", ["newest", "oldest", "killed"])
def test_pages_hold_each_incident_once_in_order(tmp_path: Path, sort: str) -> None:
    base = Line(
        "x", None, None, "fair", None, "SY", 1.0, 1.0, 1.0, "town", 1, 1, None, None, (), (), (), (), "n", None, None
    )
    found = [
        msgspec.structs.replace(base, code=f"SY{n:03}a", start=f"20{10 + n % 9}-01-0{1 + n % 7}", killed_max=n * 7 % 13)
        for n in range(53)
    ]
    catalogue = Catalogue(filed(tmp_path, found))
    pages = [catalogue.find(Query(sort=sort, page=p, size=10)).lines for p in range(1, 8)]
    codes = [x.code for page in pages for x in page]
    assert len(codes) == len(set(codes)) == 53
    every = [x for page in pages for x in page]
    values = [x.killed_max or 0 if sort == "killed" else x.start or "" for x in every]
    assert values == sorted(values, reverse=sort != "oldest")
    catalogue.close()


@pytest.mark.parametrize(
    ("typed", "finds"),
    [
        ("invented", True),
        ("INVENT", True),
        ('"invented" OR x', False),
        ("inv*", True),
        ("NEAR(invented)", False),
        ("", None),
        ("***", None),
    ],
)
def test_what_is_typed_is_words_and_never_syntax(tmp_path: Path, typed: str, finds: bool | None) -> None:
    line = Line(
        "SYa", None, None, "fair", None, "SY", 1.0, 1.0, 1.0, "town", 1, 1, None, None, (), (), (), (), "n", None, None
    )
    catalogue = Catalogue(filed(tmp_path, [line]))
    query, refused = parse_query({"q": [typed]})
    assert refused == ()
    assert (match_expression(typed) is None) == (finds is None)
    assert catalogue.find(query).total == (1 if finds or typed == "" else 0)
    catalogue.close()


def test_a_query_is_one_address(tmp_path: Path) -> None:
    given_ = {
        "q": ["a  b"],
        "grade": ["weak", "fair"],
        "from": ["2017-03"],
        "to": ["2017-02"],
        "page": ["3"],
        "bbox": ["1,2,3,4"],
    }
    query, refused = parse_query(given_)
    assert refused == ()
    assert query.until == datetime.date(2017, 2, 28)
    again: dict[str, list[str]] = {}
    for name, value in query.pairs():
        again.setdefault(name, []).append(value)
    assert parse_query(again) == (query, ())


def test_a_file_of_another_format_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "catalogue.sqlite"
    path.write_bytes(b"no database at all" * 100)
    File(path, write=True).close()
    assert File(path).stamp() == 0
