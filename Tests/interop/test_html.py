"""The HTML report, parsed by a parser that knows nothing of it, and looked at in a real browser."""

import copy
import io
import json

import html5lib
import pytest
from browser import Browser
from lbcheck import run
from PIL import Image
from pypdf import PdfReader

SVG = "{http://www.w3.org/2000/svg}"
# What a browser would run, fetch or follow.
ACTIVE = {
    "script", "img", "image", "iframe", "object", "embed", "link", "a", "base", "form", "audio",
    "video", "use", "animate", "set", "foreignObject", "template", "noscript"}
HOSTILE = [
    "\"><script>alert(1)</script>", "' onmouseover='alert(1)' x='", "</style><img src=x onerror=alert(1)>",
    "a\r\nb\tc", "\x1b[31mred\x1b[0m\x9b2J", "<!--", "--><svg onload=alert(1)>", "]]>", "&lt;b&gt;",
    "\u202egnp.exe\u2066", "<a href=https://example.com>", "\"\u0301\u0301", "`${alert(1)}`",
    "javascript:alert(1)", "<![CDATA[x", "<plaintext>", "\ufeff\u200b\U000e0041",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("html")


@pytest.fixture(scope="module")
def report(folder):
    """A real run: pinned, so that bars are as different as they can be."""
    result = run(
        "distribute", "--lab", "--rpcs", "200", "-r", "2000", "--assert", "pinned",
        "--assert", "balanced", f"-o=json={folder / 'run.json'}", f"-o=html={folder / 'run.html'}")
    assert result.code == 1, result.err
    return json.loads((folder / "run.json").read_text())


@pytest.fixture(scope="module")
def large(folder, report):
    """The same with 1,000 pods, half of them silent."""
    big = copy.deepcopy(report)
    pod = next(pod for pod in report["pods"] if pod["rpcs"])
    big["pods"] = [
        pod | {"pod": f"mygrpc-7d9f8b6c5d-{index:05d}", "address": f"10.0.{index // 250}.{index % 250}:80",
               "rpcs": index % 2 * 20, "share": index % 2 / 500, "lost": 0,
               "latency_ms": pod["latency_ms"] if index % 2 else None}
        for index in range(1000)]
    big["connections"] = [
        report["connections"][0] | {"id": index, "pods": [big["pods"][index]["pod"]]}
        for index in range(1000)]
    big["statistics"] |= {"ready": 1000, "answered": 500}
    big["timeline"] |= {
        "pods": list(range(1, 81, 2)), "rpcs": [[2] * 10] * 40, "others": [920] * 10, "lost": [0] * 10}
    return rendered(folder, "large", big)


@pytest.fixture(scope="module")
def browser():
    with Browser() as browser:
        yield browser


def rendered(folder, name, report):
    (folder / f"{name}.json").write_text(json.dumps(report))
    page = folder / f"{name}.html"
    result = run("report", str(folder / f"{name}.json"), f"-o=html={page}")
    assert result.code == 0, result.err
    return page


def parsed(page):
    """The document. Whatever is no valid HTML is a failure."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page.read_text())


def text(element):
    return "".join(element.itertext())


def shape(document):
    """Its elements and their attributes' names, without any text."""
    return [
        (str(element.tag), sorted(element.attrib)) for element in document.iter()
        if not callable(element.tag)]


def is_inert(document):
    for element in document.iter():
        if callable(element.tag):
            return False
        if element.tag.removeprefix(SVG) in ACTIVE:
            return False
        if any(name.startswith("on") or name in ("src", "href") for name in element.attrib):
            return False
    return True


def test_it_is_valid_and_needs_nothing_else(folder, report):
    document = parsed(folder / "run.html")
    assert is_inert(document)
    headings = [text(heading) for heading in document.iter("h2")]
    assert headings[0].split()[-1] == "PINNED"
    assert headings[1:] == [
        "Assertions", "Findings", "Distribution", "Share over time", "Connections", "Latency",
        "All pods", "The run"]
    for pod in report["pods"]:
        assert sum(text(cell).split()[0] == pod["pod"] for cell in document.iter("th")
                   if text(cell)) >= 2


def test_every_picture_has_words_or_a_table_beside_it(folder, report):
    for picture in parsed(folder / "run.html").iter(f"{SVG}svg"):
        outermost = not ({"x", "y"} & set(picture.attrib))
        assert not outermost or picture.get("aria-hidden") == "true" or (
            picture.get("role") == "img" and picture.get("aria-label"))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_text_stays_text(folder, report, hostile):
    def poisoned(word):
        bad = copy.deepcopy(report)
        bad["target"]["given"] = bad["version"] = bad["started_at"] = word
        bad["verdict"]["reason"] = bad["verdict"]["outcome"] = bad["verdict"]["basis"] = word
        bad["policy"]["name"] = bad["resolution"]["server"] = word
        bad["rpcs"]["by_status"] = {word: 1}
        for pod in bad["pods"]:
            pod["pod"] = pod["address"] = pod["identity"] = word
        for connection in bad["connections"]:
            connection |= {
                "pods": [word], "remote": word, "local": word, "error": word, "closed_ms": 90,
                "closed_by": "network",
                "goaway": {"code": word, "debug": word, "last_stream": 1, "at_ms": 80}}
        for assertion in bad["assertions"]:
            assertion["assert"] = assertion["observed"] = word
        for finding in bad["findings"]:
            finding |= {"code": word, "message": word, "evidence": word, "hint": word}
        return parsed(rendered(folder, "bad", bad))

    document = poisoned(hostile)
    assert is_inert(document)
    # A harmless word gives the same elements with the same attributes.
    assert shape(document) == shape(poisoned("harmless"))
    shown = "".join(
        f"\\u{{{ord(letter):X}}}" if ord(letter) < 32 or letter in "\x9b\u202e\u2066\ufeff\u200b\U000e0041"
        else letter for letter in hostile)
    assert text(next(document.iter("h1"))).startswith(shown)
    assert any(text(cell).startswith(shown) for cell in document.iter("th"))


def test_half_a_character_is_refused_or_replaced(folder, report):
    file = folder / "surrogate.json"
    # Escapes: json.dumps writes a lone surrogate as such.
    file.write_text(json.dumps(report).replace("mygrpc-0", "\\ud800", 1))
    result = run("report", str(file), f"-o=html={folder / 'surrogate.html'}")
    assert result.code in (0, 3)
    if result.code == 0:
        assert is_inert(parsed(folder / "surrogate.html"))
    else:
        assert len(result.err.splitlines()) == 1


def test_a_report_of_an_older_version(folder, report):
    old = copy.deepcopy(report)
    del old["timeline"]
    headings = [text(heading) for heading in parsed(rendered(folder, "old", old)).iter("h2")]
    assert "Connections" in headings and "Share over time" not in headings


# In the browser


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1200, 390])
def test_a_browser_shows_it_and_asks_for_nothing(browser, folder, report, width, scheme):
    with browser.open(folder / "run.html", width, 900, scheme) as page:
        assert page.requests == []
        assert page.complaints == []
        # Nothing is to be scrolled sideways, but the wide table in its own box.
        assert page.ask("document.documentElement.scrollWidth") <= width
        # No number runs into its neighbour.
        assert page.ask("""
          [...document.querySelectorAll('td.n')].filter(cell => cell.scrollWidth > cell.clientWidth)
            .map(cell => cell.textContent)""") == []
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        assert picture.width == width
        background = picture.getpixel((2, 2))
        assert (sum(background) > 600) == (scheme == "light")
        bars = page.ask("""
          [...document.querySelectorAll('table.fixed')[0].querySelectorAll('tbody tr')].map(row => {
            const bar = row.querySelector('.bar, .off').getBoundingClientRect()
            const ground = row.querySelector('.ground').getBoundingClientRect()
            return [ground.left, ground.width, bar.width, bar.top + scrollY + bar.height / 2,
                    getComputedStyle(row.querySelector('.bar, .off')).fill]
          })""")
        assert len(bars) == len(report["pods"])
        for (left, full, drawn, middle, fill), pod in zip(bars, report["pods"], strict=True):
            # The hottest fills the width; a pixel in the middle of each bar has its colour.
            assert drawn == pytest.approx(full * pod["share"], abs=1)
            colour = tuple(int(part) for part in fill[4:-1].split(","))
            pixels = [picture.getpixel((int(left + full * part), int(middle))) for part in (0.1, 0.9)]
            assert [pixel == colour for pixel in pixels] == [pod["rpcs"] > 0] * 2
        # The area of the only pod that answered covers its picture, where a slice has answers.
        slices = report["timeline"]["rpcs"][0]
        place = (slices.index(max(slices)) + 0.5) / len(slices)
        left, width, y = page.ask("""(() => {
          const area = document.querySelector('.area').getBoundingClientRect()
          return [area.left, area.width, area.top + scrollY + area.height * .3]})()""")
        x = left + width * place
        fill = page.ask("getComputedStyle(document.querySelector('.area .s0')).fill")
        assert picture.getpixel((int(x), int(y))) == tuple(
            int(part) for part in fill[4:-1].split(","))


