"""Every mail by programs that aren't ours: the Nu checker, a browser, and axe-core in it."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from axe_playwright_python.base import AXE_SCRIPT, AxeResults
from playwright.sync_api import sync_playwright

from mailer_service.__main__ import main
from mailer_service.previewing.sample_mails import sample_mails
from mailer_service.writing.rendering import Renderer

ROOT = Path(__file__).parents[3]
NU_CHECKER = ROOT / ".local" / "node" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
JAVA = shutil.which("java")
# Compiled once and lightly, in half the CPU; which wants a deeper stack.
QUICK_START = ("-XX:TieredStopAtLevel=1", "-Xss4m")
BROWSER = "chromium-headless-shell"
# The narrowest phone that is still about (WCAG 2.2 § 1.4.10).
NARROW = {"width": 320, "height": 800}
# Between them they have every piece: a button, a code, a link, a list, a quote and a telephone.
PIECES = ("activation_code_issued", "registration_rejected", "totp_reset")
WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
RUN = "options => axe.run(options).then(({violations}) => ({violations}))"
HEIGHTS = "[...document.querySelectorAll('.button')].map(button => button.getBoundingClientRect().height)"


@pytest.fixture(scope="module")
def mails():
    """The HTML of every sample, by its name."""
    renderer = Renderer(
        product="Digitaal Nachregister",
        sender="noreply@nachregister.example",
        public_url="https://inloggen.nachregister.example",
    )
    return {sample.name: renderer.render(sample.fact, sample.code).html for sample in sample_mails()}


@pytest.fixture(scope="module")
def page():
    executable = shutil.which(BROWSER)
    assert executable, f"looking at mails needs a browser: apt-get install {BROWSER}"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser.new_page(viewport=NARROW)
        browser.close()


def test_the_nu_checker_finds_nothing_to_say_about_any_mail(mails, tmp_path):
    assert JAVA, "the Nu checker needs Java: apt-get install default-jre-headless"
    assert NU_CHECKER.is_file(), "the Nu checker is missing: make test installs it"
    for name, html in mails.items():
        (tmp_path / f"{name}.html").write_text(html, encoding="utf-8")

    command = [JAVA, *QUICK_START, "-jar", NU_CHECKER, "--format", "json", *sorted(tmp_path.iterdir())]
    checked = subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603 - our own files.

    found = [(Path(said["url"]).name, said["message"]) for said in json.loads(checked.stderr)["messages"]]
    assert found == []


def test_no_mail_scrolls_sideways_on_a_narrow_phone(mails, page):
    widths = {}
    for name, html in mails.items():
        page.set_content(html)
        widths[name] = page.evaluate("document.documentElement.scrollWidth")

    assert {name: width for name, width in widths.items() if width > NARROW["width"]} == {}


def test_every_button_is_high_enough_for_a_thumb(mails, page):
    heights = {}
    for name, html in mails.items():
        page.set_content(html)
        heights[name] = page.evaluate(HEIGHTS)

    assert any(heights.values())
    assert [name for name, buttons in heights.items() if any(height < 44 for height in buttons)] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PIECES)
def test_a_mail_is_accessible_in_the_light_and_in_the_dark(mails, page, name, scheme):
    page.emulate_media(color_scheme=scheme)
    page.set_content(mails[name])
    page.evaluate(AXE_SCRIPT)

    results = AxeResults(page.evaluate(RUN, {"runOnly": WCAG, "resultTypes": ["violations"]}))

    assert results.violations_count == 0, results.generate_report()


def test_a_preview_has_pictures_of_a_phone_and_a_desktop_in_both_colours(tmp_path):
    assert main(["preview", "totp_enabled", "--png", "--out", str(tmp_path)]) == 0

    pictures = {file.name: file.read_bytes() for file in tmp_path.glob("*.png")}
    # In a PNG the width follows the name of the first chunk.
    widths = {name: int.from_bytes(picture[16:20], "big") for name, picture in pictures.items()}
    index = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert widths == {
        "totp_enabled.phone-light.png": 390,
        "totp_enabled.phone-dark.png": 390,
        "totp_enabled.desktop-light.png": 800,
        "totp_enabled.desktop-dark.png": 800,
    }
    assert len(set(pictures.values())) == len(pictures)
    assert [name for name in pictures if f'<img src="{name}"' not in index] == []
