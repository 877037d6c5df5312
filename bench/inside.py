"""What must be asked from inside our project: `python -m bench.inside`, JSON on standard output.

Chooses the rows that the pages are measured on, signs one generated person in,
and counts each page's queries for a visitor and for that person.
"""

import json
import os
import sys
from importlib import import_module

import django

from bench.pages import PAGES, Page

SAMPLES = 40


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    django.setup()
    slugs = _slugs()
    paths = {page.name: _paths(page, slugs) for page in PAGES}
    cookie = _session()
    found = {
        "paths": paths,
        "cookie": cookie,
        "queries": {name: _queries(found[0], "") for name, found in paths.items()},
        "queries_signed_in": {name: _queries(found[0], cookie) for name, found in paths.items()},
    }
    json.dump(found, sys.stdout)


def _slugs() -> dict[str, list[str]]:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import Count

    from cities.models import City
    from knowledge.models import Article
    from labs.models import Lab

    visitor = AnonymousUser()
    articles = Article.objects.visible_to(visitor).annotate(n=Count("comments")).filter(n__gte=30)
    labs = Lab.objects.visible_to(visitor).annotate(n=Count("registrations")).filter(n__gte=200)
    chosen = {"city": City.objects.all(), "lab": labs, "article": articles}
    return {
        name: list(rows.order_by("pk").values_list("slug", flat=True)[:SAMPLES])
        for name, rows in chosen.items()
    }


def _paths(page: Page, slugs: dict[str, list[str]]) -> list[str]:
    if not page.of:
        return [page.path]
    if not slugs[page.of]:
        raise SystemExit(f"The generated data holds no row for {page.name!r}.")
    return [page.path.format(slug=slug) for slug in slugs[page.of]]


def _session() -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    from cities.models import Membership

    membership = Membership.objects.current().filter(city__isnull=False).order_by("pk").first()
    if membership is None:
        raise SystemExit("The generated data holds no member of a city.")
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(membership.user_id)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = membership.user.get_session_auth_hash()
    session.create()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def _queries(path: str, cookie: str) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(SERVER_NAME="127.0.0.1", headers={"cookie": cookie} if cookie else None)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        client.get(path)
    return len(captured)


if __name__ == "__main__":
    main()
