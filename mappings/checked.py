"""A YAML document checked against a model: pydantic's errors as problems of the file, with line, key and what is allowed."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from mappings.dated import Document, Place, Problem, Version, short, written


def problems(
    document: Document, model: type[BaseModel], error: ValidationError, version: Version | None = None
) -> Iterator[Problem]:
    """The errors of validating (a version of) the document as `model`; a place that already has one is not named twice."""
    known = {(problem.line, problem.key) for problem in document.problems}
    for details in error.errors(include_url=False):
        resolved: Place = details["loc"]
        place = version.origin(resolved) if version else resolved
        line, key = document.line(place), written(place)
        if (line, key) not in known:
            yield Problem(line, key, _message(model, resolved, details))


def _message(root: type[BaseModel], place: Place, details: ErrorDetails) -> str:
    """What is wrong and what is allowed, for who wrote the file."""
    kind, given = details["type"], details["input"]
    fields = _model_at(root, place[:-1]).model_fields
    match kind:
        case "missing":
            message = "is required"
        case "extra_forbidden":
            message = f"is unknown{nearest(short(place[-1]), fields)}; allowed here: {', '.join(fields)}"
        case _ if given is None:
            message = "is empty; write a value, or remove the line and the default holds"
        case "literal_error" if str(place[-1]) in fields:
            choices = [str(choice) for choice in get_args(fields[str(place[-1])].annotation)]
            message = f"{_short(given)} is not allowed{nearest(short(given), choices)}; allowed: {', '.join(choices)}"
        case "string_type" if isinstance(given, int | float):
            message = f'must be a text; write "{short(given)}" in quotes'
        case _ if kind in _TYPES:
            message = f"{_short(given)} {_TYPES[kind]}"
        case _:
            message = details["msg"].replace("Input should be", f"{_short(given)} must be")
    return message


_TYPES = {
    "bool_parsing": "must be true or false",
    "bool_type": "must be true or false",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a whole number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "decimal_parsing": "must be a number",
    "decimal_type": "must be a number",
    "finite_number": "must be a finite number",
    "model_type": "must be `key: value` lines, indented below",
    "tuple_type": "must be a list",
    "date_type": "must be a date, as 2026-01-01",
    "date_from_datetime_parsing": "must be a date, as 2026-01-01",
    "string_type": "must be a text",
}


def _short(given: Any) -> str:
    return "a list" if isinstance(given, list) else "a group of keys" if isinstance(given, dict) else short(given)


def nearest(value: str, allowed: Iterable[str]) -> str:
    """A question with the nearest allowed value, or nothing."""
    near = get_close_matches(short(value), sorted(allowed), n=1)
    return f", did you mean {near[0]}?" if near else ""


def _model_at(root: type[BaseModel], place: Place) -> type[BaseModel]:
    """The model that holds a place: `root` at the top, `Recurring` at ("billing", "recurring", 0); of a text, who has it."""
    model = root
    for part in place:
        if isinstance(part, str) and part in model.model_fields:
            annotation = model.model_fields[part].annotation
            kinds = (annotation, *get_args(annotation))
            model = next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), model)
    return model
