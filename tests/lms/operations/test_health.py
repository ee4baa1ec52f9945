import logging
import threading

import pytest

from lms.operations import health


def failing() -> None:
    raise ConnectionError("postgresql://genomed:secret@db.internal refused")


def test_the_process_says_it_is_up_without_asking_the_database(client, django_assert_num_queries):
    response = client.get("/healthz")  # without a database fixture a query would be an error
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_everything_there_is_ready(client):
    response = client.get("/readyz")
    assert response.json() == {
        "status": "ready",
        "checks": {"database": "ok", "migrations": "ok", "cache": "ok", "broker": "ok", "storage": "ok"},
    }
    assert response.status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize("name", sorted(health.CHECKS))
def test_one_thing_missing_is_named_with_503_and_no_address_leaks(client, monkeypatch, caplog, name):
    monkeypatch.setitem(health.CHECKS, name, failing)
    with caplog.at_level(logging.ERROR):
        response = client.get("/readyz")
    assert response.status_code == 503
    verdicts = response.json()["checks"]
    assert verdicts.pop(name) == "failed"
    assert set(verdicts.values()) == {"ok"}
    assert "secret" not in response.text
    assert "db.internal" in caplog.text  # the operator finds the reason in the log


@pytest.mark.django_db
def test_a_migration_that_is_not_applied_is_not_ready(monkeypatch):
    monkeypatch.setattr(health, "_newest_migrations", lambda: [("measures", "9999_of_tomorrow")])
    assert health.run_checks()["migrations"] == "failed"


def test_files_that_cannot_be_written_are_not_ready(settings, tmp_path):
    occupied = tmp_path / "a-file"
    occupied.write_text("not a folder")
    settings.STORAGES = {
        **settings.STORAGES,
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": occupied / "private"},
        },
    }
    assert health.run_checks({"storage": health.check_storage}) == {"storage": "failed"}


def test_writing_leaves_nothing_behind(settings, tmp_path):
    settings.STORAGES = {
        alias: {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / alias}}
        for alias in ("default", "private")
    }
    health.check_storage()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_broker_that_does_not_answer_is_not_ready(settings):
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {"data_folder_in": "/nowhere/messages"}
    assert health.run_checks({"broker": health.check_broker}) == {"broker": "failed"}


def test_a_check_that_hangs_is_given_up_and_not_started_a_second_time():
    release, started = threading.Event(), []

    def hanging() -> None:
        started.append(1)
        release.wait(10)

    checks = {"hanging": hanging, "quick": lambda: None}
    try:
        assert health.run_checks(checks, seconds=0.05) == {"hanging": "no answer", "quick": "ok"}
        assert health.run_checks(checks, seconds=0.05) == {"hanging": "no answer", "quick": "ok"}
        assert len(started) == 1
    finally:
        release.set()
    assert health.run_checks(checks, seconds=5)["hanging"] == "ok"


def test_writing_to_health_addresses_is_refused(client):
    assert client.post("/healthz").status_code == 405
