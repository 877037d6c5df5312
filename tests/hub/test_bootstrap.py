"""The first thing that runs in a fresh clone says in one sentence what is wrong."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import util
from pathlib import Path
from types import ModuleType

import pytest

CHECKOUT = Path(__file__).resolve().parents[2]
SCRIPT = CHECKOUT / ".ci" / "bootstrap.py"


@pytest.fixture
def bootstrap(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = util.spec_from_file_location("bootstrap", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("requirements.lock", "requirements-dev.lock"):
        (tmp_path / name).write_bytes((CHECKOUT / name).read_bytes())
    (tmp_path / "var" / "run").mkdir(parents=True)
    monkeypatch.setattr(module, "ROOT", str(tmp_path))
    monkeypatch.setattr(module, "VENV", str(tmp_path / ".venv"))
    monkeypatch.setattr(module, "PYTHON", str(tmp_path / ".venv" / "bin" / "python"))
    return module


def test_missing_venv_module_names_the_package(tmp_path: Path) -> None:
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci" / "bootstrap.py").write_bytes(SCRIPT.read_bytes())
    (tmp_path / "requirements.lock").write_text("")
    (tmp_path / "ensurepip.py").write_text("raise ImportError")
    done = subprocess.run(
        [sys.executable, str(tmp_path / ".ci" / "bootstrap.py"), "run"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert done.returncode == 1
    assert done.stderr.endswith(f"on Debian and Ubuntu with `apt install python{version}-venv`.\n")
    assert done.stderr.count("\n") == 1
    assert not (tmp_path / ".venv").exists()


def test_python_that_is_too_old_is_named(
    bootstrap: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(bootstrap, "NEEDED", (99, 0))
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SystemExit):
        bootstrap.main("run")
    assert f"{sys.executable} is {sys.version_info[0]}.{sys.version_info[1]}" in (
        capsys.readouterr().err
    )


def test_full_disk_is_said_before_anything_is_made(
    bootstrap: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setitem(bootstrap.ROOM, "run", 10**9)
    with pytest.raises(SystemExit):
        bootstrap.main("run")
    assert f"The disk that holds {tmp_path} is full" in capsys.readouterr().err
    assert not (tmp_path / ".venv").exists()


@pytest.mark.parametrize(
    ("output", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "is full: free some space"),
        ("ERROR: Could not find a version\nERROR: No matching distribution", "check the network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "differs from the one that was locked"),
        ("[Errno 13] Permission denied: '.venv'", "use the account that owns this folder"),
        ("first\nlast words\n", "The set-up failed: last words"),
    ],
)
def test_words_of_pip_become_one_sentence(
    bootstrap: ModuleType, capsys: pytest.CaptureFixture[str], output: str, sentence: str
) -> None:
    with pytest.raises(SystemExit):
        bootstrap.explain(output)
    said = capsys.readouterr().err
    assert sentence in said
    assert said.count("\n") == 1


def test_locks_name_no_host_and_hash_everything() -> None:
    for lock in CHECKOUT.glob("requirements*.lock"):
        text = lock.read_text()
        assert "://" not in text
        pinned = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]
        assert pinned
        assert [line for line in pinned if not line.endswith("\\")] == []
