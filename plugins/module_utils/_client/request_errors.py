# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Translate exceptions of requests, urllib3 and ssl: could the request have reached the platform?"""

from __future__ import annotations

import socket
import ssl
import traceback
from typing import Any

from .errors import AnswerLostError, NotSentError, PaasError

_CA_ADVICE = "give the platform's own authority as ca_path"

# Verify codes of OpenSSL: what is wrong with the certificate, and what to do.
_CERTIFICATE: dict[int, tuple[str, str]] = {
    9: ("is not valid yet", "check the clock of this machine"),
    10: ("has expired", "ask the hoster to renew it, and check the clock of this machine"),
    18: ("is signed by itself", _CA_ADVICE),
    19: ("is signed by an authority that is not known here", _CA_ADVICE),
    20: ("is signed by an authority that is not known here", _CA_ADVICE),
    21: ("is signed by an authority that is not known here", _CA_ADVICE),
    62: ("is for another host name", "check the host name of api_url"),
    64: ("is for another IP address", "use the host name of the platform in api_url"),
}

# Reasons of OpenSSL that can only come up before the request is sent.
_HANDSHAKE: dict[str, str] = {
    "WRONG_VERSION_NUMBER": "there is no TLS at this port; check scheme and port of api_url",
    "HTTP_REQUEST": "there is no TLS at this port; check scheme and port of api_url",
    "UNKNOWN_PROTOCOL": "there is no TLS at this port; check scheme and port of api_url",
    "UNSUPPORTED_PROTOCOL": "no TLS version in common; ask the hoster",
    "TLSV1_ALERT_PROTOCOL_VERSION": "no TLS version in common; ask the hoster",
    "SSLV3_ALERT_HANDSHAKE_FAILURE": "no TLS version or cipher in common; check api_url, or ask the hoster",
    "TLSV1_UNRECOGNIZED_NAME": "the server does not know this host name; check api_url",
    "TLSV1_ALERT_INTERNAL_ERROR": "the server does not know this host name; check api_url",
    "NO_CERTIFICATE_OR_CRL_FOUND": "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names a file without certificates; correct it",
}

# Address errors of requests and urllib3, by class name.
_ADDRESS = frozenset({"InvalidURL", "InvalidSchema", "MissingSchema", "LocationParseError", "LocationValueError"})
_PROXY_ADDRESS = frozenset({"InvalidProxyURL", "ProxySchemeUnknown", "ProxySchemeUnsupported"})
# Errors that can only come up while a connection is made.
_CONNECTING = frozenset({"NewConnectionError", "ConnectTimeoutError", "NameResolutionError", "gaierror"})
# Time-outs of Python, urllib3 and requests, and what Python's own HTTP raises for a header line of endless length.
_LATE = frozenset({"timeout", "TimeoutError", "ReadTimeoutError", "ReadTimeout"})
# Functions of Python's ssl and http.client that run before a request is sent. If an error comes out of one of them,
# nothing was sent; its type alone does not tell, as a connection can be reset at any time.
_HANDSHAKE_FUNCTION, _TUNNEL_FUNCTION = "do_handshake", "_tunnel"
_TOO_LONG = frozenset({"LineTooLong"})


def proxy_variable(url: str) -> str:
    """Return the environment variable that usually names the proxy for an address."""
    return "HTTP_PROXY" if url.startswith("http:") else "HTTPS_PROXY"


def causes(error: BaseException, outer: BaseException | None = None) -> list[BaseException]:
    """Return the error and every error that it wraps, the outermost first.

    Args:
        outer: the exception that was being handled when the call began. Python chains it to new errors, but it is not
            their cause.
    """
    chain: list[BaseException] = []
    todo: list[Any] = [error]
    while todo:
        item = todo.pop(0)
        if isinstance(item, BaseException) and item is not outer and all(item is not known for known in chain):
            chain.append(item)
            todo += [*item.args, getattr(item, "reason", None), item.__cause__, item.__context__]
    return chain


def _of_certificate(found: ssl.SSLCertVerificationError | None, place: str) -> PaasError:
    # urllib3 1.26 compares host names by itself, and its error has no code.
    code = 62 if found is None else found.verify_code
    wrong, advice = _CERTIFICATE.get(code, (f"is refused ({found.verify_message})" if found else "", _CA_ADVICE))
    return NotSentError(f"the certificate of {place} {wrong}; {advice}", final=True)


def _of_tls(chain: list[BaseException], names: set[str], place: str) -> PaasError | None:
    refused = next((item for item in chain if isinstance(item, ssl.SSLCertVerificationError)), None)
    if refused is not None or "CertificateError" in names:
        return _of_certificate(refused, place)
    reasons = (item.reason for item in chain if isinstance(item, ssl.SSLError))
    known = next((_HANDSHAKE[reason] for reason in reasons if reason in _HANDSHAKE), None)
    return None if known is None else NotSentError(f"TLS with {place} failed: {known}", final=True)


