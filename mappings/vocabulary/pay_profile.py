"""How a payroll product wants its files, declared: which files, which columns, how cells are written. No code per product.

A column names one of the records' own values, and there is none for a bank account or a social security number.
"""

from collections.abc import Mapping
from typing import Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from mappings.vocabulary.model import Model

Kind = Literal["ABSENCE", "PRIME", "OVERTIME", "EXPENSE", "MEAL"]
KINDS: tuple[Kind, ...] = ("ABSENCE", "PRIME", "OVERTIME", "EXPENSE", "MEAL")

Value = Literal[
    "number", "name", "kind", "code", "label", "quantity", "unit", "base", "amount", "value", "date_from", "date_to",
    "half_from", "half_to", "period", "regularises", "company",
]  # fmt: skip
"""What a cell may hold: a value of the records; `value` is the quantity, or the amount where the unit is money."""


class Format(Model):
    """How every file of a product is written."""

    separator: Literal[";", ",", "\t", "|"] = Field(default=";", description="between cells")
    encoding: Literal["utf-8-sig", "utf-8", "cp1252", "iso8859-15", "ascii"] = Field(
        default="utf-8-sig", description="of the text; what it cannot write is written without its accent, else as `?`"
    )
    newline: Literal["crlf", "lf"] = Field(default="crlf", description="end of each line, the last one too")
    decimal: Literal[",", "."] = Field(default=",", description="decimal sign; thousands are never parted")
    date: str = Field(
        default="%d/%m/%Y", pattern=r"^(%[dmYy][/.-]?){3}$", description="of a day: %d, %m, %Y and `/`, `.` or `-`"
    )
    period: str = Field(default="%m/%Y", pattern=r"^(%[mYy][/.-]?){2}$", description="of a month")
    header: bool = Field(default=True, description="whether the first line names the columns")


class ColumnOf(Model):
    """One column of a file."""

    title: str = Field(min_length=1, max_length=60, description="what the header calls it")
    value: Value = Field(description="what of a record stands in it")
    decimals: int = Field(default=2, ge=0, le=4, description="of a figure, always written, rounded half up")


class PayFile(Model):
    """One file of an export."""

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9-]{0,30}$", description="first part of its name: `ABS`")
    extension: Literal["csv", "txt"] = Field(default="csv", description="last part of its name")
    kinds: tuple[Kind, ...] = Field(default=KINDS, min_length=1, description="the kinds of records in it")
    layout: Literal["long", "wide"] = Field(
        default="long",
        description="`long`: a line a record; `wide`: a line an employee, and after its columns one for each code",
    )
    columns: tuple[ColumnOf, ...] = Field(min_length=1, description="from left to right")

    @model_validator(mode="after")
    def _wide_by_employee(self) -> Self:
        known = ("number", "name", "period", "company")
        odd = [column.value for column in self.columns if column.value not in known]
        if self.layout == "wide" and odd:
            raise PydanticCustomError("wide", "a wide file has no column `{odd}`: a line is an employee", {"odd": odd[0]})
        return self


class PayProfile(Model):
    """The files of one payroll product."""

    product: str = Field(min_length=1, description="its name, for people")
    format: Format = Field(default=Format(), description="how cells and lines are written")
    prefixes: Mapping[Kind, str] = Field(default={}, description="what stands before the codes of a kind")
    files: tuple[PayFile, ...] = Field(min_length=1, description="the files, first the one with every record, for control")

    @model_validator(mode="after")
    def _nothing_left_out(self) -> Self:
        names = [file.name for file in self.files]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise PydanticCustomError("twice", "files names {name} twice; keep one", {"name": twice})
        left_out = [kind for kind in KINDS if not any(kind in file.kinds for file in self.files)]
        if left_out:
            raise PydanticCustomError("left_out", "no file holds {kinds}", {"kinds": ", ".join(left_out)})
        return self
