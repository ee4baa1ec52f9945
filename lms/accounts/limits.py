"""How often one visitor may ask for what anybody may ask for."""

import logging
from collections.abc import Callable
from functools import wraps
from ipaddress import IPv6Address, ip_address, ip_network
from time import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import add_never_cache_headers

logger = logging.getLogger(__name__)

View = Callable[..., HttpResponseBase]


def limited(what: str, *, most: int, seconds: int = 60) -> Callable[[View], View]:
    """Let each network address ask a view so often within so many seconds; views that name the same `what` share the count.

    Beyond that the answer is 429. Without a cache, or an address to count by, everybody is let in: a limit is no lock.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
            if _count(request, what, seconds) <= most:
                return view(request, *args, **kwargs)
            response = render(request, "too_often.html", {"seconds": seconds}, status=429)
            response["Retry-After"] = str(seconds)
            add_never_cache_headers(response)
            return response

        return inner

    return decorate


def _count(request: HttpRequest, what: str, seconds: int) -> int:
    """Count one request and return how many there were in this stretch of time, this one included."""
    try:
        address = _address(request)
    except (PermissionDenied, ValueError):
        return 0
    key = f"limit:{what}:{address}:{int(time()) // seconds}"
    try:
        cache.add(key, 0, seconds)
        return cache.incr(key)
    except ValueError:  # dropped meanwhile, as caches may
        return 0
    except Exception:  # what a cache that cannot be reached raises differs from one to the next
        logger.exception("Requests could not be counted")
        return 0


def _address(request: HttpRequest) -> str:
    """Return whom to count as one: an address, or the network of one household."""
    address = ip_address(get_adapter().get_client_ip(request))
    return str(ip_network((address, 64), strict=False)) if isinstance(address, IPv6Address) else str(address)
