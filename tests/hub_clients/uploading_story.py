"""What an uploading client does; run in a process of its own, with HF_ENDPOINT and HF_TOKEN set. Prints one JSON line."""

from __future__ import annotations

import hashlib
import json
import os
import random
import subprocess
import sys
from pathlib import Path

import huggingface_hub
from huggingface_hub import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, HfApi
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

WORK = Path(os.environ["WORK"])
NAME, KIND = "nb/repairs", {"repo_type": "dataset"}
CLI = "commands.huggingface_cli" if huggingface_hub.__version__.startswith("0.") else "cli.hf"
api = HfApi()
CARD = "---\nlicense: mit\nlanguage: [zh]\n---\n# 维修\n"
PARQUET = b"PAR1" + random.Random(1).randbytes(400_000)


def status(call, *arguments, **named):
    try:
        call(*arguments, **named)
    except HfHubHTTPError as error:
        return error.response.status_code
    return 200


def files(revision="main"):
    return set(api.list_repo_files(NAME, revision=revision, **KIND))


def create_repo():
    url = api.create_repo(NAME, private=True, **KIND)
    assert url.repo_id == NAME, url
    assert api.create_repo(NAME, exist_ok=True, **KIND).repo_id == NAME
    assert status(api.create_repo, NAME, **KIND) == 409
    assert status(api.create_repo, "clinic/visits", **KIND) == 403
    assert status(api.create_repo, "nb/model", repo_type="model") == 400


def upload_folder():
    folder = WORK / "folder"
    (folder / "数 据/子").mkdir(parents=True, exist_ok=True)
    (folder / "README.md").write_text(CARD)
    (folder / "数 据/子/训练.csv").write_text("编号,内容\n1,漏油\n")
    (folder / "数 据/a.parquet").write_bytes(PARQUET)
    (folder / "empty.txt").write_bytes(b"")
    (folder / ".gitignore").write_text("*.key\n")
    (folder / "secret.key").write_text("k")
    done = api.upload_folder(repo_id=NAME, folder_path=folder, commit_message="首次", **KIND)
    assert len(done.oid) == 40
    assert files() == {"README.md", "数 据/子/训练.csv", "数 据/a.parquet", "empty.txt", ".gitignore"}, files()
    (folder / "数 据/a.parquet").unlink()
    api.upload_folder(repo_id=NAME, folder_path=folder, delete_patterns="数 据/*.parquet", **KIND)
    assert "数 据/a.parquet" not in files()


def upload_file():
    api.upload_file(path_or_fileobj=PARQUET + b"1", path_in_repo="data/b.parquet", repo_id=NAME, **KIND)
    api.upload_file(path_or_fileobj=b"\0\1" * 9000, path_in_repo="data/b.bin", repo_id=NAME, **KIND)
    with (WORK / "buffered.parquet").open("wb") as file:
        file.write(PARQUET + b"2")
    with (WORK / "buffered.parquet").open("rb") as file:  # hf_xet does not take it: LFS in any case
        api.upload_file(path_or_fileobj=file, path_in_repo="data/c.parquet", repo_id=NAME, **KIND)
    got = api.hf_hub_download(NAME, "data/c.parquet", **KIND)
    assert hashlib.sha256(Path(got).read_bytes()).digest() == hashlib.sha256(PARQUET + b"2").digest()


def create_commit():
    operations = [
        CommitOperationAdd("x/1.parquet", PARQUET[:-5]),
        CommitOperationAdd("x/2.csv", b"a,b\n"),
        CommitOperationCopy("data/b.parquet", "x/copy.parquet"),
        CommitOperationCopy("README.md", "x/README.md"),
        CommitOperationDelete("data/b.bin"),
    ]
    api.create_commit(NAME, operations, commit_message="多种", commit_description="说明", **KIND)
    assert {"x/1.parquet", "x/2.csv", "x/copy.parquet", "x/README.md"} <= files() and "data/b.bin" not in files()
    api.create_commit(NAME, [CommitOperationDelete("x/")], commit_message="删", **KIND)
    assert not [one for one in files() if one.startswith("x/")]
    many = [CommitOperationAdd(f"many/{n}.txt", str(n).encode()) for n in range(600)]
    api.create_commit(NAME, many, commit_message="六百", **KIND)
    assert len(files()) >= 600
    api.delete_folder("many", NAME, **KIND)


