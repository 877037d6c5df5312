"""Rules over the registry of models: what every one of them keeps."""

from io import StringIO

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models
from django.db.models import Field

OURS = ("hub", "cities", "twinning", "labs", "knowledge")

#: Models without a `visible_to` of their own, and why nothing is shown past one.
SEEN_THROUGH = {
    "cities.AtlasVersion": "a number, never shown",
    "cities.CityFact": "part of its city, which is public",
    "cities.Domain": "words of the taxonomy, public",
    "cities.KnowledgeArea": "words of the taxonomy, public",
    "cities.Lever": "words of the taxonomy, public",
    "twinning.GroupMembership": "read as access keys only",
    "twinning.TwinGroupCity": "part of its group, which is public",
    "twinning.CallPilotCity": "part of its call's catalogue",
    "twinning.Rule": "part of its call",
    "twinning.Extension": "part of its call",
    "twinning.Module": "part of its template",
    "twinning.Milestone": "part of its template",
    "twinning.PlanSection": "part of its template",
    "twinning.Question": "part of its template",
    "twinning.Criterion": "part of its template",
    "twinning.Rank": "part of its application",
    "twinning.ApplicationNeed": "part of its application",
    "twinning.ApplicationContact": "part of its application",
    "twinning.ApplicationAnswer": "part of its application",
    "twinning.DecisionLetter": "part of its call, shown to who coordinates it",
    "twinning.Score": "part of its review",
    "twinning.ApplicationFile": "part of its application",
    "twinning.Ruling": "part of its match run",
    "twinning.MatchAnswer": "part of its match",
    "cities.OfferedMembership": "part of an invitation, which its secret token opens",
    "labs.ReminderRule": "part of a Lab, shown to its coordinators only",
    "hub.Delivery": "shown to the coordinator of what it is about, by that thing's permission",
    "hub.MailWish": "a person's own choice, read by that person's id alone",
    "hub.OptOut": "one's own, through settings and signed links",
    "hub.Tick": "a clock's mark, no content",
    "hub.Follow": "one's own, never listed for others",
    "hub.Invitation": "opened by its secret token; listed by the rule of the place it is for",
    "hub.Submission": "a form's key, never shown",
    "hub.SearchChange": "a queue of the index",
    "hub.SearchWord": "offered only after a visible document was found by it (hub.search.typos)",
}


def our_models() -> list[type[models.Model]]:
    return [m for m in apps.get_models() if m._meta.app_label in OURS]


def unseen() -> set[str]:
    """Models that are neither visible by a rule nor part of one that is, nor excused."""
    found = set()
    for model in our_models():
        rows = getattr(model, "objects", None)
        if rows is None or not hasattr(rows.all(), "visible_to"):
            found.add(model._meta.label)
    return found


def test_every_model_is_visible_by_a_rule_or_excused() -> None:
    assert unseen() == set(SEEN_THROUGH)


def test_every_by_has_its_at() -> None:
    alone = []
    for model in our_models():
        for field in model._meta.get_fields():
            is_person = isinstance(field, models.ForeignKey) and field.name.endswith("_by")
            if is_person and _at_of(model, field.name) is None:
                alone.append(f"{model._meta.label}.{field.name}")
    assert alone == []


def test_every_optional_pair_is_held_by_the_database() -> None:
    """Where `_by` may be empty, a constraint says: both or neither."""
    loose = []
    for model in our_models():
        for field in model._meta.get_fields():
            if not (isinstance(field, models.ForeignKey) and field.name.endswith("_by")):
                continue
            at = _at_of(model, field.name)
            if at is None or not field.null or not at.null:
                continue
            if not any({field.name, at.name} <= _fields_in(c) for c in model._meta.constraints):
                loose.append(f"{model._meta.label}.{field.name}")
    assert loose == []


def _at_of(model: type[models.Model], by: str) -> Field | None:
    names = {f.name: f for f in model._meta.get_fields() if isinstance(f, Field)}
    return names.get(by[:-3] + "_at")


def _fields_in(constraint: models.BaseConstraint) -> set[str]:
    if not isinstance(constraint, models.CheckConstraint):
        return set()
    return {name.split("__")[0] for name in _leaves(constraint.condition)}


def _leaves(condition: object) -> list[str]:
    if isinstance(condition, models.Q):
        return [name for child in condition.children for name in _leaves(child)]
    return [condition[0]] if isinstance(condition, tuple) else []


def test_times_are_aware_and_texts_not_null() -> None:
    nullable = [
        f"{model._meta.label}.{field.name}"
        for model in our_models()
        for field in model._meta.get_fields()
        if isinstance(field, models.CharField | models.TextField) and field.null
    ]
    assert nullable == []


def test_every_constraint_has_a_name_that_says_what_holds() -> None:
    unnamed = [
        constraint.name
        for model in our_models()
        for constraint in model._meta.constraints
        if "_" not in constraint.name or constraint.name[-1].isdigit()
    ]
    assert unnamed == []


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said, stderr=said)
    except SystemExit:
        pytest.fail(said.getvalue())
