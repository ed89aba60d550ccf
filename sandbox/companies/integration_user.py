"""The one user Regie works as: the least rights that work, in every company."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sandbox.companies.loader import Loader

LOGIN = "regie"


def make(loader: Loader, companies: Sequence[str]) -> str:
    """The integration user, who enters by API key only: nobody is told its password. Answers its login.

    `companies`: their keys; the first is the one it sees by default.
    """
    loader.load("res.users", [{
        "id": "user_regie",
        "name": "Regie",
        "login": LOGIN,
        "password": secrets.token_urlsafe(32),
        "lang": "fr_FR",
        "tz": "Europe/Paris",
        "notification_type": "inbox",
        "company_id/id": companies[0],
        "company_ids/id": ",".join(companies),
        "group_ids/id": "__regie__.group_robot",
    }])  # fmt: skip
    return LOGIN