def parent_commit():
    head = api.dataset_info(NAME).sha
    one = [CommitOperationAdd("p.txt", b"1")]
    api.create_commit(NAME, one, commit_message="a", parent_commit=head, **KIND)
    assert (
        status(api.create_commit, NAME, [CommitOperationAdd("q.txt", b"1")], commit_message="b", parent_commit=head, **KIND)
        == 412
    )
    assert "q.txt" not in files()


def tags():
    api.create_tag(NAME, tag="首版", tag_message="首版", **KIND)
    api.create_tag(NAME, tag="首版", exist_ok=True, **KIND)
    assert status(api.create_tag, NAME, tag="首版", **KIND) == 409
    assert status(api.create_tag, NAME, tag="v0.1.0", **KIND) == 400  # for sealed releases
    api.create_tag(NAME, tag="试用", revision="首版", **KIND)
    api.delete_tag(NAME, tag="试用", **KIND)
    assert [one.name for one in api.list_repo_refs(NAME, **KIND).tags] == ["首版"]


def branches():
    api.create_branch(NAME, branch="draft/二院", **KIND)
    api.create_branch(NAME, branch="draft/二院", exist_ok=True, **KIND)
    api.upload_file(path_or_fileobj=b"1", path_in_repo="only.txt", repo_id=NAME, revision="draft/二院", **KIND)
    assert "only.txt" in files("draft/二院") and "only.txt" not in files()
    api.delete_branch(NAME, branch="draft/二院", **KIND)
    assert status(api.delete_branch, NAME, branch="main", **KIND) == 403


def push_to_hub():
    from datasets import Dataset, DatasetDict

    rows = Dataset.from_dict({"text": [f"第{n}条" for n in range(500)]})
    DatasetDict({"train": rows, "test": rows.select(range(9))}).push_to_hub("nb/pushed")
    rows.push_to_hub("nb/pushed", "second", split="train", data_dir="second")
    found = set(api.list_repo_files("nb/pushed", **KIND))
    assert "README.md" in found and len([one for one in found if one.endswith(".parquet")]) == 3, found


def large_folder():
    folder = WORK / "many"
    folder.mkdir()
    for number in range(300):
        (folder / f"{number}.csv").write_text(f"编号\n{number}\n")
    (folder / "a.parquet").write_bytes(PARQUET + b"3")
    api.create_repo("nb/many", **KIND)
    if hasattr(api, "upload_large_folder"):
        api.upload_large_folder(repo_id="nb/many", folder_path=folder, num_workers=2, print_report=False, **KIND)
    else:  # the newest generation: upload_folder commits in batches itself
        api.upload_folder(repo_id="nb/many", folder_path=folder, **KIND)
    assert len(api.list_repo_files("nb/many", **KIND)) >= 301


def file_system():
    import pandas as pd
    from huggingface_hub import HfFileSystem

    fs, root = HfFileSystem(), f"datasets/{NAME}"
    with fs.open(f"{root}/由 fsspec.txt", "w") as file:
        file.write("写入")
    pd.DataFrame({"text": ["一", "二"]}).to_parquet(f"hf://{root}/pandas.parquet")
    assert len(pd.read_parquet(f"hf://{root}/pandas.parquet")) == 2
    fs.cp_file(f"{root}/pandas.parquet", f"{root}/copied.parquet")
    fs.mv(f"{root}/由 fsspec.txt", f"{root}/改名.txt")
    assert {"改名.txt", "copied.parquet"} <= files() and "由 fsspec.txt" not in files()
    fs.rm(f"{root}/改名.txt")
    assert "改名.txt" not in files()


