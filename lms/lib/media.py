import posixpath

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

DAY = 86_400  # seconds


@require_safe
def picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve an uploaded picture where files lie on this machine's disk; a proxy may take these addresses over.

    Documents have an address of their own, which knows who may read them.
    """
    if posixpath.normpath(path).lstrip("/").startswith("documents"):
        raise Http404
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response["Cache-Control"] = f"public, max-age={DAY}"
    return response
