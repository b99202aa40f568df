"""Files in requests: the exact body, a file that changes, and the memory that a large one takes."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from ansible_collections.inet.elastic.plugins.module_utils._client.errors import InputError
from ansible_collections.inet.elastic.plugins.module_utils._client.file_body import FileBody
from ansible_collections.inet.elastic.plugins.module_utils._client.parameters import LocalFile, form_fields
from ansible_collections.inet.elastic.plugins.module_utils._client.transport import RequestsTransport
from tests.unit.client.servers import Server, answer

PATH = "/1.0/storage/uploader/rest/upload"


def test_the_body(tmp_path: Path) -> None:
    """A charset beside the boundary would be refused (recorded)."""
    path = tmp_path / 'a "b".war'
    path.write_bytes(b"PK\x00\xff")
    body = FileBody(form_fields({"session": "s3cret/&ä", "fid": 12, "file": LocalFile(path)}))
    kind, _, boundary = body.content_type.partition("; boundary=")
    assert (kind, len(boundary)) == ("multipart/form-data", 32)
    mark = f"--{boundary}".encode()
    expected = [
        b'Content-Disposition: form-data; name="session"\r\n\r\n' + "s3cret/&ä".encode(),
        b'Content-Disposition: form-data; name="fid"\r\n\r\n12',
        b'Content-Disposition: form-data; name="file"; filename="a %22b%22.war"\r\n'
        b"Content-Type: application/octet-stream\r\n\r\nPK\x00\xff",
    ]
    whole = b"".join(mark + b"\r\n" + part + b"\r\n" for part in expected) + mark + b"--\r\n"
    assert (b"".join(body), len(body)) == (whole, len(whole))


def test_it_is_sent_with_its_length(tmp_path: Path) -> None:
    path = tmp_path / "shop.war"
    path.write_bytes(b"content of the archive")
    with Server([answer({"result": 0})]) as server:
        transport = RequestsTransport()
        transport.post(server.url + PATH, {"session": "s3cret", "file": LocalFile(path)}, (5.0, 5.0))
        transport.close()
    (request,) = server.requests
    assert request.line == f"POST {PATH} HTTP/1.1"
    assert request.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert int(request.headers["content-length"]) == len(request.body)
    assert "content of the archive" in request.body and "s3cret" in request.body


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(InputError) as caught:
        FileBody({"file": LocalFile("/nowhere/shop.war")})
    assert str(caught.value) == "/nowhere/shop.war cannot be read: No such file or directory; name a file that exists"


@pytest.mark.parametrize("broken", [{"file": LocalFile("shop\udcff.war")}, {"file": "\ud800"}])
def test_what_is_not_unicode(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: dict[str, str]) -> None:
    """A name of a file may hold any bytes, but a request may not."""
    monkeypatch.chdir(tmp_path)
    Path("shop\udcff.war").touch()
    with pytest.raises(InputError) as caught:
        FileBody(broken)
    assert str(caught.value) == "the parameter file holds characters that are not valid Unicode; correct it"


@pytest.mark.parametrize("after", [b"", b"PK and more"])
def test_a_file_that_changes_meanwhile(tmp_path: Path, after: bytes) -> None:
    path = tmp_path / "shop.war"
    path.write_bytes(b"PK one")
    body = FileBody({"file": LocalFile(path)})
    path.write_bytes(after)
    with pytest.raises(InputError, match=r"shop\.war changed while it was sent; run the task again"):
        b"".join(body)


def test_a_large_file_takes_no_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.war"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    body = FileBody({"file": LocalFile(path)})
    tracemalloc.start()
    sent = sum(len(block) for block in body)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sent == len(body) > 200 * 2**20
    assert peak < 2**20
