import factory
from wagtail_factories import PageFactory

from courses.webinars.models import WebinarIndexPage, WebinarPage
from tests.factories.pages import home_page


def webinar_index() -> WebinarIndexPage:
    """Return the one list of webinars of the default site, made if there is none."""
    home = home_page()
    found = WebinarIndexPage.objects.child_of(home).first()
    return found or home.add_child(instance=WebinarIndexPage(title="Webinars", slug="webinars"))


class WebinarPageFactory(PageFactory):
    """A live webinar of an hour without a date; give it one with starts_at."""

    class Meta:
        model = WebinarPage

    parent = factory.LazyFunction(webinar_index)
    title = factory.Sequence("Webinar {}".format)
    abstract = "What is talked about."
    duration_minutes = 60
