"""The whole path in a real browser: paste, correct, run, move the slider, compare arms, download, seal; three looks; axe."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from counterpoise import library, load_scenario

Until = Callable[[Any, str], None]
SERIOUS = ("serious", "critical")
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 1, "has_touch": True}


def axe(page: Any) -> list[str]:
    """Return the serious findings of axe on a page. What the policy refuses axe itself is no fault."""
    import axe_playwright_python

    page.audited = True

    page.evaluate((Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text())
    found = page.evaluate("async () => (await axe.run(document)).violations")
    return [f"{v['id']}: {n['html'][:160]}" for v in found if v["impact"] in SERIOUS for n in v["nodes"]]


def fits(page: Any) -> None:
    """Nothing but tables in their own frames is wider than the window."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1")


def test_the_page_shows_the_numbers_of_the_command_line(
    open_page: Callable[..., Any], done: str, iran_assessment: dict[str, Any]
) -> None:
    page = open_page(done)
    page.wait_for_selector("[data-question]", state="attached")
    shown = page.eval_on_selector_all(
        "[data-question]",
        "n => n.map(x => [x.dataset.question, x.dataset.arm, x.dataset.value, x.textContent])",
    )
    expected = {(q["id"], q["arm"]): q["p"] for q in iran_assessment["questions"]}
    assert {(q, arm): float(value) for q, arm, value, _ in shown} == expected
    for q, arm, _, text in shown:
        number = re.fullmatch(r"(\d+)\s%", text)
        if number:
            assert abs(int(number[1]) - 100 * expected[q, arm]) <= 0.5 + 1e-9
        else:
            assert ("under 1" in text and expected[q, arm] < 0.01) or (
                "over 99" in text and expected[q, arm] > 0.99
            )
    contrasts = dict(
        page.eval_on_selector_all("[data-contrast]", "n => n.map(x => [x.dataset.contrast, x.dataset.value])")
    )
    assert {k: float(v) for k, v in contrasts.items()} == {
        c["id"]: c["difference"] for c in iran_assessment["contrasts"]
    }


def read_and_correct(page: Any) -> None:
    """Paste the report, correct three statements by hand, set a lever."""
    page.fill("#text", library.read_text("reports/iran-leaves-syria.txt"))
    page.click("button[name=read]")
    page.wait_for_selector("text=What was read")
    marked = page.frame_locator("iframe.frame").locator("mark")
    assert marked.count() > 5
    page.uncheck("input[name='use:C1']")
    page.fill("input[name='kinds:E1']", "advisors")
    page.press("input[name='kinds:E1']", "Tab")
    page.wait_for_selector("text=nearest: advisers")
    page.fill("input[name='kinds:E1']", "advisers, diplomatic")
    page.press("input[name='kinds:E1']", "Tab")
    page.wait_for_selector("text=2 statements corrected by hand")
    page.select_option("select[name='realis:E5']", "negated")
    page.wait_for_selector("text=3 statements corrected by hand")
    # A lever of one's own: Iran adds half as much again.
    page.click("summary:has-text('Levers of your own')")
    page.fill("#left", "150")
    page.wait_for_selector("text=Levers: Iran: 150 % left of all its support, within 30 days.")


def look_at_results(page: Any) -> None:
    """Move through time, by keyboard and by button, and over the arms."""
    # The slider of the map, by keyboard.
    page.focus("#when")
    before = page.locator("svg.map").first.inner_html()
    page.keyboard.press("ArrowRight")
    page.wait_for_selector("text=Day 1, 7 December 2024")
    assert page.locator("svg.map").first.inner_html() != before
    page.click("button[name=jump]:has-text('90 days')")
    page.wait_for_selector("text=Day 90, 6 March 2025")
    page.select_option("#map-arm", "stay")
    page.wait_for_selector("text=the government has lost it, stay")
    # Arms side by side.
    heads = page.locator("table").first.locator("thead th").all_text_contents()
    assert {"As reported", "Stay", "Reinforce", "Imposed", "As reported, with levers", "Base rate"} <= set(
        heads
    )
    page.select_option("#measure", "threat")
    page.wait_for_selector("caption:has-text('Threat')")


