# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""HTTP: form POSTs with requests over kept-alive connections, from any thread. Knows no method and no secret."""

from __future__ import annotations

import ipaddress
import re
import ssl
import sys
import time
import warnings
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode, urlsplit

from .errors import AnswerLostError, InputError, PaasError
from .file_body import FileBody
from .http_session import new_session
from .parameters import NOT_UNICODE, LocalFile
from .request_errors import answer_cut, answer_late, translate_error

try:
    import requests
    from urllib3.exceptions import HTTPError, InsecureRequestWarning
except ImportError as error:
    requests = None  # type: ignore[assignment] # typed as a module, which it is not here
    REQUESTS_IMPORT_ERROR: ImportError | None = error
else:
    REQUESTS_IMPORT_ERROR = None

REQUESTS_MINIMUM = (2, 28)
USER_AGENT = "ansible-inet.elastic/0.1.0"
NO_PROXIES = {"http": None, "https": None, "all": None}
LARGEST_ANSWER = 64 * 1024 * 1024
# Bytes that are read at once; the deadline of an answer is checked between two blocks.
BLOCK = 8 * 1024
# Bytes that are decoded at once.
DECODED_BLOCK = 64 * 1024
# Names, with letters of any alphabet, and addresses; an IPv6 address comes without its brackets.
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)*\.?|[0-9a-f:.]+(?:%[\w.-]+)?")


@dataclass(frozen=True)
class Reply:
    """An HTTP response: status, header fields (names in lower case), body as text."""

    status: int
    headers: Mapping[str, str]
    body: str


class Transport(Protocol):
    """The interface between the client and HTTP; tests have their own implementation."""

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        """Send one form POST; a :class:`LocalFile` among the fields is sent as a file.

        Raises:
            NotSentError: the request was certainly not processed.
            AnswerLostError: the request was sent, and no whole answer came.
        """

    def close(self) -> None:
        """Close or release the connection."""


def requests_problem() -> str | None:
    """Return why this interpreter cannot use ``requests``, as one line; None if it can."""
    minimum = ".".join(str(part) for part in REQUESTS_MINIMUM)
    remedy = f"install it with: {sys.executable} -m pip install 'requests>={minimum}'"
    if requests is None:
        return f"the Python library requests is missing for {sys.executable}; {remedy}"
    found = tuple(int(part) for part in requests.__version__.split(".")[:2] if part.isdigit())
    if found < REQUESTS_MINIMUM:
        return f"the Python library requests is {requests.__version__}, older than {minimum}; {remedy}"
    return None


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def base_url(api_url: str, *, allow_http: bool = False) -> str:
    """Return the platform's address without a trailing slash or ``/1.0``.

    Raises:
        InputError: the value is not an http(s) address, or is an http address of a host other than loopback.
    """
    given = (api_url or "").strip()
    try:
        parts = urlsplit(given)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if parts.scheme not in ("http", "https") or not host or not _HOST.fullmatch(host) or port == 0:
        raise InputError(
            "api_url is not a web address; write it as https://app.example.com: app. and the platform's domain"
        )
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InputError("api_url must be the bare address; give login, password and token as options, not inside it")
    if parts.scheme == "http" and not _is_loopback(host) and not allow_http:
        raise InputError(
            f"api_url uses plain http to {host}, which shows secrets to the network; use https, or set allow_http"
        )
    path = parts.path.rstrip("/")
    path = path[: -len("/1.0")].rstrip("/") if path.endswith("/1.0") else path
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}{f':{port}' if port else ''}{path}"


def without_credentials(address: str) -> str:
    """Return an address with credentials and query masked."""
    credentials, at, rest = address.rpartition("@")
    scheme = credentials.partition("//")[0] + "//" if "//" in credentials else ""
    place, mark, _query = re.sub("[?#]", "?", rest, count=1).partition("?")
    return f"{scheme if at else ''}{'********@' if at else ''}{place}{'?********' if mark else ''}"


