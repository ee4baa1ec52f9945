from pathlib import Path

from deploy.translations import problems

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
