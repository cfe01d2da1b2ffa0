"""However a run ends, the same command goes on where it was: no article is lost, doubled or done twice."""

from __future__ import annotations

import fcntl
import gzip
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from batches import EXTRA, PLAIN, articles, convert, needs_batch, read, run, write
from servers import ROOT

from benchmarks.kills import kill_and_resume, write_input

MANY = articles(160)  # five chunks
LONG = articles(640)  # enough that a run is still at work after its first chunk
PATIENCE = 120


@contextmanager
def started(*words: object) -> Iterator[subprocess.Popen[str]]:
    """Start the command in a group of its own, as a shell does."""
    # What a shell runs in the background ignores Ctrl-C, and so would what that starts.
    command = ["env", "--default-signal=INT", str(PLAIN), "-m", "service", "batch", *map(str, words)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, start_new_session=True) as process:
        try:
            yield process
        finally:
            process.kill()


def children(process: subprocess.Popen[str]) -> set[int]:
    found = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text(encoding="ascii")
    return {int(pid) for pid in found.split()}


def wait_for_parts(folder: Path, count: int) -> None:
    end = time.monotonic() + PATIENCE
    while len(list(folder.glob("*.answers"))) < count:
        assert time.monotonic() < end
        time.sleep(0.01)


def gone(pid: int) -> bool:
    """Tell whether a process has ended; what nobody has waited for counts."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").split()[2] == "Z"
    except OSError:
        return True


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_five_times_each_article_is_there_once(tmp_path: Path, seed: int) -> None:
    write_input(tmp_path / "in.jsonl.gz", [article["text"] for article in MANY], 400)

    killed = kill_and_resume(tmp_path, 400, kills=5, seed=seed)

    assert (killed.missing, killed.doubled, killed.redone, killed.in_order) == (0, 0, 0, True)
    assert sorted(killed.parts) == killed.parts
    assert len(set(killed.parts)) > 1
    assert killed.whole


def test_a_killed_run_leaves_no_process_behind(tmp_path: Path) -> None:
    source = write(tmp_path / "in.jsonl", LONG)
    with started(source, "-o", tmp_path / "out.jsonl") as process:
        wait_for_parts(tmp_path / "out.jsonl.parts", 1)
        left = children(process)
        process.kill()

    end = time.monotonic() + PATIENCE
    while not all(map(gone, left)) and time.monotonic() < end:
        time.sleep(0.05)
    assert left
    assert [pid for pid in left if not gone(pid)] == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_stopped_by_hand_it_ends_quietly_and_goes_on(tmp_path: Path, number: signal.Signals) -> None:
    source, target = write(tmp_path / "in.jsonl", LONG), tmp_path / "out.jsonl"
    with started(source, "-o", target) as process:
        wait_for_parts(tmp_path / "out.jsonl.parts", 1)
        # Ctrl-C reaches the whole group, a supervisor's SIGTERM the one process.
        os.killpg(process.pid, number) if number == signal.SIGINT else process.send_signal(number)
        said = process.communicate(timeout=PATIENCE)
    assert (process.returncode, *said) == (130, "", "stopped; the same command goes on from here\n")
    assert not target.exists()

    ended = run(source, "-o", target)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert "of them done before" in ended.stdout
    assert [answer["id"] for answer in read(target)] == [article["id"] for article in LONG]


def test_a_process_that_is_ended_from_outside_is_told_and_the_rest_kept(tmp_path: Path) -> None:
    source, target = write(tmp_path / "in.jsonl", LONG), tmp_path / "out.jsonl"
    with started(source, "-o", target) as process:
        wait_for_parts(tmp_path / "out.jsonl.parts", 1)
        worker = max(children(process))  # the first is multiprocessing's own
        os.kill(worker, signal.SIGKILL)
        _, err = process.communicate(timeout=PATIENCE)

    assert (process.returncode, err.count("\n")) == (1, 1)
    assert "a process was ended from outside" in err
    assert "of them done before" in run(source, "-o", target).stdout


@pytest.mark.parametrize("damage", ["cut off", "other bytes"])
def test_a_damaged_file_is_told_and_what_was_done_is_kept(tmp_path: Path, damage: str) -> None:
    plain = b"".join(json.dumps(article).encode() + b"\n" for article in MANY)
    half = gzip.compress(plain[: len(plain) // 2])
    whole = half + gzip.compress(plain[len(plain) // 2 :])
    source, target = tmp_path / "in.jsonl.gz", tmp_path / "out.jsonl"
    source.write_bytes(whole[: len(half) + 900] if damage == "cut off" else half + b"?" * 900)

    ended = run(source, "-o", target)

    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (1, "", 1)
    assert f"{source}: it is damaged or cut off: " in ended.stderr
    source.write_bytes(whole)  # mended
    assert "; 64 of them done before; " in run(source, "-o", target).stdout
    assert [answer["id"] for answer in read(target)] == [article["id"] for article in MANY]


@pytest.mark.parametrize("what", ["options", "settings", "input"])
def test_what_has_changed_is_done_anew(tmp_path: Path, what: str) -> None:
    source, target = tmp_path / "in.jsonl.gz", tmp_path / "out.jsonl"
    write_input(source, [MANY[0]["text"]], 70)
    whole = source.read_bytes()
    source.write_bytes(whole[:-9])  # the last bytes of gzip are its checksum
    assert run(source, "-o", target).returncode == 1
    write_input(source, [MANY[1 if what == "input" else 0]["text"]], 70)

    options = ["--offsets=utf8"] if what == "options" else []
    ended = run(source, "-o", target, *options, **({"MAX_CHARACTERS": "100000"} if what == "settings" else {}))

    assert ended.returncode == 0
    assert "holds parts of other input, model or options; these are done anew" in ended.stderr
    assert ended.stdout.partition(": ")[2].startswith("70 articles, ")
    assert "done before" not in ended.stdout


def test_a_finished_run_is_not_done_again(tmp_path: Path) -> None:
    source, target = write(tmp_path / "in.jsonl", MANY[:3]), tmp_path / "out.jsonl"
    run(source, "-o", target)
    made = target.stat()

    assert run(source, "-o", target).stdout == f"{target}: complete already\n"
    write(source, MANY[:4])
    changed = run(source, "-o", target)
    replaced = run(source, "-o", target, "--replace")

    assert (changed.returncode, changed.stdout, changed.stderr.count("\n")) == (1, "", 1)
    assert "is there already, and of other input or options; --replace writes it anew" in changed.stderr
    assert replaced.returncode == 0
    assert target.stat().st_mtime_ns > made.st_mtime_ns
    assert len(read(target)) == 4


def test_killed_between_the_output_and_the_end_it_ends_well(tmp_path: Path) -> None:
    source, target = write(tmp_path / "in.jsonl", MANY[:3]), tmp_path / "out.jsonl"
    run(source, "-o", target)
    whole = target.read_bytes()
    (tmp_path / "out.jsonl.parts").mkdir()

    assert run(source, "-o", target).returncode == 0  # the parts were about to be removed
    assert not (tmp_path / "out.jsonl.parts").exists()
    (tmp_path / "out.jsonl.parts").mkdir()
    (tmp_path / "out.jsonl.manifest.json").unlink()
    assert run(source, "-o", target).returncode == 0  # the manifest was about to be written
    assert target.read_bytes() == whole


def test_two_runs_do_not_write_one_output(tmp_path: Path) -> None:
    source, parts = write(tmp_path / "in.jsonl", MANY[:3]), tmp_path / "out.jsonl.parts"
    parts.mkdir()
    handle = os.open(parts, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)

    ended = run(source, "-o", tmp_path / "out.jsonl")
    os.close(handle)

    assert (ended.returncode, ended.stderr.count("\n")) == (1, 1)
    assert "another run is at work on this output" in ended.stderr


@needs_batch
def test_parquet_goes_on_too(tmp_path: Path) -> None:
    source, target = tmp_path / "in.jsonl.gz", tmp_path / "out.parquet"
    write_input(source, [MANY[0]["text"]], 70)
    whole = source.read_bytes()
    source.write_bytes(whole[:-9])
    assert run(source, "-o", target, python=EXTRA).returncode == 1
    source.write_bytes(whole)

    ended = run(source, "-o", target, python=EXTRA)

    assert "; 64 of them done before; " in ended.stdout
    convert(target, tmp_path / "plain.jsonl")
    assert [answer["id"] for answer in read(tmp_path / "plain.jsonl")] == [str(number) for number in range(70)]
