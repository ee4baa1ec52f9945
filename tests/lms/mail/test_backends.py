import email

import pytest
from django.core.mail import EmailMessage, get_connection
from hypothesis import given
from hypothesis import strategies as st

from lms.mail.backends import file_name


@pytest.fixture
def folder(settings, tmp_path):
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    return settings.EMAIL_FILE_PATH


def send(message_id, body="Hello."):
    connection = get_connection("lms.mail.backends.EmlFileBackend")
    message = EmailMessage(
        "Hello", body, to=["x@example.org"], headers={"Message-ID": message_id}, connection=connection
    )
    assert message.send() == 1


def test_a_mail_becomes_a_file_that_mail_programs_open(folder):
    send("<abc@localhost>")
    assert [file.name for file in folder.iterdir()] == ["abc@localhost.eml"]
    message = email.message_from_bytes((folder / "abc@localhost.eml").read_bytes())
    assert message["Message-ID"] == "<abc@localhost>"
    assert message["To"] == "x@example.org"


def test_a_repeat_stays_one_file_and_another_mail_is_another(folder):
    send("<abc@localhost>")
    send("<abc@localhost>", body="Hello again.")
    send("<abd@localhost>")
    assert len(list(folder.iterdir())) == 2
    assert "again" in (folder / "abc@localhost.eml").read_text()


@given(st.text(max_size=300))
def test_no_message_id_leads_out_of_the_folder(message_id):
    name = file_name(message_id)
    assert name.isascii()
    assert "/" not in name
    assert not name.startswith(".")
    assert len(name) < 200


def test_message_ids_that_differ_only_in_what_is_replaced_stay_apart():
    assert file_name("<a/b@x>") != file_name("<a:b@x>")
