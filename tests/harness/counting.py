"""Counting what a page asks the database."""

from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

#: Say how to ask, and ask nothing.
SILENT = ("SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK TO", "SELECT set_config('statement_timeout'")


def questions(client: Client, url: str) -> tuple[list[str], Any]:
    """The statements of one request, after one that warmed what is kept between requests."""
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        response = client.get(url)
        if response.streaming:
            b"".join(response.streaming_content)
    statements = [query["sql"] for query in captured.captured_queries]
    return [sql for sql in statements if not sql.startswith(SILENT)], response
