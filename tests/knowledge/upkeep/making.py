"""Short ways to texts whose day has come, and to what speaks against them."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.test import Client

from hub.models import User
from knowledge.models import Article, Flag
from knowledge.upkeep import answers
from knowledge.upkeep.dates import today

SignIn = Callable[[User | None], Client]


def due(article: Article, days: int = 0, **more: Any) -> Article:
    """As if its day had come so many days ago."""
    day = today() - dt.timedelta(days=days)
    Article.objects.filter(pk=article.pk).update(review_by=day, **more)
    article.refresh_from_db()
    return article


def check(article: Article, rest: str = "") -> str:
    return f"{article.get_absolute_url()}check/{rest}"


def up(article: Article) -> list[tuple[str, str]]:
    flags = Flag.objects.open().filter(article=article).order_by("kind")
    return list(flags.values_list("kind", "evidence"))


def path_of(user: User, article: Article) -> str:
    return answers.url_for(user, article).removeprefix("http://localhost:8000")
