"""How alike two customers are: what is compared, and what each agreement weighs (after Fellegi and Sunter, 1969).

For every field, `m` is the share of true duplicates that agree at a level and `u` the share of strangers who do.
They are declared, not trained: an organisation has few known duplicates to learn from. `u` of names and towns is
replaced by how common the very value is among the customers themselves.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

PROPOSE_FROM = 0.75
"""Less likely pairs are not worth a person's time."""
MOST_PROPOSALS = 5000
PLACE = ("address", "postcode", "city")
"""Compared as one: who has the address has the town as well, and a family shares both."""
WORTH_A_LOOK = "gamma_name <> 0 OR gamma_email > 0 OR gamma_birth_date > 0"
"""People of different names who share a place or a telephone are a family, not a duplicate."""
RARITIES = ("name", "city")
COMMON = 40
"""A value that more customers share than this is no reason to compare them (a switchboard, a big town)."""
DUPLICATES_SHARE = 0.05
"""How many customers are expected to be known twice; with their number it gives the odds of two at random."""
FEWEST = 100
OTHERS = 20_000
"""Names are counted as if so many other people were known, so that two of a hundred do not look common."""

TRAIT_FIELDS: dict[str, tuple[str, ...]] = {
    "email": ("email", "mail"),
    "phone": ("phone", "telephone", "mobile"),
    "address": ("address", "street", "street_address"),
    "postcode": ("postcode", "postal_code", "zip", "zipcode", "postalCode"),
    "city": ("city", "town"),
    "birth_date": ("birth_date", "birthday", "date_of_birth", "birthdate"),
}
FIELD_OF_TRAIT = {name: field for field, names in TRAIT_FIELDS.items() for name in names}
COLUMNS = ("unique_id", "kind", "name", "first", "last", *TRAIT_FIELDS, "local_part")
_DIGITS_OF_PHONE = 9


@dataclass(frozen=True, slots=True)
class Level:
    """One way in which a field agrees: its condition, `m` and `u`, and the reason given to people.

    `rarity` names the column of which a rare value weighs more than a common one.
    """

    condition: str
    m: float
    u: float
    reason: str = ""
    rarity: str = ""


FIELDS: dict[str, tuple[Level, ...]] = {
    "name": (
        Level("name_l = name_r", 0.70, 0.0001, "same_name", rarity="name"),
        Level("first_l = last_r AND last_l = first_r", 0.02, 0.0001, "turned_name"),
        Level("jaro_winkler_similarity(name_l, name_r) >= 0.93", 0.14, 0.0008, "similar_name"),
        Level("last_l = last_r AND left(first_l, 1) = left(first_r, 1)", 0.06, 0.0008, "same_last_name"),
        Level("ELSE", 0.08, 0.9982),
    ),
    "email": (
        Level("email_l = email_r", 0.35, 0.000001, "same_mail"),
        Level("local_part_l = local_part_r", 0.20, 0.0003, "same_mail_name"),
        Level("levenshtein(email_l, email_r) <= 2", 0.15, 0.00005, "similar_mail"),
        Level("ELSE", 0.30, 0.999649),
    ),
    "phone": (Level("phone_l = phone_r", 0.50, 0.00001, "same_phone"), Level("ELSE", 0.50, 0.99999)),
    "place": (
        Level(
            "address_l = address_r AND (postcode_l = postcode_r OR city_l = city_r)",
            0.50,
            0.0002,
            "same_address",
        ),
        Level("postcode_l = postcode_r", 0.25, 0.0005, "same_postcode"),
        Level("address_l = address_r", 0.05, 0.002, "same_address"),
        Level("city_l = city_r", 0.12, 0.02, "same_city", rarity="city"),
        Level("ELSE", 0.08, 0.9773),
    ),
    "birth_date": (
        Level("birth_date_l = birth_date_r", 0.95, 0.00004, "same_birth_date"),
        Level("ELSE", 0.05, 0.99996),
    ),
}
BLOCKS: dict[str, str] = {
    "by_name": "kind || name",
    "by_name_and_city": "kind || name || '|' || city",
    "by_name_and_postcode": "kind || name || '|' || postcode",
    "by_last_name_and_birth_date": "kind || last || '|' || birth_date",
    "by_first_name_and_postcode": "kind || first || '|' || postcode",
    "by_letters_and_city": "kind || left(first, 3) || '|' || left(last, 3) || '|' || city",
    "by_phone": "kind || phone",
    "by_mail": "kind || email",
    "by_mail_name": "CASE WHEN length(local_part) > 4 THEN kind || local_part END",
    "by_address": "kind || address || '|' || coalesce(postcode, city)",
}
"""Only customers who share one of these are compared, each a value of DuckDB SQL; the rest cannot be likely."""


