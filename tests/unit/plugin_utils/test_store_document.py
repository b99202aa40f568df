# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The document of the token store, read strictly: what is not one is refused in one line without its content."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.document import (
    StoreEntry,
    StoreError,
    dump_document,
    load_document,
)

PATH = Path("/srv/tokens.yml")
SECRET = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"


def load(text: str) -> dict[str, StoreEntry]:
    return load_document(text.encode(), PATH)


def test_plain_scalars_are_text_whatever_they_look_like() -> None:
    text = (
        "version: 1\ntokens:\n  1:\n    value: 0123\n  yes: {value: true}\n  <<: {value: 1e3, id: 7}\n  =: {value: =}\n"
    )
    assert load(text) == {
        "1": StoreEntry("1", value="0123"),
        "yes": StoreEntry("yes", value="true"),
        "<<": StoreEntry("<<", value="1e3", id=7),
        "=": StoreEntry("=", value="="),
    }


def test_unquoted_dates_stay_text() -> None:
    entries = load("version: 1\ntokens: {a: {value: x, expires_at: 2030-01-01T00:00:00Z}}")
    assert entries["a"].expires_at == "2030-01-01T00:00:00Z"


@pytest.mark.parametrize("nothing", ["", "~", "null", "Null", "NULL"])
def test_nothing_is_no_value_and_quoted_nothing_is_text(nothing: str) -> None:
    text = f"version: 1\ntokens:\n  a:\n    id: {nothing}\n    pending: {nothing}\n    value: {nothing}\n"
    assert load(text) == {"a": StoreEntry("a")}
    assert load(f"version: 1\ntokens: {{a: {{value: '{nothing}'}}}}")["a"].value == nothing
    assert load(f"version: 1\ntokens: {nothing}\n") == {}


def test_no_entries() -> None:
    assert load("version: 1\ntokens: {}\n") == {}
    assert dump_document({}) == b"version: 1\ntokens: {}\n"


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is empty"),
        ("# only a remark\n", "it is empty"),
        ("just text", "the document is not a mapping (line 1)"),
        ("[1, 2]", "the document is not a mapping (line 1)"),
        ("tokens: {}", "it has no version"),
        ("version:\ntokens: {}", "it has no version"),
        ("version: one\ntokens: {}", "version is not a number (line 1)"),
        ("version: 2\ntokens: {}", "it has version 2, and this release of the collection reads version 1"),
        ("version: 1", "it must hold version and tokens, nothing else"),
        ("version: 1\ntokens: {}\nmore: 1", "it must hold version and tokens, nothing else"),
        ("version: 1\nversion: 1\ntokens: {}", "a name stands twice in the document (line 2)"),
        ("version: 1\ntokens:\n  a: {}\n  b: {}\n  a: {}\n", "a name stands twice in tokens (line 5)"),
        ("version: 1\ntokens: {a: {value: x, value: y}}", "a name stands twice in the entry 'a' (line 2)"),
        ("version: 1\ntokens: []", "tokens is not a mapping (line 2)"),
        ("version: 1\ntokens: {a: [x]}", "the entry 'a' is not a mapping (line 2)"),
        (f"version: 1\ntokens: {{a: {SECRET}}}", "the entry 'a' is not a mapping (line 2)"),
        ("version: 1\ntokens: {a: {value: [x]}}", "value of the entry 'a' is not text (line 2)"),
        ("version: 1\ntokens: {a: {value: !!int 5}}", "value of the entry 'a' is not text (line 2)"),
        ("version: 1\ntokens: {a: {value: !vault x}}", "value of the entry 'a' is not text (line 2)"),
        ("version: 1\ntokens: {a: {id: x}}", "id of the entry 'a' is not a number (line 2)"),
        ("version: 1\ntokens: {a: {id: 1234567890123456789012}}", "id of the entry 'a' is not a number (line 2)"),
        ("version: 1\ntokens: {a: {id: 9223372036854775808}}", "id of the entry 'a' is not a number (line 2)"),
        ("version: 1\ntokens: {a: {id: -9223372036854775809}}", "id of the entry 'a' is not a number (line 2)"),
        ("version: 1\ntokens: {a: {id: 1e3}}", "id of the entry 'a' is not a number (line 2)"),
        (
            "version: 1\ntokens: {a: {pending: delete}}",
            "pending of the entry 'a' is none of create, regenerate (line 2)",
        ),
        (
            "version: 1\ntokens: {a: {colour: red}}",
            "the entry 'a' has 'colour', which this release does not know (line 2)",
        ),
        (f"version: 1\ntokens: {{a: {{{SECRET}: x}}}}", "the entry 'a' has a field, which this release does not know"),
        ("version: 1\ntokens: {~: {}}", "a name in tokens is empty (line 2)"),
        ("version: 1\ntokens: {[a]: {}}", "a name in tokens is not text (line 2)"),
        ("!!python/object/apply:os.getcwd []", "the document is not a mapping (line 1)"),
        ("version: 1\ntokens: !!python/dict {}", "tokens is not a mapping (line 2)"),
        (f"version: 1\ntokens: {{a: {{value: *{SECRET}}}}}", "it is not YAML (line 2)"),
        ("version: 1\ntokens: {}\n---\nversion: 1\ntokens: {}\n", "it is not YAML (line 3)"),
        ("version: 1\n\ttokens: {}", "it is not YAML (line 2)"),
        ("version: 1\ntokens: {a: {value: 'x", "it is not YAML (line 2)"),
        ("version: 1\ntokens: {a: {value: \x07}}", "it is not YAML"),
        ("[" * 3000, "it is not YAML"),
    ],
)
def test_what_is_not_a_document(text: str, problem: str) -> None:
    with pytest.raises(StoreError) as error:
        load(text)
    message = str(error.value)
    assert message.startswith(f"/srv/tokens.yml is not a token store that can be used: {problem}")
    assert message.endswith("Correct it, restore it from a copy, or name another store.")
    assert "\n" not in message
    assert SECRET not in message


def test_other_encodings_are_refused() -> None:
    with pytest.raises(StoreError, match="it is not YAML"):
        load_document("version: 1\ntokens: {ä: {}}".encode("latin-1"), PATH)


def test_errors_stay_on_one_line_whatever_they_name() -> None:
    with pytest.raises(StoreError) as error:
        load_document(b"", Path("/srv/a\nb\x1b[31m\u2028.yml"))
    assert str(error.value).startswith("/srv/a?b?[31m?.yml is not a token store")


def test_umlauts_stay_readable() -> None:
    assert 'description: "Büro-Zugang"\n'.encode() in dump_document({"a": StoreEntry("a", description="Büro-Zugang")})
