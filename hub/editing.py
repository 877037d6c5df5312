"""Several people writing the same texts: what a form began from, and what may replace what."""

import hashlib


def mark_of(text: str) -> str:
    """A short name of a text, by which a form says what it began from."""
    return hashlib.blake2b(text.encode(), digest_size=9).hexdigest()


def holds_all(text: str, stands: str) -> bool:
    """Whether nothing that stands is lost by `text`: it goes on where that ends."""
    return text.startswith(stands)
