"""What allauth says to our people in its own words, gathered so that it has its Hindi, too.

Django looks a text up in every catalogue, so ours translates theirs. Labels and what is said at the
sign-in are our own: `accounts/forms.py`, `accounts/adapter.py`.
"""

from django.utils.translation import gettext_noop

OF_ALLAUTH = [
    # On the pages.
    gettext_noop("You must type the same password each time."),
    gettext_noop("Password successfully changed."),
    # In mails.
    gettext_noop("Password Reset Email"),
    gettext_noop(
        "You're receiving this email because you or someone else has requested a password reset "
        "for your user account.\n"
        "It can be safely ignored if you did not request a password reset. Click the link below "
        "to reset your password."
    ),
    gettext_noop("Password Changed"),
    gettext_noop("Your password has been changed."),
    gettext_noop("Password Reset"),
    gettext_noop("Your password has been reset."),
    gettext_noop(
        "You are receiving this mail because the following change was made to your account:"
    ),
    gettext_noop(
        "If you do not recognize this change then please take proper security precautions "
        "immediately. The change to your account originates from:\n"
        "\n"
        "- IP address: %(ip)s\n"
        "- Browser: %(user_agent)s\n"
        "- Date: %(timestamp)s"
    ),
    gettext_noop("Hello from %(site_name)s!"),
    gettext_noop("Thank you for using %(site_name)s!\n%(site_domain)s"),
]
