"""A million futures of the flagship within the bound of memory; long."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

#: Peak resident memory that the whole assessment may take [MiB].
BOUND = 1_500
SCRIPT = """
import json, sys
from pathlib import Path
from counterpoise.assessment import assess
found = assess("iran-leaves-syria", members=int(sys.argv[1]), seed=1)
# Not getrusage: its peak begins with that of the process that started this one.
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
peak = int(status["VmHWM"].split()[0]) / 1024
print(json.dumps({"peak": peak, "members": found.members, "horizon": found.horizon_days}))
"""


@pytest.mark.soak
@pytest.mark.parametrize("members", [200_000, 1_000_000])
def test_memory_does_not_grow_with_the_events_of_a_run(members: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(members)], capture_output=True, text=True, check=True
    )
    found = json.loads(done.stdout)
    print(found)
    assert (found["members"], found["horizon"]) == (members, 1825)
    assert found["peak"] < BOUND
