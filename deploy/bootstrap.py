#!/usr/bin/env python3
"""Make the virtual environment .venv ready from a lock, and start the demo when asked to.

    python3 deploy/bootstrap.py demo      what runs, then the demo (`make demo`)
    python3 deploy/bootstrap.py runtime   only what runs
    python3 deploy/bootstrap.py fonts     what runs, with fonts for Chinese, Japanese and Korean (`make fonts`)
    python3 deploy/bootstrap.py dev       what runs and what checks it (`make test`, `make check`)

Needs nothing but a Python with its standard library; written so that an old one (3.6) can still read it and say in one
sentence what is wanted. Whatever goes wrong ends in such a sentence, never in a traceback.
"""

import hashlib
import json
import os
import secrets
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "genomed-locks.json"  # which locks are installed: an unchanged lock needs no network
INSTALLING = VENV / "genomed-installing"  # there while an installation is under way; left behind by a broken one
LOCKS = {
    "runtime": ["requirements.txt"],
    "fonts": ["requirements-fonts.txt", "requirements.txt"],
    "dev": ["requirements-dev.txt", "requirements-production.txt", "requirements.txt"],
}
OLDEST = (3, 11)
OTHER_PYTHONS = ["python3.13", "python3.12", "python3.11", "python3.14"]
FACTS = (
    "import json, sys, importlib.util as u; "
    "print(json.dumps([sys.version_info[:3], bool(u.find_spec('venv') and u.find_spec('ensurepip')), sys.executable]))"
)
NETWORK_SIGNS = ("connection", "resolution", "unreachable", "timed out", "no matching distribution", "proxy", "ssl")


class Trouble(Exception):
    """What stops the start, as one sentence for the person at the terminal."""


def say(text):
    print(text, flush=True)


def main(arguments):
    task = arguments[0] if arguments else ""
    if task not in ("demo", "runtime", "fonts", "dev"):
        raise Trouble("Say what to make ready: demo, runtime, fonts or dev, as in `python3 deploy/bootstrap.py demo`.")
    demo = demo_environment() if task == "demo" else None
    prepare(task if task in LOCKS else "runtime")
    if demo:
        start_demo(demo)


# -- The virtual environment --------------------------------------------------------------------------------------


def prepare(kind):
    """Make .venv hold what the lock names, and the translations what a server reads; what is so already stays."""
    fill_venv(kind)
    run_quietly(
        [str(PYTHON), str(ROOT / "deploy" / "translations.py"), "--compile"], "The translations could not be compiled"
    )


def fill_venv(kind):
    """Make .venv hold what the lock names; does nothing when it already does."""
    digests = {name: digest(name) for name in LOCKS[kind]}
    if INSTALLING.exists():
        say("The last installation into .venv was interrupted; making it afresh.")
        remove_venv()
    elif VENV.exists() and not works(PYTHON):
        say("The virtual environment .venv is half made or its Python is gone; making it afresh.")
        remove_venv()
    if all(installed_locks().get(name) == value for name, value in digests.items()):
        return
    python = suitable_python() if not VENV.exists() else None
    VENV.mkdir(exist_ok=True)
    INSTALLING.write_text("An installation is under way.\n")
    if python is not None:
        say("Making the virtual environment .venv ...")
        run_quietly([python, "-m", "venv", str(VENV)], "The virtual environment could not be made")
    if quiet_code([str(PYTHON), "-m", "pip", "--version"]) != 0:
        run_quietly([str(PYTHON), "-m", "ensurepip"], "pip could not be put into .venv")
    install(LOCKS[kind][0])
    STAMP.write_text(json.dumps(dict(installed_locks(), **digests), indent=1) + "\n")
    INSTALLING.unlink()


def digest(lock):
    try:
        return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()
    except FileNotFoundError:
        raise Trouble(f"{lock} is missing from the project: get it back with `git checkout {lock}`.")


def installed_locks():
    try:
        return json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}


def remove_venv():
    if VENV.is_symlink() or VENV.is_file():
        VENV.unlink()
    else:
        shutil.rmtree(str(VENV))


def install(lock):
    """Install a lock with pip, telling how far it has come."""
    wanted = sum(1 for line in (ROOT / lock).read_text().splitlines() if "==" in line)
    say(f"Installing {wanted} locked packages into .venv (only the first time, and when {lock} changes) ...")
    log_path = VENV / "install.log"
    command = [str(PYTHON), "-m", "pip", "install", "--require-hashes", "--no-deps", "--no-input", "--retries", "2"]
    command += ["--disable-pip-version-check", "--progress-bar", "off", "--requirement", lock]
    seen = 0
    with log_path.open("w") as log:
        pip = subprocess.Popen(
            command,
            cwd=str(ROOT),
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            universal_newlines=True,
        )
        for line in pip.stdout:
            log.write(line)
            seen += line.startswith("Collecting ")
            if sys.stdout.isatty():
                print(f"\r  {seen} of {wanted}", end="", flush=True)
        code = pip.wait()
    if sys.stdout.isatty():
        print()
    if code == 0:
        return
    output = log_path.read_text()
    errors = (
        [line for line in output.splitlines() if line.startswith("ERROR")] or output.splitlines()[-1:] or ["no word"]
    )
    if "HASHES" in output:
        raise Trouble(f"A downloaded package is not the one {lock} names, so nothing was installed: {errors[0]}")
    if any(sign in output.lower() for sign in NETWORK_SIGNS):
        raise Trouble(
            "The package index could not be reached, and the first start needs it: connect this machine to the "
            "network (or point pip at a mirror) and run the same command again."
        )
    raise Trouble(f"pip could not install {lock}: {errors[-1]} (all it said is in {log_path.relative_to(ROOT)})")


