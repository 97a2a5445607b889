"""Django's settings, all of them from the house's Config.

Importing this starts nothing and writes nothing. No debug mode exists: its error pages quote
requests, and a request can hold a number.
"""

import secrets
from datetime import timedelta
from pathlib import Path

from csp.constants import NONCE, NONE, SELF, STRICT_DYNAMIC

from talteen import config as configs
from talteen.config import Born
from talteen.desk.ground import collecting, database
from talteen.notice import scans

CONFIG = configs.load()
_HERE = Path(__file__).parent
_TLS = CONFIG.web.tls_certificate_file is not None

DEBUG = False
ROOT_URLCONF = "talteen.desk.urls"
WSGI_APPLICATION = "talteen.desk.wsgi.application"
AUTH_USER_MODEL = "talteen.Staff"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
APPEND_SLASH = False

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "procrastinate.contrib.django",
    "django_cotton",
    "csp",
    "talteen",
]

MIDDLEWARE = [
    "talteen.desk.ground.health.answers_first",
    "talteen.desk.ground.spans.around",
    "django.middleware.security.SecurityMiddleware",
    "talteen.desk.interface.api.answers_first",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "talteen.desk.page.middleware.AtTheHouse",
]
CSRF_FAILURE_VIEW = "talteen.desk.page.failures.csrf"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [_HERE / "templates"],
        "OPTIONS": {
            # django-cotton finds its components in "cotton/" and sets the loaders itself.
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "talteen.desk.frame.frame",
            ],
            "builtins": ["talteen.desk.filters"],
        },
    }
]

DATABASES = {"default": database.settings(CONFIG)}


# --- people and sessions -------------------------------------------------------------


def _secret_key() -> str:
    """Of the named file, of the file that ``talteen up`` made, else for this process alone."""
    if CONFIG.web.secret_key_file:
        return configs.read_secret(CONFIG.web.secret_key_file, key="web.secret_key_file")
    made = CONFIG.paths.run / "secret-key"
    return made.read_text().strip() if made.exists() else secrets.token_hex(32)


SECRET_KEY = _secret_key()
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
_VALIDATION = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_VALIDATION}.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": f"{_VALIDATION}.CommonPasswordValidator"},
    {
        "NAME": f"{_VALIDATION}.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("code", "name")},
    },
]
SESSION_ENGINE = "talteen.register.staff.sessions"
SESSION_COOKIE_AGE = 30 * 60
SESSION_ENDS_AFTER = timedelta(hours=8)
"""However busy: a session is no longer than a shift (DESIGN 16). ``desk.middleware`` ends it."""
SESSION_SAVE_EVERY_REQUEST = False  # a session in use prolongs itself: ``register.sessions``
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
# No other site can send it along, not even with a link: who comes by one signs in anew.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _TLS
# __Host- binds a cookie to this host, path / and TLS; without TLS a browser would refuse it.
SESSION_COOKIE_NAME = "__Host-session" if _TLS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _TLS else "csrf"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = _TLS
# Messages stay in the session's row: a cookie would carry their words around.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"


# --- what a browser may do -----------------------------------------------------------

ALLOWED_HOSTS = [CONFIG.web.host, "localhost", "127.0.0.1", "[::1]", *CONFIG.web.names]
CSRF_TRUSTED_ORIGINS: list[str] = []
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if _TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _TLS
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "object-src": [NONE],
        "script-src": [NONCE, STRICT_DYNAMIC],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "connect-src": [SELF],
        "media-src": [SELF],
        "font-src": [SELF],
        "manifest-src": [SELF],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000


# --- languages, files, time ----------------------------------------------------------

LANGUAGE_CODE = "fi"
LANGUAGES = [("fi", "suomi"), ("sv", "svenska"), ("en", "English")]
LOCALE_PATHS = [_HERE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Helsinki"

STATIC_URL = "/static/"
STATIC_ROOT = collecting.place(CONFIG.paths.run)
STATICFILES_DIRS = [collecting.SOURCES]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "talteen.desk.ground.collected.HashedFiles"},
}
WHITENOISE_MAX_AGE = 60 * 60
# An upload is read as it comes in: plaintext never touches a disk.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = scans.LARGEST + 64 * 1024
"""Of a whole form with its file; the file of a larger one is dropped as it comes."""

LOGGING_CONFIG = None
"""``talteen.log`` sets logging up, once a process."""
DEMO = CONFIG.house.born is Born.DEMO
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = ""
