import gettext
import os
from pathlib import Path

from deploy import translations
from deploy.translations import compile_catalogues, problems

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=utf-8\\n"\n\n'


def catalogue(folder: Path, text: str) -> Path:
    path = folder / "django.po"
    path.write_text(HEADER + text)
    return path


def test_a_sound_catalogue_has_no_problems(tmp_path):
    text = '#, python-format\nmsgid "%(count)s lessons"\nmsgstr "%(count)s leçons"\n'
    assert problems(catalogue(tmp_path, text)) == []


def test_a_lost_placeholder_is_found(tmp_path):
    text = '#, python-format\nmsgid "%(count)s lessons"\nmsgstr "%(nombre)s leçons"\n'
    assert len(problems(catalogue(tmp_path, text))) == 1


def test_a_catalogue_that_cannot_be_read_is_found(tmp_path):
    assert problems(catalogue(tmp_path, 'msgid "Lesson\nmsgstr "Leçon"\n')) == ['line 5: cannot be read: msgid "Lesson']


def test_a_catalogue_is_compiled_into_what_a_server_reads_and_again_once_it_has_changed(tmp_path, monkeypatch):
    folder = tmp_path / "locale" / "fr" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    monkeypatch.setattr(translations, "ROOT", tmp_path)
    for text in ("Leçon", "La leçon"):
        path = catalogue(folder, f'msgid "Lesson"\nmsgstr "{text}"\n')
        os.utime(path, (path.stat().st_mtime + 10,) * 2)
        compile_catalogues()
        with (folder / "django.mo").open("rb") as made:
            assert gettext.GNUTranslations(made).gettext("Lesson") == text
    assert [found.name for found in folder.iterdir() if found.suffix == ".part"] == []