class RequestsTransport:
    """The transport over the network: TLS is verified, redirects are not followed, netrc is not read.

    Proxies of the environment are used, but not for loopback addresses: plain http is allowed for these because the
    request stays on the machine.
    """

    def __init__(self, *, ca_path: str | None = None, validate_certs: bool = True) -> None:
        """Raise InputError if requests is missing, or ``ca_path`` holds no certificates."""
        problem = requests_problem()
        if problem:
            raise InputError(problem)
        if ca_path and validate_certs:
            _check_ca_bundle(ca_path)
        self._verify: bool | str | None = ca_path if ca_path and validate_certs else (None if validate_certs else False)
        if self._verify is False:
            # The user asked for this, so urllib3 need not warn. Set here, because several threads must not change the
            # filters of warnings.
            warnings.simplefilter("ignore", InsecureRequestWarning)
        self._session = new_session()
        self._session.headers["User-Agent"] = USER_AGENT
        # Only gzip is accepted, because only gzip is decoded here with a limit of its size.
        self._session.headers["Accept-Encoding"] = "gzip"

    def post(self, url: str, fields: Mapping[str, str], timeout: tuple[float, float]) -> Reply:
        outer = sys.exc_info()[1]
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        body, content_type = _body(fields)
        try:
            headers = {**self._session.headers, "Content-Type": content_type}
            # Prepared without the session, which would look for cookies and for credentials in a netrc file.
            call = requests.Request("POST", url, headers=headers, data=body).prepare()
            proxies: dict[str, Any] = NO_PROXIES if _is_loopback(parts.hostname or "") else {}
            settings = self._session.merge_environment_settings(url, proxies, True, self._verify, None)
            with self._session.send(call, timeout=timeout, allow_redirects=False, **settings) as answer:
                text = self._read(answer, place, timeout[1])
                sent = {name.lower(): value for name, value in answer.headers.items()}
                return Reply(status=answer.status_code, headers=sent, body=text)
        except PaasError:
            raise
        except (OSError, ValueError, HTTPError) as error:
            # Exceptions of requests are OSErrors; some exceptions of urllib3 are not wrapped by requests.
            raise translate_error(error, place, timeout, outer) from None

    @staticmethod
    def _read(answer: Any, place: str, limit: float) -> str:
        content = bytearray()
        encoding = answer.headers.get("Content-Encoding", "").strip().lower()
        blocks = _in_time(answer.raw.stream(BLOCK, decode_content=False), place, limit)
        for block in blocks if encoding in ("", "identity") else _decoded(blocks, encoding, place):
            content += block
            if len(content) > LARGEST_ANSWER:
                raise AnswerLostError(
                    f"the answer is larger than {LARGEST_ANSWER // 2**20} MiB and was not read further", final=True
                )
        length = answer.headers.get("Content-Length", "")
        # urllib3 1.26 reports no error for a body that ends early.
        if length.isdigit() and answer.raw.tell() < int(length[:18]):
            raise answer_cut(place)
        # Not the codec utf-8-sig: Python would import it by the first call, in each worker of ansible-core anew.
        return content.removeprefix(BOM_UTF8).decode("utf-8", "replace")

    def close(self) -> None:
        """Close the connection."""
        self._session.close()


def _in_time(blocks: Iterable[bytes], place: str, limit: float) -> Iterator[bytes]:
    """Hand on the blocks of a body, at most ``limit`` seconds long.

    requests limits only the wait from one byte to the next. A server that sends single bytes can hold the call while it
    sends a header or one block.

    Raises:
        AnswerLostError: a block came later.
    """
    end = time.monotonic() + limit
    for block in blocks:
        if time.monotonic() > end:
            raise answer_late(place, limit)
        yield block


def _decoded(blocks: Iterable[bytes], encoding: str, place: str) -> Iterator[bytes]:
    """Decode a body of gzip to blocks of bounded size."""
    if encoding not in ("gzip", "x-gzip"):
        raise AnswerLostError(
            f"the answer of {place} has a content encoding that was not asked for; check api_url, and proxies on the "
            "way",
            final=True,
        )
    inflate = zlib.decompressobj(zlib.MAX_WBITS | 16)
    begun = False
    try:
        for block in blocks:
            rest = block
            while rest and not inflate.eof:
                begun = True
                yield inflate.decompress(rest, DECODED_BLOCK)
                rest = inflate.unconsumed_tail
                # A body may have several gzip members. Other data after the last member is padding.
                if inflate.eof and inflate.unused_data.startswith(b"\x1f\x8b"):
                    rest, inflate = inflate.unused_data, zlib.decompressobj(zlib.MAX_WBITS | 16)
        yield inflate.flush()
    except zlib.error:
        raise answer_cut(place) from None
    if begun and not inflate.eof:
        raise answer_cut(place)


def _body(fields: Mapping[str, str]) -> tuple[bytes | FileBody, str]:
    """Return the body of a request, and its content type."""
    if any(isinstance(value, LocalFile) for value in fields.values()):
        files = FileBody(fields)
        return files, files.content_type
    return _form(fields), "application/x-www-form-urlencoded"


def _form(fields: Mapping[str, str]) -> bytes:
    body = []
    for name, value in fields.items():
        try:
            body.append(urlencode({name: value}))
        except UnicodeEncodeError:
            raise InputError(f"the parameter {name} {NOT_UNICODE}") from None
    return "&".join(body).encode("ascii")


def _check_ca_bundle(ca_path: str) -> None:
    try:
        if Path(ca_path).is_dir():
            return
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=ca_path)
    except ssl.SSLError:
        raise InputError(
            f"ca_path {ca_path} holds no certificates; name a file with certificates in PEM form"
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "not a path"
        raise InputError(f"ca_path {ca_path} cannot be read: {reason}; name a file with certificates") from None
