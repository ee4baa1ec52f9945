"""Benchmarks (bench_*.py, `make bench`) record their figures here: a table at the end, and JSON in var/bench."""

import json
import platform
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.conf import settings

from tests.services import ROOT

FIGURES: list[dict] = []


@pytest.fixture(scope="session")
def record_figure() -> Callable[..., None]:
    """A function that keeps a figure: record_figure("lesson page", 4.2, "ms CPU per request", limit=10)."""

    def record(name: str, value: float, unit: str, *, limit: float | None = None) -> None:
        FIGURES.append({"name": name, "value": round(value, 3), "unit": unit, "limit": limit})

    return record


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if not FIGURES:
        return
    terminalreporter.section("figures")
    width = max(len(figure["name"]) for figure in FIGURES)
    for figure in FIGURES:
        limit = f"  (limit {figure['limit']:g})" if figure["limit"] is not None else ""
        terminalreporter.line(f"{figure['name']:{width}}  {figure['value']:>10g} {figure['unit']}{limit}")
    measured_at = datetime.now(UTC)
    report = {
        "measured_at": measured_at.isoformat(timespec="seconds"),
        "python": platform.python_version(),
        "database": settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[1],
        "figures": FIGURES,
    }
    folder = ROOT / "var" / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{measured_at:%Y-%m-%dT%H%M%SZ}.json"
    path.write_text(json.dumps(report, indent=2) + "\n")
    terminalreporter.line(f"Written to {path.relative_to(ROOT)}.")