def test_the_whole_path(open_page: Callable[..., Any], artefacts: Path, server: Any) -> None:
    page = open_page("/")
    read_and_correct(page)
    page.fill("#members", "60")
    page.fill("#horizon", "365")
    page.click("button[name=run]")
    page.wait_for_selector("button[name=cancel], [data-question]")
    page.wait_for_selector("text=Does the government end?")
    look_at_results(page)
    with page.expect_download() as got:
        page.click("a:has-text('assessment.json')")
    data = json.loads(Path(got.value.path()).read_text())
    assert "C1" not in [c["id"] for c in data["statements"]["claims"]]
    coding = page.request.get(page.url.replace("/runs/", "/api/v1/runs/") + "/files/coding.json").json()
    by_hand = ["by hand: C1 dropped", "by hand: E1 support_kinds", "by hand: E5 realis"]
    assert coding["document"]["notes"][-3:] == by_hand
    page.fill("#name", "Iran, by hand")
    page.press("#name", "Tab")
    page.wait_for_selector("text=Named.")
    page.click("button[name=seal]")
    page.wait_for_selector("text=forecasts are sealed")
    brief = page.request.get(page.url.replace("/runs/", "/api/v1/runs/") + "/files/brief.html")
    assert "sandbox" in brief.headers["content-security-policy"]
    with page.expect_download() as kept:
        page.click("text=download the brief")
    assert Path(kept.value.path()).read_bytes() == brief.body()
    # The link that is copied leads here.
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.click("button[name=share]")
    page.wait_for_selector("text=The link is copied.")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    listed = open_page("/forecasts")
    listed.wait_for_selector("text=Does the Syrian government end within 30 days?")
    listed.screenshot(path=artefacts / "forecasts.png", full_page=True, caret="initial")
    assert axe(listed) == []
    runs = open_page("/runs")
    runs.wait_for_selector("text=Iran, by hand")
    assert axe(runs) == []


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("light", {}),
        ("dark", {"color_scheme": "dark"}),
        ("phone", PHONE),
    ],
)
def test_how_it_looks_and_what_axe_finds(
    open_page: Callable[..., Any],
    until: Until,
    artefacts: Path,
    done: str,
    compared: str,
    name: str,
    options: dict[str, Any],
) -> None:
    home = open_page("/", **options)
    home.select_option("#example", "iran-leaves-syria")
    until(home, "document.getElementById('text').value.length > 100")
    home.click("button[name=read]")
    home.wait_for_selector("button[name=run]")
    pages = {"home": home, "run": open_page(done, **options), "what-if": open_page("/what-if", **options)}
    pages |= {x: open_page(f"/{x}", **options) for x in ("scenarios", "runs", "forecasts", "login")}
    pages |= {"compared": open_page(compared, **options), "missing": open_page("/runs/none", **options)}
    pages["run"].wait_for_selector("[data-question]")
    pages["what-if"].wait_for_selector("[data-question]")
    pages["compared"].wait_for_selector("[data-question]")
    pages["forecasts"].wait_for_selector("text=Scores")
    pages["missing"].wait_for_selector("text=there is no such run")
    # The editor with a mistake in it.
    pages["scenarios"].wait_for_selector("input[name^='flow:']")
    pages["scenarios"].select_option("#section", "sites")
    pages["scenarios"].wait_for_selector("[name='f:lat']")
    pages["scenarios"].fill("[name='f:lat']", "north")
    pages["scenarios"].wait_for_selector("[role=alert]:has-text('lat')")
    for key, page in pages.items():
        page.eval_on_selector_all("details", "n => n.slice(0, 3).forEach(d => { d.open = true; })")
        if key == "home":
            # Chromium paints a frame that is out of sight when it comes into sight.
            page.locator("iframe.frame").scroll_into_view_if_needed()
        if key == "run":
            page.locator("#when").fill("30")
            page.wait_for_selector("text=Day 30, 5 January 2025")
            page.eval_on_selector_all("img[loading=lazy]", "n => n.forEach(x => x.loading = 'eager')")
            until(page, "[...document.images].every(i => i.complete && i.naturalWidth > 0)")
        page.screenshot(path=artefacts / f"{key}-{name}.png", full_page=True, caret="initial")
        assert axe(page) == [], key
        fits(page)


#: Drags the slider of what is left to a value; resolves to the time until the answer for it is shown [ms].
DRAG = """value => new Promise(done => {
  const began = performance.now(), slider = document.getElementById('left');
  const shown = () => [...document.querySelectorAll('[role=status]')].some(
    x => x.textContent.includes(`: ${value} % left`) && x.textContent.includes('Answered with 200 futures'));
  const watch = new MutationObserver(() => { if (shown()) { watch.disconnect(); done(performance.now() - began); } });
  watch.observe(document.body, { childList: true, subtree: true, characterData: true });
  slider.value = value; slider.dispatchEvent(new Event('input', { bubbles: true }));
})"""


