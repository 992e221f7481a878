"""The record's slugs as words of a page: each is a message of the translation catalogue, under its English words."""

from __future__ import annotations

from babel import Locale
from django.utils.translation import get_language, gettext, pgettext
from django.utils.translation import gettext_noop as _

LABELS: dict[str, str] = {
    "confirmed": _("Confirmed"), "fair": _("Fair"), "weak": _("Weak"), "contested": _("Contested"),
    "discounted": _("Discounted"),
    "declared_strike": _("Declared strike"), "likely_strike": _("Likely strike"),
    "contested_strike": _("Contested strike"), "single_source_claim": _("Single source claim"),
    "known": _("known"), "suspected": _("suspected"),
    "denies": _("Denies"), "no_record": _("Has no record of a strike"),
    "insufficient_information": _("Says there is too little information"),
    "claims_combatants": _("Says those killed were combatants"), "investigating": _("Says it is investigating"),
    "acknowledges_strike": _("Acknowledges the strike"), "accepts": _("Accepts responsibility"),
    "no_comment": _("Gave no comment"), "supports_other": _("Supports another party's account"),
    "disputes_other": _("Disputes another party's account"),
    "asked": _("Was asked by the desk"), "duplicate": _("Says it is a duplicate"),
    "airstrike": _("Airstrike"), "drone_strike": _("Drone strike"), "artillery": _("Artillery"),
    "airstrike_and_or_artillery": _("Airstrike and/or artillery"), "ground_operation": _("Ground operation"),
    "counter_terrorism_action": _("Counter-terrorism action (ground)"), "naval_bombardment": _("Naval bombardment"),
    "with": _("Harm alleged"), "without": _("No harm alleged"),
    "civilians": _("Civilians"), "children": _("Children"), "women": _("Women"), "men": _("Men"),
    "belligerents": _("Belligerents"), "people": _("People, status not said"), "journalists": _("Journalists"),
    "healthcare_personnel": _("Healthcare personnel"), "human_rights_defenders": _("Human rights defenders"),
    "contested_group": _("Status in dispute"), "member_of_armed_forces": _("Members of armed forces"),
    "killed": _("Killed"), "injured": _("Injured"), "missing": _("Missing"), "detained": _("Detained"),
    "when": _("When"), "where": _("Where"), "grade": _("Grade"), "strike_status": _("Strike status"),
    "strike_type": _("Type of strike"), "infrastructure": _("Infrastructure hit"), "victims": _("Victims"),
    "statements": _("Statements"), "causes": _("Cause of death"), "munitions": _("Munitions"),
    "sources": _("Sources"), "min": _("minimum"), "max": _("maximum"), "belligerent": _("Belligerent"),
    "status": _("Strike status"), "position": _("Belligerent's position"), "country": _("Country"),
    "type": _("Type of strike"), "harm": _("Civilian harm"),
    "residential": _("Residential"), "house": _("House"), "apartment_building": _("Apartment building"),
    "idp_or_refugee_camp": _("Camp for displaced people or refugees"), "education": _("Education"),
    "primary_school": _("Primary school"), "secondary_school": _("Secondary school"), "school": _("School"),
    "healthcare": _("Healthcare"), "hospital": _("Hospital"), "clinic": _("Clinic"), "ambulance": _("Ambulance"),
    "religious": _("Religious"), "mosque": _("Mosque"), "church": _("Church"), "water": _("Water"),
    "humanitarian": _("Humanitarian"), "agriculture": _("Agriculture"), "agricultural_land": _("Agricultural land"),
    "livestock": _("Livestock"), "commerce": _("Commerce"), "market": _("Market"), "shop": _("Shop"),
    "warehouse": _("Warehouse"), "factory": _("Factory"), "resources": _("Resources"), "dam": _("Dam"),
    "oil_facility": _("Oil facility"), "vehicle": _("Vehicle"), "car": _("Car"), "motorcycle": _("Motorcycle"),
    "evacuation_route": _("Evacuation route"), "military": _("Military"),
    "heavy_weapons_and_explosive_munitions": _("Heavy weapons and explosive munitions"),
    "small_arms_and_light_weapons": _("Small arms and light weapons"), "unknown": _("Unknown"),
    "exact_location": _("exact location"), "street": _("street"), "nearby_landmark": _("nearby landmark"),
    "neighbourhood_area": _("neighbourhood"), "village": _("village"), "town": _("town"), "city": _("city"),
    "subdistrict": _("subdistrict"), "district": _("district"), "province_governorate": _("province"),
    "publish": _("Published"), "withdraw": _("Withdrawn"), "override": _("A value was set by a person"),
    "correct": _("A reading was corrected"), "exclude": _("A report was left out"), "merge": _("Incidents were joined"),
    "split": _("An incident was divided"), "same": _("Reports were judged to tell of the same"),
    "not_same": _("Reports were judged not to tell of the same"),
    "female": _("female"), "male": _("male"),
    "newest": _("Newest first"), "oldest": _("Oldest first"), "changed": _("Last changed first"),
}  # fmt: skip
SORTED_BY_KILLED = _("Most killed first")


def label(slug: str | None) -> str:
    """The words for a slug in the page's language; a slug without words of its own is shown plainly."""
    if not slug:
        return gettext("Unknown")
    words = LABELS.get(slug)
    return gettext(words) if words else slug.replace("_", " ").capitalize()


def country(code: str | None) -> str:
    """The country of an ISO 3166-1 code in the page's language (CLDR)."""
    if not code:
        return ""
    return str(Locale.parse(get_language() or "en").territories.get(code, code))


def facet_value(facet: str, value: str) -> str:
    """A value of a filter in words; parties keep the name that project.toml gives them."""
    if facet == "country":
        return country(value)
    return value if facet == "belligerent" else label(value)


def span_of(low: int | None, high: int | None) -> str:
    """A range as domain 2.6 shows it: one number, two, or unknown."""
    if low is None and high is None:
        return pgettext("a figure", "Unknown")
    if low is None:
        return gettext("up to {n}").format(n=number(high or 0))
    if high is None:
        return gettext("{n} or more").format(n=number(low))
    return (
        number(low) if low == high else pgettext("a range", "{low}–{high}").format(low=number(low), high=number(high))
    )


def number(value: int) -> str:
    """The number with its thousands apart, in the digits that both languages' readers know."""
    return f"{value:,}"
