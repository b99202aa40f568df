# Copyright (c) 2026, the inet.elastic authors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Interpret an HTTP response: a result, a refusal of the API, or an error page of a proxy or gateway."""

from __future__ import annotations

import email.utils
from datetime import datetime, timezone
from typing import Any, Callable
from urllib.parse import urlsplit

from .answers import find_error, read_object
from .clocks import believed
from .errors import AnswerLostError, EndpointError, NotSentError, PaasError, RateLimitedError
from .redaction import WITHHELD
from .refusals import one_line, refusal
from .request_errors import proxy_variable
from .transport import Reply

LONGEST_ADDRESS = 200
LONGEST_WAIT = 1e9  # seconds; a Retry-After above it, some thirty years, is nonsense

_CHECK_URL = "check that api_url is the platform's API address"
_NOT_OFFERED = "{method} is not offered at {url} (HTTP {status}); " + _CHECK_URL
_NOT_TAKEN = "{method} was not taken by {url} (HTTP {status}); check api_url, and proxies on the way"
_GATEWAY = "{method} got no answer from the platform, only from its gateway (HTTP {status})"

# HTTP statuses without the platform's JSON: the kind of failure and its message. Gateways send 502 to 504 (recorded).
_STATUSES: dict[int, tuple[Callable[[str], PaasError], str]] = {
    404: (EndpointError, _NOT_OFFERED),
    405: (EndpointError, _NOT_OFFERED),
    407: (
        EndpointError,
        "the proxy on the way to {url} wants credentials (HTTP {status}); check {proxy_variable} and NO_PROXY",
    ),
    # The server did not receive the whole request.
    408: (NotSentError, "{method} did not get through to {url} in time (HTTP {status}); check the network"),
    501: (EndpointError, _NOT_OFFERED),
    502: (AnswerLostError, _GATEWAY),
    503: (AnswerLostError, _GATEWAY),
    504: (AnswerLostError, _GATEWAY),
}


def interpret_response(method: str, url: str, reply: Reply, quote: Callable[[list[str]], str]) -> dict[str, Any]:
    """Return the JSON of a successful answer.

    Args:
        url: the address for messages.
        quote: see :func:`..refusals.refusal`.

    Raises:
        PaasError: RefusedError, NotSentError or AnswerLostError, see ``PlatformClient.call``.
    """
    if reply.status == 429:
        raise _busy(method, reply)
    if 300 <= reply.status < 400:
        target = _target(reply, quote)
        raise EndpointError(
            f"{method} was answered with a redirect to {target}; set api_url to the platform's final address"
        )
    try:
        answer = read_object(reply.body)
        failed = find_error(answer)
    except ValueError:
        raise _unreadable(method, url, reply) from None
    if failed:
        raise refusal(method, *failed, quote)
    if not 200 <= reply.status < 300:
        raise _unreadable(method, url, reply)
    return answer


def _busy(method: str, reply: Reply) -> RateLimitedError:
    wait = retry_after(reply)
    asked = "try again later" if wait is None else f"the platform asks to wait {wait:.0f} seconds"
    return RateLimitedError(f"{method} was rate limited: too many calls (HTTP 429); {asked}", retry_after=wait)


def _target(reply: Reply, quote: Callable[[list[str]], str]) -> str:
    """Return the target of a redirect without query and credentials."""
    # Redact before the address is split, cleaned and shortened, or a part of a secret could remain.
    given = quote([reply.headers.get("location", "")])
    if given == WITHHELD:
        return "an address that is not shown because it contains a secret"
    try:
        parts = urlsplit(given)
    except ValueError:
        return "an address that is not valid"
    place = parts.netloc.rpartition("@")[2]
    target = one_line(f"{parts.scheme}://{place}{parts.path}" if place else parts.path)
    return target[:LONGEST_ADDRESS] or "nowhere"


def _unreadable(method: str, url: str, reply: Reply) -> PaasError:
    if reply.status in _STATUSES:
        kind, words = _STATUSES[reply.status]
        error = kind(words.format(method=method, url=url, status=reply.status, proxy_variable=proxy_variable(url)))
        if reply.status == 503:
            error.retry_after = retry_after(reply)
        return error
    if 400 <= reply.status < 500:
        return EndpointError(_NOT_TAKEN.format(method=method, url=url, status=reply.status))
    what = "an empty answer" if not reply.body.strip() else "an answer that is not the platform's JSON"
    return AnswerLostError(f"{method} got {what} (HTTP {reply.status}); {_CHECK_URL}")


def _http_date(text: str) -> datetime | None:
    """Return a date of HTTP (RFC 9110), UTC; None for a text that is not a date. A missing zone is UTC."""
    try:
        moment = email.utils.parsedate_to_datetime(text)
        zoned = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
        return zoned.astimezone(timezone.utc)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None


def date_of(reply: Reply) -> datetime | None:
    """Return the Date header of an answer, UTC; None without one."""
    return _http_date(reply.headers.get("date", ""))


def retry_after(reply: Reply) -> float | None:
    """Return the seconds of a Retry-After header, which holds a number or a date by the platform's clock (RFC 9110).

    None without the header, and for a date that is far from both the platform's and this machine's clock.
    """
    given = reply.headers.get("retry-after", "").strip()
    if given.isascii() and given.isdigit():
        return min(float(given), LONGEST_WAIT)
    moment = _http_date(given)
    if moment is None:
        return None
    now = datetime.now(timezone.utc)
    sent = date_of(reply) or now
    if not believed(sent, now) and not believed(moment, sent):
        return None
    return min(max(0.0, (moment - sent).total_seconds()), LONGEST_WAIT)
