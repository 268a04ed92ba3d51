"""Behind a reverse proxy with TLS: the README's own nginx block, Debian's nginx, and unmodified clients over https."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from releases import release, rows
from served import Served, people, serving

from corpora.catalog import Catalog

README = Path(__file__).resolve().parents[3] / "README.md"
NGINX = "/usr/sbin/nginx"


@pytest.fixture(scope="module")
def nginx() -> str:
    """Debian's nginx; a machine without it and without the right to install it skips, CI does not."""
    if not Path(NGINX).exists() and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-qq", "--no-install-recommends", "nginx-light"], capture_output=True)
    if not Path(NGINX).exists():
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no nginx: apt-get install nginx-light")
    return NGINX


def _certificate(folder: Path) -> tuple[Path, Path, Path]:
    """(an authority's certificate, one for 127.0.0.1 that it signed, its key): some clients refuse a leaf that signs itself.

    An address and not `localhost`, since a client's own resolver may ask a name server for that.
    """
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    def made(name: str, issuer: str, key: ec.EllipticCurvePrivateKey, signer: ec.EllipticCurvePrivateKey) -> bytes:
        names = [x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, one)]) for one in (name, issuer)]
        now, authority = dt.datetime.now(dt.UTC), name == issuer
        builder = (
            x509.CertificateBuilder().subject_name(names[0]).issuer_name(names[1]).public_key(key.public_key())
            .serial_number(x509.random_serial_number()).not_valid_before(now - dt.timedelta(days=1)).not_valid_after(now + dt.timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False)
        )  # fmt: skip
        if not authority:
            address = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
            builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
        return builder.sign(signer, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)

    signer, key = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    written = {
        "authority.pem": made("yuliao test", "yuliao test", signer, signer),
        "yuliao.pem": made("127.0.0.1", "yuliao test", key, signer), "yuliao.key": private,
    }  # fmt: skip
    for name, content in written.items():
        (folder / name).write_bytes(content)
    authority, pem, secret = (folder / name for name in written)
    return authority, pem, secret


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture(scope="module")
def proxied(nginx: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, str, Path]]:
    """(the server behind, the address in front, the certificate)."""
    folder = tmp_path_factory.mktemp("proxy")
    catalog = Catalog(folder / "catalog")
    catalog.publish(release(folder, {"train": rows(50)}))
    tokens, port = people(catalog), _free_port()
    front = f"https://127.0.0.1:{port}"
    with serving(catalog, "--url", front, tokens=tokens) as served:
        authority, pem, key = _certificate(folder)
        block = re.search(r"```nginx\n(.*?)```", README.read_text("utf-8"), re.S)
        assert block
        shown = block[1].replace("listen 443 ssl", f"listen 127.0.0.1:{port} ssl").replace("data.example.cn", "127.0.0.1")
        shown = shown.replace("/etc/ssl/yuliao.pem", str(pem)).replace("/etc/ssl/yuliao.key", str(key))
        behind = served.process_url()
        shown = shown.replace("http://127.0.0.1:8080", behind)
        parts = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        places = " ".join(f"{part}_temp_path {folder}/{part};" for part in parts)
        user = "user root; " if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(
            f"{user}daemon off; pid {folder}/pid; error_log {folder}/log; events {{}} http {{ access_log off; {places}\n{shown}\n}}"
        )
        process = subprocess.Popen([nginx, "-c", str(folder / "nginx.conf"), "-p", str(folder)], stderr=subprocess.DEVNULL)
        try:
            _wait(port, process)
            yield served, front, authority
        finally:
            process.terminate()
            process.wait(20)


def _wait(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert process.poll() is None
        time.sleep(0.05)


STORY = """
import json, os, sys
from pathlib import Path
from huggingface_hub import HfApi
from datasets import load_dataset
api, work = HfApi(), Path(sys.argv[1])
rows = load_dataset("nb/repairs", revision="v1.0.0", split="train").num_rows
url = str(api.create_repo("nb/way-" + sys.argv[2], repo_type="dataset"))
(work / "up").mkdir()
(work / "up" / "large.bin").write_bytes(os.urandom(20_000_000))
api.upload_folder(folder_path=str(work / "up"), repo_id="nb/way-" + sys.argv[2], repo_type="dataset")
files = api.list_repo_files("nb/way-" + sys.argv[2], repo_type="dataset")
print(json.dumps([rows, url, files]))
"""


@pytest.mark.parametrize("way", ["xet", "lfs"])
def test_clients_over_tls(proxied: tuple[Served, str, Path], way: str, tmp_path: Path) -> None:
    served, front, pem = proxied
    clean = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    env = {
        **clean, "HF_ENDPOINT": front, "HF_TOKEN": served.tokens["wang"], "HF_HOME": str(tmp_path / "home"), "SSL_CERT_FILE": str(pem),
        "REQUESTS_CA_BUNDLE": str(pem), "HF_HUB_DISABLE_XET": "1" if way == "lfs" else "0",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", STORY, str(tmp_path), way], env=env, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stderr[-1500:]
    count, url, files = json.loads(done.stdout.splitlines()[-1])
    assert count == 50 and url == f"{front}/datasets/nb/way-{way}" and "large.bin" in files
    assert served.catalog.fsck(deep=True) == []


def test_nobody_is_the_owner_behind_a_proxy_and_addresses_are_not_forged(proxied: tuple[Served, str, Path]) -> None:
    import ssl
    import urllib.error
    import urllib.request

    served, front, pem = proxied
    context = ssl.create_default_context(cafile=str(pem))
    asked = urllib.request.Request(f"{front}/api/datasets/nb/repairs", headers={"X-Forwarded-For": "6.6.6.6"})
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(asked, context=context)
    assert caught.value.code == 401
    for _ in range(100):
        found = [one for one in served.catalog.audit.entries() if one["what"] == "refused"]
        if found:
            break
        time.sleep(0.05)
    assert {one["address"] for one in found} == {"127.0.0.1"}
