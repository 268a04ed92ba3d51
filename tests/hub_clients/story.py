"""What a model developer does with the Hub's own tools. Runs inside a client's environment, not in ours; prints one JSON line.

HF_ENDPOINT and HF_TOKEN are all that is set. Argument: a JSON object {release, version, rows, commit, gated, private, work}.
Every function whose name begins with `can_` is one promise; it raises when it is broken.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import traceback
from pathlib import Path

import huggingface_hub
import pyarrow.parquet as pq
from huggingface_hub import CommitOperationAdd, CommitOperationCopy, CommitOperationDelete, HfApi, HfFileSystem

GIVEN = json.loads(sys.argv[1])
NAME, TAG, ROWS = GIVEN["release"], f"v{GIVEN['version']}", GIVEN["rows"]
MINE = f"nb/own-{huggingface_hub.__version__.replace('.', '-')}"
WORK = Path(GIVEN["work"])
MAJOR = int(huggingface_hub.__version__.split(".")[0])
api = HfApi()


def raises(kind, call, *arguments, **named):
    try:
        call(*arguments, **named)
    except kind as error:
        return error
    raise AssertionError(f"{kind} was expected")


def hf(*words: str) -> str:
    tool = Path(sys.executable).with_name("hf")
    done = subprocess.run([str(tool), *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-400:]
    return done.stdout


# --- read ------------------------------------------------------------------------------------------


def can_load_a_tag():
    from datasets import load_dataset

    found = load_dataset(NAME, revision=TAG, cache_dir=str(WORK / "a"))
    assert sum(one.num_rows for one in found.values()) == ROWS, found


def can_load_a_commit():
    from datasets import load_dataset

    found = load_dataset(NAME, revision=GIVEN["commit"], split="train", cache_dir=str(WORK / "b"))
    assert found.num_rows and "text" in found.column_names


def can_load_without_a_revision():
    from datasets import load_dataset

    assert load_dataset(NAME, split="train", cache_dir=str(WORK / "c")).num_rows


def can_stream_columns_and_filters():
    from datasets import load_dataset

    rows = list(load_dataset(NAME, revision=TAG, split="train", streaming=True, columns=["id", "text"]))
    assert rows and set(rows[0]) == {"id", "text"}
    one = rows[0]["id"]
    kept = list(load_dataset(NAME, revision=TAG, split="train", streaming=True, columns=["id"], filters=[("id", "==", one)]))
    assert [row["id"] for row in kept] == [one]


def can_take_a_snapshot():
    folder = Path(huggingface_hub.snapshot_download(NAME, repo_type="dataset", revision=TAG, cache_dir=str(WORK / "d")))
    manifest = json.loads((folder / "release.json").read_text("utf-8"))
    for entry in manifest["files"]:
        assert hashlib.sha256((folder / entry["path"]).read_bytes()).hexdigest() == entry["sha256"], entry["path"]


def can_download_one_file():
    path = huggingface_hub.hf_hub_download(NAME, "README.md", repo_type="dataset", revision=TAG, local_dir=str(WORK / "e"))
    assert Path(path).stat().st_size


def can_resume_a_broken_download():
    from huggingface_hub import hf_hub_url

    path = next(one for one in api.list_repo_files(NAME, repo_type="dataset", revision=TAG) if one.endswith(".parquet"))
    url = hf_hub_url(NAME, path, repo_type="dataset", revision=TAG)
    import urllib.request

    def part(span):
        asked = urllib.request.Request(url, headers={"Range": span, "Authorization": f"Bearer {os.environ['HF_TOKEN']}"})
        with urllib.request.urlopen(asked) as answer:
            assert answer.status == 206
            return answer.read()

    whole = huggingface_hub.hf_hub_download(NAME, path, repo_type="dataset", revision=TAG, cache_dir=str(WORK / "d2"))
    assert part("bytes=0-99") + part("bytes=100-") == Path(whole).read_bytes()


def can_read_through_a_file_system():
    import duckdb
    import pandas
    import polars

    files = HfFileSystem()
    place = f"datasets/{NAME}@{TAG}/data"
    path = next(one for one in files.ls(place, detail=False) if "train" in one)
    rows = pq.read_table(path, filesystem=files).num_rows
    assert len(pandas.read_parquet(f"hf://{path}")) == rows
    with files.open(path) as handle:
        assert polars.read_parquet(handle.read()).height == rows
    link = duckdb.connect()
    link.register_filesystem(files)
    assert link.execute(f"select count(*) from read_parquet('hf://{path}')").fetchone() == (rows,)


def can_search():
    assert NAME in [one.id for one in api.list_datasets(search=NAME.split("/")[1])]
    assert NAME in [one.id for one in api.list_datasets(author="nb", filter="language:zh", full=True)]
    assert not list(api.list_datasets(search="没有这样的数据集"))
    assert len(list(api.list_datasets(limit=1))) == 1


def can_ask_about_it():
    info = api.dataset_info(NAME, revision=TAG, files_metadata=True)
    assert info.id == NAME and info.sha == GIVEN["commit"] and info.private is True
    sizes = {one.rfilename: one.size for one in info.siblings}
    tree = {
        one.path: one.size
        for one in api.list_repo_tree(NAME, repo_type="dataset", revision=TAG, recursive=True)
        if hasattr(one, "size")
    }
    assert sizes == {path: size for path, size in tree.items() if path in sizes} and len(sizes) > 4
    refs = api.list_repo_refs(NAME, repo_type="dataset")
    assert TAG in [one.name for one in refs.tags] and "main" in [one.name for one in refs.branches]
    assert GIVEN["commit"] in [one.commit_id for one in api.list_repo_commits(NAME, repo_type="dataset")]
    (entry,) = api.get_paths_info(NAME, ["README.md", "没有.txt"], repo_type="dataset", revision=TAG)
    assert entry.path == "README.md"
    assert api.file_exists(NAME, "README.md", repo_type="dataset") and not api.file_exists(
        NAME, "no.md", repo_type="dataset"
    )
    assert api.repo_exists(NAME, repo_type="dataset") and not api.repo_exists("nb/none", repo_type="dataset")
    assert api.revision_exists(NAME, TAG, repo_type="dataset") and not api.revision_exists(
        NAME, "v9.9.9", repo_type="dataset"
    )


def can_tell_who_it_is():
    assert api.whoami()["name"] == "wang"
    api.auth_check(NAME, repo_type="dataset")


def can_check_the_hashes():
    if not hasattr(api, "verify_repo_checksums"):
        return  # the first generation has no such call
    folder = huggingface_hub.snapshot_download(NAME, repo_type="dataset", revision=TAG, local_dir=str(WORK / "f"))
    found = api.verify_repo_checksums(NAME, repo_type="dataset", revision=TAG, local_dir=folder)
    assert not found.mismatches and not found.missing_paths and found.checked_count > 4


def can_use_the_command_line():
    assert "wang" in hf("auth", "whoami")
    hf("download", NAME, "--repo-type", "dataset", "--revision", TAG, "--local-dir", str(WORK / "g"))
    assert (WORK / "g" / "release.json").is_file()


def can_see_what_is_missing():
    from huggingface_hub.errors import EntryNotFoundError, RepositoryNotFoundError, RevisionNotFoundError

    raises(RepositoryNotFoundError, api.dataset_info, "nb/none")
    raises(RevisionNotFoundError, api.dataset_info, NAME, revision="v9.9.9")
    raises(
        EntryNotFoundError, huggingface_hub.hf_hub_download, NAME, "none.txt", repo_type="dataset", cache_dir=str(WORK / "h")
    )
    raises(RepositoryNotFoundError, HfApi(token=False).dataset_info, NAME)


def can_not_enter_a_gated_one():
    from huggingface_hub.errors import GatedRepoError

    guest = HfApi(token=GIVEN["guest"])
    raises(GatedRepoError, guest.auth_check, GIVEN["gated"], repo_type="dataset")
    raises(
        GatedRepoError, guest.hf_hub_download, GIVEN["gated"], "release.json", repo_type="dataset", cache_dir=str(WORK / "i")
    )
    assert guest.dataset_info(GIVEN["gated"]).gated == "manual"
    guest.hf_hub_download(GIVEN["gated"], "README.md", repo_type="dataset", cache_dir=str(WORK / "i"))


def can_not_see_a_private_one():
    from huggingface_hub.errors import RepositoryNotFoundError

    guest = HfApi(token=GIVEN["guest"])
    raises(RepositoryNotFoundError, guest.dataset_info, NAME)
    assert NAME not in [one.id for one in guest.list_datasets()]


# --- write -----------------------------------------------------------------------------------------


def can_write():
    url = api.create_repo(MINE, repo_type="dataset", private=True)
    assert str(url).endswith(f"/datasets/{MINE}")
    api.create_repo(MINE, repo_type="dataset", private=True, exist_ok=True)
    folder = WORK / "up"
    (folder / "数据 一").mkdir(parents=True)
    (folder / "数据 一" / "说明 1.txt").write_text("第一行\n", "utf-8")
    (folder / "big.bin").write_bytes(os.urandom(3_000_000))
    api.upload_folder(folder_path=str(folder), repo_id=MINE, repo_type="dataset", commit_message="first")
    files = set(api.list_repo_files(MINE, repo_type="dataset"))
    assert {"数据 一/说明 1.txt", "big.bin"} <= files, files
    there = huggingface_hub.hf_hub_download(MINE, "big.bin", repo_type="dataset", cache_dir=str(WORK / "j"))
    assert Path(there).read_bytes() == (folder / "big.bin").read_bytes()
    api.upload_file(path_or_fileobj=b"{}", path_in_repo="notes.json", repo_id=MINE, repo_type="dataset")


def can_write_with_a_parent():
    head = api.dataset_info(MINE).sha
    operations = [
        CommitOperationAdd("b.txt", b"2"),
        CommitOperationCopy("big.bin", "copy.bin"),
        CommitOperationDelete("notes.json"),
    ]
    api.create_commit(MINE, operations, repo_type="dataset", commit_message="three", parent_commit=head)
    files = set(api.list_repo_files(MINE, repo_type="dataset"))
    assert {"b.txt", "copy.bin"} <= files and "notes.json" not in files
    late = [CommitOperationAdd("late.txt", b"3")]
    error = raises(Exception, api.create_commit, MINE, late, repo_type="dataset", commit_message="late", parent_commit=head)
    assert "412" in str(error), error
    assert "late.txt" not in api.list_repo_files(MINE, repo_type="dataset")


def can_tag_and_branch():
    from huggingface_hub.errors import HfHubHTTPError

    api.create_tag(MINE, tag="first", tag_message="first", repo_type="dataset")
    raises(HfHubHTTPError, api.create_tag, MINE, tag="first", repo_type="dataset")
    api.create_tag(MINE, tag="first", repo_type="dataset", exist_ok=True)
    # a version's number is for sealed releases; the refusal says what to do, also to whoever passes exist_ok
    error = raises(HfHubHTTPError, api.create_tag, MINE, tag="v0.1.0", repo_type="dataset", exist_ok=True)
    assert "yuliao publish --to" in str(error), error
    api.create_branch(MINE, branch="draft/one", repo_type="dataset")
    api.upload_file(path_or_fileobj=b"1", path_in_repo="c.txt", repo_id=MINE, repo_type="dataset", revision="draft/one")
    assert "c.txt" not in api.list_repo_files(MINE, repo_type="dataset")
    api.delete_branch(MINE, branch="draft/one", repo_type="dataset")


def can_push_a_dataset():
    from datasets import Dataset, DatasetDict, load_dataset

    name = MINE + "-pushed"
    first = Dataset.from_dict({"text": [f"温度 {i}.5℃" for i in range(1000)], "n": list(range(1000))})
    first.push_to_hub(name, private=True)
    DatasetDict({"train": first, "test": first.select(range(10))}).push_to_hub(name, config_name="第二")
    assert load_dataset(name, "default", split="train", cache_dir=str(WORK / "k")).num_rows == 1000
    assert load_dataset(name, "第二", split="test", cache_dir=str(WORK / "k"))["text"][3] == "温度 3.5℃"


def can_not_open_or_write_what_it_may_not():
    from huggingface_hub.errors import HfHubHTTPError

    guest = HfApi(token=GIVEN["guest"])
    raises(HfHubHTTPError, guest.upload_file, path_or_fileobj=b"1", path_in_repo="x", repo_id=MINE, repo_type="dataset")
    raises(HfHubHTTPError, guest.create_repo, "nb/by-a-guest", repo_type="dataset")
    raises(HfHubHTTPError, api.update_repo_settings, MINE, repo_type="dataset", private=False)  # nobody has verified it
    api.update_repo_settings(MINE, repo_type="dataset", gated="manual")
    assert api.dataset_info(MINE).gated == "manual"


def can_delete():
    from huggingface_hub.errors import HfHubHTTPError

    name = MINE + "-gone"
    api.create_repo(name, repo_type="dataset", private=True)
    api.delete_repo(name, repo_type="dataset")
    assert not api.repo_exists(name, repo_type="dataset")
    raises(HfHubHTTPError, api.delete_repo, NAME, repo_type="dataset")  # it holds a published version


def main() -> None:
    results = {}
    for name, promise in list(globals().items()):
        if name.startswith("can_"):
            try:
                promise()
                results[name] = "ok"
            except Exception as error:
                frame = [one for one in traceback.extract_tb(error.__traceback__) if one.filename == __file__][-1]
                results[name] = f"{type(error).__name__} line {frame.lineno}: {str(error)[:600]}"
    print(json.dumps(results, ensure_ascii=False))


main()
