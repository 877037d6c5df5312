"""Exchanges of twin groups, and Labs for chosen cities.

A check sees one row only: that a group is of its exchanges' programme is held by triggers,
on both of its ends.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

FORWARDS = """
create function labs_check_group_of_programme() returns trigger language plpgsql as $$
begin
    -- The lock keeps a group that moves meanwhile waiting until this row is seen.
    perform 1 from twinning_twingroup
      where id = new.group_id and programme_id = new.programme_id for share;
    if not found then
        raise exception 'lab_group_of_its_programme: Lab %, twin group %', new.id, new.group_id
            using errcode = 'check_violation', constraint = 'lab_group_of_its_programme';
    end if;
    return null;
end $$;

create function labs_check_exchanges_of_group() returns trigger language plpgsql as $$
begin
    if exists (
        select from labs_lab where group_id = new.id and programme_id <> new.programme_id
    ) then
        raise exception 'group_of_its_exchanges_programme: twin group %', new.id
            using errcode = 'check_violation', constraint = 'group_of_its_exchanges_programme';
    end if;
    return null;
end $$;

create constraint trigger lab_group_of_its_programme
    after insert or update of group_id, programme_id on labs_lab
    deferrable initially immediate
    for each row when (new.group_id is not null)
    execute function labs_check_group_of_programme();
create constraint trigger group_of_its_exchanges_programme
    after update of programme_id on twinning_twingroup
    deferrable initially immediate
    for each row execute function labs_check_exchanges_of_group();
"""

BACKWARDS = """
drop trigger group_of_its_exchanges_programme on twinning_twingroup;
drop trigger lab_group_of_its_programme on labs_lab;
drop function labs_check_exchanges_of_group();
drop function labs_check_group_of_programme();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cities", "0003_knowledge_areas_in_atlas"),
        ("labs", "0014_materials"),
        ("twinning", "0002_group_is_whole"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="lab",
            name="cities",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="cities.city", verbose_name="cities"
            ),
        ),
        migrations.AddField(
            model_name="lab",
            name="group",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="exchanges",
                to="twinning.twingroup",
                verbose_name="twin group",
            ),
        ),
        migrations.AddField(
            model_name="lab",
            name="kind",
            field=models.CharField(
                choices=[
                    ("learning-lab", "Learning Lab"),
                    ("workshop", "Workshop"),
                    ("site-visit", "Site visit"),
                    ("online-meeting", "Online meeting"),
                ],
                db_default="learning-lab",
                default="learning-lab",
                max_length=14,
                verbose_name="kind",
            ),
        ),
        migrations.AlterField(
            model_name="lab",
            name="audience",
            field=models.CharField(
                choices=[
                    ("group", "The twin group"),
                    ("transition-team", "The transition team"),
                    ("chosen-cities", "Everybody in the cities that I choose"),
                    ("cities", "Everybody in the programme's cities"),
                    ("open", "Open to everybody"),
                ],
                default="transition-team",
                max_length=20,
                verbose_name="audience",
            ),
        ),
        migrations.AddConstraint(
            model_name="lab",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("audience__in", ["transition-team", "chosen-cities", "cities", "open"]),
                        ("group__isnull", True),
                        ("kind", "learning-lab"),
                    ),
                    models.Q(
                        ("audience__in", ["group", "cities", "open"]),
                        ("group__isnull", False),
                        ("kind__in", ["workshop", "site-visit", "online-meeting"]),
                    ),
                    _connector="OR",
                ),
                name="lab_exchange_has_group",
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
