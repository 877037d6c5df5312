"""A real Chromium for the browser journeys: found, else installed, else a clear failure."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

#: First the same engine without the browser's own windows, which cost more than our pages.
NAMES = (
    *("chromium-headless-shell", "chrome-headless-shell"),
    *("chromium", "chromium-browser", "google-chrome-stable", "google-chrome"),
)
ON_MACOS = (
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
)
SENTENCE = (
    "The browser journeys need Chromium and it could not be installed here: install it (on Debian "
    "`apt install chromium-headless-shell`), or name one with CHROMIUM=/path/to/it make test."
)


def find() -> str | None:
    """The path of a Chromium on this machine: CHROMIUM, the system's, or Playwright's own."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    for path in (*ON_MACOS, _of_playwright()):
        if path and Path(path).is_file():
            return path
    return None


def options() -> list[str]:
    """Command line of the browser: nothing of its own on the network, and no sandbox for root."""
    quiet = [
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-sync",
        "--no-first-run",
        "--disable-dev-shm-usage",
    ]
    return [*quiet, "--no-sandbox"] if os.geteuid() == 0 else quiet


def install() -> bool:
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("Installing Chromium with apt", flush=True)
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        commands = [["update", "-qq"]]
        # Older Debians have the whole browser only.
        for package in ("chromium-headless-shell", "chromium"):
            commands.append(["install", "-y", "-qq", "--no-install-recommends", package])
        for command in commands:
            subprocess.run(["apt-get", *command], env=quiet, check=False, stdout=subprocess.DEVNULL)
            if find() is not None:
                break
    if find() is None:
        print("Installing Chromium with Playwright", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    return find() is not None


def _of_playwright() -> str:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


if __name__ == "__main__":
    if find() is None and not install():
        sys.exit(SENTENCE)
