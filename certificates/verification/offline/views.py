from csp.decorators import csp
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from certificates.verification.offline.page import SOURCES, compose, policy
from certificates.verification.offline.texts import WORDS


@csp(policy())
@require_safe
@cache_control(public=True, no_cache=True)
def offline_page(request: HttpRequest) -> HttpResponse:
    """Send the page that checks certificates by itself, as of now; it is asked for again only if it has changed."""
    return HttpResponse(compose(now=timezone.now()))


@require_safe
@cache_control(public=True, no_cache=True)
def offline_worker(request: HttpRequest) -> HttpResponse:
    """Send the script that keeps the page on a device, and shows it where the address on paper cannot be reached."""
    text = (SOURCES / "worker.js").read_text()
    return HttpResponse(text, content_type="text/javascript", headers={"Service-Worker-Allowed": "/"})


@require_safe
@cache_control(public=True, max_age=3600)
def offline_manifest(request: HttpRequest) -> HttpResponse:
    """Say what the page is called, and how it looks, once it is installed."""
    facts = {
        "id": reverse("offline_page"),
        "name": str(WORDS["title"]),
        "short_name": str(WORDS["check"]),
        "lang": "en",
        "start_url": reverse("offline_page"),
        "scope": reverse("offline_page"),
        "display": "standalone",
        "background_color": "#fcfdfb",
        "theme_color": "#07372d",
        "icons": [{"src": static("mark.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(facts, content_type="application/manifest+json")
