"""The API with its worker: the bytes of the command line; progress, cancel; killed servers and databases lose nothing."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import httpx2 as httpx
import pytest

ASK = {"report": {"bundled": "iran-leaves-syria"}, "members": 200, "seed": 1}
SMALL = {"report": {"bundled": "iran-leaves-syria"}, "members": 40, "seed": 1, "horizon": 60}
LONG = {"report": {"bundled": "iran-leaves-syria"}, "members": 6_000, "seed": 2}
ARMS = {"now": [], "leave": ["iran-withdraws-personnel"]}


@pytest.fixture(scope="module")
def services(beside: Callable[[str], ModuleType]) -> ModuleType:
    return beside("services.py")


@pytest.fixture(scope="module")
def server(services: ModuleType, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    made = services.Server(tmp_path_factory.mktemp("server"), "--no-desk", "--rate", "100000")
    yield made
    made.stop()


@pytest.fixture(scope="module")
def http(server: Any) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=300) as client:
        yield client


def done(http: httpx.Client, where: str, seconds: float = 300) -> dict[str, Any]:
    """Poll a run until it has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        run: dict[str, Any] = http.get(where).json()
        if run["state"] in ("done", "failed", "cancelled"):
            return run
        time.sleep(0.2)
    raise AssertionError(f"the run did not end: {run}")


def test_assess_gives_the_files_of_the_command_line(http: httpx.Client, iran_run: Any) -> None:
    said = http.post("/api/v1/assess", json=ASK)
    assert said.status_code == 202
    run = done(http, said.headers["location"])
    assert run["state"] == "done", run
    names = sorted(
        p.relative_to(iran_run.folder).as_posix() for p in iran_run.folder.rglob("*") if p.is_file()
    )
    assert [
        f.split("/files/")[1] for f in run["files"] if not f.endswith(("coding.json", "course.json"))
    ] == names
    for name in names:
        found = http.get(f"{said.headers['location']}/files/{name}").content
        assert found == (iran_run.folder / name).read_bytes(), name


def test_reading_scenarios_and_comparing_give_the_bytes_of_the_command_line(
    http: httpx.Client, cli: Callable[..., Any], tmp_path: Path
) -> None:
    assert (
        http.post("/api/v1/read", json={"report": {"bundled": "iran-leaves-syria"}}).text
        == cli("read", "iran-leaves-syria", "--json").out
    )
    assert (
        http.get("/api/v1/scenarios/levant-2024").text == cli("scenario", "show", "levant-2024", "--json").out
    )
    options = ("--members", "150", "--horizon", "90", "--json")
    ask = {"scenario": {"name": "levant-2024"}, "members": 150, "horizon": 90}
    said = http.post("/api/v1/compare?wait=60", json={**ask, "arms": ARMS})
    assert (
        said.text
        == cli(
            "compare", "levant-2024", "--arm", "now=", "--arm", "leave=iran-withdraws-personnel", *options
        ).out
    )
    said = http.post("/api/v1/simulate?wait=60", json={**ask, "levers": ["russia-withdraws-air"]})
    assert said.text == cli("simulate", "levant-2024", "--lever", "russia-withdraws-air", *options).out


def test_own_text_is_read_like_standard_input(http: httpx.Client) -> None:
    text = "Iran is withdrawing its military advisers from Syria as rebels advance on Hama."
    found = http.post("/api/v1/read", json={"report": {"text": text}}).json()
    assert found["document"]["name"] == "standard input"
    assert found["events"][0]["actors"] == ["IRN"]


def test_nothing_to_assess_is_told_with_the_exit_code_of_the_command_line(http: httpx.Client) -> None:
    text = "The Syrian government and Iran exchanged greetings on Friday in Damascus."
    said = http.post("/api/v1/assess?wait=60", json={"report": {"text": text}})
    assert said.status_code == 422
    assert said.json()["exit_code"] == 3
    assert said.json()["found"]


def test_a_preview_answers_with_few_members(http: httpx.Client) -> None:
    own = {
        "id": "half",
        "title": "Half leaves",
        "changes": [{"sender": "IRN", "recipient": "SYR", "kinds": ["funding"], "to": 0.5}],
    }
    ask = {
        "scenario": {"name": "levant-2024"},
        "as_of": "2024-11-30",
        "arms": {"now": [], "half": ["half"]},
        "own_levers": [own],
    }
    found = http.post("/api/v1/preview", json=ask).json()
    assert found["members"] == 200
    assert {q["arm"] for q in found["questions"]} == {"now", "half"}
    same = http.post(
        "/api/v1/preview", json={**ask, "arms": {"now": [], "again": []}, "own_levers": []}
    ).json()
    assert {c["difference"] for c in same["contrasts"]} == {0.0}
    wrong = http.post("/api/v1/preview", json={**ask, "own_levers": []})
    assert wrong.status_code == 422
    assert "has no such lever" in wrong.text


