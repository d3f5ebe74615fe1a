"""The routes of allauth that make sense here: no sign-up, no mail addresses to manage, no reset by mail."""

from allauth.account import views as allauth
from django.urls import include, path

from rapport.web.account import single_sign_on, views

urlpatterns = [
    path("login/", views.SignIn.as_view(), name="account_login"),
    path("logout/", allauth.logout, name="account_logout"),
    path("inactive/", allauth.account_inactive, name="account_inactive"),
    path("confirm/", allauth.reauthenticate, name="account_reauthenticate"),
    path("password/", allauth.password_change, name="account_change_password"),
    path("password/forgotten/", views.back_to_sign_in, name="account_reset_password"),
    path("new/", views.back_to_sign_in, name="account_signup"),
    path("with/<str:provider_id>/", single_sign_on.login, name="openid_connect_login"),
    path("with/<str:provider_id>/callback/", single_sign_on.callback, name="openid_connect_callback"),
    path("with/failed/", views.back_to_sign_in, name="socialaccount_login_error"),
    path("with/cancelled/", views.back_to_sign_in, name="socialaccount_login_cancelled"),
    path("second-step/", include("allauth.mfa.urls")),
]