def test_the_answer_follows_the_slider(open_page: Callable[..., Any]) -> None:
    """Half a minute's patience for a machine that does much else; what it took is printed."""
    page = open_page("/what-if")
    page.fill("#as_of", "2024-11-30")
    page.wait_for_selector("[role=status]:has-text('Answered with 1,000 futures')")
    took = []
    for value in (80, 60, 40, 20, 0, 30, 70, 110, 150, 200):
        took.append(page.evaluate(DRAG, value))
        # The next move comes when the refined answer is there, or while it is being made.
        page.wait_for_timeout(200 if value % 3 else 1_500)
    print(f"an answer after a move: median {sorted(took)[5]:.0f} ms, slowest {max(took):.0f} ms")
    assert max(took) < 30_000
    page.wait_for_selector("[role=status]:has-text('200 % left'):has-text('Answered with 1,000 futures')")


def test_a_lever_moves_the_answer(open_page: Callable[..., Any]) -> None:
    page = open_page("/what-if")
    page.wait_for_selector("[data-question]")
    page.fill("#as_of", "2024-11-30")
    page.wait_for_selector("text=nothing is moved")
    rows = "table:has-text('Effect') tbody tr td:nth-child(2)"
    page.wait_for_selector("[data-question]")
    assert set(page.locator(rows).all_text_contents()) == {"0 points"}
    page.focus("#left")
    page.keyboard.press("Home")
    page.wait_for_selector("text=0 % left of all its support")
    # At rest it is refined by itself.
    said = page.wait_for_selector("[role=status]:has-text('Answered with 1,000 futures')").inner_text()
    assert re.search(r"in \d+\.\d s: rough, not for quoting", said)
    page.click("button[name=keep]")
    page.wait_for_selector("th:has-text('Kept 1')")
    page.click("button[name=refine]")
    page.wait_for_url("**/runs/*")
    page.click("button[name=cancel]")
    page.wait_for_selector("text=The run was cancelled.")


def test_a_size_is_checked_while_it_is_typed(open_page: Callable[..., Any]) -> None:
    page = open_page("/scenarios")
    page.wait_for_selector("input[name^='flow:']")
    first = page.locator("input[name^='flow:']").first
    first.fill("many")
    page.wait_for_selector("text=expected a number, got 'many'")
    name = str(first.get_attribute("name")).removeprefix("flow:")
    flow = next(f for f in load_scenario("levant-2024").flows if f.id == name)
    assert flow.size.low is not None
    first.fill(str(int(flow.size.value * 1_000)))
    page.wait_for_selector(f"[role=alert]:has-text('{name}')")
    first.fill(f"{(flow.size.low + flow.size.value) / 2:.15g}")
    page.wait_for_selector("text=Valid; 1 size changed")


def press(page: Any, button: str, seen: str) -> None:
    """Press a button until its effect is seen: on a busy machine the form may be drawn anew under the pointer."""
    for _ in range(3):
        page.click(button)
        with contextlib.suppress(Exception):
            page.wait_for_selector(seen, timeout=30_000)
            return
    page.wait_for_selector(seen)


def test_the_form_and_the_file_are_one_scenario(open_page: Callable[..., Any], until: Until) -> None:
    page = open_page("/scenarios")
    page.select_option("#section", "sites")
    page.wait_for_selector("[name='f:lat']")
    page.fill("[name='f:lat']", "north")
    page.wait_for_selector("[role=alert]:has-text('lat')")
    page.fill("[name='f:lat']", "0.25")
    page.wait_for_selector("text=Valid: My region")
    until(page, "document.getElementById('own').value.includes('lat: 0.25')")
    press(page, "button[name=new]", "[role=alert]:has-text('new-1')")
    page.click("button[name=remove]")
    page.wait_for_selector("text=Valid: My region")
    with page.expect_download() as got:
        page.click("button[name=download]")
    assert "lat: 0.25" in Path(got.value.path()).read_text()
    page.fill("#own", "schema: counterpoise/scenario/1\nid: x\ntitel: y\n")
    page.wait_for_selector("text=nearest: title")


