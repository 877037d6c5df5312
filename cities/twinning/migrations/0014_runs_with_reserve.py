from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("twinning", "0013_groups_of_matches")]

    operations = [
        migrations.AddField(
            model_name="matchrun",
            name="with_reserve",
            field=models.BooleanField(default=False, verbose_name="with the reserve list"),
        ),
    ]
