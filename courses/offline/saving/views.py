from functools import cache

import brotli
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from courses.lessons.models import LessonPage
from courses.offline.saving.fragments import is_sealed, text_at
from courses.offline.saving.manifests import manifest_of
from courses.offline.saving.queries import sizes_of_courses, taken_course
from lms.accounts.models import User
from lms.lib.bundles import bundles, join
from lms.lib.compression import takes_brotli

YEAR, MINUTE = 31_536_000, 60  # seconds
MOST_COURSES = 50
WORKER = "bundles/offline_worker.js"


@require_safe
def fragment(request: HttpRequest, page_id: int, revision_id: int, language: str, mac: str) -> HttpResponse:
    """Send the text of a lesson to whoever was told its address; the same to everybody, and for ever."""
    if not is_sealed(page_id, revision_id, language, mac):
        raise Http404
    page = get_object_or_404(LessonPage.objects.select_related("locale"), pk=page_id)
    found = text_at(page, revision_id, language, mac)
    if found is None:
        raise Http404
    text, is_exact = found
    lasting = f"public, max-age={YEAR}, immutable" if is_exact else f"public, max-age={MINUTE}"
    answer = HttpResponse(text, headers={"Cache-Control": lasting, **({"ETag": f'"{mac}"'} if is_exact else {})})
    answer.is_for_everybody = True  # type: ignore[attr-defined]  # see SharedTextMiddleware
    return answer


@require_safe
@cache_control(private=True, no_cache=True)
def course(request: HttpRequest, page_id: int) -> HttpResponse:
    """Say what a learner's device takes along of a course. 401 where nobody is signed in: a script asks, not a person."""
    if not isinstance(request.user, User):
        return JsonResponse({"problem": "signed-out"}, status=401)
    found = taken_course(request.user, page_id)
    if found is None:
        raise Http404
    return JsonResponse(manifest_of(found, request, now=timezone.now()))


@require_safe
@cache_control(private=True, no_cache=True)
def sizes(request: HttpRequest) -> HttpResponse:
    """Say how many bytes courses would take that a learner studies (`?course=`, several times)."""
    if not isinstance(request.user, User):
        return JsonResponse({"problem": "signed-out"}, status=401)
    asked = [int(pk) for pk in request.GET.getlist("course")[:MOST_COURSES] if pk.isdecimal() and len(pk) < 10]
    return JsonResponse(sizes_of_courses(request.user, asked))


@login_required
@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """Show the frame that is filled on the device: what is saved on it, what waits to be sent, what was refused."""
    return render(request, "courses/offline/saved.html")


@require_safe
@cache_control(public=True, no_cache=True)
def no_connection(request: HttpRequest) -> HttpResponse:
    """Show what stands in for any page while there is no connection; it names nobody, whoever asks for it."""
    return render(request, "courses/offline/no_connection.html", {"user": None, "messages": ()})


@require_safe
@cache_control(public=True, no_cache=True)
def worker(request: HttpRequest) -> HttpResponse:
    headers = {"Service-Worker-Allowed": "/", "Vary": "Accept-Encoding"}
    if takes_brotli(request):
        return HttpResponse(_packed(), content_type="text/javascript", headers=headers | {"Content-Encoding": "br"})
    return HttpResponse(_script(), content_type="text/javascript", headers=headers)


@cache
def _packed() -> bytes:
    """Return the worker as small as it gets: a tenth less than what is made anew for each who asks."""
    return brotli.compress(_script().encode())


@cache
def _script() -> str:
    """Return the worker without comments that have lines of their own and indentation, a third of what is sent."""
    text = join(WORKER, bundles()[WORKER]).read_text()
    lines = (line.strip() for line in text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith("//")) + "\n"
