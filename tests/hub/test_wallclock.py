from datetime import UTC, datetime

import pytest

from hub.wallclock import Ambiguous, Skipped, days_before, instant

#: Zone → UTC offsets in hours on 27 and 28 March 2027 and on 30 and 31 October 2027, at 13:00.
ZONES = {
    "Europe/Stockholm": (1, 2, 2, 1),
    "Europe/Lisbon": (0, 1, 1, 0),
    "Europe/Athens": (2, 3, 3, 2),
    "Europe/Dublin": (0, 1, 1, 0),
    "Atlantic/Azores": (-1, 0, 0, -1),
    "Atlantic/Reykjavik": (0, 0, 0, 0),
}
DAYS = [(3, 27), (3, 28), (10, 30), (10, 31)]


def wall(month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime.fromisoformat(f"2027-{month:02}-{day:02}T{hour:02}:{minute:02}")


@pytest.mark.parametrize("zone", ZONES)
def test_the_hour_on_the_wall_is_the_right_instant_around_clock_changes(zone: str) -> None:
    found = [instant(wall(m, d, 13), zone) for m, d in DAYS]
    expected = [
        datetime(2027, m, d, 13 - offset, tzinfo=UTC)
        for (m, d), offset in zip(DAYS, ZONES[zone], strict=True)
    ]
    assert found == expected


def test_an_hour_that_is_skipped_names_its_neighbours() -> None:
    with pytest.raises(Skipped) as caught:
        instant(wall(3, 28, 2, 30), "Europe/Stockholm")
    assert caught.value.earlier == wall(3, 28, 1, 30)
    assert caught.value.later == wall(3, 28, 3, 30)


def test_an_hour_that_comes_twice_must_be_chosen() -> None:
    shown = wall(10, 31, 2, 30)
    with pytest.raises(Ambiguous):
        instant(shown, "Europe/Stockholm")
    assert instant(shown, "Europe/Stockholm", 0) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
    assert instant(shown, "Europe/Stockholm", 1) == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("day", [(3, 28), (10, 31)])
@pytest.mark.parametrize("days", [1, 7])
def test_days_before_is_the_same_hour_on_the_wall(
    zone: str, day: tuple[int, int], days: int
) -> None:
    start = instant(wall(*day, 13), zone)
    before = days_before(start, zone, days)
    assert before == instant(wall(day[0], day[1] - days, 13), zone)


def test_a_reminder_in_a_skipped_hour_comes_after_the_gap() -> None:
    start = instant(wall(3, 29, 2, 30), "Europe/Stockholm")
    assert days_before(start, "Europe/Stockholm", 1) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC)