def command_line():
    (WORK / "by hand").mkdir()
    (WORK / "by hand/a.parquet").write_bytes(PARQUET + b"4")
    for words in (["upload", NAME, str(WORK / "by hand"), "hand", "--repo-type", "dataset", "--commit-message", "手工"],):
        done = subprocess.run([sys.executable, "-m", f"huggingface_hub.{CLI}", *words], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-1500:]
    assert "hand/a.parquet" in files()


def not_supported():
    """What there is not is said in words, wherever a client shows them."""
    for asked in (
        lambda: api.upload_file(
            path_or_fileobj=PARQUET + b"5", path_in_repo="pr.parquet", repo_id=NAME, create_pr=True, **KIND
        ),
        lambda: api.move_repo(NAME, "nb/elsewhere", **KIND),
    ):
        try:
            asked()
        except Exception as error:  # each generation has its own
            assert "not supported" in str(error), error
        else:
            raise AssertionError("it was done")
    words = ["upload", NAME, str(WORK / "by hand"), "hand", "--repo-type", "dataset", "--create-pr"]
    done = subprocess.run([sys.executable, "-m", f"huggingface_hub.{CLI}", *words], capture_output=True, text=True)
    assert done.returncode and "pull requests are not supported" in done.stdout + done.stderr, done.stderr[-1500:]


def settings():
    api.update_repo_settings(NAME, gated="manual", **KIND)
    api.update_repo_settings(NAME, gated="manual", private=True, **KIND)  # looser is an officer's word
    assert status(api.update_repo_settings, NAME, private=False, **KIND) == 403


def unchanged():
    before = api.dataset_info(NAME).sha
    api.upload_file(path_or_fileobj=PARQUET + b"1", path_in_repo="data/b.parquet", repo_id=NAME, **KIND)
    api.upload_file(path_or_fileobj=CARD.encode(), path_in_repo="README.md", repo_id=NAME, **KIND)
    assert api.dataset_info(NAME).sha == before  # "No files have been modified": no empty commit


def delete_repo():
    api.create_repo("nb/short", **KIND)
    api.delete_repo("nb/short", **KIND)
    try:
        api.delete_repo("nb/short", **KIND)
        raise AssertionError("it is still there")
    except RepositoryNotFoundError:
        api.delete_repo("nb/short", missing_ok=True, **KIND)


def _big():
    path = WORK / "big.parquet"
    if not path.exists():
        random_ = random.Random(7)
        path.write_bytes(b"".join(random_.randbytes(10 << 20) for _ in range(20)))
    return path


def large():
    api.upload_file(path_or_fileobj=_big(), path_in_repo="big.parquet", repo_id=NAME, **KIND)
    with _big().open("rb") as file:
        wanted = hashlib.file_digest(file, "sha256").hexdigest()
    (found,) = api.get_paths_info(NAME, "big.parquet", **KIND)
    assert (found.size, found.lfs.sha256) == (200 << 20, wanted)


def large_again():
    path = WORK / "big2.parquet"
    data = bytearray(_big().read_bytes())
    data[1000:1000] = b"new rows"
    data[100 << 20 : 100 << 20] = os.urandom(200_000)
    path.write_bytes(data)
    api.upload_file(path_or_fileobj=path, path_in_repo="big2.parquet", repo_id=NAME, **KIND)


def large_elsewhere():
    """The same bytes into another repository of the namespace: nothing travels, and the file is there."""
    api.create_repo("nb/other", **KIND)
    api.upload_file(path_or_fileobj=_big(), path_in_repo="b.parquet", repo_id="nb/other", **KIND)
    assert api.list_repo_files("nb/other", **KIND) == ["b.parquet"]


told = {}
for chapter in sys.argv[1:]:
    globals()[chapter]()
    told[chapter] = "ok"
print(json.dumps(told))
