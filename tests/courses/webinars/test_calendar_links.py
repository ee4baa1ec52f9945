from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from zoneinfo import ZoneInfo

import pytest

from courses.webinars.calendar_links import calendar_links

START = datetime(2027, 3, 28, 14, tzinfo=ZoneInfo("Asia/Kathmandu"))
PAGE = "https://academy.example/webinars/genes/"


def links(title="Genes & doses: “50 %”?"):
    end = START.astimezone(UTC) + timedelta(minutes=90)
    return {link.name: link.url for link in calendar_links(title=title, page_url=PAGE, starts_at=START, ends_at=end)}


def told(name: str, **kwargs) -> dict[str, str]:
    return {
        key: value for key, (value,) in parse_qs(urlsplit(links(**kwargs)[name]).query, strict_parsing=True).items()
    }


def test_google_is_told_title_hours_in_utc_and_the_page():
    assert told("Google") == {
        "action": "TEMPLATE",
        "text": "Genes & doses: “50 %”?",
        "dates": "20270328T081500Z/20270328T094500Z",
        "details": PAGE,
    }


@pytest.mark.parametrize(("name", "host"), [("Outlook.com", "outlook.live.com"), ("Office 365", "outlook.office.com")])
def test_outlook_is_told_the_same(name, host):
    assert urlsplit(links()[name]).hostname == host
    said = told(name)
    assert (said["startdt"], said["enddt"]) == ("2027-03-28T08:15:00Z", "2027-03-28T09:45:00Z")
    assert (said["subject"], said["body"]) == ("Genes & doses: “50 %”?", PAGE)


def test_yahoo_is_told_the_same():
    said = told("Yahoo")
    assert (said["st"], said["et"]) == ("20270328T081500Z", "20270328T094500Z")
    assert (said["title"], said["desc"]) == ("Genes & doses: “50 %”?", PAGE)


@pytest.mark.parametrize("title", ["x" * 255, "ዘ" * 255, "🧬" * 255])
def test_every_link_stays_short_enough_to_be_followed(title):
    assert max(len(url) for url in links(title).values()) <= 2_100
    assert told("Google", title=title)["text"].endswith("…")