def folded(text: Any) -> str:
    """Letters and digits in lower case without accents, single spaces.

    >>> folded("  José  O'Brien-Núñez ")
    'jose o brien nunez'
    """
    plain = unicodedata.normalize("NFKD", str(text)).casefold()
    kept = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(kept.split())


def field(name: str, value: Any) -> str | None:
    """The comparable form of a field's value; None where there is nothing to compare."""
    if isinstance(value, (dict, list, bool)) or value is None:
        return None
    if name == "email":
        return str(value).strip().casefold() if "@" in str(value) else None
    if name == "phone":
        digits = "".join(filter(str.isdigit, str(value)))
        return digits[-_DIGITS_OF_PHONE:] if len(digits) >= _DIGITS_OF_PHONE else None
    if name == "postcode":
        return folded(value).replace(" ", "") or None
    return folded(value) or None


def record(customer_id: int, kind: str, name: str, told: Mapping[str, Any]) -> tuple[Any, ...]:
    """One customer in the order of COLUMNS. A name that is only an address or number is not compared as a name."""
    is_name = "@" not in name and not any(c.isdigit() for c in name)
    whole = folded(name) if is_name else ""
    words = whole.split()
    fields = {one: field(one, told.get(one)) for one in TRAIT_FIELDS}
    local = (fields["email"] or "").partition("@")[0].partition("+")[0]
    first, last = (words[0], words[-1]) if len(words) > 1 else (None, None)
    return (customer_id, kind, whole or None, first, last, *fields.values(), folded(local) or None)


def odds(customers: int) -> float:
    """The probability that two customers taken at random are one, before anything is compared."""
    return DUPLICATES_SHARE / max(customers, FEWEST)


def settings(customers: int) -> dict[str, Any]:
    """What Splink needs to know, as plain values."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": odds(customers),
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
        "additional_columns_to_retain": ["kind"],
        "blocking_rules_to_generate_predictions": [f"l.{name} = r.{name}" for name in BLOCKS],
        "comparisons": [_comparison(name, levels) for name, levels in FIELDS.items()],
    }


def _comparison(name: str, levels: tuple[Level, ...]) -> dict[str, Any]:
    columns = PLACE if name == "place" else (name,)
    missing = {
        "sql_condition": " AND ".join(f"({one}_l IS NULL OR {one}_r IS NULL)" for one in columns),
        "label_for_charts": "missing",
        "is_null_level": True,
    }
    return {"output_column_name": name, "comparison_levels": [missing, *(_level(one) for one in levels)]}


def _level(level: Level) -> dict[str, Any]:
    declared = {
        "sql_condition": level.condition,
        "label_for_charts": level.reason or "different",
        "m_probability": level.m,
        "u_probability": level.u,
        "fix_m_probability": True,
        "fix_u_probability": True,
    }
    return declared | {"tf_adjustment_column": level.rarity} if level.rarity else declared


def reasons(gammas: Mapping[str, int]) -> list[str]:
    """What speaks for it, from the level that each field reached (Splink counts them from 0, the ELSE)."""
    found = []
    for name, levels in FIELDS.items():
        level = gammas[name]
        if level > 0:
            found.append(levels[len(levels) - 1 - level].reason)
    return found
