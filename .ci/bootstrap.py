"""Make .venv from the hash-locked list. Runs on a bare Python, before any package is there.

Written so that an old Python can still read it far enough to say that it is too old.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "hub-setup.json")
PYTHON = os.path.join(VENV, "bin", "python")
NEEDED = (3, 11)
ROOM = {"run": 450, "dev": 900}
LOCKS = {"run": "requirements.lock", "dev": "requirements-dev.lock"}


def main(kind):
    use_a_python_that_is_new_enough()
    with only_one_at_a_time():
        wanted = fingerprint(kind)
        if wanted in stamps() and works():
            return
        refuse_what_cannot_work(kind)
        make_venv()
        install(kind)
        # The longer list holds the shorter one, so `make run` after `make test` has nothing to do.
        done = [fingerprint("run"), fingerprint("dev")] if kind == "dev" else [wanted]
        with open(STAMP, "w") as file:
            json.dump(done, file)


def use_a_python_that_is_new_enough():
    if sys.version_info >= NEEDED:
        return
    for minor in (13, 12, 11, 14):
        found = shutil.which("python3.{}".format(minor))
        # pyenv leaves names in the path that only say that the version is not chosen.
        if found and answers(found):
            os.execv(found, [found] + sys.argv)  # noqa: S606, RUF005 - a fixed name; old syntax
    fail(
        "The hub needs Python 3.11 or later and {} is {}.{}: install a later one and name it, "
        "for example PYTHON=/usr/bin/python3.12 make run.".format(
            sys.executable, sys.version_info[0], sys.version_info[1]
        )
    )


def answers(python):
    return (
        subprocess.call([python, "-c", ""], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        == 0
    )


def only_one_at_a_time():
    folder = os.path.join(ROOT, "var", "run")
    try:
        os.makedirs(folder, exist_ok=True)
        lock = open(os.path.join(folder, "setup.lock"), "w")
    except OSError as error:
        fail(
            "{} cannot be written ({}): use the account that owns this folder.".format(
                folder, error.strerror
            )
        )
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        say("Waiting for another make in this folder to finish its set-up.")
        fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def fingerprint(kind):
    digest = hashlib.sha256()
    with open(os.path.join(ROOT, LOCKS[kind]), "rb") as file:
        digest.update(file.read())
    digest.update(ROOT.encode("utf-8", "surrogateescape"))
    return "{}:{}".format(kind, digest.hexdigest())


def stamps():
    try:
        with open(STAMP) as file:
            return json.load(file)
    except (OSError, ValueError):
        return []


def works():
    """A Python that was upgraded or removed leaves a .venv that no longer starts."""
    try:
        return answers(PYTHON)
    except OSError:
        return False


def refuse_what_cannot_work(kind):
    try:
        import ensurepip  # noqa: F401 - only whether it is there
        import venv  # noqa: F401
    except ImportError:
        version = "{}.{}".format(sys.version_info[0], sys.version_info[1])
        fail(
            "This Python {0} ({1}) has no venv module: install it, on Debian and Ubuntu with "
            "`apt install python{0}-venv`.".format(version, sys.executable)
        )
    free = shutil.disk_usage(ROOT).free // 1024 // 1024
    if not works() and free < ROOM[kind]:
        fail(
            "The disk that holds {} is full: it has {} MB free and the set-up needs {} MB.".format(
                ROOT, free, ROOM[kind]
            )
        )


def make_venv():
    if works():
        return
    say("Making .venv with Python {}.{}.{}".format(*sys.version_info[:3]))
    command = [sys.executable, "-m", "venv", "--clear", VENV]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        explain(done.stdout.decode("utf-8", "replace"))


def install(kind):
    lock = os.path.join(ROOT, LOCKS[kind])
    with open(lock) as file:
        total = len(re.findall(r"^[a-z0-9].*==", file.read(), re.MULTILINE))
    say(
        "Installing about {} packages into .venv; the first time this takes a minute or two".format(
            total
        )
    )
    # Compiling everything takes longer than all the rest; Python compiles what it uses anyway.
    command = [PYTHON, "-m", "pip", "install", "--no-compile", "--require-hashes"]
    command += ["--progress-bar=off", "--disable-pip-version-check", "--no-input", "-r", lock]
    pip = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        errors="replace",
    )
    output, seen = [], 0
    for line in pip.stdout:
        output.append(line)
        if line.startswith(("Collecting ", "Requirement already satisfied: ")):
            seen += 1
            progress("  {} of {} packages".format(min(seen, total), total))
        elif line.startswith("Installing collected packages"):
            progress("  unpacking them")
    progress("")
    if pip.wait() != 0:
        explain("".join(output))


def explain(output):
    """One sentence from what venv or pip said; the rest goes into a file."""
    log = os.path.join(ROOT, "var", "run", "setup.log")
    try:
        with open(log, "w", errors="replace") as file:
            file.write(output)
    except OSError:
        pass
    if "No space left on device" in output or "Disk quota exceeded" in output:
        fail("The disk that holds {} is full: free some space and start again.".format(VENV))
    if "Permission denied" in output:
        fail(
            "{} cannot be written: use the account that owns this folder, or remove .venv.".format(
                VENV
            )
        )
    if "THESE PACKAGES DO NOT MATCH THE HASHES" in output:
        fail(
            "A package differs from the one that was locked, so nothing was installed: "
            "see {}.".format(log)
        )
    if re.search("Connection|resolve|timed out|No matching distribution|Network", output):
        fail(
            "The packages could not be fetched: check the network or the proxy; pip's words "
            "are in {}.".format(log)
        )
    last = [line.strip() for line in output.splitlines() if line.strip()][-1:] or [
        "nothing was said"
    ]
    fail("The set-up failed: {} (all of it is in {})".format(last[0], log))


def progress(text):
    if sys.stdout.isatty():
        sys.stdout.write("\r\033[K" + text)
        sys.stdout.flush()


def say(text):
    print(text)
    sys.stdout.flush()


def fail(sentence):
    sys.stdout.flush()
    sys.stderr.write(sentence + "\n")
    sys.exit(1)


if __name__ == "__main__":
    try:
        main(sys.argv[1] if len(sys.argv) > 1 else "run")
    except KeyboardInterrupt:
        fail("Stopped; the next make goes on from here.")
