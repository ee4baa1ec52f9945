"""How soon a page is there on a thin line: largest paint, layout shift and blocking, five pages on four links.

    python -m tests.benchmarks.painting http://localhost:8123 http://localhost:8124

measures one running demo after the other and prints both (see bench_painting.py for what `make bench` does). Chromium
slows the line and the processor down itself: the latency is added to each request, between sending it and the first byte
of its answer; what it takes to set up a connection is not counted, and requests of the service worker are not slowed.
"""

import statistics
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, expect, sync_playwright

from deploy.system_programs import find_program
from tests.browser import steps
from tests.services import CHROMIUM_OPTIONS, Demo

LEARNER = "learner@example.org"
COURSE = "/courses/foundations-of-genomic-medicine/"
LESSON = f"{COURSE}genome-and-variation/kinds-of-variation/"
PAGES = {
    "home": "/",
    "course": COURSE,
    "lesson": LESSON,
    "quiz": f"{COURSE}genome-and-variation/quiz/",
    "my learning": "/my/",
}
SAVED = "saved lesson"
SLOWER = 6  # how many times slower the processor is
TIMES = 3
VIEWPORT = {"width": 360, "height": 780}
# What Chromium tells of a page; blocking is what each long task takes beyond 50 ms, from the first paint on.
OBSERVE = """
window.seen = { paint: 0, shift: 0, tasks: [] };
const watch = (type, act) => new PerformanceObserver((list) => list.getEntries().forEach(act)).observe({ type, buffered: true });
watch("largest-contentful-paint", (entry) => (seen.paint = entry.startTime));
watch("layout-shift", (entry) => (seen.shift += entry.hadRecentInput ? 0 : entry.value));
watch("longtask", (entry) => seen.tasks.push([entry.startTime, entry.duration]));
"""
TELL = """
() => {
  const first = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? 0;
  const blocking = seen.tasks.filter(([at]) => at > first).reduce((sum, [, took]) => sum + Math.max(0, took - 50), 0);
  return { paint: seen.paint, shift: seen.shift, blocking };
}
"""


@dataclass(frozen=True)
class Link:
    """A line. limit: seconds in which the largest paint is to be there; None where none is promised."""

    kilobits: float
    latency_ms: int
    limit: float | None


LINKS = {
    "slow-2g": Link(50, 2000, 7),
    "2g": Link(280, 800, 2.5),
    "3g": Link(400, 400, 1.5),
    "as it is": Link(0, 0, None),
}
SAVED_LIMIT = 1.0


@dataclass(frozen=True)
class Figures:
    """What was seen of a page: medians, but for the shift, of which it is the most. kilobytes: the page's own requests."""

    paint_seconds: float
    shift: float
    blocking_ms: float
    kilobytes: float
    requests: float


def measure(browser: Browser, url: str, *, times: int = TIMES) -> Iterator[tuple[str, str, Figures]]:
    """Yield page, link and figures: five pages, cold, and a saved lesson."""
    demo = Demo(url, Path(), process=None, log=Path())
    with_learner = browser.new_context()
    steps.sign_in(with_learner.new_page(), demo, LEARNER)
    cookies = with_learner.storage_state()
    with_learner.close()

    def cold() -> BrowserContext:
        return browser.new_context(viewport=VIEWPORT, storage_state=cookies)

    for link_name, link in LINKS.items():
        for name, path in PAGES.items():
            yield name, link_name, _typical(lambda p=path, on=link: _opened_once(cold, url + p, on), times)
    with_saved = cold()
    _save(with_saved, url)
    for link_name, link in LINKS.items():
        yield SAVED, link_name, _typical(lambda on=link: _look(with_saved, url + LESSON, on), times)
    with_saved.close()


def _opened_once(new_context: Callable[[], BrowserContext], address: str, link: Link) -> Mapping[str, float]:
    context = new_context()
    try:
        return _look(context, address, link)
    finally:
        context.close()


def _look(context: BrowserContext, address: str, link: Link) -> Mapping[str, float]:
    page = context.new_page()
    page.add_init_script(OBSERVE)
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    bytes_of_each: list[float] = []
    line.on("Network.loadingFinished", lambda told: bytes_of_each.append(told["encodedDataLength"]))
    per_second = link.kilobits * 1000 / 8 if link.kilobits else -1
    conditions = {"latency": link.latency_ms, "downloadThroughput": per_second, "uploadThroughput": per_second}
    line.send("Network.emulateNetworkConditions", {"offline": False, **conditions})
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load", timeout=120_000)
    page.wait_for_timeout(500)  # for paints and long tasks that are told late
    seen: dict[str, Any] = page.evaluate(TELL)
    page.close()
    return {**seen, "bytes": sum(bytes_of_each), "requests": len(bytes_of_each)}


def _save(context: BrowserContext, url: str) -> None:
    page = context.new_page()
    page.goto(url + COURSE)
    page.locator("[data-save-offline]").click()
    expect(page.locator("[data-remove-offline]")).to_be_visible(timeout=60_000)
    page.close()


def _typical(look: Callable[[], Mapping[str, float]], times: int) -> Figures:
    seen = [look() for _ in range(times)]

    def median(name: str) -> float:
        return statistics.median(one[name] for one in seen)

    return Figures(
        paint_seconds=median("paint") / 1000,
        shift=max(one["shift"] for one in seen),
        blocking_ms=median("blocking"),
        kilobytes=median("bytes") / 1000,
        requests=median("requests"),
    )


def limit_of(page: str, link: str) -> float | None:
    return SAVED_LIMIT if page == SAVED else LINKS[link].limit


def main(addresses: list[str]) -> int:
    if not addresses:
        print(__doc__)
        return 2
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_program("chromium"), args=CHROMIUM_OPTIONS)
        for address in addresses:
            print(
                f"\n{address}\n{'page':14}{'link':10}{'paint s':>9}{'limit':>7}{'shift':>9}{'block ms':>10}{'kB':>7}{'asked':>7}"
            )
            for page, link, found in measure(browser, address.rstrip("/")):
                limit = limit_of(page, link)
                print(
                    f"{page:14}{link:10}{found.paint_seconds:9.2f}{limit if limit is not None else '':>7}{found.shift:9.4f}"
                    f"{found.blocking_ms:10.0f}{found.kilobytes:7.1f}{found.requests:7.0f}",
                    flush=True,
                )
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
