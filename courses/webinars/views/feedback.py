from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from courses.webinars.forms import FeedbackForm
from courses.webinars.models import Feedback
from courses.webinars.queries import registration_of
from courses.webinars.rules import FEEDBACK_CLOSES
from courses.webinars.services.feedback import check_open, give_feedback
from courses.webinars.views.webinars import dated_or_404, webinar_or_404
from lms.lib.errors import Refusal


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: HttpRequest, slug: str) -> HttpResponse:
    """Let somebody who was registered say how a webinar was, and change it, for 14 days; 404 for others."""
    page = webinar_or_404(slug)
    registration = registration_of(dated_or_404(page), request.user)
    if registration is None:
        raise Http404
    now = timezone.now()
    earlier = Feedback.objects.filter(registration=registration).first()
    form = FeedbackForm(request.POST if request.method == "POST" else None, instance=earlier)
    try:
        check_open(registration.webinar, now=now)
        if form.is_valid():
            give_feedback(registration, form.cleaned_data, now=now)
            messages.success(request, _("Thank you. Your feedback is kept."))
            return redirect(page.url)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(page.url)
    until = registration.webinar.when[1] + FEEDBACK_CLOSES
    context = {"webinar": page, "form": form, "is_given": earlier is not None, "until": until}
    return render(request, "courses/webinars/feedback.html", context)
