"""How soon pages are painted on a thin line, by a demo of its own or the one that DEMO_URL names."""

from tests.benchmarks.painting import limit_of, measure


def test_painting(demo, browser, record_figure):
    for page, link, found in measure(browser, demo.url):
        name = f"{page}, {link}"
        record_figure(f"{name}: largest paint", found.paint_seconds, "s", limit=limit_of(page, link))
        record_figure(f"{name}: layout shift", found.shift, "", limit=0)
        record_figure(f"{name}: blocking", found.blocking_ms, "ms", limit=50)
