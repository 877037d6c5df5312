"""What of a calendar one wants, said in the address that is subscribed to."""

from django import forms

from labs.enums import LabKind


class KindsForm(forms.Form):
    """`?kind=workshop`, once for each kind; without one the calendar holds them all."""

    kind = forms.MultipleChoiceField(choices=LabKind.choices, required=False)
