from django.urls import URLResolver, include, path
from wagtail import hooks


@hooks.register("register_admin_urls")
def media_urls() -> list[URLResolver]:
    return [path("media-items/", include("courses.media.cms_urls"))]
