from django.db import migrations, models

STEPS = [
    ("registered", "registered"),
    ("changed-mode", "changed how to take part"),
    ("cancelled", "cancelled"),
    ("declined", "said that they do not come"),
    ("promoted", "moved up from the waitlist"),
]


class Migration(migrations.Migration):
    dependencies = [("labs", "0003_within_calendar")]

    operations = [
        migrations.AlterField(
            "registrationstep", "step", models.CharField(choices=STEPS, max_length=12)
        ),
    ]
