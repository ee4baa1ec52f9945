import re

from tests.services import ROOT


def test_the_example_environment_lists_every_variable_that_the_settings_read():
    settings = (ROOT / "lms" / "settings.py").read_text()
    read = set(re.findall(r'env(?:\.\w+)?\(\s*"([A-Z_]+)"', settings))
    listed = set(re.findall(r"^#?([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read - listed == set()
