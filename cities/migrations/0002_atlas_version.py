"""Triggers that renew the atlas version when something on the map or in the filters changes."""

from django.db import migrations

SQL = """
create function cities_renew_atlas() returns trigger language plpgsql as $$
begin
    insert into cities_atlasversion (id, version) values (1, gen_random_uuid())
    on conflict (id) do update set version = excluded.version;
    return null;
end $$;

create trigger atlas_city_set after insert or delete on cities_city
    for each statement execute function cities_renew_atlas();
create trigger atlas_city_moved
    after update of name, slug, country, latitude, longitude, population on cities_city
    for each statement execute function cities_renew_atlas();
create trigger atlas_participation after insert or update or delete on cities_participation
    for each statement execute function cities_renew_atlas();
create trigger atlas_programme after insert or update or delete on cities_programme
    for each statement execute function cities_renew_atlas();
create trigger atlas_domain after insert or update or delete on cities_domain
    for each statement execute function cities_renew_atlas();
create trigger atlas_lever after insert or update or delete on cities_lever
    for each statement execute function cities_renew_atlas();
"""

REVERSE = """
drop trigger atlas_lever on cities_lever;
drop trigger atlas_domain on cities_domain;
drop trigger atlas_programme on cities_programme;
drop trigger atlas_participation on cities_participation;
drop trigger atlas_city_moved on cities_city;
drop trigger atlas_city_set on cities_city;
drop function cities_renew_atlas();
"""


class Migration(migrations.Migration):
    dependencies = [("cities", "0001_initial")]
    operations = [migrations.RunSQL(SQL, REVERSE)]
