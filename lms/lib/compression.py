from compression_middleware.middleware import CompressionMiddleware
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class PageCompressionMiddleware(CompressionMiddleware):
    """Compresses pages, and leaves files alone of which a reader may ask for a part: those are counted in their own bytes."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if response.has_header("Accept-Ranges") or response.status_code == 206:
            return response
        return super().process_response(request, response)
