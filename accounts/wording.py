"""What allauth says to our people in its own words, gathered so that it has its Hindi, too.

Django looks a text up in every catalogue, so ours translates theirs. All else is our own: labels
and what is said at the sign-in in `accounts/forms.py` and `accounts/adapter.py`, mails in
`templates/account/email/`.
"""

from django.utils.translation import gettext_noop

OF_ALLAUTH = [
    gettext_noop("You must type the same password each time."),
    gettext_noop("Password successfully changed."),
]
