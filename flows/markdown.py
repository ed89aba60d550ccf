"""Markdown of texts that are not to be trusted: what comes from Odoo or from a file is text there, never markup."""

import re
from collections.abc import Iterable, Sequence

_ESCAPED = re.compile(r"[\\`*_{}\[\]()#|!~^$@]|(?<=:)/(?=/)|(?<=www)\.|^[-+=]", re.IGNORECASE)
_NUMBERED = re.compile(r"^([0-9]{1,9})([.)])")
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_UNSEEN = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, which a terminal obeys, those that turn the direction of what follows, and halves of characters."""


def escape(text: object) -> str:
    """A text that Markdown shows as it is, on one line: no tag, no link, no table cell of its own making."""
    plain = " · ".join(part for part in map(str.strip, _UNSEEN.sub("", str(text)).splitlines()) if part)
    tagless = re.sub(r"[&<>]", lambda found: _HTML[found[0]], plain)
    return _NUMBERED.sub(r"\1\\\2", _ESCAPED.sub(lambda found: f"\\{found[0]}", tagless))


def table(head: Sequence[str], rows: Iterable[Sequence[str]], right: Sequence[int] = ()) -> str:
    """A Markdown table of cells that are safe already; `right` are the columns of figures."""
    rule = ["---:" if column in right else "---" for column in range(len(head))]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (head, rule, *rows))
