"""Answers of the test client that hold a file open until somebody reads them."""

from typing import Any


def let_go(answer: Any) -> Any:
    """The answer, its file closed: nobody reads it. (close() would end the test's connection.)"""
    for close in answer._resource_closers:
        close()
    return answer
