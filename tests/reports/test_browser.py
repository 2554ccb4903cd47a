"""The report in a real browser. Needs Debian's chromium and chromium-driver, selenium and axe."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from reports.compare import write_comparison
from reports.example import write_example
from reports.example_cases import CONTROLS, Shape
from reports.history_page import write_history
from reports.index import write_index
from reports.report import write_report
from reports.run import read_run
from reports.steps import find_steps

webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed")
keys = pytest.importorskip("selenium.webdriver.common.keys", reason="selenium is not installed")
wait = pytest.importorskip("selenium.webdriver.support.wait")
pytest.importorskip("axe_core_python", reason="axe-core-python is not installed")
CHROMIUM, CHROMEDRIVER = shutil.which("chromium"), shutil.which("chromedriver")
pytestmark = pytest.mark.skipif(
    CHROMIUM is None or CHROMEDRIVER is None,
    reason="no browser: apt-get install chromium chromium-driver",
)
FLAGS = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-dev-shm-usage",
)  # fmt: skip
INERT = "<img src=x onerror=\"document.title='run'\"><script>document.title='run'</script>"
TABLE = "#t-leaderboard-attack-random"
PAGES = ("report", "compare", "index", "history", "inert", "empty")
WIDTHS = (360, 768, 1280, 2560, 3840)
# Seconds until what has not come is missing; what comes is seen at once, also on a busy machine.
PATIENCE = 300


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    runs = tmp_path_factory.mktemp("runs")
    started = datetime(2026, 1, 2, tzinfo=UTC)
    shape = Shape(splits=("random", "by_file"))
    folders = [
        write_example(runs, started=started + timedelta(days=day), seed=day, shape=shape)
        for day in range(2)
    ]
    read = [read_run(folder) for folder in folders]
    inert = Shape(labels=(INERT, "b", "c"), models=(INERT, "y", "z"), splits=("random",))
    nasty = write_example(tmp_path_factory.mktemp("nasty"), shape=inert)
    (nasty / "suite.toml").write_text(INERT)
    empty = tmp_path_factory.mktemp("empty")
    (empty / "run.json").write_text("{}")
    return {
        "report": write_report(folders[1]),
        "compare": write_comparison(folders, runs / "compare.html"),
        "index": write_index(runs),
        "history": write_history(
            {"example": (read, find_steps(read, ()))}, runs / "history.html", commits=lambda *_: ()
        ),
        "inert": write_report(nasty),
        "empty": write_report(empty),
    }


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for flag in (*FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    service = webdriver.ChromeService(executable_path=CHROMEDRIVER)
    driver = webdriver.Chrome(options=options, service=service)
    driver.set_script_timeout(PATIENCE)
    try:
        yield driver
    finally:
        driver.quit()


def view(
    browser: Any, page: Path, *, width: int = 1280, scheme: str = "light", media: str = ""
) -> None:
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 500}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    wishes = {"prefers-color-scheme": scheme, "prefers-reduced-motion": "reduce"}
    features = [{"name": name, "value": value} for name, value in wishes.items()]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": features})
    browser.get(page.as_uri())


def find(browser: Any, selector: str) -> Any:
    return browser.find_element("css selector", selector)


def column(browser: Any, title: str, *, table: str = TABLE) -> Any:
    xpath = f"//table[@id='{table[1:]}']//th[starts-with(normalize-space(.), '{title}')]"
    return browser.find_element("xpath", xpath)


def names(browser: Any, *, table: str = TABLE) -> list[str]:
    script = (
        "return [...document.querySelectorAll(arguments[0] + ' tbody tr:not([hidden]) th .t')]"
        ".map((name) => name.textContent)"
    )
    return browser.execute_script(script, table)


def values(browser: Any, place: int) -> list[float]:
    script = (
        "return [...document.querySelectorAll(arguments[0] + ' tbody tr:not(.control)')]"
        ".map((row) => Number(row.cells[arguments[1]].dataset.v))"
    )
    return browser.execute_script(script, TABLE, place)


def tip(browser: Any) -> str:
    return browser.execute_script(
        "const tip = document.getElementById('tip'); return tip.hidden ? '' : tip.textContent"
    )


@pytest.mark.parametrize("name", PAGES)
def test_a_page_makes_no_request_and_no_complaint(browser, pages, name):
    browser.get_log("performance")
    browser.get_log("browser")
    view(browser, pages[name])
    events = [json.loads(entry["message"])["message"] for entry in browser.get_log("performance")]
    asked = {
        event["params"]["request"]["url"].split(":")[0]
        for event in events
        if event["method"] == "Network.requestWillBeSent"
        and event["params"]["documentURL"] == pages[name].as_uri()  # not the browser's own
    }
    assert "file" in asked
    assert asked <= {"file", "data"}
    assert browser.get_log("browser") == []


def test_texts_of_a_run_are_shown_and_never_run(browser, pages):
    view(browser, pages["inert"])
    assert browser.title.startswith("example-")
    assert INERT in find(browser, "#suite-text").text
    assert INERT in names(browser)
    assert browser.find_elements("css selector", "main img") == []


def test_a_click_sorts_and_another_turns_the_order(browser, pages):
    view(browser, pages["report"])
    heading = column(browser, "Fit")
    place = heading.get_property("cellIndex")
    heading.find_element("css selector", "button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    assert values(browser, place) == sorted(values(browser, place))
    heading.find_element("css selector", "button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    assert values(browser, place) == sorted(values(browser, place), reverse=True)
    assert set(names(browser)[-2:]) == set(CONTROLS)


def test_the_keyboard_sorts_too(browser, pages):
    view(browser, pages["report"])
    heading = column(browser, "Model")
    heading.find_element("css selector", "button").send_keys(keys.Keys.ENTER)
    models = names(browser)[:-2]
    assert models == sorted(models)


def test_the_filter_leaves_the_rows_that_hold_its_text(browser, pages):
    view(browser, pages["report"])
    find(browser, "#leaderboard [data-filter]").send_keys("TREE")
    assert sorted(names(browser)) == ["decision_tree", "extra_trees"]
    assert find(browser, "#leaderboard .found").text == "4 of 26 rows"


def test_numbers_turn_relative_to_the_best_and_back(browser, pages):
    view(browser, pages["report"])
    before = find(browser, f"{TABLE} tbody tr td:nth-child(3) .t").text
    box = find(browser, "#leaderboard [data-relative]")
    box.send_keys(keys.Keys.SPACE)
    cells = [
        cell.text for cell in browser.find_elements("css selector", f"{TABLE} td:nth-child(3) .t")
    ]
    assert cells[0] == "best"
    assert all(cell.endswith(" pt") for cell in cells[1:])
    box.send_keys(keys.Keys.SPACE)
    assert find(browser, f"{TABLE} tbody tr td:nth-child(3) .t").text == before


def by_mouse(control: Any) -> None:
    control.click()


def by_keyboard(control: Any) -> None:
    control.send_keys(keys.Keys.SPACE)


@pytest.mark.parametrize("press", [by_mouse, by_keyboard])
def test_toggles_sorting_and_folds_work_by_mouse_and_by_keyboard(browser, pages, press):
    view(browser, pages["report"])
    press(find(browser, "#leaderboard [data-relative]"))
    assert find(browser, f"{TABLE} td:nth-child(3) .t").text == "best"
    heading = column(browser, "Fit")
    press(heading.find_element("css selector", "button"))
    assert heading.get_attribute("aria-sort") == "ascending"
    press(find(browser, "[data-heat-as][value='count']"))
    assert "in flows" in find(browser, "#t-confusion-attack-random caption").text
    fold = find(browser, "#leaderboard details.more")
    press(fold.find_element("css selector", "summary"))
    assert fold.get_property("open")


def test_tooltips_open_by_pointer_and_focus_and_close_with_escape(browser, pages):
    view(browser, pages["report"])
    button = column(browser, "Accuracy").find_element("css selector", "button")
    webdriver.ActionChains(browser).move_to_element(button).perform()
    wait.WebDriverWait(browser, PATIENCE).until(lambda _: tip(browser))
    assert tip(browser).startswith("Test flows given their true class")
    webdriver.ActionChains(browser).send_keys(keys.Keys.ESCAPE).perform()
    assert tip(browser) == ""
    mark = find(browser, "#tradeoff .plot [aria-roledescription='point']")
    browser.execute_script("arguments[0].focus()", mark)
    assert " s" in tip(browser)


def test_arrows_walk_the_cells_of_a_matrix(browser, pages):
    view(browser, pages["report"])
    first = find(browser, "#t-confusion-attack-random tbody td")
    browser.execute_script("arguments[0].focus()", first)
    assert tip(browser).startswith("true DDoS-ICMP_Flood, taken for DDoS-ICMP_Flood: ")
    first.send_keys(keys.Keys.ARROW_RIGHT)
    browser.switch_to.active_element.send_keys(keys.Keys.ARROW_DOWN)
    assert tip(browser).startswith("true DDoS-UDP_Flood, taken for DDoS-UDP_Flood: ")


def test_another_model_s_matrix_and_its_counts_can_be_shown(browser, pages):
    view(browser, pages["report"])
    table = find(browser, "#t-confusion-attack-random")
    before = table.text
    choice = find(browser, "[data-matrix='confusion-attack-random']")
    choice.send_keys("dummy")
    assert table.find_element("css selector", "caption").text.startswith("Confusion of dummy on")
    assert table.text != before
    find(browser, "[data-heat-as][value='count']").click()
    assert "in flows" in table.find_element("css selector", "caption").text
    row = [
        cell.text.replace(",", "")
        for cell in table.find_elements("css selector", "tbody tr:first-child td")
    ]
    profile = find(browser, "#t-recall-attack-random tbody td").get_attribute("data-say")
    assert f"{sum(int(count) for count in row if count):,} flows" in profile


def test_the_suite_can_be_copied(browser, pages):
    view(browser, pages["report"])
    find(browser, "[data-copy]").click()
    status = find(browser, "#suite [role='status']")
    wait.WebDriverWait(browser, PATIENCE).until(lambda _: status.text)
    assert status.text in ("Copied.", "Marked: press Ctrl+C to copy.")


def test_without_scripts_every_table_and_plot_is_there_and_no_dead_control(browser, pages):
    view(browser, pages["report"])
    counted = (
        "return ['table', '.plot', 'tbody tr']"
        ".map((what) => document.querySelectorAll(what).length)"
    )
    before = browser.execute_script(counted)
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        view(browser, pages["report"])
        assert browser.execute_script(counted) == before
        assert browser.find_elements("css selector", "thead button") == []
        tools = browser.find_elements("css selector", ".tools")
        assert not any(tool.is_displayed() for tool in tools)
        assert find(browser, TABLE).is_displayed()
        assert find(browser, ".plot").is_displayed()
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_its_window(browser, pages, name):
    for width in WIDTHS:
        view(browser, pages[name], width=width)
        browser.execute_script(
            "for (const one of document.querySelectorAll('details')) one.open = true"
        )
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser, pages, name, scheme):
    view(browser, pages[name], scheme=scheme)
    browser.execute_script(
        "for (const one of document.querySelectorAll('details')) one.open = true"
    )
    browser.execute_script(files("axe_core_python").joinpath("axe.min.js").read_text("utf-8"))
    found = browser.execute_async_script(
        "const done = arguments[0]; axe.run({resultTypes: ['violations']})"
        ".then((said) => done(said.violations.map((one) => [one.id, one.nodes[0].html])))"
    )
    assert found == []


def test_a_box_shows_where_it_goes_on_beyond_its_edge(browser, pages):
    view(browser, pages["report"], width=768)
    box = find(browser, "#leaderboard .scroll")
    wait.WebDriverWait(browser, PATIENCE).until(
        lambda _: "more-right" in box.get_attribute("class")
    )
    browser.execute_script("arguments[0].scrollLeft = 1e6", box)
    wait.WebDriverWait(browser, PATIENCE).until(
        lambda _: "more-right" not in box.get_attribute("class")
    )


def test_paper_shows_all_and_no_control(browser, pages):
    view(browser, pages["report"], media="print")
    assert not find(browser, ".contents").is_displayed()
    assert not any(tool.is_displayed() for tool in browser.find_elements("css selector", ".tools"))
    boxes = (
        "return [...document.querySelectorAll('.scroll')]"
        ".map((box) => getComputedStyle(box).overflow)"
    )
    assert set(browser.execute_script(boxes)) == {"visible"}
    # A heading in a button is not painted again where its table goes on to another page.
    heading = find(browser, f"{TABLE} thead button")
    assert heading.value_of_css_property("display") == "contents"
