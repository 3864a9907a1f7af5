"""The queue and the archive of runs: submitted, claimed by one worker, finished whole or taken up again.

    queued -> running -> done | failed | cancelled        running -> queued when its worker has died

A run's files and its state *done* are written in one transaction: there is no half run.
"""

from __future__ import annotations

import hashlib
import json
import secrets
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Row, delete, func, select, update

from counterpoise.errors import InputError
from counterpoise.ledger.sealing import stamp
from counterpoise.ledger.store import Ledger
from counterpoise.ledger.tables import artefact, run

__all__ = ["MAX_ATTEMPTS", "STALE_SECONDS", "Artefact", "QueueFull", "Run", "Runs"]

#: A run whose worker has died this often is given up.
MAX_ATTEMPTS: Final = 3
#: A worker that was silent this long is dead [s].
STALE_SECONDS: Final = 30.0
ENDED: Final = ("done", "failed", "cancelled")


class QueueFull(InputError):
    """As many runs wait as may wait: back-pressure, try later."""


@dataclass(frozen=True)
class Artefact:
    """A file of a run."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Run:
    """A run as it stands."""

    id: str
    kind: str
    name: str
    request: dict[str, Any]
    state: str
    owner: str
    created_at: str
    started_at: str | None
    finished_at: str | None
    attempts: int
    cancel: bool
    stage: str
    done: int
    total: int
    error: dict[str, Any] | None
    files: tuple[str, ...] = ()

    @property
    def ended(self) -> bool:
        """Whether nothing more will happen to it."""
        return self.state in ENDED


class Runs:
    """The runs of a ledger."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger

    def submit(
        self,
        kind: str,
        request: Mapping[str, Any],
        *,
        name: str = "",
        owner: str = "",
        most_waiting: int = 100,
    ) -> Run:
        """Put a run into the queue.

        Raises
        ------
        QueueFull
            If `most_waiting` runs wait already.
        """
        id_ = secrets.token_hex(8)
        with self.ledger.writing() as connection:
            waiting = (
                connection.scalar(select(func.count()).select_from(run).where(run.c.state == "queued")) or 0
            )
            if waiting >= most_waiting:
                raise QueueFull.at(
                    "queue", f"{waiting} runs wait already", "try again when some have been done"
                )
            values = {
                "id": id_, "kind": kind, "name": name, "request": json.dumps(request), "state": "queued",
                "owner": owner, "created_at": stamp(self.ledger.clock()), "attempts": 0, "cancel": 0,
            }  # fmt: skip
            connection.execute(run.insert().values(values))
        return self.get(id_)

    def get(self, id_: str) -> Run:
        """Return a run.

        Raises
        ------
        InputError
            If there is none of that id.
        """
        with self.ledger.reading() as connection:
            row = connection.execute(select(run).where(run.c.id == id_)).first()
            if row is None:
                raise InputError.at(
                    f"run '{id_[:32]}'", "there is no such run", "the list of runs shows their ids"
                )
            files = connection.scalars(
                select(artefact.c.name).where(artefact.c.run_id == id_).order_by(artefact.c.name)
            ).all()
        return _run(row, tuple(files))

    def list(self, *, limit: int = 50, state: str | None = None) -> tuple[Run, ...]:
        """Return runs, newest first."""
        query = select(run).order_by(run.c.created_at.desc(), run.c.id).limit(limit)
        if state is not None:
            query = query.where(run.c.state == state)
        with self.ledger.reading() as connection:
            return tuple(_run(row) for row in connection.execute(query))

    def count(self) -> dict[str, int]:
        """Return how many runs are in each state."""
        with self.ledger.reading() as connection:
            rows = connection.execute(select(run.c.state, func.count()).group_by(run.c.state)).all()
        return {state: int(n) for state, n in rows}

    def file(self, id_: str, name: str) -> Artefact:
        """Return a file of a run.

        Raises
        ------
        InputError
            If the run has no such file.
        """
        with self.ledger.reading() as connection:
            row = connection.execute(
                select(artefact.c.media_type, artefact.c.data).where(
                    artefact.c.run_id == id_, artefact.c.name == name
                )
            ).first()
        if row is None:
            raise InputError.at(f"run '{id_[:32]}'", f"has no file '{name[:80]}'", "the run lists its files")
        return Artefact(name, row.media_type, bytes(row.data))

    def cancel(self, id_: str) -> Run:
        """Ask for a run to be stopped; one that waits is stopped at once."""
        with self.ledger.writing() as connection:
            at = stamp(self.ledger.clock())
            connection.execute(update(run).where(run.c.id == id_, run.c.state == "running").values(cancel=1))
            connection.execute(
                update(run)
                .where(run.c.id == id_, run.c.state == "queued")
                .values(state="cancelled", cancel=1, finished_at=at)
            )
        return self.get(id_)

    def rename(self, id_: str, name: str) -> Run:
        """Give a run another name."""
        with self.ledger.writing() as connection:
            connection.execute(update(run).where(run.c.id == id_).values(name=name))
        return self.get(id_)

    def remove(self, id_: str) -> None:
        """Drop a run that has ended, with its files; sealed forecasts stay."""
        found = self.get(id_)
        if not found.ended:
            raise InputError.at(f"run '{id_}'", f"is {found.state}", "cancel it first")
        with self.ledger.writing() as connection:
            connection.execute(delete(artefact).where(artefact.c.run_id == id_))
            connection.execute(delete(run).where(run.c.id == id_))

    # --- for workers

    def claim(self, worker: str) -> Run | None:
        """Take the oldest waiting run, after taking back those whose worker has died."""
        with self.ledger.reading() as connection:
            if not self._work(connection):
                return None
        with self.ledger.writing() as connection:
            self._take_back(connection)
            row = connection.execute(
                select(run.c.id).where(run.c.state == "queued").order_by(run.c.created_at, run.c.id).limit(1)
            ).first()
            if row is None:
                return None
            connection.execute(
                update(run)
                .where(run.c.id == row.id)
                .values(
                    state="running", worker=worker, beat=time.time(), started_at=stamp(self.ledger.clock()),
                    attempts=run.c.attempts + 1, stage="start", done=0, total=0,
                )
            )  # fmt: skip
        return self.get(row.id)

    def _work(self, connection: Connection) -> bool:
        """Whether something waits or was left behind; asked without the write lock."""
        late = time.time() - STALE_SECONDS
        left = (run.c.state == "queued") | ((run.c.state == "running") & (run.c.beat < late))
        return connection.execute(select(run.c.id).where(left).limit(1)).first() is not None

    def _take_back(self, connection: Connection) -> None:
        """Queue the runs of dead workers again; give up one that has killed its worker too often."""
        late = time.time() - STALE_SECONDS
        lost = (run.c.state == "running") & (run.c.beat < late)
        error = {
            "problems": [
                {
                    "where": "run",
                    "what": f"its worker died {MAX_ATTEMPTS} times",
                    "mend": "ask for fewer members",
                    "nearest": [],
                }
            ],
            "exit_code": 1,
        }
        at = stamp(self.ledger.clock())
        given_up = {"state": "failed", "finished_at": at, "error": json.dumps(error)}
        connection.execute(update(run).where(lost, run.c.attempts >= MAX_ATTEMPTS).values(given_up))
        connection.execute(
            update(run).where(lost, run.c.cancel == 1).values(state="cancelled", finished_at=at)
        )
        connection.execute(update(run).where(lost).values(state="queued", worker=None))

    def abandon(self, worker: str, *, blame: bool = True) -> None:
        """Say that a worker is dead, so that its runs need not wait for the beat to grow stale.

        Parameters
        ----------
        blame : bool
            Whether the run may have killed it: then the attempt counts.
        """
        values: dict[str, Any] = {"beat": 0.0}
        if not blame:
            values["attempts"] = run.c.attempts - 1
        with self.ledger.writing() as connection:
            mine = (run.c.worker == worker) & (run.c.state == "running") & (run.c.beat > 0)
            connection.execute(update(run).where(mine).values(values))

    def tell(self, id_: str, worker: str, stage: str, done: int, total: int) -> bool:
        """Write down how far a run is; return whether it should go on."""
        with self.ledger.writing() as connection:
            mine = (run.c.id == id_) & (run.c.worker == worker) & (run.c.state == "running")
            values = {"stage": stage[:80], "done": done, "total": total, "beat": time.time()}
            touched = connection.execute(update(run).where(mine).values(values)).rowcount
            cancelled = connection.scalar(select(run.c.cancel).where(run.c.id == id_))
        return bool(touched) and not cancelled

    def finish(
        self,
        id_: str,
        worker: str,
        state: str,
        *,
        files: Sequence[Artefact] = (),
        error: Mapping[str, Any] | None = None,
    ) -> bool:
        """End a run with its files, all in one; nothing happens if it is no longer this worker's."""
        with self.ledger.writing() as connection:
            mine = (run.c.id == id_) & (run.c.worker == worker) & (run.c.state == "running")
            text = json.dumps(error) if error else None
            values = {"state": state, "finished_at": stamp(self.ledger.clock()), "error": text}
            if not connection.execute(update(run).where(mine).values(values)).rowcount:
                return False
            connection.execute(delete(artefact).where(artefact.c.run_id == id_))
            for f in files:
                digest = hashlib.sha256(f.data).hexdigest()
                connection.execute(
                    artefact.insert().values(
                        run_id=id_, name=f.name, media_type=f.media_type, sha256=digest, data=f.data
                    )
                )
        return True


def _run(row: Row[Any], files: tuple[str, ...] = ()) -> Run:
    """Read a run from its row."""
    return Run(
        id=row.id,
        kind=row.kind,
        name=row.name,
        request=json.loads(row.request),
        state=row.state,
        owner=row.owner,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
        attempts=row.attempts,
        cancel=bool(row.cancel),
        stage=row.stage,
        done=row.done,
        total=row.total,
        error=json.loads(row.error) if row.error else None,
        files=files,
    )
