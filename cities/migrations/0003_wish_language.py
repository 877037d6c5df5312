from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("cities", "0002_atlas_version")]
    operations = [
        migrations.AddField(
            model_name="wish",
            name="language",
            field=models.CharField(default="en", max_length=8, verbose_name="language"),
        ),
    ]