def test_words_are_readable_on_their_ground(browser, folder, report):
    """WCAG 2.1 asks for a contrast of 4.5:1."""
    for scheme in ("light", "dark"):
        with browser.open(folder / "run.html", scheme=scheme) as page:
            colours = page.ask("""
              ['--ink', '--soft', '--good', '--bad', '--unsure', '--paper', '--card'].map(name => {
                const probe = document.body.appendChild(document.createElement('i'))
                probe.style.color = `var(${name})`
                return getComputedStyle(probe).color
              })""")
            *words, paper, card = [
                [int(part) for part in colour[4:-1].split(",")] for colour in colours]
            for word in words:
                assert contrast(word, paper) >= 4.5 and contrast(word, card) >= 4.5


def contrast(one, other):
    def luminance(colour):
        parts = [part / 255 for part in colour]
        linear = [
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_it_prints(browser, folder, report):
    with browser.open(folder / "run.html", scheme="dark") as page:
        pages = PdfReader(io.BytesIO(page.pdf())).pages
        words = "".join(sheet.extract_text() for sheet in pages)
        assert 1 <= len(pages) <= 4
        for title in ("PINNED", "Distribution", "Share over time", "Connections", "Latency"):
            assert title in words
        for pod in report["pods"]:
            assert words.count(pod["pod"]) >= 2
        # On white, whatever the screen has.
        page.call("Emulation.setEmulatedMedia", media="print")
        picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
        assert picture.getpixel((2, 2)) == (255, 255, 255)


def test_a_thousand_pods_open(browser, large):
    assert large.stat().st_size < 1_500_000
    document = parsed(large)
    listed = [text(row[0]) for row in list(document.iter("details"))[-1].iter("tr")]
    assert len(listed) == 1001
    for width in (1200, 390):
        with browser.open(large, width) as page:
            assert page.complaints == []
            assert page.ask("document.documentElement.scrollWidth") <= width
            assert page.ask("document.querySelectorAll('.off, .bar').length") < 200
            assert "Of 1000 pods" in page.ask("document.body.innerText")


def test_it_can_be_read_without_its_style(browser, folder, report):
    """As where a server forbids inline styles (Jenkins does)."""
    plain = folder / "plain.html"
    source = (folder / "run.html").read_text()
    plain.write_text(source.replace("style-src 'unsafe-inline'", "style-src 'none'"))
    with browser.open(plain) as page:
        words = page.ask("document.body.innerText")
        assert "PINNED" in words and "mygrpc-4" in words and "LBC0102" in words
