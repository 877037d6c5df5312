import datetime as dt

import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.lookups
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("labs", "0016_replies")]

    operations = [
        migrations.AddField(
            model_name="lab",
            name="is_all_day",
            field=models.BooleanField(
                db_default=False, default=False, verbose_name="whole days, no hours"
            ),
        ),
        migrations.AddConstraint(
            model_name="lab",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("is_all_day", False),
                    models.Q(
                        django.db.models.lookups.LessThan(
                            django.db.models.functions.comparison.Cast(
                                models.Func(
                                    models.F("time_zone"),
                                    models.ExpressionWrapper(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("starts_at"),
                                            "-",
                                            models.Value(dt.timedelta(seconds=1)),
                                        ),
                                        models.DateTimeField(),
                                    ),
                                    function="timezone",
                                    output_field=models.DateTimeField(),
                                ),
                                models.DateField(),
                            ),
                            django.db.models.functions.comparison.Cast(
                                models.Func(
                                    models.F("time_zone"),
                                    models.F("starts_at"),
                                    function="timezone",
                                    output_field=models.DateTimeField(),
                                ),
                                models.DateField(),
                            ),
                        ),
                        django.db.models.lookups.LessThan(
                            django.db.models.functions.comparison.Cast(
                                models.Func(
                                    models.F("time_zone"),
                                    models.ExpressionWrapper(
                                        django.db.models.expressions.CombinedExpression(
                                            models.F("ends_at"),
                                            "-",
                                            models.Value(dt.timedelta(seconds=1)),
                                        ),
                                        models.DateTimeField(),
                                    ),
                                    function="timezone",
                                    output_field=models.DateTimeField(),
                                ),
                                models.DateField(),
                            ),
                            django.db.models.functions.comparison.Cast(
                                models.Func(
                                    models.F("time_zone"),
                                    models.F("ends_at"),
                                    function="timezone",
                                    output_field=models.DateTimeField(),
                                ),
                                models.DateField(),
                            ),
                        ),
                    ),
                    _connector="OR",
                ),
                name="lab_all_day_is_whole_days",
            ),
        ),
    ]