def test_progress_is_streamed_and_a_run_is_cancelled(http: httpx.Client) -> None:
    where = http.post("/api/v1/assess", json=LONG).headers["location"]
    events: list[str] = []
    with http.stream("GET", f"{where}/events") as stream:
        for line in stream.iter_lines():
            if line.startswith("data: "):
                events.append(json.loads(line[6:])["state"])
                if events[-1] == "running":
                    http.post(f"{where}/cancel")
    assert events[-1] == "cancelled"
    run = http.get(where).json()
    assert (run["state"], run["files"]) == ("cancelled", [])
    assert http.delete(where).status_code == 204
    assert http.get(where).status_code == 404


def test_sealed_over_http_as_on_the_command_line(
    http: httpx.Client, server: Any, cli: Callable[..., Any]
) -> None:
    run = next(r for r in http.get("/api/v1/runs").json() if r["kind"] == "assess" and r["state"] == "done")
    sealed = http.post("/api/v1/forecasts", json={"run": run["id"]}).json()
    listed = json.loads(cli("forecast", "list", "--ledger", server.ledger, "--json").out)
    assert [s["hash"] for s in listed] == [s["hash"] for s in sealed]
    first = sealed[0]["hash"]
    body = {"outcome": "YES", "on": "2024-12-08", "source": "wire"}
    assert http.post(f"/api/v1/forecasts/{first}/resolve", json=body).json()["resolution"]["outcome"] == "YES"
    assert http.get("/api/v1/forecasts/score").json()["resolved_yes"] == 1
    assert http.get("/api/v1/forecasts/verify").json()["whole"]
    assert "Scorecard" in http.get("/api/v1/forecasts/scorecard.html").text
    assert json.loads(http.get("/api/v1/forecasts/export").text)["head"]


@pytest.fixture(scope="module")
def small(cli: Callable[..., Any], tmp_path_factory: pytest.TempPathFactory) -> str:
    """A small run on the command line."""
    options = ("--members", "40", "--horizon", "60", "--out", tmp_path_factory.mktemp("small"), "--json")
    text: str = cli("assess", "iran-leaves-syria", *options).out
    return text


def test_kill_9_in_a_run_loses_nothing(services: ModuleType, tmp_path: Path, small: str) -> None:
    server = services.Server(tmp_path, "--no-desk")
    killed_in_runs(server, 1, small, 1)
    server.stop()


def killed_in_runs(server: Any, times: int, small: str, n_runs: int) -> None:
    """Kill the server while a run is on, `times` times; the run ends whole all the same, and only once."""
    with httpx.Client(base_url=server.url, timeout=60) as http:
        where = [http.post("/api/v1/assess", json=SMALL).headers["location"] for _ in range(n_runs)]
        for _ in range(times):
            until = time.monotonic() + 120
            while http.get(where[0]).json()["state"] != "running" and time.monotonic() < until:
                if http.get(where[0]).json()["state"] == "done":
                    where[0] = http.post("/api/v1/assess", json=SMALL).headers["location"]
                time.sleep(0.1)
            server.kill()
            server.start()
        runs = [done(http, w) for w in where]
        assert [r["state"] for r in runs] == ["done"] * n_runs
        for w in where:
            assert http.get(f"{w}/files/assessment.json").text == small


@pytest.mark.soak
def test_kill_9_twenty_times(services: ModuleType, tmp_path: Path, small: str) -> None:
    server = services.Server(tmp_path, "--no-desk")
    killed_in_runs(server, 20, small, 2)
    server.stop()


def test_a_killed_worker_is_replaced(server: Any, http: httpx.Client) -> None:
    where = http.post("/api/v1/assess", json=LONG).headers["location"]
    until = time.monotonic() + 60
    while http.get(where).json()["state"] != "running" and time.monotonic() < until:
        time.sleep(0.1)
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
    for child in children:
        if b"counterpoise.web.worker" in Path(f"/proc/{child}/cmdline").read_bytes():
            os.kill(int(child), signal.SIGKILL)
    while http.get(where).json()["attempts"] < 2 and time.monotonic() < until:
        time.sleep(0.1)
    assert http.get(where).json()["attempts"] == 2
    http.post(f"{where}/cancel")
    assert done(http, where)["state"] == "cancelled"


