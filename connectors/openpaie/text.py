"""From bytes to text: which encoding a French payroll product wrote, told by the bytes themselves.

UTF-8 is strict, so what fits it is it. Else a byte of 0x80 to 0x9F is a printed character in cp1252 alone (€, œ, ’); without
one cp1252 and ISO 8859-15 differ in eight signs, of which a payroll means those of ISO 8859-15 (€, Œ, œ, Ÿ), the legal one for
a FEC.
"""

import re
from collections.abc import Iterator

ENCODINGS = ("utf-8-sig", "cp1252", "iso8859-15")
"""What is read."""

_UTF_16_32 = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
"""What no text holds."""
_C1 = re.compile(rb"[\x80-\x9f]")
_END_OF_FILE = "\x1a"
"""What DOS wrote at the end of a text."""


class NotText(ValueError):
    """Bytes that are no text in an encoding that is read. `code` is `utf_16`, `binary` or `encoding`, `line` where it shows."""

    def __init__(self, code: str, line: int = 0) -> None:
        self.code, self.line = code, line
        super().__init__(code)


def decoded(content: bytes) -> str:
    """The text, its lines ended by `\\n`. Raises NotText."""
    if content.startswith(_UTF_16_32):
        raise NotText("utf_16")
    text = re.sub(r"\r\n?", "\n", _decoded(content)).rstrip(_END_OF_FILE)
    strange = _CONTROL.search(text)
    if strange:
        raise NotText("binary", text.count("\n", 0, strange.start()) + 1)
    return text


def lines(text: str) -> Iterator[tuple[int, str]]:
    """The lines that hold something, each with its number from 1."""
    return ((number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip())


def _decoded(content: bytes) -> str:
    utf_8, windows, latin = ENCODINGS
    try:
        return content.decode(utf_8)
    except UnicodeDecodeError:
        encoding = windows if _C1.search(content) else latin
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise NotText("encoding", len(re.findall(rb"\r\n?|\n", content[: error.start])) + 1) from None
