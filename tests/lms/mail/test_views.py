import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from lms.mail import services
from lms.mail.models import OutgoingMail
from tests.factories.accounts import AdministratorFactory, EditorFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _second_factor_optional(settings):
    settings.STAFF_SECOND_FACTOR_REQUIRED = False


@pytest.fixture
def given_up():
    mail = services.queue_mail(key="a", to="gone@example.org", subject="Your code", text="The code is 123-456.")
    OutgoingMail.objects.update(failed_at=timezone.now(), failed_attempts=5, problem="550 No such user")
    return mail


def test_administrators_see_what_was_given_up_and_why_but_not_what_it_says(client, given_up):
    services.queue_mail(key="b", to="waiting@example.org", subject="Still waiting", text="")
    client.force_login(AdministratorFactory())
    for address in (reverse("unsent_mail"), reverse("unsent_mail_results")):
        page = client.get(address).content.decode()
        assert "gone@example.org" in page
        assert "550 No such user" in page
        assert "waiting@example.org" not in page
        assert "123-456" not in page
    assert b"123-456" not in client.get(reverse("unsent_mail") + "?export=csv").getvalue()
    assert reverse("unsent_mail") in client.get("/cms/").content.decode()


def test_others_do_not(client, given_up):
    client.force_login(EditorFactory())
    assert "gone@example.org" not in client.get(reverse("unsent_mail"), follow=True).content.decode()
    client.post(reverse("send_failed_mail_again"))
    assert OutgoingMail.objects.failed().exists()
    assert reverse("unsent_mail") not in client.get("/cms/").content.decode()


def test_a_group_can_be_given_the_report(client, given_up):
    editor = EditorFactory()
    editor.user_permissions.add(Permission.objects.get(codename="view_outgoingmail"))
    client.force_login(editor)
    assert "gone@example.org" in client.get(reverse("unsent_mail")).content.decode()


def test_what_was_given_up_is_sent_again_when_an_administrator_says_so(client, given_up):
    client.force_login(AdministratorFactory())
    assert client.get(reverse("send_failed_mail_again")).status_code == 405
    assert "1 mail will be sent again" in client.post(reverse("send_failed_mail_again"), follow=True).content.decode()
    assert services.send_waiting_mail() == 1


@pytest.mark.parametrize("mails", [2, 20])
def test_the_report_asks_the_same_number_of_queries_for_2_mails_and_20(client, mails, django_assert_max_num_queries):
    for number in range(mails):
        services.queue_mail(key=str(number), to="gone@example.org", subject="Hello", text="")
    OutgoingMail.objects.update(failed_at=timezone.now(), problem="550 No such user")
    client.force_login(AdministratorFactory())
    client.get(reverse("unsent_mail_results"))
    with django_assert_max_num_queries(12):
        client.get(reverse("unsent_mail_results"))
