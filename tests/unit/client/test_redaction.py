"""The redactor: spellings of secrets, near misses, texts that end in the midst of a secret, and what it costs."""

from __future__ import annotations

import html
import json
import time
import tracemalloc
from collections.abc import Callable
from urllib.parse import quote

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.needles import HEAD, Needles
from ansible_collections.inet.elastic.plugins.module_utils._client.redaction import MASK, WITHHELD, Redactor
from ansible_collections.inet.elastic.plugins.module_utils._client.spellings import Decoded

SIGNS = "\"'<>&%/\\ \n;:!#"
LARGE = "\n".join(f'{number:05d} "key" = <value> & more: {number * 7919 % 10007}%' for number in range(5600))


def redactor(*secrets: str) -> Redactor:
    made = Redactor()
    made.add(*secrets)
    return made


def cpu_seconds(work: Callable[[], object]) -> float:
    """The least CPU time of several tries."""
    tries = []
    for _number in range(3):
        begun = time.process_time()
        work()
        tries.append(time.process_time() - begun)
    return min(tries)


@pytest.mark.parametrize(
    "spelling",
    [
        "%53%65%63-%2F%78%31",
        "%2553%2565c%2D/x1",
        "%25%35%33ec-/x1",
        "%" + "25" * 20 + "53ec-/x1",
        "&" + "amp;" * 20 + "#83;ec-/x1",
        "Sec-" + "\\" * 200 + "/x1",
        "\\u0053ec-/\\u00781",
        "\\\\\\\\u0053e\\\\u0063-\\/x1",
        "\\x53\\x65c-/x\\U00000031",
        "%5Cu0053ec-%5C/x1",
        "&#83;&#101;c-/x1",
        "&#0083;e&#x63;&#X2D;/&#x078;1",
        "&#83&#101&#99&#45/x&#49",
        "&#83ec&#45/&#1201",
        "&amp;#83;ec-&sol;x1",
        "&amp;amp;#x53;ec-%26%2347%3Bx1",
        "\\u0026#83;%65c-/x1",
        "U2VjLS94MQ==",
    ],
)
def test_a_spelling_of_a_secret_is_masked(spelling: str) -> None:
    assert redactor("Sec-/x1").text(f"<{spelling}>") == f"<{MASK}>"


@pytest.mark.parametrize(
    "text",
    [
        "Sec-/x2",
        "%53%65%63-%2F%78%32",
        "sec-/x1",
        "Sec-\\/x",
        "&#83;&#101;c-/x",
        "\\u0054ec-/x1",
        "Sec-%2Fy1",
        "Sec -/x1 %20",
    ],
)
def test_another_text_is_left_as_it_is(text: str) -> None:
    assert redactor("Sec-/x1").text(f"<{text}>") == f"<{text}>"


def spellings(text: str) -> dict[str, str]:
    as_json = json.dumps(text)[1:-1]
    return {
        "json": as_json,
        "json in json": json.dumps(as_json)[1:-1],
        "python": repr(text)[1:-1],
        "url": quote(text, safe=""),
        "html": html.escape(text),
        "backslashes": "".join(sign if sign.isalnum() else "\\" + sign for sign in text),
    }


@pytest.mark.parametrize("kind", sorted(spellings("")))
@pytest.mark.parametrize("signs", ["\"'!$", "\\", '"', SIGNS])
def test_a_near_miss_costs_time_in_proportion_to_its_length(kind: str, signs: str) -> None:
    def cost(length: int) -> float:
        secret = (signs * length)[:length] + "x"
        text = spellings(secret)[kind][:-1] + "y"
        assert redactor(secret).text(text) == text
        return cpu_seconds(lambda: redactor(secret).text(text))

    cost(10)
    cost(100)
    # Ten times the length; quadratic time would be a hundred times the cost.
    assert cost(10_000) < 40 * max(cost(1000), 0.001)


def test_a_text_with_many_secrets_costs_time_in_proportion_to_its_length() -> None:
    secrets = [f'https://app:p"{number}w@db.example.com/?a=b&c=%20{number * 7919}' for number in range(300)]
    known = redactor(*secrets)
    line = " ".join(json.dumps(secret[:-1]) for secret in secrets)
    known.text(line)
    assert cpu_seconds(lambda: known.text(line * 40)) < 12 * cpu_seconds(lambda: known.text(line * 10))
    few = redactor(*secrets[:30])
    few.text(line)
    assert cpu_seconds(lambda: known.text(line * 10)) < 5 * cpu_seconds(lambda: few.text(line * 10))


