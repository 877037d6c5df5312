from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("hub", "0004_reports"),
    ]

    operations = [
        migrations.AddField(
            model_name="searchdocument",
            name="weight",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
    ]
