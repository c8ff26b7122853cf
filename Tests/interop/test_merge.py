"""Reports of several clients of grpcio pods, joined, and read by parsers that know nothing of them."""

import csv
import io
import json
import re
import unicodedata
import xml.etree.ElementTree as ElementTree

import html5lib
import pytest
import yaml
from junitparser import JUnitXml
from lbcheck import checked, environment, growth, per_pod, run, valid
from markdown_it import MarkdownIt
from pods import Pods
from prometheus_client.parser import text_string_to_metric_families
from test_html import HOSTILE, is_inert

HOSTILE_HERE = [
    *HOSTILE, "::error::no", "::set-output name=x::y", "=cmd()|' /C calc'!A0", "+1+1", "-1+1", "@SUM(1)",
    "a\n::error::b", "a\r\n=cmd()", "\x1b]0;title\x07", "\ud800", "x\udfff", "a|b", "[x](https://e.com)",
    "![x](https://e.com/x.png)", "`code`", "**bold**", "{\"x\": 1}", "a,b\"c", "%0A::error::c", "\x00",
    "#", "true", "1e3", "~", "- x: &a *a", "\"} 1\nlbcheck_skew{x=\"",
]


def client(five, folder, number, *options, code=0):
    file = folder / f"{number}.json"
    result = run(
        "distribute", five.target, "--rpcs", "100", "-r", "0", "--seed", str(number), "-q",
        f"-o=json={file}", *options)
    assert result.code == code, result.err
    return file


def merged(files, *options, code=0):
    result = run("merge", *map(str, files), "-o", "json", *options)
    assert result.code == code, result.err or result.out
    report = valid(result.out)
    assert report["timeline"] is None
    return report


def adds_up(report):
    rpcs = report["rpcs"]
    assert rpcs["sent"] == rpcs["answered"] + rpcs["lost"]
    assert rpcs["answered"] == sum(pod["rpcs"] for pod in report["pods"]) + rpcs["unattributed"]
    assert rpcs["answered"] == sum(connection["rpcs"] for connection in report["connections"])


def test_clients_that_are_pinned_each_are_judged_together(five, tmp_path):
    before = five.counts()
    files = [client(five, tmp_path, number, "--policy", "cluster_ip") for number in range(20)]
    singles = [json.loads(file.read_text()) for file in files]
    assert {single["statistics"]["answered"] for single in singles} == {1}
    report = merged(files)
    adds_up(report)
    assert per_pod(report) == growth(five, before)
    assert report["merged"] == {"reports": 20, "omitted_connections": 0}
    assert report["rpcs"]["answered"] == 2000
    # Judged by its own numbers: a connection to one pod more or less is what 20 draws do.
    counts = [pod["rpcs"] for pod in report["pods"]]
    connections = [pod["connections"] for pod in report["pods"]]
    assert [100 * number for number in connections] == counts
    if 0 in counts:
        expected = "partial"
    else:
        expected = "skewed" if max(abs(count - 400) for count in counts) > 40 + max(connections) \
            else "balanced"
    assert report["verdict"]["outcome"] == expected
    assert report["verdict"]["basis"] == "per-connection"


def test_one_verdict_of_many_clients_that_take_turns(five, tmp_path):
    before = five.counts()
    files = [client(five, tmp_path, number, "--policy", "round_robin") for number in range(4)]
    report = merged(files, "--assert", "balanced", "--assert", "pods==5")
    adds_up(report)
    assert per_pod(report) == growth(five, before)
    assert report["verdict"]["outcome"] == "balanced"
    # All of them in one file, as the logs of a Job come.
    together = tmp_path / "all.json"
    together.write_text("".join(file.read_text() for file in files))
    again = merged([together])
    for key in ("rpcs", "pods", "verdict", "statistics"):
        assert again[key] == report[key]
    merged(files, "--assert", "pinned", code=1)


def test_a_run_is_held_against_the_one_before(tmp_path):
    with Pods(tmp_path, 3, header="x-pod-name") as pods:
        good = client(pods, tmp_path, 1, "--policy", "round_robin")
        asserted = ["--policy", "round_robin", "--baseline", str(good)]
        client(pods, tmp_path, 2, *asserted)
        pods[1].kill()
        worse = checked_file(client(pods, tmp_path, 3, *asserted, code=1))
    held = {result["assert"]: result["held"] for result in worse["assertions"]}
    assert held == {
        "baseline outcome": False, "baseline coverage": False, "baseline skew": False,
        "baseline error-rate": True}
    joined = merged([tmp_path / "3.json"], "--baseline", str(good), code=1)
    assert {result["assert"]: result["held"] for result in joined["assertions"]} == held


def checked_file(file):
    class Saved:
        out = file.read_text()
    return checked(Saved)


