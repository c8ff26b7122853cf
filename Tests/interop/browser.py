"""Chromium without a window, spoken to in its DevTools protocol over a pair of pipes."""

import base64
import json
import os
import select
import shutil
import subprocess
import tempfile
from pathlib import Path

from lbcheck import LIMIT

# Everything that would open a connection of the browser's own.
FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run",
    "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--disable-extensions", "--no-default-browser-check", "--mute-audio",
    "--remote-debugging-pipe",
]


class Browser:
    """One process; a page of its own for every file that is opened."""

    def __init__(self):
        program = shutil.which("chromium")
        assert program, "no Chromium is installed"
        self.profile = tempfile.TemporaryDirectory(prefix="lbcheck-chromium-")
        theirs, self.commands = os.pipe()
        self.events, theirs_too = os.pipe()
        # The browser reads commands on descriptor 3 and writes on 4. A shell puts them there.
        self.process = subprocess.Popen(
            ["bash", "-c", f'exec "$@" 3<&{theirs} 4>&{theirs_too}', "bash", program, *FLAGS,
             f"--user-data-dir={self.profile.name}", "about:blank"],
            pass_fds=(theirs, theirs_too), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        os.close(theirs)
        os.close(theirs_too)
        self.number = 0
        self.unread = b""
        self.seen = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.call("Browser.close")
            self.process.wait(20)
        finally:
            self.process.kill()
            self.process.wait()
            os.close(self.commands)
            os.close(self.events)
            self.profile.cleanup()

    def read(self):
        """The next message."""
        while b"\0" not in self.unread:
            assert select.select([self.events], [], [], LIMIT)[0], "the browser says nothing"
            more = os.read(self.events, 1 << 20)
            assert more, f"the browser has ended: {self.process.poll()}"
            self.unread += more
        message, self.unread = self.unread.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, session=None, **parameters):
        """The result of a command. Events that come meanwhile are kept in `seen`."""
        self.number += 1
        number = self.number
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.commands, data):]
        while (answer := self.read()).get("id") != number:
            self.seen.append(answer)
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def wait_for(self, method):
        while not any(event.get("method") == method for event in self.seen):
            self.seen.append(self.read())

    def open(self, file, width=1200, height=900, scheme="light"):
        return Page(self, Path(file), width, height, scheme)


class Page:
    """A file, laid out for a window of this width, with this colour scheme preferred."""

    def __init__(self, browser, file, width, height, scheme):
        self.browser = browser
        browser.seen = []
        self.target = browser.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = browser.call(
            "Target.attachToTarget", targetId=self.target, flatten=True)["sessionId"]
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
            mobile=width < 600)
        self.call(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}])
        browser.seen = []
        self.url = file.resolve().as_uri()
        self.call("Page.navigate", url=self.url)
        browser.wait_for("Page.loadEventFired")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.browser.call("Target.closeTarget", targetId=self.target)

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    @property
    def requests(self):
        """Everything that was asked for, the page itself apart."""
        return [url for event in self.browser.seen
                if event.get("method") == "Network.requestWillBeSent"
                and (url := event["params"]["request"]["url"]) != self.url]

    @property
    def complaints(self):
        """What the console shows: errors, refused loads, exceptions."""
        return [event["params"] for event in self.browser.seen
                if event.get("method") in (
                    "Log.entryAdded", "Runtime.consoleAPICalled", "Runtime.exceptionThrown")]

    def ask(self, expression):
        """The value of an expression in the page."""
        result = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in result, result
        return result["result"].get("value")

    def screenshot(self):
        """The whole page as PNG."""
        result = self.call("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        return base64.b64decode(result["data"])

    def pdf(self):
        result = self.call("Page.printToPDF", printBackground=False, preferCSSPageSize=True)
        return base64.b64decode(result["data"])