# -- Which Python -------------------------------------------------------------------------------------------------


def suitable_python():
    """Return the path of a Python that is new enough and can make a virtual environment."""
    found = [facts(sys.executable)] + [facts(name) for name in OTHER_PYTHONS if shutil.which(name)]
    new_enough = [fact for fact in found if fact and tuple(fact[0][:2]) >= OLDEST]
    if not new_enough:
        here = ".".join(map(str, sys.version_info[:3]))
        raise Trouble(
            f"Genomed needs Python {OLDEST[0]}.{OLDEST[1]} or newer and found only {here}: install a newer one, "
            "then name it, as in `make demo PYTHON=/path/to/python3.12`."
        )
    for _, can_make_venv, path in new_enough:
        if can_make_venv:
            return path
    (major, minor, *_), _, path = new_enough[0]
    return with_venv_module(path, f"python{major}.{minor}-venv")


def facts(python):
    """Return [version, can make a virtual environment, path] of a Python, or None if it does not run."""
    try:
        answer = subprocess.run(
            [python, "-c", FACTS],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            universal_newlines=True,
            timeout=60,
        )
        return json.loads(answer.stdout) if answer.returncode == 0 else None
    except (OSError, ValueError, subprocess.SubprocessError):
        return None


def with_venv_module(python, package):
    """Install Debian's missing part of Python when we may; otherwise say what to install."""
    if Path("/etc/debian_version").exists() and os.geteuid() == 0 and shutil.which("apt-get"):
        say(f"This Python cannot make virtual environments yet; installing {package} ...")
        environment = dict(os.environ, DEBIAN_FRONTEND="noninteractive")
        for command in (["apt-get", "update", "-q"], ["apt-get", "install", "-y", "-q", package]):
            subprocess.call(
                command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        fact = facts(python)
        if fact and fact[1]:
            return python
    raise Trouble(
        f"{python} lacks the venv and ensurepip modules: on Debian or Ubuntu run `apt-get install {package}`, "
        "elsewhere install a complete Python."
    )


def works(python):
    fact = facts(str(python))
    return bool(fact) and tuple(fact[0][:2]) >= OLDEST


def quiet_code(command):
    return subprocess.call(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=clean_environment()
    )


def run_quietly(command, complaint):
    done = subprocess.run(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        universal_newlines=True,
        env=clean_environment(),
    )
    if done.returncode != 0:
        lines = [line for line in done.stdout.splitlines() if line.strip()] or ["it did not say why"]
        raise Trouble(f"{complaint}: {lines[-1].strip()}")


def clean_environment():
    """Return the environment without what would make a virtual environment's Python look elsewhere."""
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONHOME", "PYTHONPATH", "__PYVENV_LAUNCHER__")}
    return dict(environment, PIP_USER="0", PIP_REQUIRE_VIRTUALENV="0", PYTHONNOUSERSITE="1")


# -- The demo -----------------------------------------------------------------------------------------------------


def demo_port():
    port = os.environ.get("PORT") or "8000"
    if not port.isdigit() or not 1 <= int(port) <= 65535:
        raise Trouble(f"PORT={port} is not a port number: choose one from 1024 to 65535, as in `PORT=8123 make demo`.")
    return int(port)


def demo_environment():
    """Return the demo's own settings, so that nothing of any other environment gets into it or is touched by it."""
    port = demo_port()
    var = Path(os.environ.get("VAR_DIR") or ROOT / "var").resolve()
    for folder in ("broker", "mail", "media", "private", "static"):
        if (var / folder).exists() and not (var / folder).is_dir():
            raise Trouble(f"{var / folder} is a file where the demo keeps a folder: remove it and start again.")
    return dict(
        clean_environment(),
        DEMO="1",
        DEBUG="0",
        DJANGO_SETTINGS_MODULE="lms.settings",
        SECRET_KEY=demo_key(var),
        SITE_URL=f"http://localhost:{port}",
        ALLOWED_HOSTS="localhost,127.0.0.1",
        VAR_DIR=str(var),
        DATABASE_URL=f"sqlite:///{var / 'db.sqlite3'}",
        BROKER_URL=f"filesystem://{var / 'broker'}",
        CACHE_URL="locmemcache://",
        STORAGE_URL="",
        SIGNING_KEY_FILE=str(var / "signing-keys.json"),
        CERTIFICATE_ISSUER_URL=f"http://localhost:{port}",
        CERTIFICATE_PADES_CHAIN="",
        SENTRY_DSN="",
    )


def start_demo(environment):
    """Become the demo: `manage.py run_demo`."""
    command = [str(PYTHON), str(ROOT / "manage.py"), "run_demo"]
    if os.environ.get("RESET", "") not in ("", "0"):
        command.append("--reset")
    os.chdir(str(ROOT))
    sys.stdout.flush()
    os.execve(command[0], command, environment)


def demo_key(var):
    """Return the demo's secret key, made once and kept in var/."""
    path = var / "demo-secret-key"
    try:
        var.mkdir(parents=True, exist_ok=True)
        key = path.read_text().strip() if path.exists() else ""
        if len(key) < 50:
            key = secrets.token_urlsafe(50)
            path.touch(mode=0o600)
            path.write_text(key + "\n")
    except OSError as error:
        raise Trouble(f"The demo keeps its data in {var}, which cannot be used: {error.strerror}.")
    return key


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except Trouble as trouble:
        sys.exit(f"{trouble}")
    except KeyboardInterrupt:
        sys.exit("Stopped; the same command goes on from here.")
    except OSError as error:
        sys.exit(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.")
