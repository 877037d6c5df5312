"""Names of countries in both languages of the interface (CLDR, cities/data/countries.csv)."""

import csv
from functools import lru_cache
from pathlib import Path

from django.utils.translation import get_language

DATA = Path(__file__).parent / "data"


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, str]]:
    with (DATA / "countries.csv").open(encoding="utf-8", newline="") as file:
        return {row["code"]: (row["name_en"], row["name_sv"]) for row in csv.DictReader(file)}


def country_name(code: str) -> str:
    """The country in the language that is active; the code itself where it has no name here."""
    english, swedish = _names().get(code, (code, code))
    return swedish if (get_language() or "").startswith("sv") else english


def codes() -> list[str]:
    return list(_names())