READ = ("/api/v1/runs", "/api/v1/forecasts", "/health/ready", "/api/v1/forecasts/score")


class Readers:
    """Readers who never stop asking, each with its own connection; what they were told is kept."""

    def __init__(self, url: str, n: int) -> None:
        self.told: list[tuple[int, str]] = []
        self.ended = threading.Event()
        self.threads = [
            threading.Thread(target=self._read, args=(url, READ[k % len(READ)])) for k in range(n)
        ]
        for thread in self.threads:
            thread.start()

    def _read(self, url: str, path: str) -> None:
        with httpx.Client(base_url=url, timeout=60) as http:
            while not self.ended.is_set():
                said = http.get(path)
                self.told.append((said.status_code, said.text[:300]))
                time.sleep(0.02)

    def since(self, n: int, wanted: int, seconds: float = 30.0) -> None:
        """Wait until each reader has been told a status `wanted`, counted from the n-th answer."""
        until = time.monotonic() + seconds
        while sum(s == wanted for s, _ in self.told[n:]) < 2 * len(self.threads):
            assert time.monotonic() < until, self.told[-5:]
            time.sleep(0.05)

    def stop(self) -> None:
        self.ended.set()
        for thread in self.threads:
            thread.join(60)


def test_on_postgresql_restarted_under_load(
    services: ModuleType, postgres: Any, tmp_path: Path, small: str
) -> None:
    """Twelve readers and two runs while the database is stopped, and killed, and comes back: clear errors, then all as before."""
    server = services.Server(
        tmp_path, "--no-desk", "--rate", "1000000", ledger=postgres.database("under_load")
    )
    readers = Readers(server.url, 12)
    try:
        with httpx.Client(base_url=server.url, timeout=60) as http:
            where = [http.post("/api/v1/assess", json=SMALL).headers["location"] for _ in range(2)]
            readers.since(0, 200)
            for how in ("fast", "immediate"):
                n = len(readers.told)
                postgres.stop(how)
                readers.since(n, 503)
                said = http.post("/api/v1/assess", json=SMALL)
                assert said.status_code == 503
                assert said.headers["retry-after"]
                assert "try again" in said.text
                postgres.start()
                readers.since(len(readers.told), 200)
            assert [done(http, w)["state"] for w in where] == ["done", "done"]
            for w in where:
                assert http.get(f"{w}/files/assessment.json").text == small
            assert http.get("/api/v1/forecasts/verify").json()["whole"]
            assert len(http.get("/api/v1/runs").json()) == 2
    finally:
        readers.stop()
        server.stop()
    assert {status for status, _ in readers.told} == {200, 503}
    print(f"{len(readers.told)} reads, {sum(s == 503 for s, _ in readers.told)} of them 503")
    # Nobody is shown the database's own words or its address.
    away = {text for status, text in readers.told if status == 503}
    assert not any("psycopg" in x or "postgresql://" in x or str(postgres.port) in x for x in away), away


def test_on_a_dask_cluster_with_a_killed_worker_it_gives_the_same_bytes(
    services: ModuleType, cli: Callable[..., Any], tmp_path: Path
) -> None:
    """A server whose runs are drawn on a cluster: a worker dies while it draws, and the answer is that of the command line."""
    distributed = pytest.importorskip("distributed", reason="needs the extra [cluster]")
    ask = {**SMALL, "members": 600}
    options = ("--members", "600", "--horizon", "60", "--out", tmp_path / "here", "--json")
    expected = cli("assess", "iran-leaves-syria", *options).out
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address="127.0.0.1:0", host="127.0.0.1", silence_logs=50
    ) as cluster:
        drawing = cluster.scheduler
        server = services.Server(tmp_path, "--no-desk", "--scheduler", cluster.scheduler_address)
        with httpx.Client(base_url=server.url, timeout=60) as http:
            where = http.post("/api/v1/assess", json=ask).headers["location"]
            busy: list[Any] = []
            until = time.monotonic() + 120
            while not busy and time.monotonic() < until:
                time.sleep(0.01)
                busy = [w for w in list(drawing.workers.values()) if w.processing]
            assert busy, "nothing was drawn on the cluster"
            pid = next(w.pid for w in cluster.workers.values() if w.worker_address == busy[0].address)
            os.kill(pid, signal.SIGKILL)
            run = done(http, where)
            assert run["state"] == "done", run
            assert http.get(f"{where}/files/assessment.json").text == expected
        server.stop()
        assert "is done here" not in server.log.read_text()
