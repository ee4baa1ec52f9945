import pytest
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from courses.lessons.models import LessonPage
from tests.factories.lessons import LessonPageFactory


@pytest.fixture
def image():
    return get_image_model().objects.create(title="A cell", file=get_test_image_file(size=(1000, 500)))


@pytest.fixture
def figure(image) -> tuple[str, dict]:
    """A block with a picture in it."""
    return "figure", {"image": image, "alt_text": "A box", "caption": "The box.", "credit": "", "description": ""}


@pytest.fixture
def lesson(figure) -> LessonPage:
    """A published lesson with a picture."""
    page = LessonPageFactory(body=[("text", "<p>Absent from whom?</p>"), figure])
    page.save_revision().publish()
    return LessonPage.objects.get(pk=page.pk)
