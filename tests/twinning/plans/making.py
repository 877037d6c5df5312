"""Short ways to what a plan's page sends."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.test import Client

from cities.twinning.models import Plan, PlanText
from hub.models import User

SignIn = Callable[[User | None], Client]


def at(plan: Plan, rest: str = "") -> str:
    return f"{plan.get_absolute_url()}{rest}"


def send(client: Client, url: str, data: dict[str, Any] | None = None, **headers: str) -> Any:
    return client.post(url, {"_key": uuid4().hex, **(data or {})}, headers=headers)


def typed(plan: Plan, **texts: str) -> dict[str, str]:
    """The writing form as it opens now, with these texts typed over what stands."""
    data = {}
    for row in PlanText.objects.filter(plan=plan):
        data[f"text-{row.code}"] = texts.get(row.code, row.text)
        data[f"version-{row.code}"] = str(row.version)
        data[f"mark-{row.code}"] = row.standing.mark
    return data


def texts_of(plan: Plan) -> dict[str, str]:
    return dict(PlanText.objects.filter(plan=plan).values_list("code", "text"))


def seen_by(user: User) -> User:
    """With the keys the person holds now."""
    return User.objects.with_keys().get(pk=user.pk)
