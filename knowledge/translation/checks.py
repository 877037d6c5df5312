from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error

from knowledge.translation.machine import problem_with


def translation_service(**_: Any) -> list[CheckMessage]:
    """An address that cannot work is told of at the start, not by the first text."""
    problem = problem_with(settings.TRANSLATE_URL)
    return [Error(problem, id="knowledge.E001")] if problem else []
