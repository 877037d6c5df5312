"""What must be asked from inside our project: `python -m bench.inside`, JSON on standard output.

Chooses the rows that the pages are measured on, signs one generated person and one coordinator
in, and counts each page's queries for those who open it.
"""

import json
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import django

from bench.pages import PAGES, Page

if TYPE_CHECKING:
    from hub.models import User

SAMPLES = 40


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hub.settings")
    django.setup()
    slugs = _slugs()
    paths = {page.name: _paths(page, slugs) for page in PAGES}
    cookies = {"visitor": "", "member": _session(_member()), "coordinator": _session(_leading())}
    queries = {
        page.name: {
            reader: _queries(paths[page.name][0], cookies[reader]) for reader in page.readers
        }
        for page in PAGES
    }
    json.dump({"paths": paths, "cookies": cookies, "queries": queries}, sys.stdout)


def _slugs() -> dict[str, list[str]]:
    from django.contrib.auth.models import AnonymousUser
    from django.db.models import Count

    from cities.models import City
    from knowledge.models import Article
    from labs.models import Lab

    visitor = AnonymousUser()
    articles = Article.objects.visible_to(visitor).annotate(n=Count("comments")).filter(n__gte=30)
    labs = Lab.objects.visible_to(visitor).annotate(n=Count("registrations")).filter(n__gte=200)
    largest = Lab.objects.filter(slug__startswith="synth-largest")
    labs = labs.exclude(pk__in=largest)
    chosen = {"city": City.objects.all(), "lab": labs, "largest": largest, "article": articles}
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


def _member() -> "User":
    from cities.models import Membership
    from hub.models import User

    found = Membership.objects.current().filter(city__isnull=False).order_by("pk")
    membership = found.first()
    if membership is None:
        raise SystemExit("The generated data holds no member of a city.")
    user: User = User.objects.get(pk=membership.user_id)
    return user


def _leading() -> "User":
    """A coordinator of every programme, with the second factor that the hub asks of one."""
    from allauth.mfa.models import Authenticator

    from cities.enums import Role
    from cities.models import Membership, Programme
    from hub.models import User

    found = {"email": "coordinator@example.org", "name": "Coordinator", "password": "!"}
    user: User = User.objects.filter(email=found["email"]).first() or User.objects.create(**found)
    for programme in Programme.objects.all():
        Membership.objects.get_or_create(user=user, programme=programme, role=Role.COORDINATOR)
    Authenticator.objects.get_or_create(
        user=user, type=Authenticator.Type.TOTP, defaults={"data": {"secret": "JBSWY3DPEHPK3PXP"}}
    )
    return user


def _session(user: "User") -> str:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
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
