"""How a key may be spelt where somebody would find it."""

import base64
import html
import json
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape


def spellings(key: str) -> set[bytes]:
    """The key itself, and as URLs, JSON, Python, XML, HTML, base64 and hexadecimal write it."""
    texts = {key, quote(key), quote(key, safe=""), quote_plus(key), repr(key)[1:-1], escape(key), html.escape(key)}
    texts |= {json.dumps(key)[1:-1], json.dumps(key, ensure_ascii=False)[1:-1]}
    raw = {text.encode() for text in texts}
    ends = (key.encode(), b"bearer " + key.encode(), b"bot:" + key.encode())
    coded = {base64.b64encode(end).rstrip(b"=")[:-1] for end in ends} | {
        base64.urlsafe_b64encode(key.encode()).rstrip(b"=")[:-1]
    }
    return raw | coded | {key.encode().hex().encode(), key.encode("utf-16-le")}


def shown(where: str | bytes, *keys: str) -> list[bytes]:
    """The spellings of the keys that stand somewhere."""
    content = where.encode("utf-8", "surrogatepass") if isinstance(where, str) else where
    return [spelling for key in keys for spelling in spellings(key) if spelling in content]
