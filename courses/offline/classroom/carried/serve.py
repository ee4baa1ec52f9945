"""Serve this folder to a class: python3 serve.py (on Windows, double-click it). It needs Python 3.8 or newer, and no internet."""

import sys

if sys.version_info < (3, 8):
    sys.exit("This needs Python 3.8 or newer. Here is Python %d.%d." % sys.version_info[:2])

from program.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
