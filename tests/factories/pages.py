from django.conf import settings
from wagtail.models import Locale, Page, Site

from lms.pages.models import HomePage


def home_page() -> HomePage:
    """Return the home page of the default site, made if there is none.

    A test with real transactions leaves an empty database behind, without even a site or a language.
    """
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    site = Site.objects.filter(is_default_site=True).first()
    home = HomePage.objects.filter(pk=site.root_page_id).first() if site else None
    if home is None:
        home = HomePage(
            title="Genomed", slug="genomed", headline="Genomic medicine", intro="For those who practise it."
        )
        root = Page.get_first_root_node() or Page.add_root(title="Root", slug="root")
        root.add_child(instance=home)
        site = site or Site(hostname="localhost", is_default_site=True)
        site.root_page = home
        site.save()
    return home
