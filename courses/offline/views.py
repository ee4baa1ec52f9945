from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.offline.errors import Malformed
from courses.offline.forms import VERSION, read_batch
from courses.offline.queries import device_name_of
from courses.offline.rules import MOST_BYTES
from courses.offline.services import take_batch
from lms.accounts.models import User


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sync(request: HttpRequest) -> HttpResponse:
    """Take what was done on a device (docs/interface.md, "Sync"); asked without a batch, say whose work is taken here."""
    person = request.user
    if not isinstance(person, User):
        return _problem("signed-out", status=401)
    now = timezone.now()
    if request.method != "POST":
        told = {
            "version": VERSION,
            "person": device_name_of(person),
            "token": get_token(request),
            "now": now.isoformat(),
        }
        return JsonResponse(told)
    try:
        batch = read_batch(request.read(MOST_BYTES + 1))
    except Malformed as refusal:
        return _problem("malformed", status=400, reason=str(refusal))
    if batch.person != device_name_of(person):
        return _problem("somebody-else", status=409)
    answers = take_batch(person, batch, now=now)
    told_events = [{"id": str(one.event_id), "state": one.state, "reason": one.reason} for one in answers]
    return JsonResponse({"version": VERSION, "now": now.isoformat(), "events": told_events})


def _problem(problem: str, *, status: int, reason: str = "") -> JsonResponse:
    return JsonResponse({"version": VERSION, "problem": problem, "reason": reason}, status=status)
