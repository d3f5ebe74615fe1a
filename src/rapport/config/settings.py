"""Django's settings. What an operator may set is in docs/reference/settings.md."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from rapport.config import environment, logs
from rapport.kernel import home

PACKAGE = Path(__file__).resolve().parent.parent
HOME = home.home()

SECRET_KEY = home.secret_key(HOME)
DEBUG = False
ALLOWED_HOSTS = [
    host.strip() for host in os.environ.get("RAPPORT_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
]
BASE_URL = os.environ.get("RAPPORT_BASE_URL", "http://127.0.0.1:8000")
IS_HTTPS = BASE_URL.startswith("https://")
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "rapport.jobs",
    "rapport.search",
    "rapport.live",
    "rapport.files",
    "rapport.staff",
    "rapport.customers",
    "rapport.interactions",
    "rapport.channels",
    "rapport.service",
    "rapport.simulation",
    "rapport.web",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "axes",
    "django_htmx",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "rapport.web.static_files.StaticFiles",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "rapport.web.middleware.Frame",
    "rapport.web.retrying.Retrying",
    "axes.middleware.AxesMiddleware",
    "rapport.api.programs.Programs",
]

ROOT_URLCONF = "rapport.config.urls"
ASGI_APPLICATION = "rapport.config.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "rapport.web.context.frame",
            ],
        },
    }
]

DATABASES = {"default": environment.database(home.told("RAPPORT_DATABASE_URL"), HOME)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "staff.StaffMember"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "rapport.web.account.adapter.StaffAccountAdapter"
ACCOUNT_FORMS = {
    "login": "rapport.web.account.forms.SignInForm",
    "change_password": "rapport.web.account.forms.ChangeForm",
    "reauthenticate": "rapport.web.account.forms.ConfirmForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ADAPTER = "rapport.web.account.second_step.SecondStepAdapter"
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {"add_webauthn": "rapport.web.account.forms.AddKeyForm"}
MFA_TOTP_ISSUER = "Rapport"
ACCOUNT_RATE_LIMITS = {"login": "120/m/ip", "login_failed": "8/5m/key"}
SOCIALACCOUNT_ADAPTER = "rapport.web.account.single_sign_on.SingleSignOnAdapter"
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_PROVIDERS = environment.single_sign_on()
AXES_FAILURE_LIMIT = 8
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked.html"
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_FORM_FIELD = "login"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = IS_HTTPS
CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 30 * 24 * 3600 if IS_HTTPS else 0
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "rapport.web.refusals.forged"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_TZ = True
TIME_ZONE = "UTC"
STATIC_URL = "static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MANIFEST_STRICT = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
ANYMAIL = environment.mail_providers()
DATA_UPLOAD_MAX_MEMORY_SIZE = (40 if ANYMAIL else 4) * 1024 * 1024
"""Providers that hand mail over do so in one field."""
FILE_UPLOAD_TEMP_DIR = None
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "staff_throttle"}}

TASKS = {"default": {"BACKEND": "rapport.jobs.backend.tasks.Backend", "QUEUES": []}}

METRICS_TOKEN = os.environ.get("RAPPORT_METRICS_TOKEN", "")

LOGGING = logs.configure(
    level=os.environ.get("RAPPORT_LOG_LEVEL", "WARNING"),
    as_json=os.environ.get("RAPPORT_LOG_FORMAT", "text") == "json",
)
