"""Texts for a terminal."""

import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


def harmless(text: str) -> str:
    """A text without control characters: it may hold a server's words or a client's name, and a terminal obeys some of them."""
    return _CONTROL.sub("�", text)
