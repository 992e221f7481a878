"""What the prefilter turns away, the full reader finds nothing in."""

import importlib.resources
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from civcas.core.accounts import gather
from civcas.core.codebook import named_codebook
from civcas.core.errors import BadPack
from civcas.core.extract.claims import read
from civcas.core.extract.prefilter import Prefilter, word_ends
from civcas.core.extract.text import WORD_END
from civcas.core.language import compile_pack
from civcas.core.records import Document
from civcas.languages import LANGUAGES, load

TOLD = ("An airstrike killed twelve people", "Twelve people lost their lives", "قتل ثلاثة مدنيين", "تعرضت البلدة لقصف")
PREFILTER = Prefilter([load(tag) for tag in LANGUAGES])


@pytest.mark.parametrize(
    "text",
    [
        "An airstrike KILLED twelve people.",
        "Twelve people were ki\u0301lled.",
        "lost\n  their lives",
        "𝗸𝗶𝗹𝗹𝗲𝗱 by a shell",
        "範囲🔴killed🔴",
        "\ufed7\ufe98\ufede ثلاثة مدنيين",
        "🔴قتلى🔴",
        "#killed by a shell",
        "The army opened fire on a bus.",
        "قُتِلَ ثلاثة مدنيين",
        "وقصفت المدينة",
        "قـ.ـصف على البلدة",
        "شــهداء وجرحى",
        "عائلة تحت الأنقاض",
    ],
)
def test_a_text_that_may_tell_of_harm_is_let_through(text: str) -> None:
    assert PREFILTER.may_tell(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The white architect exhibited her skill at the fair.",
        "Tomato prices rose again this week, traders said.",
        "ارتفعت أسعار البندورة في السوق هذا الأسبوع",
        "12 345",
    ],
)
def test_other_news_is_left_unread_and_nothing_is_lost(text: str) -> None:
    assert not PREFILTER.may_tell(text)
    for tag in LANGUAGES:
        document = Document(id="invented", text=text)
        assert gather(document, read(document, load(tag)), {}, named_codebook("default")) == []


@pytest.mark.parametrize("tag", LANGUAGES)
def test_with_and_without_the_prefilter_every_case_makes_the_same_accounts(tag: str) -> None:
    pack = load(tag)
    prefilter = Prefilter([pack])
    lines = (importlib.resources.files(f"civcas.languages.{tag}") / "cases.jsonl").read_text("utf-8").split("\n")
    texts = [json.loads(line)["text"] for line in lines if line]
    assert texts
    for text in texts:
        for written in (text, text.upper(), text.replace(" ", "\u00a0\n"), text.replace(" ", " #")):
            if not prefilter.may_tell(written):
                document = Document(id="invented", text=written, published="2024-05-01", language=tag)
                assert gather(document, read(document, pack), {}, named_codebook("default")) == [], written


@given(st.text(alphabet="abikledسقتلىةه .-'\u064b\u0640\u2019\u00a0\ufe0f#@_1\n", max_size=12), st.sampled_from(TOLD))
def test_what_stands_before_or_after_hides_no_trigger(around: str, told: str) -> None:
    for text in (f"{around} {told}", f"{told} {around}", f"{told}\n{around}"):
        assert PREFILTER.may_tell(text)


@given(st.text(alphabet="ةىإاوفبكلمءيآ ً.", max_size=12))
def test_lost_spaces_are_found_where_the_reader_finds_them(text: str) -> None:
    assert word_ends(text) == WORD_END.sub(r"\g<0> ", text)


def test_a_pack_of_more_letters_than_a_code_has_room_for_is_refused() -> None:
    words = ["".join(map(chr, range(0x10D0, 0x10F1))), "".join(map(chr, range(0x1200, 0x1280)))]
    terms = {"language": {"tag": "xx", "version": 1, "triggers": ["KILL"]}, "term": [{"tag": "KILL", "words": words}]}
    with pytest.raises(BadPack, match="letters beyond ASCII"):
        Prefilter([compile_pack(terms, [], {}, source="invented")])


def test_a_pack_without_triggers_cannot_be_filtered_by() -> None:
    terms = {"language": {"tag": "xx", "version": 1}, "term": [{"tag": "AND", "words": ["and"]}]}
    with pytest.raises(BadPack, match="xx pack names no triggers"):
        Prefilter([compile_pack(terms, [], {}, source="invented")])
