"""PDFs from typst templates that stand in this folder. The same texts give the same bytes, on any machine."""

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from threading import local
from typing import Any

import typst

_HERE = local()  # typst's compiler refuses a second thread: each has its own
_UNPRINTABLE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAK_HERE = "\u200b"


def typeset(template: str, content: Mapping[str, Any]) -> bytes:
    """The template's PDF of these texts; they arrive as data and are never read as markup."""
    data = json.dumps(content, ensure_ascii=False)
    pdf = _compiler().compile(_template(template), format="pdf", sys_inputs={"data": data})
    if not isinstance(pdf, bytes):
        raise TypeError(f"typst answered {type(pdf).__name__} where one document was asked")
    return pdf


def printable(text: str, width: int = 26) -> str:
    """A text that fits a column of `width` characters: no control characters, and a longer word may break there."""
    plain = _UNPRINTABLE.sub(" ", text.replace("\r\n", "\n")).strip()
    return re.sub(rf"[^\s-]{{{width}}}(?=[^\s-])", lambda part: part[0] + _BREAK_HERE, plain)


def _compiler() -> typst.Compiler:
    """One for the thread: 20 ms to make. No fonts of the machine: another machine gives the same bytes."""
    if not hasattr(_HERE, "compiler"):
        _HERE.compiler = typst.Compiler(font_paths=typst.Fonts(include_system_fonts=False))
    compiler: typst.Compiler = _HERE.compiler
    return compiler


@lru_cache
def _template(name: str) -> bytes:
    return files(__package__).joinpath(name).read_bytes()
