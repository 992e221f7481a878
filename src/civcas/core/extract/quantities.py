"""Numbers of people as they are written: "at least 12", "dozens", "between 13 and 15", a dual, "a family of five"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from civcas.core.extract.tagging import Unit
from civcas.core.records import Figure

Parts = Mapping[str, tuple[Unit, ...]]
MOST = 50_000_000  # above any toll of a single event or war: a telephone or account number, no count
UNREADABLE = "unreadable"  # the word of such a number; no codebook holds it, so its range is unknown


def compose(units: list[Unit]) -> list[Unit]:
    """The units with runs of number words made one NUM: "one hundred and twenty", خمسة وعشرون, "two dozen"."""
    out: list[Unit] = []
    at = 0
    while at < len(units):
        value, used = _number(units, at) if units[at].tag in ("NUMWORD", "NUM") else (None, 0)
        if used and value is not None:
            run = units[at : at + used]
            if used == 1 and "alone" in run[0].attributes:  # "thousands of": آلاف without a number before it
                out.append(Unit("VAGUE", run[0].start, run[0].end, run[0].text, {"word": run[0].attributes["alone"]}))
                at += 1
                continue
            out.append(Unit("NUM", run[0].start, run[-1].end, " ".join(u.text for u in run), {"value": value}))
            at += used
        else:
            out.append(units[at])
            at += 1
    return out


def _number(units: list[Unit], at: int) -> tuple[int | None, int]:
    """The number that starts at a unit and how many units it takes; (None, 0) where none starts."""
    total = current = used = 0
    position, joined = at, False
    while position < len(units):
        unit = units[position]
        if unit.tag == "AND" and used and not joined:
            joined, position = True, position + 1
            continue
        if unit.tag == "DASH" and used and not joined and units[position - 1].tag == "NUMWORD":
            joined, position = True, position + 1
            continue
        value = unit.attributes.get("value")
        if unit.tag not in ("NUMWORD", "NUM") or not isinstance(value, int) or (unit.tag == "NUM" and used):
            break
        if unit.attributes.get("scale"):
            if joined and current:
                break
            if used and current == 0 and not joined:
                break
            current = max(current, 1) * value
            if value >= 1000:
                total, current = total + current, 0
        elif not used or _adds(current, value, joined) or (total and joined and not current):
            current += value
        else:
            break
        joined, position = False, position + 1
        used = position - at
    if used == 1 and units[at].tag == "NUM":
        return None, 0
    return (total + current, used) if used else (None, 0)


def _adds(current: int, value: int, joined: bool) -> bool:
    """Whether a further word belongs to the number: "hundred (and) five", "twenty three", خمسة وعشرون."""
    if current == 0:
        return not joined
    if value < 10:
        return current % 10 == 0 and (current % 100 != 0 or joined or current >= 100) and current >= 20
    if value < 100:
        return (current % 100 == 0) or (joined and current % 100 < 10 and value % 10 == 0 and value >= 20)
    return joined and value < 1000 and current >= 1000


def quantity(parts: Parts, attributes: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The attributes of a QTY chunk: number, upper, bound, word."""
    out: dict[str, Any] = {}
    bounds = [u.attributes["bound"] for u in parts.get("bound", ()) if "bound" in u.attributes]
    if bounds:
        out["bound"] = bounds[0]
    hedges = [u for u in parts.get("bound", ()) if u.attributes.get("hedge")]
    if hedges:
        out["hedged"] = True
    if "number" in parts:
        number = parts["number"][0].attributes.get("value")
        if not isinstance(number, int) or number > MOST:
            return {**attributes, "word": UNREADABLE}
        out["number"] = number
    if "upper" in parts:
        upper = parts["upper"][0].attributes.get("value")
        if not isinstance(upper, int) or upper < out["number"]:
            return None
        if upper > MOST:
            return {**attributes, "word": UNREADABLE}
        out |= {"upper": upper, "bound": "between"}
    if "word" in parts:
        out["word"] = parts["word"][0].attributes["word"]
    return {**attributes, **out}


def score(parts: Parts, attributes: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The attributes of two numbers with a dash between that are no range: the second is not the larger."""
    first, second = (parts[name][0].attributes.get("value") for name in ("number", "upper"))
    return attributes if isinstance(first, int) and isinstance(second, int) and second <= first else None


OLDEST = 120  # years; above it the number beside "years old" is no age


def age(parts: Parts, attributes: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The attributes of an AGE chunk: years, with months as a fraction of one."""
    for group, divisor in (("n", 1), ("months", 12)):
        value = parts[group][0].attributes.get("value") if group in parts else None
        if isinstance(value, int | float):
            return {**attributes, "age": value / divisor if divisor > 1 else float(value)} if value <= OLDEST else None
    return None


def people(parts: Parts, attributes: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The attributes of a WHO chunk: a quantity, the noun it counts and the group that the words name."""
    out: dict[str, Any] = dict(attributes)
    named = parts.get("person", parts.get("person_2", ()))
    head = named[-1].attributes if named else {}
    if attributes.get("fighters") and not head.get("fighters"):
        return None
    for unit in (*parts.get("adjective", ()), *parts.get("person", ())):
        if "group" in unit.attributes and out.get("group") in (None, "people"):
            out["group"] = unit.attributes["group"]
    if out.get("group") in ("women", "men") and head.get("group") == "belligerents":
        out["group"] = "belligerents"  # "three female fighters"
    for key in ("gender", "relation", "word", "dead", "life"):
        if key in head and key not in out:
            out[key] = head[key]
    counted = parts.get("qty", parts.get("qty_2", ()))
    if counted:
        given = counted[0].attributes
        out |= {key: given[key] for key in ("number", "upper", "bound", "hedged") if key in given}
        if "word" in given:
            out["word"] = given["word"]
        elif "number" in given and not attributes.get("each"):
            out.pop("word", None)
    elif "size" in parts:  # "a family of five"
        number = parts["size"][0].attributes.get("number", parts["size"][0].attributes.get("value"))
        if not isinstance(number, int) or number > attributes.get("most", MOST):
            return None
        out["number"] = number
        out.pop("word", None)
    elif "word" not in out and "number" not in out:
        count = head.get("count")
        if count == "plural":
            out["word"] = "plural"
        elif count == "dual":
            out["number"] = 2
        elif count == "singular" and not attributes.get("bare"):
            out["number"] = 1
        else:
            return None
    if any(unit.attributes.get("more") for unit in (*parts.get("adjective", ()), *parts.get("more", ()))):
        out["more"] = True
    if any(u.tag == "OTHERS" or u.attributes.get("others") for u in parts.get("person", ())):
        out["others"] = True  # "three others", "his companion"; "ten other people" says who
    for unit in parts.get("bound", ()):  # said after the noun: "12 people at least"
        if "bound" in unit.attributes:
            out["bound"] = unit.attributes["bound"]
    return out


def figure(unit: Unit, *, part: bool = False, rises: bool = False, early: bool = False) -> Figure:
    """The form of a WHO or QTY unit's words as a Figure."""
    a = unit.attributes
    if unit.tag == "NAME":
        return Figure(number=1)
    return Figure(
        group=a.get("group") or "people",
        number=a.get("number"),
        upper=a.get("upper"),
        bound=a.get("bound", "exactly"),
        word=a.get("word") if a.get("number") is None or a.get("each") else None,
        part=part,
        rises=rises,
        early=early,
        more=bool(a.get("more")) and not part,
    )
