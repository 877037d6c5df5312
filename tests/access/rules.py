"""Routes of libraries, decided by rule: allauth's pages one by one, the admin as a whole."""

from tests.access import SIGN_IN, Outcome
from tests.routes import Route

#: Answers of a library's page: itself, its form again, on to the next page, or no.
FORM = frozenset({200, 301, 302, 400, 401, 403, 405, 429})

#: Open to visitors, since one must be able to sign in, sign up and get back in.
DOOR = {
    "account_login",
    "account_signup",
    "account_logout",
    "account_inactive",
    "account_request_login_code",
    "account_confirm_login_code",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_email_verification_sent",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "socialaccount_login_cancelled",
    "socialaccount_login_error",
    "socialaccount_signup",
    "accounts/social/login/cancelled/",
    "accounts/social/login/error/",
    "accounts/social/signup/",
}
#: One's own sign-in methods: an account, and for most a fresh confirmation of it.
OWN = {
    "account_reauthenticate",
    "account_email",
    "account_change_password",
    "account_set_password",
    "mfa_index",
    "mfa_reauthenticate",
    "mfa_activate_totp",
    "mfa_deactivate_totp",
    "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
    "mfa_download_recovery_codes",
    "mfa_list_webauthn",
    "mfa_add_webauthn",
    "mfa_reauthenticate_webauthn",
    "mfa_remove_webauthn",
    "mfa_edit_webauthn",
    "usersessions_list",
    "socialaccount_connections",
    "accounts/social/connections/",
}


def is_foreign(route: Route) -> bool:
    return route.pattern.startswith(("accounts/", "admin/"))


def decides(route: Route) -> bool:
    return route.pattern.startswith("admin/") or route.key in DOOR | OWN


def outcome(route: Route, role: str, method: str) -> Outcome:
    """What a library's route answers to this role; a set, since its forms differ."""
    if route.pattern.startswith("admin/"):
        # The admin shows everything: nobody else gets past its sign-in.
        return FORM | {404} if role == "admin" else frozenset({302, 403, 404})
    if route.key in DOOR:
        return FORM | {404}
    return SIGN_IN if role == "visitor" else FORM | {404}
