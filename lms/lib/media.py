import mimetypes
import posixpath
import re
from collections.abc import Iterator
from contextlib import closing

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve

DAY = 86_400  # seconds
CHUNK = 65_536  # bytes
mimetypes.add_type("audio/mp4", ".m4a")  # machines differ in what they call it; browsers know this name
_RANGE = re.compile(r"^bytes=(\d{0,15})-(\d{0,15})$")


@require_safe
def public_file(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve an uploaded picture, a video or sound where files lie on this machine's disk; a proxy may take these over.

    Players seek by asking for a range of bytes. Documents have an address of their own, which knows who may read them.
    """
    if posixpath.normpath(path).lstrip("/").startswith("documents"):
        raise Http404
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response["Cache-Control"] = f"public, max-age={DAY}"
    is_played = response.headers.get("Content-Type", "").startswith(("audio/", "video/"))
    return in_range(request, response) if isinstance(response, FileResponse) and is_played else response


def in_range(request: HttpRequest, response: FileResponse) -> HttpResponseBase:
    """Return the part of a file that the request asks for, if it asks for one part, else the whole.

    Source: RFC 9110, section 14. Several parts at once are answered with the whole, as section 14.2 allows.
    """
    response["Accept-Ranges"] = "bytes"
    asked = _RANGE.match(request.headers.get("Range", ""))
    if request.method != "GET" or asked is None or asked[0] == "bytes=-" or not _is_unchanged(request, response):
        return response
    size = int(response["Content-Length"])
    first, last = _bounds(asked[1], asked[2], size)
    if first > last:
        response.close()
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{size}"})
    part = StreamingHttpResponse(_read(response, first, last - first + 1), status=206)
    for name in ("Content-Type", "Last-Modified", "Cache-Control", "Accept-Ranges"):
        part[name] = response[name]
    part["Content-Length"] = str(last - first + 1)
    part["Content-Range"] = f"bytes {first}-{last}/{size}"
    return part


def _is_unchanged(request: HttpRequest, response: FileResponse) -> bool:
    """Say whether the file is still the one of which the reader has a part."""
    return request.headers.get("If-Range", response["Last-Modified"]) == response["Last-Modified"]


def _bounds(first: str, last: str, size: int) -> tuple[int, int]:
    """Return the first and last byte, both counted from 0; the first lies after the last if there is nothing to send."""
    if not first:  # the last so many bytes
        return max(size - int(last), 0), size - 1
    return int(first), min(int(last), size - 1) if last else size - 1


def _read(response: FileResponse, first: int, length: int) -> Iterator[bytes]:
    """Yield so many bytes of the file of a response, beginning with the first, and close it."""
    with closing(response):
        file = response.file_to_stream
        assert file is not None  # since the response is one of a file
        file.seek(first)
        while length > 0 and (chunk := file.read(min(CHUNK, length))):
            length -= len(chunk)
            yield chunk
