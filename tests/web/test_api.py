"""The API says what its document says, pages through everything once, and asks the hasty to wait."""

from __future__ import annotations

import csv
import io

import jsonschema
import msgspec
import pytest
from tests.web.conftest import Site, served

from civcas.client import Archive
from civcas.core.errors import BadSource


def test_every_answer_fits_the_document(sample: Site) -> None:
    document = msgspec.json.decode(sample.get("/api/v1/openapi.json").body)
    for path, ways in document["paths"].items():
        answer = msgspec.json.decode(sample.get(path.replace("{code}", "SY190412a")).body)
        shape = ways["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        jsonschema.validate(answer, {**shape, "components": document["components"]})


def test_the_client_pages_through_all_of_it(sample: Site) -> None:
    archive = Archive(sample.address)
    one_by_one = [i["code"] for i in archive.incidents(size="3")]
    assert len(one_by_one) == len(set(one_by_one)) == 10
    assert [i["code"] for i in archive.incidents(grade="confirmed")] == ["YE190220a"]
    assert archive.incident("YE190220a")["grade"] == "confirmed"
    assert archive.totals()["confirmed"]["incidents"] == 1
    assert [i["code"] for i in archive.incidents(from_="2024")] == ["SD240314a", "UA240221a"]
    with pytest.raises(BadSource, match="404"):
        archive.incident("XX990101z")
    with pytest.raises(BadSource, match="no address"):
        Archive("ftp://x")


def test_a_parameter_that_nobody_knows_is_refused_by_name(sample: Site) -> None:
    answer = sample.get("/api/v1/incidents?grad=fair&page=x")
    assert answer.status == 422
    assert msgspec.json.decode(answer.body)["parameters"] == ["grad", "page"]


@pytest.mark.parametrize("form", ["csv", "geojson", "jsonl"])
def test_a_download_holds_what_the_filter_finds_and_the_credits(sample: Site, form: str) -> None:
    text = sample.get(f"/download/incidents.{form}?country=SY").text
    if form == "csv":
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))
        codes = [row["code"] for row in rows if not row["code"].startswith("#")]
        assert "GeoNames" in text
    elif form == "geojson":
        found = msgspec.json.decode(text)
        codes = [f["properties"]["code"] for f in found["features"]]
        assert "GeoNames" in found["credit"][0]
    else:
        codes = [msgspec.json.decode(line)["code"] for line in text.splitlines()]
    assert len(codes) == 3
    assert all(code.startswith("SY") for code in codes)
    assert sample.get("/download/incidents.xlsx").status == 404


def test_search_finds_a_word_however_it_is_written(sample: Site) -> None:
    def found(words: str) -> set[str]:
        from urllib.parse import quote

        return {
            i["code"] for i in msgspec.json.decode(sample.get(f"/api/v1/incidents?q={quote(words)}").body)["incidents"]
        }

    assert found("mosque") == found("MOSQUE") == found("mosq") != set()
    assert found("مسجد") == found("المسجد") == found("مَسْجِد") == found("والمسجد")
    assert found("الرهد") == found("الرّهد") == {"SD240314a"}
    assert found("sd240314A") == {"SD240314a"}
    assert found("19") == found("١٩")
    assert found("qqqqq") == set()


def test_the_hasty_are_asked_to_wait(sample: Site) -> None:
    with served(sample.workspace) as site:
        answers = [site.get("/download/incidents.csv?q=zzz").status for _ in range(40)]
        assert set(answers) == {200, 429}
        assert site.get("/download/incidents.csv").headers["Retry-After"].isdigit()
        assert site.get("/en/").status == 200
