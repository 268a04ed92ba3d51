"""Serving as a stranger meets it: one's own machine without a token, publishing and pulling over the protocol, a mirror behind."""

from __future__ import annotations

import ipaddress
import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from releases import release, rows
from served import Served, people, serving

from corpora.catalog import Catalog, closing
from corpora.errors import IntegrityError, SourceMissing, UsageError, VersionClosed, VersionTaken
from corpora.hub import identity, local_peer, publishing, pulling
from corpora.hub.serving import is_loopback, listening, reachable
from corpora.release import verify
from tests.corpora.hub.test_reading import ask

ROOT = Path(__file__).resolve().parents[3]


def _catalog(tmp_path: Path, name: str = "catalog") -> Catalog:
    return Catalog(tmp_path / name)


def _client(url: str, code: str, **env: str) -> subprocess.CompletedProcess[str]:
    """Python code in a process of its own: HF_ENDPOINT is read when the client is imported."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    return subprocess.run(
        [sys.executable, "-c", code], env={**clean, "HF_ENDPOINT": url, **env}, capture_output=True, text=True, timeout=120
    )


def test_ones_own_machine_needs_no_token_until_there_are_users(tmp_path: Path) -> None:
    catalog = _catalog(tmp_path)
    catalog.publish(release(tmp_path))
    with serving(catalog) as served:
        code = (
            'from datasets import load_dataset; print(load_dataset("nb/repairs", revision="v1.0.0", split="train").num_rows)'
        )
        done = _client(served.url, code, HF_HOME=str(tmp_path / "hf"))
        assert done.stdout.strip() == "20", done.stderr[-800:]
        api = "/api/datasets/nb/repairs"
        assert ask(served, api, "").status == 200
        for name, value in (
            ("X-Forwarded-For", "10.0.0.1"), ("Via", "1.1 proxy"), ("Sec-Fetch-Site", "cross-site"), ("Origin", "http://evil.example"),
        ):  # fmt: skip
            assert ask(served, api, "", **{name: value}).status == 401, (
                name
            )  # somebody in between, or a page of another site
        served.tokens = people(catalog)
        assert ask(served, api, "").status == 401 and ask(served, api, "li").status == 200


def test_a_rebound_name_is_not_ours(tmp_path: Path) -> None:
    import socket
    from urllib.parse import urlsplit

    catalog = _catalog(tmp_path)
    catalog.publish(release(tmp_path))
    with serving(catalog) as served:
        at = urlsplit(served.url)
        with socket.create_connection((at.hostname or "", at.port or 0)) as connection:
            connection.sendall(b"GET /api/datasets/nb/repairs HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 401")


def test_whose_process_is_at_the_other_end() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()) as client:
        assert local_peer.is_ours(client.getsockname(), server.getsockname())
        assert not local_peer.is_ours(("127.0.0.1", 1), server.getsockname())
        assert not local_peer.is_ours(("no address", 1), server.getsockname())
    assert is_loopback("127.0.0.1") and is_loopback("::1") and is_loopback("localhost") and not is_loopback("0.0.0.0")
    assert set(identity._PROXIED) >= {"via", "forwarded"}


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    with listening("127.0.0.1", 0) as bound, pytest.raises(UsageError, match="端口"):
        listening("127.0.0.1", bound.getsockname()[1])


# --- publish and pull over the protocol ------------------------------------------------------------


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    catalog = _catalog(tmp_path, "there")
    tokens = people(catalog)
    monkeypatch.setenv("YULIAO_TOKEN", tokens["wang"])
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)  # the suite as a whole is offline
    with serving(catalog, tokens=tokens) as served:
        yield served


def test_a_release_travels_and_is_verified_on_arrival(empty: Served, tmp_path: Path) -> None:
    sealed = release(tmp_path, {"train": rows(40), "test": rows(5, start=40)})
    done = publishing.publish(sealed, empty.url, message="首版")
    assert done.fresh and done.url == f"{empty.url}/datasets/nb/repairs"
    there = empty.catalog.repository("nb/repairs")
    assert there.resolve("v1.0.0").verified and there.settings.private and there.settings.pushed
    assert empty.catalog.release("nb/repairs").hash == sealed.hash and empty.catalog.fsck(deep=True) == []
    assert not publishing.publish(sealed, empty.url).fresh
    with pytest.raises(VersionTaken):
        publishing.publish(release(tmp_path / "other", {"train": rows(3)}), empty.url)
    second = release(tmp_path / "b", {"train": rows(40)}, version="1.1.0")  # a file less than before
    assert publishing.publish(second, empty.url).fresh
    assert set(there.files("v1.1.0")) == set(second.files) and there.resolve("main").verified
    pulled = pulling.pull(empty.url, "nb/repairs", None, tmp_path / "out")
    assert pulled.version == "1.1.0" and pulled.hash == second.hash and verify(pulled) == []
    assert pulling.pull(empty.url, "nb/repairs", "1.0.0", tmp_path / "out1").hash == sealed.hash
    assert pulling.pull(empty.url, "nb/repairs", None, tmp_path / "out").hash == second.hash, "it is there already"
    with pytest.raises(UsageError, match="不是空的"):
        pulling.pull(empty.url, "nb/repairs", "1.0.0", tmp_path / "out")


def test_what_is_no_release_stays_unverified(empty: Served, tmp_path: Path) -> None:
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    api = HfApi(endpoint=empty.url, token=empty.tokens["wang"])
    api.create_repo("nb/loose", repo_type="dataset")
    api.upload_file(path_or_fileobj=b"{}", path_in_repo="release.json", repo_id="nb/loose", repo_type="dataset")
    api.create_repo("nb/other", repo_type="dataset")
    sealed = release(tmp_path)
    for path, file in sealed.files.items():  # a sealed release, under another name
        api.upload_file(path_or_fileobj=str(file), path_in_repo=path, repo_id="nb/other", repo_type="dataset")
    for name in ("nb/loose", "nb/other"):
        with pytest.raises(HfHubHTTPError, match="yuliao publish --to"):
            api.create_tag(name, tag="v1.0.0", repo_type="dataset", exist_ok=True)
        assert not empty.catalog.repository(name).resolve("main").verified
        with pytest.raises(UsageError, match="未经核验"):
            empty.catalog.repository(name).set(by="wang", private=False)


def test_errors_say_what_to_do(empty: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sealed = release(tmp_path)
    with pytest.raises(SourceMissing, match="连不上"):
        publishing.publish(sealed, "http://127.0.0.1:9")
    with pytest.raises(UsageError, match="没有"):
        pulling.pull(empty.url, "nb/none", None, tmp_path / "out")
    publishing.publish(sealed, empty.url)
    with pytest.raises(UsageError, match="没有版本"):
        pulling.pull(empty.url, "nb/repairs", "9.0.0", tmp_path / "out")
    closing.withdraw(empty.catalog.repository("nb/repairs"), "1.0.0", reason="漏检", by="wang")
    with pytest.raises(VersionClosed, match="漏检"):
        pulling.pull(empty.url, "nb/repairs", "1.0.0", tmp_path / "out")
    publishing.publish(release(tmp_path / "b", {"train": rows(3)}, version="2.0.0"), empty.url)
    closing.purge(empty.catalog.repository("nb/repairs"), ["1.0.0"], reason="请求", by="wang")
    with pytest.raises(VersionClosed):
        pulling.pull(empty.url, "nb/repairs", "1.0.0", tmp_path / "out")
    monkeypatch.setenv("YULIAO_TOKEN", empty.tokens["guest"])
    with pytest.raises(UsageError, match="令牌|权限|没有"):
        publishing.publish(sealed, empty.url)
    assert not (tmp_path / "out").exists() and [one.name for one in tmp_path.glob(".out*")] == []


def test_a_damaged_download_leaves_nothing(empty: Served, tmp_path: Path) -> None:
    publishing.publish(release(tmp_path), empty.url)
    entry = empty.catalog.repository("nb/repairs").files("v1.0.0")["croissant.json"]
    blob = empty.catalog.blobs.path(entry["sha256"])
    blob.chmod(0o600)
    blob.write_bytes(b" " * entry["size"])
    with pytest.raises(IntegrityError):
        pulling.pull(empty.url, "nb/repairs", None, tmp_path / "out")
    assert not (tmp_path / "out").exists()


# --- a mirror behind us ----------------------------------------------------------------------------


def test_unknown_repositories_are_at_the_mirror(tmp_path: Path) -> None:
    mirror, ours = _catalog(tmp_path, "mirror"), _catalog(tmp_path, "ours")
    mirror.publish(release(tmp_path, {"train": rows(30)}, corpus="public/set"))
    mirror.repository("public/set").set(by="wang", private=False)
    mirror.publish(release(tmp_path / "b", {"train": rows(9)}, corpus="nb/mine"))
    mirror.repository("nb/mine").set(by="wang", private=False)
    ours.publish(release(tmp_path / "c", {"train": rows(11)}, corpus="nb/mine"))
    people(mirror)
    tokens = people(ours)
    with serving(mirror) as far, serving(ours, "--upstream", far.url, tokens=tokens) as near:
        code = (
            "from datasets import load_dataset; import json;"
            'print(json.dumps([load_dataset(n, revision="v1.0.0", split="train").num_rows for n in ("public/set", "nb/mine")]))'
        )
        done = _client(near.url, code, HF_HOME=str(tmp_path / "hf"), HF_TOKEN=tokens["wang"])
        assert json.loads(done.stdout.splitlines()[-1]) == [30, 11], done.stderr[-800:]
        hidden = ask(near, "/api/datasets/nb/mine", "guest")
        absent = ask(near, "/api/datasets/nb/absent", "guest")
        assert hidden.status == absent.status == 404, "neither tells which of them exists"
        assert "location" not in hidden.headers and "location" not in absent.headers, "ours, whoever asks"
        moved = ask(near, "/api/datasets/public/set?full=true", "guest")
        assert moved.status == 307 and moved.headers["location"] == f"{far.url}/api/datasets/public/set?full=true"
    with serving(ours, "--upstream", "http://127.0.0.1:9", tokens=tokens) as alone:
        assert ask(alone, "/datasets/public/set/resolve/main/README.md", "guest", method="HEAD").status == 502


def test_a_push_onto_main_leaves_the_release_to_everybody_else(empty: Served, tmp_path: Path) -> None:
    catalog = empty.catalog
    catalog.publish(release(tmp_path))
    repository = catalog.repository("nb/repairs")
    repository.set(by="wang", private=False)
    commit = repository.resolve().commit
    from huggingface_hub import HfApi

    HfApi(endpoint=empty.url, token=empty.tokens["wang"]).delete_file("README.md", "nb/repairs", repo_type="dataset")
    assert repository.resolve().commit != commit
    assert ask(empty, "/api/datasets/nb/repairs", "guest").json["sha"] == commit
    assert ask(empty, "/datasets/nb/repairs/resolve/main/README.md", "").headers["x-repo-commit"] == commit
    assert ask(empty, "/api/datasets/nb/repairs", "li").json["sha"] == repository.resolve().commit


def test_a_gate_is_loosened_by_an_officer_only(empty: Served, tmp_path: Path) -> None:
    empty.catalog.publish(release(tmp_path))
    repository = empty.catalog.repository("nb/repairs")
    repository.set(by="zhao", gated="manual")
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    owner = HfApi(endpoint=empty.url, token=empty.tokens["wang"])
    for looser in (False, "auto"):
        with pytest.raises(HfHubHTTPError):
            owner.update_repo_settings("nb/repairs", gated=looser, repo_type="dataset")
    assert repository.settings.gated == "manual"


def test_why_a_version_was_withdrawn_is_read_by_whoever_pulls(empty: Served, tmp_path: Path) -> None:
    empty.catalog.publish(release(tmp_path))
    closing.withdraw(empty.catalog.repository("nb/repairs"), "1.0.0", reason="发现漏检", by="wang")
    with pytest.raises(VersionClosed, match="发现漏检"):
        pulling.pull(empty.url, "nb/repairs", "1.0.0", tmp_path / "out")


def test_a_closed_version_is_not_silently_there(empty: Served, tmp_path: Path) -> None:
    """Published again over the protocol: while it is withdrawn, or once it was purged, that is refused, and says why."""
    sealed, repository = release(tmp_path), empty.catalog.repository("nb/repairs")
    assert publishing.publish(sealed, empty.url).fresh and not publishing.publish(sealed, empty.url).fresh
    closing.withdraw(repository, "1.0.0", reason="漏检", by="wang")
    with pytest.raises(VersionClosed, match="漏检"):
        publishing.publish(sealed, empty.url)
    closing.purge(repository, ["1.0.0"], reason="请求", by="wang")
    for one in (sealed, release(tmp_path / "other", {"train": rows(3)})):
        with pytest.raises(VersionClosed, match="清除"):
            publishing.publish(one, empty.url)


def test_a_body_does_not_wait_behind_its_head(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without TCP_NODELAY the second packet of an answer waits for an acknowledgement: 40 ms for each call on a kept connection."""
    import socket

    from corpora.hub.http_protocol import Protocol
    from tests.corpora.hub.threaded import running

    seen, made = list[int](), Protocol.connection_made

    def noted(self: Protocol, transport: Any) -> None:
        made(self, transport)
        seen.append(transport.get_extra_info("socket").getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))

    monkeypatch.setattr(Protocol, "connection_made", noted)
    with running(_catalog(tmp_path)) as server:
        assert server.get("/api/datasets").status == 200
    assert seen and all(seen)


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_an_address_that_a_colleague_can_type(host: str) -> None:
    """The one of all addresses is no address; what is printed is known to the server as its own."""
    found = reachable(host).strip("[]")
    assert found not in ("0.0.0.0", "::", "")
    try:
        assert not ipaddress.ip_address(found).is_unspecified
    except ValueError:
        assert found == socket.gethostname()


def test_other_addresses_are_printed_as_they_are() -> None:
    assert [reachable(one) for one in ("127.0.0.1", "::1", "data.example.cn")] == ["127.0.0.1", "[::1]", "data.example.cn"]
