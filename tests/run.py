"""Run the tests on both databases: `make test`, or with pytest's own options `make test ARGS="tests/lms -k mail"`.

First on PostgreSQL what meets a database, then everything on SQLite. What could not be run stands at the very end.
"""

import contextlib
import json
import os
import subprocess
import sys

from deploy.system_programs import ensure_programs
from tests.services import ROOT, ServiceMissing, postgres, redis_server

NO_TESTS_CHOSEN = 5  # pytest's exit code when ARGS chose nothing on this database
BENCHMARKS = ["tests/benchmarks", "-o", "python_files=bench_*.py"]


def main(arguments: list[str]) -> int:
    bench = "--bench" in arguments
    arguments = [argument for argument in arguments if argument != "--bench"]
    ensure_programs()
    remarks = []
    environment = {**os.environ, "PYTHONUNBUFFERED": "1"}
    with contextlib.ExitStack() as servers:
        try:
            environment["TEST_REDIS_URL"] = servers.enter_context(redis_server())
        except ServiceMissing as missing:
            environment.pop("TEST_REDIS_URL", None)
            remarks.append(f"Redis: {missing}.")
        try:
            postgres_url = servers.enter_context(postgres())
        except ServiceMissing as missing:
            postgres_url = None
            remarks.append(f"Nothing was run on PostgreSQL: {missing}.")
        if bench:
            return run_pytest([*BENCHMARKS, *arguments], environment, database=postgres_url, remarks=remarks)
        # One more than cores: some test always waits, for the browser, the validator or a process just started.
        parallel = ["-n", str((os.cpu_count() or 1) + 1)]
        codes = []
        if postgres_url:
            heading("On PostgreSQL: every test that meets a database, but for the browser's")
            chosen = [*parallel, "-m", "integration and not browser and not page", *arguments]
            codes.append(run_pytest(chosen, environment, database=postgres_url, remarks=[]))
            if codes[0] not in (0, NO_TESTS_CHOSEN):
                remarks.append("On PostgreSQL tests FAILED: their report stands above, before the run on SQLite.")
        heading("On SQLite: every test")
        chosen = [*parallel, *(["-m", "not postgres"] if postgres_url else []), *arguments]
        codes.append(run_pytest(chosen, environment, database=None, remarks=remarks))
    if all(code == NO_TESTS_CHOSEN for code in codes):
        return NO_TESTS_CHOSEN
    return next((code for code in codes if code not in (0, NO_TESTS_CHOSEN)), 0)


def run_pytest(options: list[str], environment: dict[str, str], *, database: str | None, remarks: list[str]) -> int:
    environment = {**environment, "TEST_REMARKS": json.dumps(remarks), "TEST_DATABASE_URL": database or ""}
    return subprocess.run([sys.executable, "-m", "pytest", *options], cwd=ROOT, env=environment, check=False).returncode


def heading(text: str) -> None:
    print(f"\n== {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
