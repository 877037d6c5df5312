from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path

from hub.views import (
    deliveries,
    desk,
    errors,
    face,
    feeds,
    files,
    following,
    health,
    home,
    inbox,
    invitations,
    legal,
    mailing,
    mails,
    search,
    settings,
    unsubscribing,
)

admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

handler400 = errors.bad_request
handler403 = errors.permission_denied
handler404 = errors.not_found
handler500 = errors.server_error
# allauth asks for this one when a limit is reached.
handler429 = errors.too_many_requests

urlpatterns = [
    path("", home.home, name="home"),
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("metrics", health.metrics, name="metrics"),
    path("search/", search.search_page, name="search"),
    path("settings/", settings.settings_page, name="settings"),
    path("settings/language/", settings.set_language, name="set-language"),
    path("settings/theme/", settings.set_theme, name="set-theme"),
    path("settings/mail/", mailing.mail_settings, name="mail-settings"),
    path("settings/second-factor/", settings.second_factor, name="second-factor"),
    path("invitations/<str:token>/", invitations.invitation, name="invitation"),
    path(
        "invitations/<str:token>/acceptance/",
        invitations.invitation_acceptance,
        name="invitation-acceptance",
    ),
    path(
        "invitations/<str:token>/account/",
        invitations.invitation_account,
        name="invitation-account",
    ),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/reading/", inbox.inbox_reading, name="inbox-reading"),
    path("inbox/mails/", mailing.mail_kind, name="mail-kind"),
    path("following/", following.following, name="following"),
    path("following/mail/", mailing.follow_rhythm, name="follow-rhythm"),
    path("following/<str:subject>/", following.follow_button, name="follow-button"),
    path("deliveries/<int:pk>/decision/", deliveries.delivery_decision, name="delivery-decision"),
    path("unsubscribe/<str:token>/", unsubscribing.unsubscribe, name="unsubscribe"),
    path("desk/", desk.desk, name="desk"),
    path("mails/", mails.mail_list, name="mail-list"),
    path("mails/<str:name>/", mails.mail, name="mail"),
    path("mails/<str:name>/html/", mails.mail_html, name="mail-html"),
    path("accessibility/", legal.accessibility, name="accessibility"),
    path("privacy/", legal.privacy, name="privacy"),
    path("source/", legal.source, name="source"),
    path("feeds/", feeds.feeds, name="feeds"),
    path("face/", face.face, name="face"),
    path("files/<uuid:pk>/", files.file, name="file"),
    path("", include("hub.moderation.urls")),
    path("", include("cities.urls")),
    path("", include("cities.twinning.urls")),
    path("", include("labs.urls")),
    path("", include("knowledge.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
