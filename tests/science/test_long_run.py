"""The long run against the record: campaigns that the model starts itself must not fall at the rate of famous offensives.

Nothing is fitted to this: the shift ``campaign.selection`` is the design's, written down before the first run. The test holds the
simulated takeover rate to the counted one (``campaign.takeover_12_months``) within a wide band, so that a change of the engine
that breaks the long run is seen.
"""

import datetime as dt

import pytest

from counterpoise import simulate
from counterpoise.compiler import rate

pytestmark = pytest.mark.science

TAKEOVER_AFTER_START = """
with start as (select member, min(date) as day from log where kind = 'campaign_start' group by member),
     fall as (select member, date as day from log where kind = 'regime_end' and detail in ('defeat', 'flight'))
select count(*) as n, avg(case when fall.day - start.day <= 365 then 1.0 else 0.0 end) as p
from start left join fall using (member) where start.day <= DATE '2028-11-25'
"""


def test_campaigns_that_the_model_starts_fall_at_about_the_counted_rate() -> None:
    as_of = dt.date(2024, 11, 26)
    futures = simulate("levant-2024", as_of=as_of, members=4_000, seed=1, workers=2)
    assert futures.world.theatre.campaign_day == 1, "quiet on that day: the campaign began a day later"
    (found,) = futures.query(TAKEOVER_AFTER_START).to_pylist()
    counted = rate("campaign.takeover_12_months", as_of)
    print(f"takeover within 12 months of a start: simulated {found['p']:.3f} (n = {found['n']}), ", end="")
    print(f"counted {counted.value:.3f} [{counted.low:.3f}, {counted.high:.3f}]")
    assert found["n"] > 1_000
    assert counted.low / 2 < found["p"] < counted.high * 2
