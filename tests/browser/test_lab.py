"""The notebooks in JupyterLab, in a real browser: Run All, no errors, and figures that move.

Run with `make test-browser`.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from functools import partial

import pytest

from course_utils.editions.build import source_files, target_of
from course_utils.paths import course_root

pytestmark = pytest.mark.browser
TOKEN = "course-browser-test"
RUN_LIMIT = 180_000  # milliseconds for all cells of a notebook

# What a page is asked, in its own language: JupyterLab keeps its state in objects, not in the page.
CURRENT = "window.jupyterapp.shell.currentWidget"
ALL_DONE = f"""() => {{
  const cells = {CURRENT}.content.widgets.filter(c => c.model.type === 'code');
  const idle = {CURRENT}.sessionContext.session?.kernel?.status === 'idle';
  return idle && cells.every(c => c.model.executionCount || !c.model.sharedModel.source.trim())
      && cells.every(c => c.model.executionState !== 'running');
}}"""
TROUBLE = f"""() => {CURRENT}.content.widgets
  .filter(c => c.model.type === 'code')
  .flatMap(c => c.model.outputs.toJSON())
  .filter(o => o.output_type === 'error' || o.name === 'stderr')
  .map(o => o.evalue || o.text)"""
LIVE = f"""() => {CURRENT}.content.widgets
  .map((c, i) => [c, i])
  .filter(([c, i]) => c.model.type === 'code' && c.model.outputs.toJSON().some(
      o => o.data && o.data['application/vnd.jupyter.widget-view+json']))
  .map(([c, i]) => i)"""


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """A JupyterLab server on copies of the notebooks; gives its address."""
    folder = tmp_path_factory.mktemp("lab")
    for source in filter(lambda path: target_of(path).exists(), source_files()):
        shutil.copy(target_of(source), folder)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("COURSE_")}
    environment |= {
        "COURSE_STATE": str(tmp_path_factory.mktemp("state")),
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path_factory.mktemp("settings")),
        "JUPYTERLAB_WORKSPACES_DIR": str(tmp_path_factory.mktemp("workspaces")),
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", f"--port={port}",
        "--ServerApp.port_retries=0", f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True",
        "--LabApp.news_url=None", "--LabApp.check_for_updates_class="
        "jupyterlab.handlers.announcements.NeverCheckForUpdate",
    ]  # fmt: skip
    log = tmp_path_factory.mktemp("log") / "lab.txt"
    with open(log, "w") as output:
        server = subprocess.Popen(
            command, env=environment, cwd=course_root(), stdout=output, stderr=subprocess.STDOUT
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api?token={TOKEN}", server, log)
        yield address
    finally:
        server.terminate()
        server.wait(timeout=20)


def _wait_for(url, server, log):
    for _ in range(120):
        if server.poll() is not None:
            break
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=2):
            return
        time.sleep(0.5)
    pytest.fail(f"JupyterLab did not start:\n{log.read_text()[-2000:]}")


def run_all(page, lab, name):
    """Open a notebook in a workspace of its own and run all of its cells."""
    page.goto(f"{lab}/lab/workspaces/{name[:2]}/tree/{name}?token={TOKEN}&reset")
    page.wait_for_selector(".jp-Notebook .jp-Cell", timeout=60_000)
    page.wait_for_function(
        f"() => {CURRENT}?.sessionContext?.session?.kernel?.status === 'idle'", timeout=60_000
    )
    page.evaluate(f"""() => {{ for (const c of {CURRENT}.content.widgets)
        if (c.model.type === 'code') {{ c.model.outputs.clear(); c.model.executionCount = null; }}
    }}""")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_function(ALL_DONE, timeout=RUN_LIMIT, polling=500)


def words_of(page, index):
    """What a screen reader says of a live figure's picture."""
    picture = page.locator(f"#live-{index} .jp-OutputArea img").first
    return picture.get_attribute("alt") or picture.get_attribute("title") or ""


def picture_of(page, index):
    """The bytes of a live figure's picture, as the page shows it."""
    return page.evaluate(
        """async i => {
          const node = window.jupyterapp.shell.currentWidget.content.widgets[i].node;
          const img = node.querySelector('.jp-OutputArea img');
          if (!img) return null;
          const bytes = new Uint8Array(await (await fetch(img.src)).arrayBuffer());
          return [bytes.length, bytes.reduce((sum, byte) => (sum * 31 + byte) % 1e9, 0)];
        }""",
        index,
    )


def change_something(page, index, changed):
    """Move the live figure's first slider, or press its buttons where it has none."""
    live = f"#live-{index}"
    sliders, buttons = f"{live} .noUi-handle", f"{live} .widget-toggle-buttons button"
    page.locator(f"{sliders}, {buttons}").first.wait_for(timeout=20_000)
    if page.locator(sliders).count():
        handle = page.locator(sliders).first
        handle.focus()
        keys = ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowLeft")
        moves = [partial(handle.press, key) for key in keys]
    else:
        moves = [button.click for button in page.locator(buttons).all()]
    for move in moves:
        move()
        page.wait_for_timeout(300)
        if changed():
            return


@pytest.mark.parametrize("source", source_files(), ids=lambda path: path.stem)
def test_the_notebook_runs_and_its_figures_move(source, lab, page):
    run_all(page, lab, f"{source.stem}.ipynb")
    assert page.evaluate(TROUBLE) == []
    live = page.evaluate(LIVE)
    assert live, "no interactive figure came alive"
    for index in live:
        page.evaluate(f"i => {CURRENT}.content.scrollToItem(i, 'center')", index)
        page.evaluate(f"i => {{ {CURRENT}.content.widgets[i].node.id = 'live-' + i; }}", index)
        page.locator(f"#live-{index} .jp-OutputArea img").first.wait_for(timeout=20_000)
        before, said_before = picture_of(page, index), words_of(page, index)
        assert before is not None
        assert said_before, f"cell {index}: the picture has no words"
        change_something(page, index, lambda i=index, old=before: picture_of(page, i) != old)
        assert picture_of(page, index) != before, f"cell {index}: the picture did not move"
        assert words_of(page, index) != said_before, f"cell {index}: its words did not"
        said = page.locator(f"#live-{index}").inner_text()
        assert "could not be drawn" not in said, said
    if folder := os.environ.get("COURSE_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{source.stem}-live.png")
