"""Databases beside the one that pytest-django makes: copied, which is quicker than filling them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import DEFAULT_DB_ALIAS, connection, connections
from psycopg.sql import SQL, Identifier


def create(name: str, template: str) -> None:
    """A copy of `template`, to which nobody may be connected; an earlier `name` goes."""
    drop(name)
    _tell("CREATE DATABASE {} TEMPLATE {}", name, template)


def drop(name: str) -> None:
    _tell("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)


@contextmanager
def using(name: str) -> Iterator[None]:
    """The ORM of this process works on that database inside, also in threads begun there."""
    from django.contrib.contenttypes.models import ContentType

    outer = connections[DEFAULT_DB_ALIAS]
    before = outer.settings_dict["NAME"]
    outer.settings_dict["NAME"] = name
    # A line of its own: the outer one may be in the midst of a test's transaction.
    connections[DEFAULT_DB_ALIAS] = connections.create_connection(DEFAULT_DB_ALIAS)
    # Each database numbers its content types by itself.
    ContentType.objects.clear_cache()
    try:
        yield
    finally:
        connection.close()
        ContentType.objects.clear_cache()
        connections[DEFAULT_DB_ALIAS] = outer
        outer.settings_dict["NAME"] = before


def place_of(name: str) -> dict[str, Any]:
    """Where a database of our server is, for a line beside the ORM's."""
    wanted = connection.get_connection_params()
    facts = {k: v for k, v in wanted.items() if k in ("host", "port", "user", "password")}
    return {"dbname": name, **facts}


def _tell(statement: str, *names: str) -> None:
    """One statement to the server itself, outside any transaction."""
    with psycopg.connect(autocommit=True, **place_of("postgres")) as line:
        line.execute(SQL(statement).format(*map(Identifier, names)))
