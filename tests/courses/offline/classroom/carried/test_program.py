"""The program that goes along needs nothing but an old Python."""

import ast
import subprocess
import sys

import vermin

from courses.offline.classroom.packing.writing import CARRIED

SOURCES = [CARRIED / "serve.py", *sorted((CARRIED / "program").glob("*.py"))]


def test_it_needs_nothing_but_the_standard_library():
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(), feature_version=(3, 8))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            else:
                continue
            roots = {name.partition(".")[0] for name in names}
            assert roots <= {*sys.stdlib_module_names, "program"}, path


def test_python_3_8_is_enough():
    for path in SOURCES:
        _python2, python3 = vermin.visit(path.read_text()).minimum_versions()
        assert python3 <= (3, 8), path


def test_an_older_python_is_told_so_in_a_sentence():
    source = (CARRIED / "serve.py").read_text()
    compile(source, "serve.py", "exec")
    asked = f"import sys; sys.version_info = (3, 7, 9); exec({source!r})"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr.strip()) == (1, "This needs Python 3.8 or newer. Here is Python 3.7.")
