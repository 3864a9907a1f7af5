from __future__ import annotations

import json
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from counterpoise.assessment.models import Assessment
from counterpoise.brief.figures import draw_figures
from counterpoise.brief.figures.cells import nearest_cells
from counterpoise.brief.figures.labels import Placer
from counterpoise.brief.figures.map_view import make_view
from counterpoise.brief.figures.outlines import ENVIRONMENT, load_outlines
from counterpoise.brief.figures.timeline import reached
from counterpoise.errors import InputError

WINDOW = (0.0, 0.0, 4.0, 3.0)


def area(cell: np.ndarray) -> float:
    x, y = cell[:, 0], cell[:, 1]
    return abs(float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1)))) / 2


def test_cells_fill_the_window_and_each_holds_what_is_nearest() -> None:
    rng = np.random.default_rng(3)
    sites = rng.uniform((0, 0), (4, 3), size=(17, 2))
    cells = nearest_cells(sites, WINDOW)
    assert sum(area(c) for c in cells) == pytest.approx(12.0)
    for i, cell in enumerate(cells):
        middle = cell.mean(axis=0)
        assert int(np.argmin(np.hypot(*(sites - middle).T))) == i


def test_two_sites_in_one_place_share_a_cell() -> None:
    cells = nearest_cells(np.array([[1.0, 1.0], [1.0, 1.0], [3.0, 1.0]]), WINDOW)
    assert [round(area(c), 6) if len(c) else 0.0 for c in cells] == [6.0, 0.0, 6.0]


def test_labels_never_overlap_unless_they_must() -> None:
    placer = Placer((0, 0, 200, 100))
    boxes = [placer.place(100, 50, (40, 10), 5, must=False) for _ in range(40)]
    kept = [b for b in boxes if b]
    assert 5 <= len(kept) < 40
    for i, a in enumerate(kept):
        for b in kept[i + 1 :]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    assert placer.place(100, 50, (40, 10), 5, must=True) is not None
    assert placer.place(100, 50, (400, 10), 5, must=True) is None


def test_the_window_holds_the_theatre_and_leaves_out_what_is_far(assessment: Assessment) -> None:
    view = make_view(assessment.places, {"karrow", "orl_city", "kezgrad"})
    assert view is not None
    shown = {p.id for p in assessment.places if view.shows(p)}
    assert {p.id for p in assessment.places if p.in_theatre} <= shown
    assert "karrow" in shown
    assert not {"orl_city", "kezgrad"} & shown
    assert make_view([p for p in assessment.places if not p.in_theatre], set()) is None


def test_the_edge_lies_on_the_frame(assessment: Assessment) -> None:
    view = make_view(assessment.places, set())
    assert view is not None
    middle = ((view.left + view.right) / 2, (view.bottom + view.top) / 2)
    x, y = view.edge(middle, (middle[0] + 100, middle[1] + 1))
    assert x == pytest.approx(view.right)
    assert view.bottom < y < view.top


def test_schematic_outlines_are_closed_plain_and_marked() -> None:
    found = load_outlines()
    wanted = "SYR LBN ISR JOR IRQ TUR IRN SAU EGY CYP AFG PAK TKM UZB TJK"
    assert set(wanted.split()) <= set(found.rings)
    assert "schematic" in found.credit
    for rings in found.rings.values():
        for ring in rings:
            assert tuple(ring[0]) == tuple(ring[-1])
            assert area(ring) > 0.01
            assert not crosses_itself(ring)


def crosses_itself(ring: np.ndarray) -> bool:
    def side(a: np.ndarray, b: np.ndarray, c: np.ndarray) -> float:
        return float(np.sign((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])))

    n = len(ring) - 1
    for i in range(n):
        for j in range(i + 2, n - (i == 0)):
            a, b, c, d = ring[i], ring[i + 1], ring[j], ring[j + 1]
            if side(a, b, c) * side(a, b, d) < 0 and side(c, d, a) * side(c, d, b) < 0:
                return True
    return False


def test_natural_earth_takes_the_place_of_the_drawing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    square = [[[0, 0], [1, 0], [1, 1], [0, 0]]]
    feature = {
        "properties": {"ADM0_A3": "SYR", "NAME": "Syria"},
        "geometry": {"type": "MultiPolygon", "coordinates": [square]},
    }
    path = tmp_path / "ne.geojson"
    path.write_text(json.dumps({"features": [feature]}))
    monkeypatch.setenv(ENVIRONMENT, str(path))
    assert list(load_outlines().rings) == ["SYR"]
    assert "Natural Earth" in load_outlines().credit
    path.write_text("{}")
    with pytest.raises(InputError, match=r"COUNTERPOISE_NATURAL_EARTH \| expected a GeoJSON file"):
        load_outlines()


def test_days_are_read_off_the_curve(assessment: Assessment) -> None:
    curve = assessment.curves[0].model_copy(update={"day": (0, 10, 20), "survival": (1.0, 0.8, 0.4)})
    assert reached(curve, 0.1) == pytest.approx(5.0)
    assert reached(curve, 0.5) == pytest.approx(17.5)
    assert reached(curve, 0.7) is None


def test_texts_with_dollar_signs_are_no_formulas(made: ModuleType) -> None:
    a: Assessment = made.synthetic()
    a = a.model_copy(update={"places": tuple(p.model_copy(update={"name": "A$^B$ & <i>"}) for p in a.places)})
    svg = next(f.svg for f in draw_figures(a) if f.name == "map")
    assert "A$^B$ &amp; &lt;i&gt;" in svg


def test_no_figure_without_its_data(made: ModuleType) -> None:
    a: Assessment = made.synthetic(curves=(), timeline=(), ledger=(), conduits=(), places=(), legs=())
    assert draw_figures(a) == ()


def test_a_figure_says_in_words_what_it_shows(assessment: Assessment) -> None:
    alts = {f.name: f.alt for f in draw_figures(assessment)}
    assert "Highlighted conduit: Orlund City to Karrow to Eastmark Crossing" in alts["map"]
    assert "88" in alts["ribbon"]
    assert "8.5 if the regime falls" in alts["conduits"]


def test_many_conduits_show_what_changes_and_few_show_all(assessment: Assessment) -> None:
    from counterpoise.brief.figures.conduit_bars import _chosen

    still, moved = assessment.conduits[1], assessment.conduits[0]
    still = still.model_copy(update={"capacity_if_regime_falls": still.capacity_before})
    assert _chosen((still, moved)) == [still, moved]
    assert _chosen((still,) * 5 + (moved,)) == [moved]
    assert _chosen((still,) * 6) == [still]


def test_the_timeline_keeps_patrons_before_strikes(assessment: Assessment) -> None:
    from counterpoise.brief.figures.timeline import _chosen

    strike = assessment.timeline[1].model_copy(update={"kind": "strike", "text": "strike"})
    chosen = _chosen((*assessment.timeline, *(strike,) * 20))
    assert len(chosen) == 12
    assert set(assessment.timeline) <= set(chosen)
    assert [t.date_latest for t in chosen] == sorted(t.date_latest for t in chosen)
