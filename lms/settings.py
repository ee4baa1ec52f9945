"""Settings, read top to bottom, the same in every environment; only variables differ (see .env.example)."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from lms.lib.brokers import broker_options

BASE_DIR = Path(__file__).resolve().parent.parent

env = environ.Env()
env.read_env(BASE_DIR / ".env")
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))  # what comes into being while running

# -- What runs, and where it is seen ------------------------------------------------------------------------------

SECRET_KEY = env("SECRET_KEY")  # secrets have no default
DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)  # demo people may sign in, mail goes to var/mail, staff need no second factor
SITE_URL = env("SITE_URL", default="http://localhost:8000").rstrip("/")
_site = urlsplit(SITE_URL)
ALLOWED_HOSTS = env.list(
    "ALLOWED_HOSTS", default=[_site.hostname, "localhost", "127.0.0.1"] if DEMO else [_site.hostname]
)
CSRF_TRUSTED_ORIGINS = [SITE_URL]

ROOT_URLCONF = "lms.urls"
WSGI_APPLICATION = "lms.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "lms.operations",
    "lms.dashboards",
    "lms.dashboards.exports",
    "lms.dashboards.impact",
    "lms.dashboards.reports",
    "lms.pages",
    "certificates.oversight",
    "certificates.verification",
    "certificates.issuing",
    "certificates.designs",
    "certificates.credentials",
    "courses.offline",
    "courses.offline.classroom",
    "courses.reflections",
    "courses.progress",
    "courses.assessments",
    "courses.webinars",
    "courses.enrolment",
    "courses.weight",
    "courses.lessons",
    "courses.media",
    "courses.catalogue",
    "lms.access",
    "lms.accounts",
    "lms.measures",
    "lms.mail",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.google",
    "allauth.socialaccount.providers.orcid",
    "allauth.usersessions",
    "django_countries",
    "csp",
    "wagtailmedia",
    "wagtail.contrib.forms",
    "wagtail.contrib.table_block",
    "wagtail.contrib.redirects",
    "wagtail.contrib.settings",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "lms.accounts.apps.CmsUsersConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtail.locales",
    "wagtail",
    "modelcluster",
    "taggit",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lms.lib.compression.PageCompressionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "lms.lib.page_tags.SteadyTagMiddleware",
    "courses.offline.saving.middleware.KeptPageMiddleware",
    "courses.offline.saving.middleware.SharedTextMiddleware",
    "lms.lib.policy.PagePolicyMiddleware",
    "lms.pages.preview.PreviewFrameMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "lms.accounts.middleware.PersonalSettingsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "lms.accounts.middleware.CmsDoorMiddleware",
    "lms.pages.middleware.RefusalInCmsMiddleware",
    "lms.pages.middleware.TranslatedPageMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# -- Data ---------------------------------------------------------------------------------------------------------

DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # One writer at a time, readers never wait: write-ahead log, and the write lock taken at BEGIN.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA busy_timeout=20000;",
    }
else:
    # A connection per request costs nine times the CPU of the request itself (docs/decisions.md).
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True

CACHES = {"default": env.cache("CACHE_URL", default="locmemcache://")}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

# -- People -------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["lms.accounts.backends.RolesBackend"]
PASSWORD_HASHERS = [
    "lms.accounts.hashers.SizedArgon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ["email", "name"]},
    },
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "lms.accounts.passwords.LongestPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/my/"
ACCOUNT_ADAPTER = "lms.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_FORMS = {"signup": "lms.accounts.forms.SignUpForm"}
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 900  # mail is slow where connections are
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_EMAIL_NOTIFICATIONS = True  # whoever's password, address or second factor changes is told
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_MAX_EMAIL_ADDRESSES = 3
ACCOUNT_USER_DISPLAY = "lms.accounts.queries.display_name"
ACCOUNT_DEFAULT_HTTP_PROTOCOL = _site.scheme
# Attempts are counted by the visitor's address, which a proxy in front hands on.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if _site.scheme == "https" else 0)
USERSESSIONS_TRACK_ACTIVITY = False
MFA_ADAPTER = "allauth.mfa.adapter.DefaultMFAAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = _site.scheme == "http"  # a laptop's http://localhost
MFA_TOTP_ISSUER = "Genomed"
STAFF_SECOND_FACTOR_REQUIRED = env.bool("STAFF_SECOND_FACTOR_REQUIRED", default=not DEMO)

# A provider is offered only when its two variables are set.
PROVIDER_ORIGINS = {"google": "https://accounts.google.com", "orcid": "https://orcid.org"}
SOCIALACCOUNT_PROVIDERS = {
    name: {"APPS": [{"client_id": env(f"{name.upper()}_CLIENT_ID"), "secret": env(f"{name.upper()}_CLIENT_SECRET")}]}
    for name in PROVIDER_ORIGINS
    if env(f"{name.upper()}_CLIENT_ID", default="")
}
SOCIALACCOUNT_LOGIN_ON_GET = False
SOCIALACCOUNT_AUTO_SIGNUP = False  # consent is asked there too
SOCIALACCOUNT_FORMS = {"signup": "lms.accounts.forms.ProviderSignUpForm"}

SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _site.scheme == "https"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"

COUNTRIES_OVERRIDE = {"XK": {"name": _("Kosovo"), "alpha3": "XKX"}}  # user-assigned code, see docs/decisions.md

# -- Languages and time -------------------------------------------------------------------------------------------

USE_I18N = WAGTAIL_I18N_ENABLED = True
LANGUAGE_CODE = "en"
LANGUAGES = WAGTAIL_CONTENT_LANGUAGES = [
    ("en", "English"),
    ("ar", "العربية"),
    ("zh-hans", "中文"),
    ("fr", "Français"),
    ("pt", "Português"),
    ("es", "Español"),
]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "lms.lib.formats"  # British dates in English
USE_TZ = True
TIME_ZONE = "UTC"

# -- Files --------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "lms.lib.bundles.BundleFinder",
]
WHITENOISE_MAX_AGE = 3600
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_ROOT = VAR_DIR / "private"  # certificates: never under a public address

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
STORAGE_URL = env("STORAGE_URL", default="")  # s3://key:secret@host/bucket, or empty for files on disk
if STORAGE_URL:
    from lms.lib.storages import s3_storage

    STORAGES["default"] = s3_storage(STORAGE_URL, prefix="media", public=True)
    STORAGES["private"] = s3_storage(STORAGE_URL, prefix="private", public=False)

DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000

# -- Mail ---------------------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = SERVER_EMAIL = env("DEFAULT_FROM_EMAIL", default="Genomed <no-reply@localhost>")
CONTACT_EMAIL = env("CONTACT_EMAIL", default="")  # shown to readers on the contact page
if DEMO:
    EMAIL_BACKEND = "lms.mail.backends.EmlFileBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
else:
    vars().update(env.email("EMAIL_URL", default="smtp://localhost:25"))
EMAIL_TIMEOUT = 20
MAIL_LEASE_SECONDS = env.int("MAIL_LEASE_SECONDS", default=120)  # a worker's time to send one

# -- Work done later ----------------------------------------------------------------------------------------------
# The broker is only a doorbell: what must happen is a row, and a sweep finds what a lost message left.

CELERY_BROKER_URL = env("BROKER_URL", default=f"filesystem://{VAR_DIR / 'broker'}")
CELERY_BROKER_URL, CELERY_BROKER_TRANSPORT_OPTIONS = broker_options(CELERY_BROKER_URL)
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 300
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_MAX_TASKS_PER_CHILD = 500
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1}
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "issue-missing-certificates": {"task": "certificates.issuing.tasks.issue_missing_certificates", "schedule": 60},
    "publish-status-lists": {"task": "certificates.issuing.tasks.publish_status_lists", "schedule": 60},
    "carry-on-with-many-certificates": {"task": "certificates.oversight.tasks.carry_on_with_many", "schedule": 60},
    "check-certificates-by-night": {"task": "certificates.oversight.tasks.check_by_night", "schedule": 86_400},
    "send-waiting-mail": {"task": "lms.mail.tasks.send_waiting_mail", "schedule": 60},
    "fold-milestones": {"task": "lms.measures.tasks.fold_milestones", "schedule": 60},
    "settle-due-pools": {"task": "lms.access.tasks.settle_due_pools", "schedule": 60},
    "give-owed-seats": {"task": "lms.access.tasks.give_owed_seats", "schedule": 60},
    "write-due-notices": {"task": "lms.access.tasks.write_due_notices", "schedule": 60},
    "restart-missed-decisions": {"task": "lms.access.tasks.restart_missed_decisions", "schedule": 900},
    "remind-of-ending-priority": {"task": "lms.access.tasks.remind_of_ending_priority", "schedule": 86_400},
    "publish-scheduled-pages": {"task": "lms.operations.tasks.publish_scheduled_pages", "schedule": 300},
    "forget-old-events": {"task": "courses.offline.tasks.forget_old_events", "schedule": 86_400},
    "hand-in-overdue-attempts": {"task": "courses.progress.tasks.hand_in_overdue_attempts", "schedule": 60},
    "apply-waiting-rulings": {"task": "courses.progress.tasks.apply_waiting_rulings", "schedule": 60},
    "enrol-seated-learners": {"task": "courses.progress.tasks.enrol_seated_learners", "schedule": 60},
    "publish-missed-terms": {"task": "courses.progress.tasks.publish_missed_terms", "schedule": 900},
    "fix-due-attendances": {"task": "courses.webinars.tasks.fix_due_attendances", "schedule": 60},
    "record-attended-lessons": {"task": "courses.progress.tasks.record_attended_lessons", "schedule": 60},
    "follow-missed-pages-of-webinars": {"task": "courses.webinars.tasks.follow_missed_pages", "schedule": 900},
    "follow-missed-seats-of-webinars": {"task": "courses.webinars.tasks.follow_missed_seats", "schedule": 60},
    "write-due-mails-of-webinars": {"task": "courses.webinars.tasks.write_due_mails", "schedule": 60},
    "forget-answers-of-registrants": {"task": "courses.webinars.tasks.forget_answers_given", "schedule": 3600},
    "look-after-meetings": {"task": "courses.webinars.tasks.look_after_meetings", "schedule": 60},
    "forget-names-in-lists": {"task": "courses.webinars.tasks.forget_names_in_lists", "schedule": 3600},
    "weigh-lessons": {"task": "courses.weight.tasks.weigh_lessons", "schedule": 60},
    "prepare-waiting-media": {"task": "courses.media.tasks.prepare_next", "schedule": 60},
    "remove-leftover-media": {"task": "courses.media.tasks.remove_leftover_files", "schedule": 86_400},
    "make-waiting-exports": {"task": "lms.dashboards.exports.tasks.make_next", "schedule": 60},
    "send-due-reports": {"task": "lms.dashboards.reports.tasks.send_due_reports", "schedule": 3600},
    "remove-expired-exports": {"task": "lms.dashboards.exports.tasks.remove_expired", "schedule": 3600},
    "make-waiting-classroom-files": {"task": "courses.offline.classroom.tasks.make_next_file", "schedule": 60},
    "take-waiting-classroom-returns": {"task": "courses.offline.classroom.tasks.take_next_return", "schedule": 60},
    "forget-old-classrooms": {"task": "courses.offline.classroom.tasks.forget_old_classrooms", "schedule": 3600},
    "clear-expired-sessions": {"task": "lms.operations.tasks.clear_expired_sessions", "schedule": 86_400},
}

# -- Security -----------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "EXCLUDE_URL_PREFIXES": ["/cms/"],  # Wagtail's editor needs inline script
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        # A form leads to a provider's sign-in by a redirect, which counts as well.
        "form-action": [SELF, *(PROVIDER_ORIGINS[name] for name in SOCIALACCOUNT_PROVIDERS)],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview shows pages in a frame of its own
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_SSL_REDIRECT = _site.scheme == "https"
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _site.scheme == "https" else None
SECURE_HSTS_SECONDS = 31_536_000 if _site.scheme == "https" else 0

# -- Wagtail ------------------------------------------------------------------------------------------------------

WAGTAIL_SITE_NAME = "Genomed"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAILADMIN_LOGIN_URL = "account_login"
WAGTAIL_FRONTEND_LOGIN_URL = "/accounts/login/"
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database", "SEARCH_CONFIG": "english"}}
TASKS = {"default": {"BACKEND": "lms.lib.held_tasks.HoldingBackend"}}  # Wagtail's own small tasks
WAGTAILIMAGES_EXTENSIONS = ["avif", "gif", "jpg", "jpeg", "png", "webp", "svg"]
WAGTAILIMAGES_MAX_UPLOAD_SIZE = 5_000_000
WAGTAILIMAGES_IMAGE_FORM_BASE = "courses.lessons.forms.PictureForm"  # refuses drawings that hold script
WAGTAILIMAGES_AVIF_QUALITY = 60  # at which drawings and photographs look as WebP does at 80
WAGTAILIMAGES_FORMAT_CONVERSIONS = {"jpeg": "webp", "png": "webp", "avif": "avif"}
WAGTAILDOCS_EXTENSIONS = ["csv", "docx", "pdf", "pptx", "txt", "vcf", "xlsx", "zip"]
WAGTAILMEDIA = {
    "MEDIA_MODEL": "media.MediaItem",
    "MEDIA_FORM_BASE": "courses.media.forms.MediaItemForm",  # plays what is uploaded before it is accepted
    "VIDEO_EXTENSIONS": ["m4v", "mkv", "mov", "mp4", "ogv", "webm"],
    "AUDIO_EXTENSIONS": ["aac", "flac", "m4a", "mp3", "oga", "ogg", "opus", "wav"],
}
WAGTAILEMBEDS_FINDERS: list[dict] = []  # nothing is fetched from elsewhere
WAGTAIL_WORKFLOW_ENABLED = True

# -- Teaching -----------------------------------------------------------------------------------------------------

CERTIFICATE_LEASE_SECONDS = env.int("CERTIFICATE_LEASE_SECONDS", default=120)  # a worker's time to render one
# Private keys: workers and commands read them, the web server never does.
SIGNING_KEY_FILE = env("SIGNING_KEY_FILE", default=str(VAR_DIR / "signing-keys.json"))
# The address under which credentials know us: it stays when the site moves, and must go on leading here.
CERTIFICATE_ISSUER_URL = env("CERTIFICATE_ISSUER_URL", default=SITE_URL).rstrip("/")
# X.509 certificates in PEM, the signer's first: with them PDF files are signed too (needs the extra "pades").
CERTIFICATE_PADES_CHAIN = env("CERTIFICATE_PADES_CHAIN", default="")
CERTIFICATE_ISSUER = env("CERTIFICATE_ISSUER", default="Genomed")
CERTIFICATE_SIGNATORY = env("CERTIFICATE_SIGNATORY", default="")  # who signs, such as "Director of education"
CERTIFICATE_FONT_FOLDERS = env.list(
    "CERTIFICATE_FONT_FOLDERS", default=[]
)  # more scripts, such as Debian's fonts-noto-cjk

# A server for meetings is offered to editors only when its address and secrets are set.
JITSI_URL = env("JITSI_URL", default="")
JITSI_APP_ID = env("JITSI_APP_ID", default="")
JITSI_APP_SECRET = env("JITSI_APP_SECRET", default="")
JITSI_AUDIENCE = env("JITSI_AUDIENCE", default="jitsi")
BIGBLUEBUTTON_URL = env("BIGBLUEBUTTON_URL", default="")
BIGBLUEBUTTON_SECRET = env("BIGBLUEBUTTON_SECRET", default="")
BIGBLUEBUTTON_CHECKSUM = env("BIGBLUEBUTTON_CHECKSUM", default="sha256")  # the hash of its checksums
MEETING_SERVER_SECONDS = env.int("MEETING_SERVER_SECONDS", default=5)  # for one answer, where nobody waits for it

MEDIA_UPLOAD_MEGABYTES = env.int("MEDIA_UPLOAD_MEGABYTES", default=500)  # the largest video or sound taken
MEDIA_LONGEST_MINUTES = env.int("MEDIA_LONGEST_MINUTES", default=120)
MEDIA_LEASE_SECONDS = env.int("MEDIA_LEASE_SECONDS", default=60)  # renewed while a worker prepares a recording
MEDIA_PREPARE_SECONDS = env.int("MEDIA_PREPARE_SECONDS", default=4 * 3600)  # more than this, and it has failed

# -- What is written down -----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO" if DEBUG else "WARNING"},
}
SENTRY_DSN = env("SENTRY_DSN", default="")
if SENTRY_DSN:
    import sentry_sdk

    # No variables: at the door of a meeting they hold addresses that let somebody in.
    sentry_sdk.init(dsn=SENTRY_DSN, send_default_pii=False, include_local_variables=False)
