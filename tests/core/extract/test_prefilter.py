"""What the prefilter turns away, the full reader finds nothing in."""

import pytest

from civcas.core.accounts import gather
from civcas.core.codebook import named_codebook
from civcas.core.errors import BadPack
from civcas.core.extract.claims import read
from civcas.core.extract.prefilter import Prefilter
from civcas.core.language import compile_pack
from civcas.core.records import Document
from civcas.languages import LANGUAGES, load

PREFILTER = Prefilter([load(tag) for tag in LANGUAGES])


@pytest.mark.parametrize(
    "text",
    [
        "An airstrike KILLED twelve people.",
        "Twelve people were ki\u0301lled.",
        "lost\n  their lives",
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


def test_a_pack_without_triggers_cannot_be_filtered_by() -> None:
    terms = {"language": {"tag": "xx", "version": 1}, "term": [{"tag": "AND", "words": ["and"]}]}
    with pytest.raises(BadPack, match="xx pack names no triggers"):
        Prefilter([compile_pack(terms, [], {}, source="invented")])
