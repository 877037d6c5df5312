from cities.permissions import Reader, can_coordinate
from cities.twinning.models import MatchRun


def can_set_up(user: Reader, run: MatchRun) -> bool:
    """Change weights, places, pins and vetoes: of a run loaded with its call's programme."""
    return run.is_draft and can_coordinate(user, run.call.programme)