def test_what_is_inline_or_evaluated_does_not_run(browser: Any, server: Any) -> None:
    """The policy of the desk's pages: no handler in an attribute, no script without the page's number, nothing evaluated."""
    page = browser.new_page()
    page.goto(server.url + "/forecasts")
    page.wait_for_selector("h1")
    refused: list[str] = []
    page.on("console", lambda m: refused.append(m.text) if "Content Security Policy" in m.text else None)
    # In a timer: what the driver itself evaluates is let through.
    page.evaluate(
        """() => new Promise(done => setTimeout(() => {
        window.said = [];
        const attribute = '<img src="data:," onerror="window.hit = 3">';
        for (const attempt of [() => eval('window.hit = 1'), () => new Function('window.hit = 2')(),
                               () => { document.querySelector('main').innerHTML += attribute; }])
          try { attempt(); } catch (e) { window.said.push(e.name); }
        const s = document.createElement('script');
        try { s.textContent = 'window.hit = 4'; } catch (e) { window.said.push(e.name); }
        document.body.append(s);
        const foreign = document.createElement('img'); foreign.src = 'https://example.org/x.png'; document.body.append(foreign);
        setTimeout(done, 300); }, 10))"""
    )
    assert page.evaluate("window.hit") is None
    # Evaluating, HTML as text and a script's text are refused where they are written, before the policy for scripts is asked.
    assert page.evaluate("window.said") == ["EvalError", "EvalError", "TypeError", "TypeError"]
    assert any("img-src" in x for x in refused), refused
    page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_run_that_goes_on_and_is_cancelled(
    open_page: Callable[..., Any], server: Any, artefacts: Path, scheme: str
) -> None:
    long = {"report": {"bundled": "iran-leaves-syria"}, "members": 20_000, "seed": 5}
    page = open_page("/", color_scheme=scheme)
    where = page.request.post(f"{server.url}/api/v1/assess", data=long).headers["location"]
    page.goto(server.url + where.removeprefix("/api/v1"))
    page.wait_for_selector("[role=status]:has-text('Running')")
    page.wait_for_selector("progress")
    page.screenshot(path=artefacts / f"running-{scheme}.png", full_page=True, caret="initial")
    assert axe(page) == []
    page.click("button[name=cancel]")
    page.wait_for_selector("[role=status]:has-text('The run was cancelled.')")
    assert page.locator("button[name=cancel]").count() == 0


def test_a_page_that_is_not_there(browser: Any, server: Any) -> None:
    page = browser.new_page()
    said = page.goto(server.url + "/no/such/<script>page")
    assert said.status == 404
    assert page.inner_text("h1") == "There is no such page"
    assert axe(page) == []
    page.click("text=To the desk")
    page.wait_for_selector("button[name=read]")
    page.close()


def test_report_text_and_names_run_nothing(open_page: Callable[..., Any]) -> None:
    attack = "<script>window.hit=1</script><img src=x onerror='window.hit=1'> {{7*7}}"
    text = f"{attack} Iran is withdrawing its advisers from Syria as rebels advance."
    page = open_page("/")
    page.fill("#text", text)
    page.click("button[name=read]")
    page.wait_for_selector("text=What was read")
    assert page.evaluate("window.hit") is None
    assert page.locator("iframe.frame").get_attribute("sandbox") == ""
    assert page.frame_locator("iframe.frame").locator("img, script").count() == 0
    assert "{{7*7}}" in page.frame_locator("iframe.frame").locator("body").inner_text()


def test_a_page_comes_back_after_the_server_did(
    browser: Any, beside: Callable[[str], Any], tmp_path: Path, patience: float
) -> None:
    """The server is killed and started again under an open page: the page loads itself anew, and works."""
    server = beside("services.py").Server(tmp_path, "--rate", "100000")
    page = browser.new_page()
    page.set_default_timeout(patience)
    refused: list[str] = []
    page.on("console", lambda m: refused.append(m.text) if "Content Security Policy" in m.text else None)
    try:
        page.goto(server.url + "/")
        page.wait_for_selector("button[name=read]")
        page.fill("#text", "typed before")
        server.kill()
        page.wait_for_timeout(1_500)
        with page.expect_navigation():
            server.start()
        page.wait_for_selector("button[name=read]")
        assert page.input_value("#text") == ""
        page.click("button[name=read]")
        page.wait_for_selector("text=is empty")
        assert refused == []
    finally:
        page.close()
        server.stop()


def test_with_tokens_the_desk_asks_and_a_revoked_one_ends_it(
    browser: Any, beside: Callable[[str], Any], tmp_path: Path, patience: float
) -> None:
    from counterpoise.ledger import open_ledger
    from counterpoise.ledger.tokens import make_token, revoke_token

    server = beside("services.py").Server(tmp_path, "--tokens", "--rate", "100000")
    ledger = open_ledger(server.ledger)
    page = browser.new_page()
    page.set_default_timeout(patience)
    try:
        secret, made = make_token(ledger, "analyst", ["read", "run"])
        page.goto(server.url + "/")
        page.wait_for_url("**/login")
        page.fill("#token", secret)
        page.click("button")
        page.wait_for_selector("button[name=read]")
        assert page.evaluate("document.cookie") == ""
        page.click("button[name=read]")
        page.wait_for_selector("text=is empty")
        revoke_token(ledger, made.id)
        page.click("button[name=read]")
        page.wait_for_url("**/login")
    finally:
        page.close()
        ledger.close()
        server.stop()