@pytest.mark.parametrize(
    "text",
    ["Not enough rights", 'Not "enough\\" rights', LARGE, json.dumps(LARGE)],
    ids=["plain", "escaped", "read back", "read back as JSON"],
)
def test_a_large_secret_costs_little(text: str) -> None:
    assert len(LARGE) > 190_000
    assert cpu_seconds(lambda: redactor(LARGE).quoted([text])) < 0.6  # a tenth of it on a quiet machine
    tracemalloc.start()
    redactor(LARGE).quoted([text])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6 * max(len(LARGE), len(text))


@pytest.mark.parametrize("encode", [str, json.dumps, quote])
def test_a_large_secret_is_masked(encode: Callable[[str], str]) -> None:
    masked = redactor(LARGE).text(f"before {encode(LARGE)} after")
    assert masked.replace('"', "") == f"before {MASK} after"


@pytest.mark.parametrize("spelling", ["plain", *sorted(spellings(""))])
@pytest.mark.parametrize("behind", ["", "...", '"', ' ..."'])
def test_the_beginning_of_a_secret_at_the_end_of_a_text_is_masked(spelling: str, behind: str) -> None:
    secret = '{"url": "https://app.example.com", "key": "a b&c", "more": true}'
    whole = {**spellings(secret), "plain": secret}[spelling]
    for length in range(len(whole) * 3 // 4, len(whole) - 1):
        said = redactor(secret).quoted([f"wrong value: {whole[:length]}{behind}", "see the log"])
        assert said.startswith(f"wrong value: {MASK}"), length
        assert said.endswith("; see the log")
        assert said.removeprefix(f"wrong value: {MASK}").removesuffix("; see the log").strip(' ."') == "", length


def test_a_word_that_a_secret_begins_with_is_left_at_the_end_of_a_text() -> None:
    assert redactor("environment-0123!").quoted(["no such environment"]) == "no such environment"


def test_a_text_that_repeats_a_beginning_is_masked_in_bounded_time() -> None:
    secret, text = "ab" * 50_000 + "c", "ab" * 40_000 + "d"
    assert cpu_seconds(lambda: redactor(secret).quoted([text])) < 2
    assert redactor(secret).quoted([text]).endswith(MASK)


@pytest.mark.parametrize("secret", ["aaaaaa*", "a*", "*" * 7 + "b"])
def test_masks_that_become_secrets_again_end(secret: str) -> None:
    text = redactor(secret).text("a" * 20_000 + secret + "*" * 100)
    assert secret not in text


@pytest.mark.parametrize("repeated", ["aa", "abab", "ab" * 20, "ab" * (HEAD // 2), "ab" * HEAD, "abc" * 2000])
def test_needles_that_overlap_themselves_are_covered(repeated: str) -> None:
    part = next(part for part in ("a", "ab", "abc") if repeated.replace(part, "") == "")
    text = "x" + repeated + part + "x"
    covered = {at for start, end in Needles([repeated]).spans(text) for at in range(start, end)}
    assert covered == set(range(1, len(text) - 1))


def test_of_needles_that_begin_alike_each_is_found() -> None:
    needles = ["abcd", "abcde", "abcdefgh", "abcx", "b", "abcd" + "e" * 300, "abcd" + "e" * 400]
    text = "abcdefg abcdefgh abcx " + "abcd" + "e" * 350
    found = {text[start:end] for start, end in Needles(needles).spans(text)}
    assert found == {"abcd" + "e" * 300, "abcdefgh", "abcde", "abcx", "b"}


def test_positions_lead_back_to_the_text() -> None:
    text = 'a\\\\\\"b%2520c&amp;#100;\\u00e9\nz'
    decoded = Decoded(text)
    assert decoded.text == 'a"b cdé\\nz'
    pieces = ["a", '\\\\\\"', "b", "%2520", "c", "&amp;#100;", "\\u00e9"]
    assert [text[decoded.position(at) : decoded.position(at + 1)] for at in range(len(pieces))] == pieces


def test_what_the_platform_says_is_withheld_if_a_secret_is_broken_in_it() -> None:
    assert redactor("correct-horse").quoted(["correct-", "horse"]) == WITHHELD
