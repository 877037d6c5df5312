"""Every check that reads the code without running it, side by side; then all failures show."""

import os
import subprocess
import sys
import time

PYTHON = sys.executable
CHECKS = {
    "style (ruff)": [PYTHON, "-m", "ruff", "check", "--quiet", "."],
    "format (ruff)": [PYTHON, "-m", "ruff", "format", "--check", "--output-format=concise", "."],
    "layers (import-linter)": [
        PYTHON,
        "-c",
        "from importlinter.cli import lint_imports_command as c; c()",
    ],
    "templates (djlint)": [PYTHON, "-m", "djlint", "--lint", "--quiet", "templates"],
    "types (mypy)": [PYTHON, "-m", "mypy"],
}
# Settings are read by mypy's Django plugin; nothing connects to these.
ENVIRONMENT = {
    "SECRET_KEY": "checks-only",
    "DATABASE_URL": "postgres://nobody@/none?host=/nonexistent",
    "REDIS_URL": "redis+socket:///nonexistent?virtual_host=0",
    "PYTHONPATH": ".",
}


def main() -> int:
    begun = time.monotonic()
    # Side by side: mypy alone takes as long as all the others, and longer where it begins anew.
    running = {name: started(command) for name, command in CHECKS.items()}
    failed = []
    for name, check in running.items():
        said, _ = check.communicate()
        took = time.monotonic() - begun
        print(
            f"{'ok    ' if check.returncode == 0 else 'FAILED'} {name} ({took:.1f} s)", flush=True
        )
        if check.returncode != 0:
            failed.append(f"\n{name}:\n{said.strip()}")
    print("\n".join(failed), flush=True)
    return 1 if failed else 0


def started(command: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        command, env={**os.environ, **ENVIRONMENT}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
