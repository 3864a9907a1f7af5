"""The kernel's packing against the linear programme on 1,000 random networks; the errors stand in docs/model/region.md."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

import numpy as np
import pytest

NETWORKS = 1_000
LOAD = 0.7


@pytest.mark.science
def test_the_error_of_the_packing_on_random_networks(
    beside: Callable[[str], ModuleType], capsys: pytest.CaptureFixture[str]
) -> None:
    make = beside("random_networks.py").random_network
    shared, alone = [], []
    for number in range(NETWORKS):
        made = make(np.random.default_rng(number))
        most = made.most()
        demand = LOAD * most
        whole, carried, _ = made.run(demand, np.empty(0))
        best = made.programme(demand).carried.sum()
        assert carried.sum() <= best + 1e-6
        assert (whole <= most + 1e-6).all()
        if best > 1e-6:
            shared.append(1 - carried.sum() / best)
        alone += [1 - x / y for x, y in zip(whole, most, strict=True) if y > 1e-6]
    with capsys.disabled():
        for name, errors in (("together", shared), ("alone", alone)):
            x = np.array(errors)
            print(
                f"\n{name}: n {len(x)}, mean {x.mean():.3f}, median {np.median(x):.3f}, "
                f"95th percentile {np.quantile(x, 0.95):.3f}, worst {x.max():.3f}"
            )
    # The stated errors, with a little room for other versions of the solver.
    assert np.mean(shared) <= 0.03
    assert np.quantile(shared, 0.95) <= 0.14
    assert np.mean(alone) <= 0.035
    assert np.quantile(alone, 0.95) <= 0.24
