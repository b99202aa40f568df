# Copyright (c) 2026, the inet.elastic authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever is put into the token store comes out of it, and whatever is read as one is an entry or one line."""

from __future__ import annotations

import tempfile
from pathlib import Path

from ansible.parsing.vault import VaultLib, VaultSecret
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.inet.elastic.plugins.plugin_utils._token_store import document as _store_document
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.document import dump_document, load_document
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.store import StoreEntry, StoreError, TokenStore
from ansible_collections.inet.elastic.plugins.plugin_utils._token_store.vault import Codec
from tests.profiles import examples

PATH = Path("/srv/tokens.yml")
SECRET = "c0ffee00c0ffee00c0ffee00c0ffee00c0ffee00"

# Text of any code points, lone surrogates and line ends of all kinds included, and what YAML would take for more.
ODD = ["", "null", "~", "true", "no", "0", "0123", "1e3", "0x1f", ".inf", "2030-01-01", "1:30", "=", "<<", "- a"]
ODD += ["a: b", "# a", "a #b", "!!int 1", "&a", "*a", "{{ x }}", "%", "@a", "`a", "'", '"', "\\", "---"]
ODD += ["a\x85b", "\u2028", "\ufeff", "\U0010ffff"]
TEXT = st.text(st.characters(exclude_categories=()), max_size=40) | st.sampled_from(ODD)
MAYBE = st.none() | TEXT


@st.composite
def stores(draw: st.DrawFn, max_size: int = 3) -> dict[str, StoreEntry]:
    keys = draw(st.lists(TEXT, unique=True, max_size=max_size))
    return {
        key: StoreEntry(
            key=key,
            value=draw(MAYBE),
            id=draw(st.none() | st.integers(-(2**63), 2**63 - 1)),
            description=draw(MAYBE),
            api_url=draw(MAYBE),
            account=draw(MAYBE),
            expires_at=draw(MAYBE),
            updated_at=draw(MAYBE),
            pending=draw(st.sampled_from([None, "create", "regenerate"])),
        )
        for key in keys
    }


def codec() -> Codec:
    return Codec(VaultLib([("prod", VaultSecret(b"vault password"))]), None, "vault")


@given(stores())
def test_the_document_round_trips(entries: dict[str, StoreEntry]) -> None:
    data = dump_document(entries)
    assert load_document(data, PATH) == entries
    assert dump_document(load_document(data, PATH)) == data


@examples(25)
@given(stores())
def test_the_encrypted_file_round_trips(entries: dict[str, StoreEntry]) -> None:
    content, key = codec().encode(dump_document(entries), PATH)
    document, opened = codec().decode(content, PATH)
    assert load_document(document, PATH) == entries
    assert (key and key.vault_id, opened and opened.vault_id) == ("prod", "prod")


@examples(40)
@given(st.lists(st.tuples(st.booleans(), stores(max_size=1), st.booleans()), max_size=8))
def test_any_sequence_of_writes_equals_a_dictionary(steps: list[tuple[bool, dict[str, StoreEntry], bool]]) -> None:
    expected: dict[str, StoreEntry] = {}
    with tempfile.TemporaryDirectory() as directory:
        store = TokenStore(Path(directory, "tokens.yml"), fmt="plain")
        for put, entries, reserve in steps:
            with store.transaction() as held:
                if reserve:
                    held.reserve()
                for key, entry in entries.items():
                    if put:
                        held.put(entry)
                        expected[key] = entry
                    else:
                        held.remove(key)
                        expected.pop(key, None)
                assert dict(held.entries) == expected
            assert store.read() == expected


# What answers may hold, and what cannot be stored of it.
ANY_ENTRY = st.builds(
    StoreEntry,
    key=TEXT,
    value=MAYBE,
    id=st.none()
    | st.integers()
    | st.integers(-(10**40), 10**40)
    | st.sampled_from([10**18, 2**63, int(1e30), 10**4000]),
    description=MAYBE,
    api_url=MAYBE,
    account=MAYBE,
    expires_at=MAYBE,
    updated_at=MAYBE,
    pending=st.sampled_from([None, "create", "regenerate", "other"]),
)


@examples(200)
@given(st.lists(ANY_ENTRY, max_size=6))
def test_whatever_the_store_takes_can_be_read_back(entries: list[StoreEntry]) -> None:
    taken: dict[str, StoreEntry] = {}
    with tempfile.TemporaryDirectory() as directory:
        store = TokenStore(Path(directory, "tokens.yml"), fmt="plain")
        with store.transaction() as held:
            for entry in entries:
                try:
                    held.put(entry)
                except StoreError as exc:
                    assert len(str(exc).splitlines()) == 1
                else:
                    taken[entry.key] = entry
        assert store.read() == taken


def refused(exc: StoreError) -> None:
    message = str(exc)
    assert len(message.splitlines()) == 1
    assert "/srv/tokens.yml" in message
    assert SECRET not in message


@given(st.binary(max_size=300) | TEXT.map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_a_document_or_one_line(data: bytes) -> None:
    try:
        load_document(data, PATH)
    except StoreError as exc:
        refused(exc)


@given(stores())
def test_with_and_without_libyaml_the_documents_are_the_same(entries: dict[str, StoreEntry]) -> None:
    quick = _store_document._Quick
    written = [dump_document(entries)]
    try:
        _store_document._Quick = None
        written.append(dump_document(entries))
        assert [load_document(data, PATH) for data in written] == [entries, entries]
    finally:
        _store_document._Quick = quick
    assert [load_document(data, PATH) for data in written] == [entries, entries]


def outcome(data: bytes) -> dict[str, StoreEntry] | str:
    try:
        return load_document(data, PATH)
    except StoreError as exc:
        refused(exc)
        return str(exc)


WHOLE = dump_document({"deploy-bot": StoreEntry("deploy-bot", SECRET, 42, "deploy bot"), "b": StoreEntry("b", SECRET)})


@examples(300)
@given(
    st.lists(
        st.tuples(st.integers(0, len(WHOLE)), st.integers(0, 4), st.sampled_from(list("\n :{}[]\"'#&*!|>-?,%@\0a"))),
        min_size=1,
        max_size=4,
    )
)
def test_a_document_broken_by_hand_never_shows_a_value(edits: list[tuple[int, int, str]]) -> None:
    data = WHOLE
    for start, length, character in edits:
        data = data[:start] + character.encode() + data[start + length :]
    quick = _store_document._Quick
    outcomes = [outcome(data)]
    try:
        _store_document._Quick = None
        outcomes.append(outcome(data))
    finally:
        _store_document._Quick = quick
    # Compared outside of an assertion of theirs, whose text would hold the values.
    same = outcomes[0] == outcomes[1]
    assert same, "libyaml and PyYAML read the document otherwise"


CONTENT = codec().encode(WHOLE, PATH)[0]


@examples(60)
@given(st.integers(0, len(CONTENT) - 1), st.integers(0, 3), st.binary(max_size=3))
def test_a_damaged_file_is_one_line_or_still_whole(start: int, length: int, inserted: bytes) -> None:
    content = CONTENT[:start] + inserted + CONTENT[start + length :]
    try:
        document, _key = codec().decode(content, PATH)
    except StoreError as exc:
        refused(exc)
    else:
        assert document == WHOLE
