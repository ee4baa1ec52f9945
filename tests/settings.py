"""The settings tests run with: quicker hashing and plainer storage than lms/settings.py, the same meaning.

Nothing of a developer's own .env or environment gets in; TEST_DATABASE_URL chooses the database (`make test` sets it).
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

_scratch = Path(tempfile.mkdtemp(prefix="genomed-tests-"))
atexit.register(shutil.rmtree, _scratch, ignore_errors=True)

os.environ.update(
    SECRET_KEY="only-for-tests-and-long-enough-to-please-the-checks",
    SITE_URL="http://localhost:8000",
    ALLOWED_HOSTS="localhost,127.0.0.1,testserver",
    DEBUG="0",
    DEMO="0",
    VAR_DIR=str(_scratch),
    DATABASE_URL=os.environ.get("TEST_DATABASE_URL") or f"sqlite:///{_scratch / 'db.sqlite3'}",
    BROKER_URL="memory://",
    CACHE_URL="locmemcache://",
    EMAIL_URL="consolemail://",
    STORAGE_URL="",
    SIGNING_KEY_FILE=str(_scratch / "signing-keys.json"),
    CERTIFICATE_ISSUER_URL="http://localhost:8000",
    CERTIFICATE_PADES_CHAIN="",
    SENTRY_DSN="",
)

from lms.settings import *  # noqa: E402, F403
from lms.settings import DATABASES, STORAGES  # noqa: E402

# A file, not memory: threads and processes that a test starts see the same database, locked as in production.
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["TEST"] = {"NAME": str(_scratch / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
DATABASES["default"]["CONN_MAX_AGE"] = 0  # a kept connection would hold the test database when it is dropped

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
(_scratch / "static").mkdir()
