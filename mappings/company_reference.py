"""The reference of the company file, made from its models: `python -m mappings.company_reference > docs/company-file.md`."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from mappings.company import DATED, Company

_INTRODUCTION = """# The company file

One YAML file a company says what it decided. Each key is optional but `company`; what is not written has its default. The whole
file is checked before a run: an unknown key or a value that is not allowed is refused with its line and what is allowed.
This page is made from the code: `python -m mappings.company_reference > docs/company-file.md`.

Any value of `billing`, `cra`, `accounts`, `thresholds`, `payroll`, `pay_variables` and `closing` may change on a day. Then it
is a list, oldest first, and a past month is computed again as it was; before the first date the default holds:

```yaml
billing:
  prepaid_overrun:
    - {from: 2026-01-01, value: included}
    - {from: 2026-07-01, value: rebill}
```
"""

_KINDS: dict[Any, str] = {str: "text", bool: "`true` or `false`", int: "whole number", Decimal: "number", date: "date"}


def reference() -> str:
    """The whole page as markdown, each key once with what is allowed, its default and its meaning."""
    return "\n".join([_INTRODUCTION, *_section("", Company)])


def _section(path: str, model: type[BaseModel]) -> Iterator[str]:
    yield f"## {f'`{path}`' if path else 'Top level'}{' (values may be dated)' if path in DATED else ''}\n"
    if path:
        yield f"{(model.__doc__ or '').strip()}\n"
    yield "| key | allowed | default | meaning |\n|---|---|---|---|"
    inner: list[tuple[str, type[BaseModel]]] = []
    for name, field in model.model_fields.items():
        below = _model_of(field)
        if below:
            inner.append((f"{path}.{name}" if path else name, below))
        yield f"| `{name}` | {_allowed(field)} | {_default(field)} | {field.description} |"
    for name, below in inner:
        yield ""
        yield from _section(name, below)


def _model_of(field: FieldInfo) -> type[BaseModel] | None:
    kinds = (field.annotation, *get_args(field.annotation))
    return next((kind for kind in kinds if isinstance(kind, type) and issubclass(kind, BaseModel)), None)


def _allowed(field: FieldInfo) -> str:
    if _model_of(field):
        return "list, see below" if get_origin(field.annotation) is tuple else "see below"
    if get_origin(field.annotation) is tuple:
        return "list of texts"
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{choice}`" for choice in get_args(field.annotation))
    kinds = [kind for kind in (field.annotation, *get_args(field.annotation)) if kind in _KINDS]
    bounds = {type(bound).__name__: bound for bound in field.metadata}
    low, high = getattr(bounds.get("Ge"), "ge", None), getattr(bounds.get("Le"), "le", None)
    above = getattr(bounds.get("Gt"), "gt", None)
    limits = f", {low} to {high}" if high is not None else f", {low} or more" if low is not None else ""
    if above is not None:
        limits = f", more than {above}" + (f", at most {high}" if high is not None else "")
    return _KINDS[kinds[0]] + limits


def _default(field: FieldInfo) -> str:
    if field.default is PydanticUndefined:
        return "required"
    if field.default is None or field.default == () or isinstance(field.default, BaseModel):
        return "none" if not isinstance(field.default, BaseModel) else ""
    if isinstance(field.default, tuple):
        return ", ".join(f"`{item}`" for item in field.default)
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


if __name__ == "__main__":
    print(reference())