# Hostile text


def bent(report, name):
    """The report of a client whose pods, errors and target are called so."""
    text = json.loads(json.dumps(report))
    names = {}
    for index, pod in enumerate(text["pods"]):
        names[pod["pod"]] = pod["pod"] = f"{name}{index}" if index else name
    for connection in text["connections"]:
        connection["pods"] = [names[pod] for pod in connection["pods"]]
        connection["error"] = name
        connection["goaway"] = {"code": name, "debug": name, "last_stream": 1, "at_ms": 1.0}
    # Half of a surrogate pair is no JSON for the decoder of all but the long lists.
    if re.search("[\ud800-\udfff]", name):
        return text
    text["target"]["given"] = name
    text["findings"] = [
        {"code": name, "level": "warning", "message": name, "evidence": name, "hint": name}]
    return text


def shown(text):
    """As formats without escapes of their own show it: what is hostile to a terminal becomes visible."""
    hidden = {"Cc", "Cf", "Zl", "Zp", "Cn", "Co"}
    return "".join(
        f"\\u{{{ord(char):X}}}" if unicodedata.category(char) in hidden else char for char in text)


@pytest.fixture(scope="module")
def single(tmp_path_factory, five):
    folder = tmp_path_factory.mktemp("single")
    return json.loads(client(five, folder, 1, "--policy", "round_robin").read_text())


@pytest.mark.parametrize("name", HOSTILE_HERE, ids=ascii)
def test_hostile_text_is_text_in_every_format(single, tmp_path, name):
    files = []
    for number in range(2):
        report = bent(single, name) | {"seed": number}
        file = tmp_path / f"{number}.json"
        file.write_text(json.dumps(report))
        files.append(str(file))
    formats = ["json", "yaml", "csv", "junit", "github", "prometheus", "html", "table", "wide"]
    result = run(
        "merge", *files, "--assert", "pinned", *[f"-o={name}={tmp_path / name}" for name in formats],
        env=environment(GITHUB_STEP_SUMMARY=str(tmp_path / "summary")))
    assert result.code == 1, result.err
    out = {kind: (tmp_path / kind).read_bytes().decode() for kind in [*formats, "summary"]}

    # Half of a surrogate pair is no text: U+FFFD stands for it.
    name = re.sub("[\ud800-\udfff]", "\ufffd", name)
    names = [name, *[f"{name}{index}" for index in range(1, 5)]]
    report = valid(out["json"])
    assert sorted(pod["pod"] for pod in report["pods"]) == sorted(names)
    assert report["connections"][0]["goaway"]["debug"] == name
    if "\ufffd" not in name:
        assert report["target"]["given"] == name
        assert report["findings"][0]["message"] == name
    target = report["target"]["given"]
    assert yaml.safe_load(out["yaml"]) == report

    visible = [shown(pod["pod"]) for pod in report["pods"]]
    rows = list(csv.DictReader(io.StringIO(out["csv"], newline=""), strict=True))
    assert [row["pod"] for row in rows] == [
        f"'{pod}" if pod[0] in "=+-@" else pod for pod in visible]
    assert all(row["pod"][0] not in "=+-@\t\r" for row in rows)

    suites = JUnitXml.fromstring(out["junit"].encode())
    assert (suites.tests, suites.failures) == (1, 1)
    suite = ElementTree.fromstring(out["junit"]).find("testsuite")
    assert suite.get("name") == f"lbcheck {shown(target)}"
    assert {child.tag for child in suite.iter()} == {
        "testsuite", "testcase", "failure", "system-out"}

    families = {family.name: family for family in text_string_to_metric_families(out["prometheus"])}
    samples = families["lbcheck_pod_rpcs"].samples
    assert [sample.labels["pod"] for sample in samples] == visible
    assert {sample.labels["target"] for sample in samples} == {shown(target)}
    assert all(family.startswith("lbcheck_") for family in families)

    lines = out["github"].splitlines()
    warnings = ["::warning"] * len(report["findings"])
    assert [line.split(" ")[0] for line in lines] == ["::notice", "::error", *warnings]

    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(out["summary"])
    assert not any(token.type.startswith("html") for token in tokens)
    cells = [token for token in tokens if token.type == "inline"]
    assert all(child.type in ("text", "text_special", "softbreak", "strong_open", "strong_close")
               for cell in cells for child in cell.children)
    contents = {"".join(child.content for child in cell.children) for cell in cells}
    assert {text.strip() for text in visible} <= contents

    document = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(out["html"])
    assert is_inert(document)
    for kind in ("html", "table", "wide", "junit", "github", "csv"):
        assert all(char in "\r\n" or unicodedata.category(char) not in ("Cc", "Cf") for char in out[kind])
