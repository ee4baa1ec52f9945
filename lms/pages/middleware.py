from collections.abc import Callable

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from wagtail.models import Locale, Page, Site

from lms.lib.errors import Refusal

Handler = Callable[[HttpRequest], HttpResponse]


class RefusalInCmsMiddleware:
    """Show a refusal that met Wagtail's own views, which know of none, as a message where the person came from.

    They approve, publish one or many: each in a transaction, which the refusal has undone by then.
    """

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        home = reverse("wagtailadmin_home")
        if not isinstance(exception, Refusal) or request.method != "POST" or not request.path.startswith(home):
            return None
        messages.error(request, str(exception))
        came_from = request.headers.get("Referer", "")
        is_ours = url_has_allowed_host_and_scheme(came_from, {request.get_host()}, require_https=request.is_secure())
        back = came_from if is_ours else home
        if request.headers.get("X-Requested-With") == "XMLHttpRequest":  # a dialogue, which goes where it is told
            return JsonResponse({"step": "success", "redirect": back})
        return HttpResponseRedirect(back)


class TranslatedPageMiddleware:
    """Lead from a page that is not there in one language to the same page in that language, or else to the original.

    So navigation, footer and language menu may link to one path under every language's prefix without asking the
    database what has been translated: only who meets a missing page pays for the search.
    """

    def __init__(self, get_response: Handler):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        match = request.resolver_match
        if match is None or match.view_name != "wagtail_serve":
            return response
        return self._lead_on(request, path=match.args[0]) or response

    def _lead_on(self, request: HttpRequest, *, path: str) -> HttpResponse | None:
        page = self._page_in_any_language(request, path)
        if page is None:
            return None
        translation = page.get_translations(inclusive=True).live().filter(locale=Locale.get_active()).first()
        target = translation or page
        address = target.get_url(request)
        if address is None or address == request.path:
            return None  # it is there, and withheld
        if translation is None:
            language = dict(settings.LANGUAGES)[get_language()]
            text = _("This page is not there in %(language)s yet, so here is the original.") % {"language": language}
            messages.info(request, text)
        return HttpResponseRedirect(address)

    def _page_in_any_language(self, request: HttpRequest, path: str) -> Page | None:
        site = Site.find_for_request(request)
        if site is None:
            return None
        homes = site.root_page.get_translations(inclusive=True).live().values_list("url_path", flat=True)
        found = Page.objects.live().filter(url_path__in=[f"{home}{path}" for home in homes]).select_related("locale")
        original_first = sorted(found, key=lambda page: page.locale.language_code != settings.LANGUAGE_CODE)
        return original_first[0] if original_first else None
