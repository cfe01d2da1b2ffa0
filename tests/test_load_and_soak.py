"""The commands that measure the service under load, run small, and what they would find fault with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import pytest

from benchmarks import load, ndjson, service_tables, soak
from benchmarks.attack import Hit, Probes
from benchmarks.load import Row, promises, rows_of
from benchmarks.running import Memory, running
from benchmarks.soak import Findings, Sample, Seen, wrong
from benchmarks.soak_requests import Client, sorts

CALM = Row("few", 5, "200", 300, 5.0, 20.0, 30.0, 40.0, 50.0)
FINE = (CALM._replace(p99=79.0), CALM._replace(what="503", p99=49.0))
HEALTH = (CALM._replace(what="/healthz: 200", p99=9.0), CALM._replace(what="/readyz: 200", p99=9.0))


def test_a_short_soak_finds_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    soak.main(["--requests", "300", "--every", "150", "--growth", "100"])

    printed = capsys.readouterr().out
    assert printed.startswith("300 requests in ")
    assert {row.split(" | ")[0] for row in printed.splitlines()} >= {"| 150", "| 300"}
    assert "| probes and pages | 200: " in printed


def test_every_sort_of_request_gets_what_it_should() -> None:
    own = sorts(60_000, 30_000)
    limits = {"MAX_BODY_BYTES": 60_000, "MAX_CHARACTERS": 30_000}
    with running(WORKERS=1, LOG_LEVEL="error", **limits) as service, Client(service, 1) as client:
        answers = {sort.name: sort.send(client) for sort in own}
        with Probes(service) as probes:
            while len(probes.hits) < 4:
                own[-1].send(client)

    assert [sort.name for sort in own if answers[sort.name] not in sort.expected] == []
    assert len(own) >= 20
    assert {hit.status for hit in probes.hits} == {"/healthz: 200", "/readyz: 200"}


def findings(*samples: Sample, unexpected: Seen | None = None) -> Findings:
    return Findings(1.0, 10, list(samples), Counter(), unexpected or Counter())


def holding(*kilobytes: int) -> Sample:
    return {pid: Memory(rss, rss // 2, rss // 3) for pid, rss in enumerate(kilobytes)}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (findings(holding(1000, 1000), holding(1050, 900)), []),
        (findings(holding(1000, 1000), holding(2000, 1000), holding(1000, 1000)), []),
        (findings(holding(1000, 1000), holding(1000, 1051)), ["a worker grew from 1,000 to 1,051 kB"]),
        (findings(holding(1000, 1000), holding(1000)), ["a worker was lost"]),
        (findings(holding(9), holding(9), unexpected=Counter({("articles", "500"): 2})), ["articles: 500, 2 times"]),
    ],
)  # fmt: skip
def test_a_soak_finds_fault_with(found: Findings, expected: list[str]) -> None:
    assert list(wrong(found, 5)) == expected


def test_a_soak_with_faults_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(soak, "run", lambda *_: findings(holding(1000), holding(1100)))

    with pytest.raises(SystemExit, match="a worker grew"):
        soak.main(["--requests", "20", "--every", "10"])


def test_a_short_stream_finds_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    ndjson.main(["--requests", "30", "--every", "15", "--growth", "100"])

    printed = capsys.readouterr().out
    assert printed.startswith("30 articles through one connection to one worker: ")
    assert ", 0 without their answer. " in printed
    assert {row.split(" | ")[0] for row in printed.splitlines()} >= {"| 15", "| 30"}


@pytest.mark.parametrize(
    ("held", "failed", "expected"),
    [
        ([1000, 1040], 0, []),
        ([1000, 2000, 1000], 0, []),
        ([1000, 1060], 0, ["the worker grew from 1,000 to 1,060 kB"]),
        ([1000], 3, ["3 articles had another answer, or none"]),
    ],
)
def test_a_stream_finds_fault_with(held: list[int], failed: int, expected: list[str]) -> None:
    record = {"samples": [{"held": {"rss": rss}} for rss in held], "failed": failed}

    assert list(ndjson.wrong(record, 5)) == expected


@pytest.mark.parametrize(
    ("over", "health", "broken"),
    [
        (FINE, HEALTH, []),
        ((CALM._replace(p99=80.0), FINE[1]), HEALTH, [0]),
        ((FINE[0], FINE[1]._replace(p99=51.0)), HEALTH, [1]),
        (FINE, (HEALTH[0], HEALTH[1]._replace(p99=51.0)), [2]),
        ((*FINE, CALM._replace(what="500")), HEALTH, [3]),
        (FINE, (*HEALTH, CALM._replace(what="/readyz: none", p99=1.0)), [3]),
        (FINE[1:], HEALTH, [0]),
        (FINE[:1], HEALTH, [1]),
    ],
)
def test_a_promise_that_is_not_kept_is_told(over: Sequence[Row], health: Sequence[Row], broken: list[int]) -> None:
    kept = [kept for _, _, kept in promises([CALM], over, health)]

    assert [number for number, one in enumerate(kept) if not one] == broken


def test_the_tables_show_what_was_measured() -> None:
    hits = [Hit("200", float(ms)) for ms in range(1, 101)] + [Hit("503", 2.0)] * 50
    rows = list(rows_of("four times", 30.0, hits, 10))
    record = {
        "workers": 2, "cores": 2, "seconds": 10, "carried": 7.5,
        "rows": [row._asdict() for row in rows], "promises": [("calm", "3 ms", True), ("quick", "9 ms", False)],
    }  # fmt: skip

    shown = service_tables.load(record)

    assert "| four times | 30 | 200 | 100 | 10.0 | 50.5 | 95.0 | 99.0 | 100.0 |" in shown
    assert "| four times | 30 | 503 | 50 | 5.0 | 2.0 | 2.0 | 2.0 | 2.0 |" in shown
    assert "| quick | 9 ms | **no** |" in shown


def test_load_without_its_generator_ends_in_one_line() -> None:
    with pytest.raises(SystemExit, match=r"^load: vegeta is not here"):
        load.main(["--vegeta", "/no/such/program"])
