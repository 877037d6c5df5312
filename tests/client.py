"""The test client, whose answers are let go of when the test is over."""

from typing import Any

from django import test

#: Answers that hold a file open until somebody reads them to their end.
_open: list[Any] = []


class Client(test.Client):
    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        if answer.streaming:
            _open.append(answer)
        return answer


def let_go() -> None:
    """Close the files of answers that nobody read. (Their close() would end the connection.)"""
    while _open:
        for close in _open.pop()._resource_closers:
            close()
