"""Loads the templates of the two programmes that ship with the hub."""

import json
from typing import Any

from django.utils import timezone

from cities.countries import DATA
from cities.models import Programme
from cities.twinning.models import (
    Criterion,
    Milestone,
    Module,
    PlanSection,
    Question,
    Scheme,
)

_PARTS: dict[str, Any] = {
    "modules": Module,
    "milestones": Milestone,
    "plan_sections": PlanSection,
    "questions": Question,
    "criteria": Criterion,
}
#: As the file names them, where it is shorter.
_FIELDS = {"en": "name_en", "sv": "name_sv", "required": "is_required"}


def load() -> None:
    with (DATA / "schemes.json").open(encoding="utf-8") as file:
        for facts in json.load(file):
            programme = Programme.objects.get(slug=facts["programme"])
            if not programme.schemes.exists():
                _load_scheme(programme, facts)


def _load_scheme(programme: Programme, facts: dict[str, Any]) -> None:
    scheme = Scheme.objects.create(
        programme=programme,
        number=1,
        months=facts["months"],
        hours_a_month=facts["hours_a_month"],
    )
    for name, model in _PARTS.items():
        model.objects.bulk_create(
            model(
                scheme=scheme,
                position=position,
                **{_FIELDS.get(field, field): value for field, value in row.items()},
            )
            for position, row in enumerate(facts[name], start=1)
        )
    scheme.settled_at = timezone.now()
    scheme.save(update_fields=["settled_at"])
