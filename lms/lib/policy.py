"""The content security policy of a response: what settings say, and the styles that stand in this one page."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest
from django.http.response import HttpResponseBase


def allow_style(request: HttpRequest, source: str) -> None:
    """Have the answer to a request allow a style that stands in it, named by its hash."""
    request.styles_allowed = {*getattr(request, "styles_allowed", ()), source}  # type: ignore[attr-defined]


class PagePolicyMiddleware(CSPMiddleware):
    """Sends the policy with each page, and in it the hashes of the styles that were put into the page."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        parts = super().get_policy_parts(request, response, report_only)
        if allowed := getattr(request, "styles_allowed", None):
            update = parts.update or {}
            parts.update = {**update, "style-src": [*update.get("style-src", []), *sorted(allowed)]}
        return parts
