"""Settings of one installation, read from the environment only.

docs/operations.md lists every variable. Nothing here starts a server: the
supervisor, manage.py and the test plugin do that before Django is set up.
"""

from pathlib import Path

import environ
from django.utils.translation import gettext_lazy as _

from hub.storage import backend_of

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEBUG = env.bool("DEBUG", False)
SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
BASE_URL = env("BASE_URL", default="http://localhost:8000").rstrip("/")
HTTPS = env.bool("HTTPS", BASE_URL.startswith("https://"))
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[BASE_URL])

HUB_NAME = env("HUB_NAME", default="Learning Hub")
HUB_COORDINATOR = env("HUB_COORDINATOR", default="LU Collaboration, Lund University")
HUB_CONTACT = env("HUB_CONTACT", default="coordinator@example.org")
# Where the source of this installation is read: the licence asks for it when it was changed.
SOURCE_URL = env("SOURCE_URL", default="")
# A monitor without an account sends it as a bearer token to /metrics.
METRICS_TOKEN = env("METRICS_TOKEN", default="")
HUB_TIME_ZONE = env("HUB_TIME_ZONE", default="Europe/Stockholm")
# The sample hub relaxes what a real one demands; it says so on screen.
SAMPLE_HUB = env.bool("SAMPLE_HUB", False)
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))

INSTALLED_APPS = [
    "hub",
    "cities",
    "cities.twinning",
    "labs",
    "knowledge",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    # The page of open sessions (allauth) counts with it.
    "django.contrib.humanize",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
]

MIDDLEWARE = [
    "hub.middleware.input.RefuseNul",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "hub.middleware.csp.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "hub.middleware.reader.ReaderLanguageAndZone",
    # Where the reader is known, to be answered in their language; before any body is read.
    "hub.middleware.input.RefuseTooLarge",
    "django_htmx.middleware.HtmxMiddleware",
    "hub.middleware.reader.PrivateByDefault",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "hub.middleware.once.ActOnce",
]

ROOT_URLCONF = "hub.urls"
ASGI_APPLICATION = "hub.asgi.application"
WSGI_APPLICATION = "hub.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "builtins": ["django.templatetags.i18n", "hub.templatetags.hub"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hub.context.shell",
            ],
        },
    }
]
# The tones of templates/components/notice.html.
MESSAGE_TAGS = {20: "info", 25: "done", 30: "warning", 40: "danger"}
FORM_RENDERER = "hub.face.forms.Renderer"

DATABASES = {"default": env.db("DATABASE_URL")}
DATABASES["default"] |= {"CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL")


def _cache_location(url: str) -> str:
    """Celery and redis-py name a unix socket differently; one variable serves both."""
    if url.startswith("redis+socket://"):
        path, _, query = url.removeprefix("redis+socket://").partition("?")
        return f"unix://{path}?{query.replace('virtual_host', 'db')}"
    return url


CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _cache_location(REDIS_URL),
        "KEY_PREFIX": "hub",
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"

CELERY_BROKER_URL = REDIS_URL

AUTH_USER_MODEL = "hub.User"
AUTHENTICATION_BACKENDS = ["hub.backends.HubBackend"]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "home"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_ADAPTER = "hub.adapters.AccountAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# A word to the owner whenever something about signing in changes.
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = True
# Long enough for a mail that waits for the next sweep.
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 900
PASSWORD_RESET_TIMEOUT = 3600
INVITATION_DAYS = env.int("INVITATION_DAYS", 30)
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0)
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = HUB_NAME
# Browsers accept passkeys over plain HTTP only on localhost.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not HTTPS

EMAIL_URL = env("EMAIL_URL", default="smtp://127.0.0.1:2525")
vars().update(env.email("EMAIL_URL", default=EMAIL_URL))
# Seconds. The time-out is shorter than the lease, so that a hung server frees its worker first.
EMAIL_TIMEOUT = env.float("EMAIL_TIMEOUT", 20)
DELIVERY_LEASE = env.float("DELIVERY_LEASE", 120)
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=f"{HUB_NAME} <hub@example.org>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Answers by calendar: where they arrive, and how they come from there (docs/operations.md).
INBOUND_URL = env("INBOUND_URL", default="")
INBOUND_ADDRESS = env("INBOUND_ADDRESS", default="")
INBOUND_SECRET = env("INBOUND_SECRET", default="")
# Visits the links of published texts from the worker; the sample hub calls on nobody.
CHECK_LINKS = env.bool("CHECK_LINKS", not SAMPLE_HUB)
# Machine translation: a service that speaks as LibreTranslate does; none, and there is no button.
TRANSLATE_URL = env("TRANSLATE_URL", default="")
TRANSLATE_KEY = env("TRANSLATE_KEY", default="")

LANGUAGE_CODE = "en"
LANGUAGES = [("sv", _("Swedish")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = env("STATIC_ROOT", default=str(VAR_DIR / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
# Nobody links to the names without a hash; leaving them out halves the first start's work.
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
MEDIA_ROOT = env("MEDIA_ROOT", default=str(VAR_DIR / "files"))
STORAGES = {
    "default": backend_of(env("STORAGE_URL", default=""), folder=Path(MEDIA_ROOT)),
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
# A form with its files; whoever puts a proxy in front sets the same there.
REQUEST_MAX_SIZE = env.int("REQUEST_MAX_SIZE", 25 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 6 * 1024 * 1024
# Readers and decisions of some hundred applications are one form; Django's 1,000 would refuse it.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

SECURE_CSP = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    # The QR code of the second factor is a data: image.
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
if env.bool("BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "hub.views.errors.csrf_failure"
X_FRAME_OPTIONS = "DENY"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "pythonjsonlogger.json.JsonFormatter"},
        "plain": {"format": "%(levelname)s %(name)s %(message)s"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": env("LOG_FORMAT", default="plain"),
        }
    },
    # It tells of each table of a typeface, for each document.
    "loggers": {"fontTools": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
}
