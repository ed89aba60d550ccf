"""A tiny HTTP server on loopback that answers what a test tells it to: whole, cut, late or never. It only injects faults."""

import datetime
import ipaddress
import json
import socket
import ssl
import threading
import xmlrpc.client
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from connectors.odoo.settings import OdooSettings
from connectors.odoo.transport import Transport

Answer = bytes | None | Callable[[bytes], bytes]
"""Bytes to send before the connection is closed; None: never answer; a function of the whole request."""

PROTOCOLS = ("json2", "jsonrpc", "xmlrpc")
SECRET = "s3cret-Key!0815"


class Listener:
    """Serves each connection to a port of its own on loopback in a thread, by `talk`, until it is left."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._closed = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http{'s' if self._tls else ''}://127.0.0.1:{self._listener.getsockname()[1]}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes the thread that waits in accept
        self._listener.close()

    def talk(self, stream: socket.socket) -> None:
        """What is said on one connection; OSError where the client went away."""
        raise NotImplementedError

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._connected, args=(connection,), daemon=True).start()

    def _connected(self, connection: socket.socket) -> None:
        with connection:
            try:
                stream = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
                with stream:
                    self.talk(stream)
            except OSError:
                return  # the client went away, or did not trust us


class Loopback(Listener):
    """Answers each request with the next of `answers`, the last one for ever; keeps what it received."""

    def __init__(self, *answers: Answer, tls: ssl.SSLContext | None = None) -> None:
        self.answers: list[Answer] = list(answers)
        self.received: list[bytes] = []
        super().__init__(tls)

    def talk(self, stream: socket.socket) -> None:
        request = message(stream)
        self.received.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            self._closed.wait(60)
        else:
            stream.sendall(answer(request) if callable(answer) else answer)


def message(stream: socket.socket) -> bytes:
    """A whole request or answer: its head, and as much body as the head tells."""
    data = b""
    while b"\r\n\r\n" not in data:
        data += _more(stream)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next((int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += _more(stream)
    return head + b"\r\n\r\n" + body


def _more(stream: socket.socket) -> bytes:
    chunk = stream.recv(65536)
    if not chunk:
        raise OSError("the client went away")
    return chunk


def http(body: bytes | str = b"", status: int = 200, kind: str = "application/json", **headers: str) -> bytes:
    """A whole HTTP answer."""
    body = body.encode() if isinstance(body, str) else body
    lines = [f"HTTP/1.1 {status} X", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def result(protocol: str, value: Any) -> bytes:
    """`value` as that protocol answers it."""
    if protocol == "json2":
        return http(json.dumps(value))
    if protocol == "jsonrpc":
        return http(json.dumps({"jsonrpc": "2.0", "id": 1, "result": value}))
    return http(xmlrpc.client.dumps((value,), methodresponse=True, allow_none=True), kind="text/xml")


def failure(protocol: str, name: str, message: str, status: int = 500) -> bytes:
    """An exception of the server as that protocol tells it: by name in JSON, by code or traceback in XML-RPC."""
    told = {
        "name": name,
        "message": message,
        "arguments": [message],
        "context": {},
        "debug": f"Traceback ...\n{name}: {message}",
    }
    if protocol == "json2":
        return http(json.dumps(told), status)
    if protocol == "jsonrpc":
        return http(json.dumps({"jsonrpc": "2.0", "id": 1, "error": {"code": 0, "message": "Odoo Server Error", "data": told}}))
    kinds = {"RedirectWarning": 2, "UserError": 2, "ValidationError": 2, "MissingError": 2, "AccessDenied": 3, "AccessError": 4}
    code = kinds.get(name.rpartition(".")[2], 1)
    shown = name.removeprefix("builtins.")
    trace = f'Traceback (most recent call last):\n  File "/odoo/http.py", line 1, in f\n    g()\n{shown}: {message}\n'
    fault = xmlrpc.client.Fault(code, message if code > 1 else trace)
    return http(xmlrpc.client.dumps(fault, methodresponse=True), kind="text/xml")


def settings(url: str, **values: Any) -> OdooSettings:
    given = {"url": url, "database": "db", "login": "bot", "key": SECRET, "timeout": 5}
    return OdooSettings(**{**given, **values})


def transport(protocol: str, server: Loopback, **values: Any) -> Transport:
    """A connection of that protocol to the server, as user 2, without its own login (odoorpc's is answered)."""
    chosen = settings(server.url, **values)
    if protocol == "json2":
        from connectors.odoo.json2 import Json2

        return Json2(chosen)
    if protocol == "xmlrpc":
        from connectors.odoo.xmlrpc import XmlRpc

        return XmlRpc(chosen)
    from connectors.odoo.jsonrpc import JsonRpc

    server.answers[:0] = [result("jsonrpc", 2), result("jsonrpc", {"lang": "fr_FR"})]
    made = JsonRpc(chosen, "18.0")
    made.login()
    server.received.clear()
    return made


def refused_url() -> str:
    """An address of this machine at which nothing listens."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    return f"http://127.0.0.1:{port}"


def certificate(folder: Path, names: Sequence[str] = ("127.0.0.1",)) -> tuple[ssl.SSLContext, Path]:
    """A TLS context for a server, and the file of its self-signed certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "loopback")])
    now = datetime.datetime.now(datetime.UTC)
    day = datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number(), now - day, now + day)
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(name)) for name in names]), False)
        .add_extension(x509.BasicConstraints(True, None), True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret = folder / "key.pem"
    secret.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file, secret)
    return context, file
