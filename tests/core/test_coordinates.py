"""Coordinates in a text become points: held against published positions and against a conversion written otherwise."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civcas.core.coordinates import parse, written
from civcas.core.values import kilometres

LATITUDES = st.floats(-79.0, 83.0, allow_nan=False)
LONGITUDES = st.floats(-179.9, 179.9, allow_nan=False)


@pytest.mark.parametrize(
    ("text", "lat", "lon"),
    [
        ("18SUJ2337106519", 38.88981, -77.03656),  # the Jefferson Pier, as the United States National Grid gives it
        ("31UDQ4825111932", 48.85820, 2.29450),  # the Eiffel Tower
        ("4QFJ12345678", 21.30948, -157.91682),
        ("37SFU296908", 35.15225, 40.42344),
        ("36,1234, 37,5678", 36.1234, 37.5678),
        ("36,1234; 37,5678", 36.1234, 37.5678),
        ("36,12° N, 37,56° E", 36.12, 37.56),
        ("37S FU 296 908", 35.15225, 40.42344),
        ("37S FU 29 90", 35.1495, 40.4222),
        ("31°46′40″N, 35°14′08″E", 31.77778, 35.23556),
        ("31° 46' 40\" N 35° 14' 08\" E", 31.77778, 35.23556),
        ("31°46.667'N 35°14.133'E", 31.77778, 35.23555),
        ("40°26'46\"S 79°58'56\"W", -40.44611, -79.98222),
        ("36.2021, 37.1343", 36.2021, 37.1343),
        ("36.2021 37.1343", 36.2021, 37.1343),
        ("-33.8688,151.2093", -33.8688, 151.2093),
        ("36.20 N, 37.13 E", 36.20, 37.13),
        ("N 36.2021 E 37.1343", 36.2021, 37.1343),
        ("37.1343 E, 36.2021 N", 36.2021, 37.1343),
        ("36.2021° N, 7.1343° W", 36.2021, -7.1343),
        ("lat=36.2021&lon=37.1343", 36.2021, 37.1343),
        ("latitude 36.2 and longitude 37.1", 36.2, 37.1),
        ("٣٦٫٢٠٢١ ، ٣٧٫١٣٤٣", 36.2021, 37.1343),
        ("36.2021 شمالاً، 37.1343 شرقاً", 36.2021, 37.1343),
        ("36,2021; 37,1343", 36.2021, 37.1343),
        ("36,2021 N, 37,1343 E", 36.2021, 37.1343),
        ("36,20° N 37,13° E", 36.20, 37.13),
        ("٣٦،٢٠٢١ شمالاً ٣٧،١٣٤٣ شرقاً", 36.2021, 37.1343),
        ("خط العرض 36.20 وخط الطول 37.13", 36.20, 37.13),
    ],
)
def test_coordinates_are_read_in_each_of_their_forms(text: str, lat: float, lon: float) -> None:
    point = parse(text)
    assert point is not None
    assert kilometres(point.lat, point.lon, lat, lon) <= point.radius_km + 0.003


@pytest.mark.parametrize(
    "text",
    [
        "36.2021, 4239.00416",  # a real one: a point lost on the way
        "4239.00416, 36.2021",
        "36,202 and 37,134 people",
        "36,2021 displaced",
        "1,236,2021; 1,237,1343",
        "95.1234, 37.1343",
        "36.2021, 187.1343",
        "91.00 N, 37.10 E",
        "36°75'N 37°08'E",
        "36°12'61\"N 37°08'03\"E",
        "36.2021 N 37.1343 N",
        "61SFU296908",  # no such zone
        "37IFU296908",  # no such band
        "37SFU29690",  # an odd number of digits
        "37SAA2990",  # a square that its zone does not reach
        "37SFZ296908",
    ],
)
def test_what_is_out_of_range_is_refused_never_mended(text: str) -> None:
    assert written(f"The strike was at {text} in the morning.") == []


@pytest.mark.parametrize(
    "text",
    [
        "Last update: 26.10.2023 | 21:41",
        "On average 1.853 of 1.377 million",
        "rates of 0.1234, 0.2345, 0.3456 and 0.4567",
        "A 3D TV 2010 model",
        "12 men and 37 women, 4.5 and 3.25",
        "call 215.686.1234",
        "12,345, 67,890 people and 1,234,567 more",
        "100,1234 and 200,5678",
        "a 5K at 20 and a 10K AM 2015 run",
    ],
)
def test_other_numbers_are_no_coordinates(text: str) -> None:
    assert written(text) == []


def test_fewer_decimals_are_enough_where_the_text_says_what_they_are() -> None:
    assert written("It fell at 36.20, 37.13.") == []
    (found,) = written("It fell at the coordinates 36.20, 37.13.")
    assert found.point.radius_km == pytest.approx(0.7, abs=0.1)


@pytest.mark.parametrize(
    ("text", "radius_km"),
    [
        ("37SFU2990829908", 0.001),
        ("37SFU29902990", 0.0071),
        ("37SFU299299", 0.0707),
        ("37SFU2929", 0.707),
        ("37SFU22", 7.07),
        ("36.20212 N, 37.13434 E", 0.001),
        ("36.202 N, 37.134 E", 0.071),
        ("36.20 N, 37.13 E", 0.71),
        ("36°12'N 37°08'E", 1.19),
    ],
)
def test_the_radius_is_what_the_digits_leave_open(text: str, radius_km: float) -> None:
    point = parse(text)
    assert point is not None
    assert point.radius_km == pytest.approx(radius_km, rel=0.05)


def test_the_place_in_the_text_is_told() -> None:
    text = "Two died at 37S FU 296 908 and three at 36.2021, 37.1343."
    assert [text[w.start : w.end] for w in written(text)] == ["37S FU 296 908", "36.2021, 37.1343"]


@given(LATITUDES, LONGITUDES, st.integers(4, 7))
def test_decimal_degrees_come_back_as_they_were_written(lat: float, lon: float, digits: int) -> None:
    point = parse(f"{lat:.{digits}f}, {lon:.{digits}f}")
    assert point is not None
    assert kilometres(point.lat, point.lon, lat, lon) <= point.radius_km


@given(LATITUDES, LONGITUDES)
def test_degrees_minutes_and_seconds_come_back_within_their_radius(lat: float, lon: float) -> None:
    point = parse(f"{_sexagesimal(lat, 'NS')}, {_sexagesimal(lon, 'EW')}")
    assert point is not None
    assert kilometres(point.lat, point.lon, lat, lon) <= point.radius_km * 1.01


@given(st.floats(-79.0, 71.9), LONGITUDES, st.integers(1, 5), st.booleans())
def test_a_grid_reference_holds_the_point_it_was_made_of(lat: float, lon: float, digits: int, spelt: bool) -> None:
    if 56 <= lat < 64 and 3 <= lon < 12:
        return  # Norway's zone is wider than the others
    point = parse(_reference(lat, lon, digits, " " if spelt and digits > 1 else ""))
    assert point is not None
    assert kilometres(point.lat, point.lon, lat, lon) <= point.radius_km * 1.01 + 0.001


@given(st.text(alphabet="0123456789.,°'\" NSEWnsew-٣٦٫،شرق", max_size=40))
def test_no_string_of_such_signs_breaks_the_reading(text: str) -> None:
    for found in written(text):
        assert -90 <= found.point.lat <= 90
        assert -180 <= found.point.lon <= 180
        assert 0 <= found.start < found.end <= len(text)


# ------------------------------------------- the same conversions, the other way round and by other formulas


def _sexagesimal(degrees: float, points: str) -> str:
    seconds = round(abs(degrees) * 3600)
    return f"{seconds // 3600}°{seconds // 60 % 60:02}'{seconds % 60:02}\"{points[degrees < 0]}"


def _reference(lat: float, lon: float, digits: int, gap: str) -> str:
    """The MGRS reference by Snyder's series for the transverse Mercator (USGS 1395, 8-9 to 8-15)."""
    zone = int((lon + 180) // 6) + 1
    a, e2 = 6378137.0, 0.00669437999014
    phi, difference = math.radians(lat), math.radians(lon - (zone * 6 - 183))
    second = e2 / (1 - e2)
    n = a / math.sqrt(1 - e2 * math.sin(phi) ** 2)
    t, c, x = math.tan(phi) ** 2, second * math.cos(phi) ** 2, difference * math.cos(phi)
    m = a * (
        (1 - e2 / 4 - 3 * e2**2 / 64 - 5 * e2**3 / 256) * phi
        - (3 * e2 / 8 + 3 * e2**2 / 32 + 45 * e2**3 / 1024) * math.sin(2 * phi)
        + (15 * e2**2 / 256 + 45 * e2**3 / 1024) * math.sin(4 * phi)
        - (35 * e2**3 / 3072) * math.sin(6 * phi)
    )
    easting = 500_000 + 0.9996 * n * (
        x + (1 - t + c) * x**3 / 6 + (5 - 18 * t + t**2 + 72 * c - 58 * second) * x**5 / 120
    )
    northing = 0.9996 * (
        m
        + n
        * math.tan(phi)
        * (
            x**2 / 2
            + (5 - t + 9 * c + 4 * c**2) * x**4 / 24
            + (61 - 58 * t + t**2 + 600 * c - 330 * second) * x**6 / 720
        )
    )
    northing += 10_000_000 if lat < 0 else 0
    column = ("ABCDEFGH", "JKLMNPQR", "STUVWXYZ")[(zone - 1) % 3][int(easting // 100_000) - 1]
    row = "ABCDEFGHJKLMNPQRSTUV"[int(northing // 100_000 + (0 if zone % 2 else 5)) % 20]
    band = "CDEFGHJKLMNPQRSTUVWX"[min(19, int((lat + 80) // 8))]
    e, n_ = (f"{int(metres % 100_000):05}"[:digits] for metres in (easting, northing))
    return f"{zone:02}{band}{gap}{column}{row}{gap}{e}{gap}{n_}"
