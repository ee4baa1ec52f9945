from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lms.accounts.forms import ProfileForm
from lms.accounts.models import User
from lms.accounts.queries import suggested_institutions
from lms.accounts.services import save_profile


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest) -> HttpResponse:
    """Show and change what a person has told about themselves; goes on in the language they chose."""
    person = get_object_or_404(User.objects.select_related("institution"), email=request.user.email)
    form = ProfileForm(request.POST or None, instance=person)
    if form.is_valid():
        save_profile(form.instance, institution_name=form.cleaned_data["institution_name"])
        with translation.override(form.instance.language or translation.get_language()):
            messages.success(request, _("Your profile is saved."))
            return redirect(reverse("profile"))
    suggestions = suggested_institutions(str(request.user.country))
    return render(request, "accounts/profile.html", {"form": form, "institutions": suggestions})
