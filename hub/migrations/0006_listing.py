from django.db import migrations, models

LISTINGS = [
    ("unlisted", "Nobody: unlisted"),
    ("signed-in", "Everybody who is signed in"),
    ("public", "Everybody, also visitors"),
]


class Migration(migrations.Migration):
    dependencies = [("hub", "0005_search_weight")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="listing",
            field=models.CharField(
                choices=LISTINGS,
                db_default="signed-in",
                default="signed-in",
                max_length=10,
                verbose_name="who may know that you are here",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("listing__in", ["unlisted", "signed-in", "public"])),
                name="user_listing_known",
            ),
        ),
    ]