def _of_proxy(chain: list[BaseException], names: set[str], place: str) -> PaasError | None:
    if names & _PROXY_ADDRESS:
        return NotSentError(
            "the address of the proxy cannot be used; correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY", final=True
        )
    if any("SOCKS support" in str(item) for item in chain):
        return NotSentError("a SOCKS proxy needs the Python library PySocks; install requests[socks]", final=True)
    in_tunnel = _came_out_of(_TUNNEL_FUNCTION, chain)
    if "ProxyError" not in names and not in_tunnel:
        return None
    variable = proxy_variable(place)
    tunnel = [str(item) for item in chain if str(item).startswith("Tunnel connection failed")]
    if any("407" in text for text in tunnel):
        return NotSentError(f"the proxy for {place} wants credentials; check {variable}", final=True)
    if tunnel or names & _CONNECTING or in_tunnel:
        return NotSentError(f"the proxy for {place} did not let the call through; check {variable} and NO_PROXY")
    return AnswerLostError(f"the connection to {place} by way of a proxy was cut; check {variable} and NO_PROXY")


def _of_connecting(chain: list[BaseException], names: set[str], place: str, limit: float) -> PaasError | None:
    lookup = next((item for item in chain if isinstance(item, socket.gaierror)), None)
    if lookup is not None or "NameResolutionError" in names:
        # Only a resolver that is out of service for the moment is worth asking again.
        passing = lookup is not None and lookup.errno == socket.EAI_AGAIN
        return NotSentError(f"the host name of {place} is unknown; check api_url and the network", final=not passing)
    if "ConnectTimeoutError" in names:
        return NotSentError(
            f"{place} did not accept a connection within {limit:g} seconds; check api_url and the network"
        )
    if "NewConnectionError" in names:
        return NotSentError(
            f"no connection to {place}; check api_url, and that the platform is up and reachable from here"
        )
    if names & _ADDRESS:
        return NotSentError(
            f"{place} cannot be called; check api_url, and the proxy's address in {proxy_variable(place)}", final=True
        )
    return None


def _came_out_of(function: str, chain: list[BaseException]) -> bool:
    """Return whether one of the errors was raised in a function of this name, or in what it called."""
    return any(
        frame.f_code.co_name == function for item in chain for frame, _line in traceback.walk_tb(item.__traceback__)
    )


def _of_handshake(chain: list[BaseException], names: set[str], place: str, limit: float) -> PaasError | None:
    """Translate other errors between the connection and the request."""
    if not _came_out_of(_HANDSHAKE_FUNCTION, chain):
        return None
    if names & _LATE:
        return NotSentError(
            f"the TLS handshake with {place} did not end within {limit:g} seconds; check api_url and the network"
        )
    reasons = (
        item.reason for item in chain if isinstance(item, ssl.SSLError) and not isinstance(item, ssl.SSLEOFError)
    )
    reason = next((reason for reason in reasons if reason), None)
    if reason is None:
        return NotSentError(
            f"{place} closed the connection in the TLS handshake; check scheme and port of api_url, and the network"
        )
    words = reason.replace("_", " ").lower()
    return NotSentError(f"TLS with {place} failed: {words}; check api_url, or ask the hoster")


def answer_cut(place: str) -> AnswerLostError:
    """Return the error for an answer that ended early."""
    return AnswerLostError(f"the connection to {place} was cut before the whole answer came")


def answer_late(place: str, limit: float) -> AnswerLostError:
    """Return the error for an answer that did not end in time."""
    return AnswerLostError(
        f"{place} gave no whole answer within {limit:g} seconds; raise timeout if calls take longer there"
    )


def translate_error(
    error: BaseException, place: str, timeout: tuple[float, float], outer: BaseException | None = None
) -> PaasError:
    """Return the client's error for an error of requests. In doubt the call counts as sent: an AnswerLostError.

    Args:
        place: scheme and host, the only part of the address that is shown.
        timeout: seconds for the connection and for the answer.
        outer: see :func:`causes`.
    """
    chain = causes(error, outer)
    names = {type(item).__name__ for item in chain}
    known = (
        _of_tls(chain, names, place)
        or _of_proxy(chain, names, place)
        or _of_connecting(chain, names, place, timeout[0])
        or _of_handshake(chain, names, place, timeout[0])
    )
    if known is not None:
        return known
    if "ReadTimeoutError" in names or "ReadTimeout" in names:
        return answer_late(place, timeout[1])
    if names & _TOO_LONG or any("more than 100 headers" in str(item) for item in chain):
        return AnswerLostError(
            f"the header of the answer of {place} is too long; check api_url, and proxies on the way", final=True
        )
    if any("CA certificate bundle" in str(item) for item in chain):
        return NotSentError(
            "REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names a file that is not there; correct it, or give ca_path",
            final=True,
        )
    return answer_cut(place)
