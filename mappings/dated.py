"""A YAML file as plain values with the line of each, every fault found at once, and values that hold from a date on.

    prepaid_overrun:
      - {from: 2026-01-01, value: included}
      - {from: 2026-07-01, value: rebill}

Before its first date such a value is as if it were not written: its default holds.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

Place = tuple[str | int, ...]
"""Where a value stands: ("billing", "recurring", 0, "every")."""

DatedKey = tuple[str, str]
"""Section and key of a dated value."""

LARGEST = 64 * 1024
"""Bytes of a file at most: a company file has some hundreds, and YAML takes seconds for what is meant to stop it."""
DEEPEST = 50
"""How deep `[` and `{` may be nested."""

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What no text of a file may hold: control characters would reach a terminal, half characters cannot be written anywhere."""
_PLAIN_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("map", "seq", "str", "int", "float", "bool", "null", "timestamp")}


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of a file: its line (1 is the first, 0 for none), the key as a person reads it, and what to do."""

    line: int
    key: str
    message: str

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line else ""
        return f"{where}{self.key + ': ' if self.key else ''}{self.message}"


class FileError(Exception):
    """A file that cannot be used: all its problems, in the order of their lines."""

    remedy = "Correct the file and start again; docs/company-file.md explains every key."

    def __init__(self, path: Path, problems: list[Problem]) -> None:
        self.path = path
        self.problems = tuple(sorted(set(problems)))
        name = path.name if path.suffix else path
        super().__init__("\n".join(f"{name}: {problem}" for problem in self.problems))


@dataclass(slots=True)
class Document:
    """What a file holds: plain values, the line of every place, and the faults met on the way."""

    values: dict[str, Any] = field(default_factory=dict)
    lines: dict[Place, int] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest one around it that is written."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def fault(self, place: Place, message: str) -> None:
        """Note a fault at a place."""
        self.problems.append(Problem(self.line(place), written(place), message))


@dataclass(frozen=True, slots=True)
class Version:
    """The values that hold from a day on, and where the dated ones among them are written."""

    since: date
    values: dict[str, Any]
    origins: dict[Place, Place]

    def origin(self, place: Place) -> Place:
        """Where the value of a place is written: inside its dated list, if it has one."""
        for resolved, source in self.origins.items():
            if place[: len(resolved)] == resolved:
                return source + place[len(resolved) :]
        return place


def written(place: Place) -> str:
    """A place as a person reads it: `billing.recurring[1].every`, list items counted from 1."""
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{short(part)}" if text else short(part)
    return text


def short(value: object) -> str:
    """A value as a message shows it: on one line, printable, cut after 60 characters."""
    text = _UNPRINTABLE.sub("�", str(value)).replace("\n", " ")
    return text if len(text) <= 60 else f"{text[:60]}…"


def read(path: Path, first: str = "company: My company") -> Document:
    """Read a YAML file whose top level is keys and values, as `first` for example.

    Raises FileError where nothing of it can be used; smaller faults (a key given twice) stand in `problems`.
    """
    text = _text(path)
    document = Document()
    try:
        root = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise FileError(path, [Problem(mark.line + 1 if mark else 1, "", _unreadable(error.problem or str(error)))]) from None
    except (YAMLError, RecursionError) as error:
        message = "is nested too deeply" if isinstance(error, RecursionError) else _unreadable(str(error).splitlines()[0])
        raise FileError(path, [Problem(1, "", message)]) from None
    if root is None:
        raise FileError(path, [Problem(0, "", f"is empty; it needs at least `{first.partition(' ')[0]}`")])
    if not isinstance(root, MappingNode):
        raise FileError(path, [Problem(root.start_mark.line + 1, "", f"must hold `key: value` lines, as `{first}`")])
    document.values = _Walk(document).value((), root)
    return document


def _text(path: Path) -> str:
    """The file's text. Raises FileError where it is none, or none that is worth parsing."""
    try:
        if path.exists() and not path.is_file():
            raise FileError(path, [Problem(0, "", "cannot be read: it is no file")])
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise FileError(path, [Problem(0, "", f"is larger than {LARGEST // 1024} kB; a company file has a page or two")])
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise FileError(path, [Problem(line, "", "is not UTF-8 text; save the file as UTF-8")]) from None
    except OSError as error:
        raise FileError(path, [Problem(0, "", f"cannot be read: {error.strerror}")]) from None
    _refuse_depth(path, text)
    return text


def _refuse_depth(path: Path, text: str) -> None:
    """Counted before parsing: YAML looks ahead over everything that is opened, in a time that grows with its square."""
    depth = 0
    for found in re.finditer(r"[\[{\]}]", text):
        depth = depth + 1 if found[0] in "[{" else max(0, depth - 1)
        if depth > DEEPEST:
            line = text.count("\n", 0, found.start()) + 1
            raise FileError(path, [Problem(line, "", "is nested too deeply")])


