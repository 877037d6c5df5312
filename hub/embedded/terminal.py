"""What the person at the terminal reads: plain lines, with a moving one where there is a screen."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def say(text: str = "") -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


@contextmanager
def step(text: str) -> Iterator[None]:
    """One line for one piece of work; the time it took is added when it is done."""
    begun = time.monotonic()
    screen = sys.stdout.isatty()
    if screen:
        sys.stdout.write(f"  {text} …")
        sys.stdout.flush()
    try:
        yield
    except BaseException:
        if screen:
            sys.stdout.write("\n")
        raise
    took = f"({time.monotonic() - begun:.1f} s)"
    sys.stdout.write(f"\r\033[K  {text} {took}\n" if screen else f"{text} {took}\n")
    sys.stdout.flush()
