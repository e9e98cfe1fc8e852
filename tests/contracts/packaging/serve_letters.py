"""The example of the README, served for once by `flask run`, and asked over the network."""

import re
import subprocess
import sys
from html import unescape
from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, build_opener

HIDDEN = re.compile(r'type="hidden" name="([^"]+)" value="([^"]*)"')
command = [sys.executable, "-m", "flask", "--app", "letters", "run", "--port", "0"]
with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
    try:
        said = iter(server.stderr.readline, "")
        site = next(found[1] for found in (re.search(r"Running on (http://\S+)", line) for line in said) if found)
        browser = build_opener(HTTPCookieProcessor(CookieJar()))

        def post(shown: str, **answers: str) -> str:
            hidden = {name: unescape(value) for name, value in HIDDEN.findall(shown)}
            with browser.open(f"{site}/letters", urlencode({**hidden, **answers}).encode(), timeout=60) as answer:
                return answer.read().decode()

        with browser.open(f"{site}/", timeout=60) as front:
            asked = post(front.read().decode(), text="Dear Ada")
        assert "So that people see who wrote." in asked, asked
        style = re.search(r'<link rel="stylesheet" href="([^"]+)"', asked)[1]
        with browser.open(site + style, timeout=60) as sheet:
            assert sheet.headers["Content-Type"].startswith("text/css")
        sent = post(asked, **{"answer.display_name": "Bo"})
        assert sent == "Sent: Dear Ada", sent
    finally:
        server.terminate()
