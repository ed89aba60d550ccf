"""Values nobody should write, and what can be done to a text."""

from collections.abc import Callable
from random import Random

DEEP = 60

TEXTS = (
    "", " ", "\t", "\n", "null", "~", "true", "yes", "no", "0", "-1", "1.5", "1e999", "9" * 30, "9" * 5000, "0x" + "f" * 5000,
    ".nan", ".inf", "-.inf", "NaN", "1_000", "1:30", "2026-02-30", "2026-13-01", "0001-01-01 00:00:00+23:59", "9999-12-31",
    "2026-10-31T25:61:00Z", "../../etc/passwd", "/etc/passwd", "C:\\con", "\x00", "a\x00b", "\x1b[31mrouge", "\x9b31m", "\x7f",
    "\u202eenvers", "\ufeff", "\u2028", "é" * 3, "漢字", "🧾", "a" * 300, "b" * 70_000, "${REGIE_ODOO_KEY}", "$(id)", "`id`",
    "%s%n", "{0}", "{key}", "[/red]", "[bold]", "<script>alert(1)</script>", "' OR 1=1 --", "!!python/object:os.system x",
    "!!bool x", '!!int ""', "!!float x", "!!timestamp x", "!!binary x", "!!set {a}", "!foreign x", "&a x", "*a", "<<", "=",
    "[" * DEEP, "{a: " * DEEP, "[" * DEEP + "]" * DEEP, "[flat]", "{travel: flat}", "|", ">-", "|\n  x", '"', "'", '"\\ud800"',
    '"\\0"', '"\\e[2J"', "@", "%", "? x", "- x", "#", "---", "...", "order", "FR", "Europe/Bruxelles", "Europe", "60 24 0 13 8",
    "* * * *", "²  * * * *", "*/0 * * * *", "1-99999 * * * *",
)  # fmt: skip

KEYS = (
    "company", "language", "timezone", "billing", "accounts", "thresholds", "schedule", "grouping", "travel", "recurring",
    "product", "every", "count", "from", "value", "bill", "dso_warning", "langauge", "Company", "<<", "null", "1", "2026-01-01",
    '""', '"\\0"', "? [a, b]\n", "!!str x", "&a k", "é", "k" * 200, "a.b", "__class__", "constructor",
)  # fmt: skip

BYTES = (
    b"\xff",
    b"\xe9",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\x00",
    b"\x1b",
    b"\r",
    b"\x0c",
    b"\xef\xbb\xbf",
    b"\t",
    b"\x85",
    b"\xfe\xff",
)


def text(random: Random) -> str:
    """A bad value, now and then one nobody thought of."""
    if random.random() < 0.8:
        return random.choice(TEXTS)
    return "".join(
        chr(random.choice((random.randrange(32, 127), random.randrange(1, 0x3000)))) for _ in range(random.randrange(30))
    )


def spoilt(random: Random, content: bytes) -> bytes:
    """A file with one thing done to it that no editor of text does."""
    done: Callable[[Random, bytes], bytes] = random.choice((_cut, _inserted, _recoded, _flipped, _doubled, _replaced))
    return done(random, content)


def _cut(random: Random, content: bytes) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def _inserted(random: Random, content: bytes) -> bytes:
    at = random.randrange(len(content) + 1)
    return content[:at] + random.choice(BYTES) * random.choice((1, 1, 3)) + content[at:]


def _recoded(random: Random, content: bytes) -> bytes:
    encoding = random.choice(("utf-16", "utf-32", "utf-16-be", "latin-1", "cp037"))
    return content.decode("utf-8", "replace").encode(encoding, "replace")


def _flipped(random: Random, content: bytes) -> bytes:
    changed = bytearray(content)
    for _ in range(random.randrange(1, 4) if changed else 0):
        changed[random.randrange(len(changed))] ^= 1 << random.randrange(8)
    return bytes(changed)


LONG = 100_000
"""Bytes beyond which nothing is repeated 2,000 times: gigabytes would try the disk, no more of Regie than 200 MB do."""


def _doubled(random: Random, content: bytes) -> bytes:
    times = random.choice((2, 2, 2, 2000))
    return content * (times if len(content) < LONG else 2)


def _replaced(random: Random, content: bytes) -> bytes:
    return random.choice(
        (b"", b"\n", b"\x00" * 50, bytes(random.randrange(256) for _ in range(80)), b"{}", b"[]", b"-", b"%YAML 9.9")
    )
