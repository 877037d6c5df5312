"""The sample Labs tell of themselves what their rows say."""

from pathlib import Path

from labs.models import Lab, MinutesPoint
from tests.cities.test_samples import loaded, sample_hub

__all__ = ["loaded", "sample_hub"]


def test_sample_minutes_name_as_many_as_were_there(loaded: Path) -> None:
    title = "Koldioxidinfångning vid kraftvärmen"
    lab = Lab.objects.get(title=title)
    came = [lab.registrations.attended().filter(attended_mode=m).count() for m in lab.modes]
    notes = MinutesPoint.objects.get(minutes__lab=lab, position=1).notes
    assert came == [7, 2]
    assert notes.startswith("Sju på plats och två på nätet. Samordnaren")
    assert not MinutesPoint.objects.filter(notes__contains="{").exists()
