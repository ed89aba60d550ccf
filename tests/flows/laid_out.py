"""What typst laid out, to be looked into: the texts of a PDF's tables, element by element."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import typst

from flows.typeset import _template


def laid_out(template: str, content: Mapping[str, Any]) -> typst.Compiler:
    """The document of a template, to be asked for its elements."""
    fonts = typst.Fonts(include_system_fonts=False)
    return typst.Compiler(_template(template), font_paths=fonts, sys_inputs={"data": json.dumps(content)})


def table_texts(document: typst.Compiler) -> list[list[str]]:
    """The texts of each table of the document."""
    return [[text.replace("\u200b", "") for text in _texts(table)] for table in json.loads(document.query("table"))]


def _texts(element: Any) -> Iterator[str]:
    """Every text inside an element."""
    if isinstance(element, dict):
        yield from [element["text"]] if element.get("func") == "text" else []
        element = list(element.values())
    if isinstance(element, list):
        for child in element:
            yield from _texts(child)
