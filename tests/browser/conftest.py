"""One browser for all tests here: Chrome or Chromium on the PATH, or its path in $CHROMIUM."""

import pytest

from course_utils.editions.pages.printing import browser_program


@pytest.fixture(scope="session")
def browser():
    program = browser_program()
    if program is None:
        pytest.fail("no Chrome or Chromium found: install one, or name it in $CHROMIUM")
    from playwright.sync_api import sync_playwright

    arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking",
                 "--disable-component-update", "--disable-sync"]  # fmt: skip
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=arguments)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser):
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    yield page
    page.close()
