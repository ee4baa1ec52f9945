from wagtail.models import Page, Site

from lms.pages.models import HomePage


def home_page() -> HomePage:
    """Return the home page of the default site, made if there is none."""
    site = Site.objects.get(is_default_site=True)
    home = HomePage.objects.filter(pk=site.root_page_id).first()
    if home is None:
        home = HomePage(
            title="Genomed", slug="genomed", headline="Genomic medicine", intro="For those who practise it."
        )
        Page.get_first_root_node().add_child(instance=home)
        site.root_page = home
        site.save()
    return home