def _unreadable(problem: str) -> str:
    if "'\\t'" in problem:
        return "has a tab here; indent with spaces"
    if "another document" in problem:
        return "holds several documents (`---`); keep one"
    return f"is not valid YAML: {problem} (put texts with special characters in quotes)"


class _Walk:
    """Turns YAML nodes into plain values and notes the lines; each value stands once: no anchors."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.scalars = YAML(typ="safe", pure=True).constructor
        self.seen: set[int] = set()

    def value(self, place: Place, node: Node) -> Any:
        if str(node.tag) not in _PLAIN_TAGS:
            return self.document.fault(place, f"has a tag, {short(node.tag)}, that is not allowed here")
        if isinstance(node, ScalarNode):
            return self.scalar(place, node)
        if id(node) in self.seen:
            return self.document.fault(place, "repeats another value by `*`; write it out")
        self.seen.add(id(node))
        if isinstance(node, MappingNode):
            return self.mapping(place, node)
        items = node.value if isinstance(node, SequenceNode) else []
        for index, item in enumerate(items):
            self.document.lines[(*place, index)] = item.start_mark.line + 1
        return [self.value((*place, index), item) for index, item in enumerate(items)]

    def mapping(self, place: Place, node: MappingNode) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if not isinstance(key_node, ScalarNode):
                self.document.problems.append(Problem(line, written(place), "has a key that is no text"))
                continue
            key = str(key_node.value)
            if _UNPRINTABLE.search(key):
                self.document.problems.append(Problem(line, written((*place, key)), "holds a character that cannot be shown"))
                continue
            if key in values:
                first = self.document.lines[(*place, key)]
                self.document.problems.append(Problem(line, written((*place, key)), f"stands twice; first on line {first}"))
                continue
            self.document.lines[(*place, key)] = line
            values[key] = self.value((*place, key), value_node)
        return values

    def scalar(self, place: Place, node: ScalarNode) -> Any:
        if _UNPRINTABLE.search(node.value):
            return self.document.fault(place, "holds a character that cannot be shown; remove it")
        try:
            value = self.scalars.construct_object(node)
        except (YAMLError, ValueError, LookupError, ArithmeticError, AttributeError):
            return node.value  # a date that is not in the calendar, `!!bool maybe`: whoever wants one here says so
        return node.value if isinstance(value, int) and abs(value) >= 10**18 else value  # none is meant; Python shows no longer


def versions(document: Document, sections: frozenset[str]) -> list[Version]:
    """The document as it holds in each stretch of time, oldest first; the first holds from `date.min`.

    Only values directly inside `sections` may be dated. Faults of the dated lists are noted in the document.
    """
    dated = dict(_dated(document, sections))
    days = sorted({date.min, *(since for entries in dated.values() for since in entries)})
    return [_version(day, document, dated) for day in days]


def _dated(document: Document, sections: frozenset[str]) -> Iterator[tuple[DatedKey, dict[date, int]]]:
    """Each dated value, and at which index of its list it changes on which day."""
    for section in sections & document.values.keys():
        values = document.values[section]
        for key, value in values.items() if isinstance(values, dict) else ():
            if isinstance(value, list) and any(isinstance(item, dict) and "from" in item for item in value):
                yield (section, key), _entries(document, (section, key), value)


def _entries(document: Document, place: Place, items: list[Any]) -> dict[date, int]:
    entries: dict[date, int] = {}
    for index, item in enumerate(items):
        at = (*place, index)
        if not isinstance(item, dict) or set(item) != {"from", "value"}:
            document.fault(at, "must be `{from: 2026-01-01, value: ...}`, as every entry of a dated value")
            continue
        since = item["from"]
        if not isinstance(since, date) or isinstance(since, datetime):
            document.fault((*at, "from"), f"{'' if since is None else since} is no date; write it as 2026-01-01".lstrip())
            continue
        if entries and since <= max(entries):
            document.fault((*at, "from"), f"{since} is not after {max(entries)}, the entry before; list the oldest first")
            continue
        entries[since] = index
    return entries


def _version(day: date, document: Document, dated: dict[DatedKey, dict[date, int]]) -> Version:
    values = {key: dict(value) if isinstance(value, dict) else value for key, value in document.values.items()}
    origins: dict[Place, Place] = {}
    for (section, key), entries in dated.items():
        held = [index for since, index in entries.items() if since <= day]
        written_list = values[section].pop(key)
        if held:
            values[section][key] = written_list[held[-1]]["value"]
            origins[(section, key)] = (section, key, held[-1], "value")
    return Version(day, values, origins)
