"""Backup and restore on a clean place: counts and hashes equal, by one command each."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

CHECKOUT = Path(__file__).resolve().parents[2]
FILES = {"a/photo å.jpg": b"\xff\xd8" + b"p" * 70_000, "notes.txt": b"", "b/c/deep.bin": b"\0\1\2"}


@dataclass(frozen=True)
class Installation:
    """A hub of its own: database, files, nothing shared with the tests' own."""

    url: str
    var: Path

    def manage(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "DATABASE_URL": self.url, "VAR_DIR": str(self.var), "SAMPLE_HUB": "1"}
        return subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=CHECKOUT,
            env=env,
            capture_output=True,
            text=True,
            check=False,
        )

    def tables(self) -> dict[str, tuple[int, str]]:
        """Counted and hashed by other means than the code under test."""
        found = {}
        with psycopg.connect(self.url) as line:
            names = line.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = "
                "'public'::regnamespace ORDER BY 1"
            ).fetchall()
            for (name,) in names:
                query = sql.SQL("SELECT t::text FROM {} t ORDER BY 1").format(sql.Identifier(name))
                rows = [row[0] for row in line.execute(query)]
                digest = hashlib.sha256("\n".join(sorted(rows)).encode()).hexdigest()
                found[name] = (len(rows), digest)
        return found

    def files(self) -> dict[str, bytes]:
        folder = self.var / "files"
        return {
            str(path.relative_to(folder)): path.read_bytes()
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def installations(blank: str, tmp_path: Path) -> Iterator[tuple[Installation, Installation]]:
    """One that has its tables, and a place for another."""
    base = urlsplit(os.environ["DATABASE_URL"])
    made = []
    names = [f"archive_{os.getpid()}_{place}" for place in ("old", "new")]
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as line:
        for name, template in zip(names, (blank, "template1"), strict=True):
            both = map(sql.Identifier, (name, template))
            line.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(*both))
            made.append(Installation(base._replace(path=f"/{name}").geturl(), tmp_path / name))
        yield made[0], made[1]
        for name in names:
            line.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.mark.drill
def test_restored_hub_equals_the_one_backed_up(
    installations: tuple[Installation, Installation], tmp_path: Path
) -> None:
    old, new = installations
    loaded = old.manage("sample", "load")
    assert loaded.returncode == 0, loaded.stderr
    for name, content in FILES.items():
        path = old.var / "files" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    before = old.tables()
    assert before["hub_user"][0] > 0

    kept = tmp_path / "backup of today.tar"
    saved = old.manage("backup", str(kept))
    assert saved.returncode == 0, saved.stderr
    assert kept.stat().st_mode & 0o077 == 0
    brought = new.manage("restore", str(kept))
    assert brought.returncode == 0, brought.stderr
    assert "every count and hash equals the backup's" in brought.stdout
    assert new.tables() == before
    assert new.files() == old.files()
    assert new.files().items() >= FILES.items()
    # The copy is a working hub: nothing is left to migrate and new rows get new numbers.
    assert new.manage("migrate", "--check").returncode == 0
    _refuses_to_overwrite(new, kept)
    _brings_back_what_was_changed(new, kept, before)
    _refuses_a_damaged_archive(new, kept, tmp_path, before)


def _refuses_to_overwrite(new: Installation, kept: Path) -> None:
    held = new.tables()
    refused = new.manage("restore", str(kept))
    assert refused.returncode != 0
    assert "say --replace to throw that away" in refused.stderr
    assert new.tables() == held


def _brings_back_what_was_changed(
    new: Installation, kept: Path, before: dict[str, tuple[int, str]]
) -> None:
    """The control: the comparison sees one changed row and one lost file."""
    with psycopg.connect(new.url) as line:
        line.execute(
            "UPDATE hub_user SET name = name || '!' WHERE id = (SELECT min(id) FROM hub_user)"
        )
    (new.var / "files" / "notes.txt").unlink()
    assert [name for name, value in new.tables().items() if value != before[name]] == ["hub_user"]
    assert "notes.txt" not in new.files()
    again = new.manage("restore", str(kept), "--replace")
    assert again.returncode == 0, again.stderr
    assert new.tables() == before
    assert new.files()["notes.txt"] == b""


def _refuses_a_damaged_archive(
    new: Installation, kept: Path, tmp_path: Path, before: dict[str, tuple[int, str]]
) -> None:
    with tarfile.open(kept) as archive:
        start = archive.getmember("database.dump").offset_data
    bytes_of_it = bytearray(kept.read_bytes())
    bytes_of_it[start + 2_000] ^= 1
    damaged = tmp_path / "damaged.tar"
    damaged.write_bytes(bytes_of_it)
    refused = new.manage("restore", str(damaged), "--replace")
    assert refused.returncode != 0
    assert "is damaged: its database is not the one it lists" in refused.stderr
    (tmp_path / "letter.tar").write_text("Dear hub")
    assert "is no backup of a hub" in new.manage("restore", str(tmp_path / "letter.tar")).stderr
    assert new.tables() == before
