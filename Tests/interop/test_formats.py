"""What lbcheck writes for other programs, read by parsers that know nothing of it."""

import csv
import io
import json

import pytest
import yaml
from junitparser import JUnitXml
from lbcheck import environment, run, valid
from prometheus_client.parser import text_string_to_metric_families

ASSERTIONS = ["--assert", "balanced", "--assert", "lost==0", "--assert", "pods==5"]


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """One pinned run in every format: 'balanced' and 'pods==5' fail."""
    directory = tmp_path_factory.mktemp("formats")
    formats = ["json", "yaml", "csv", "junit", "github", "prometheus", "html"]
    outputs = [f"-o={name}={directory / name}" for name in formats]
    result = run(
        "distribute", "--lab", "--rpcs", "50", "-r", "0", *ASSERTIONS, *outputs,
        env=environment(GITHUB_STEP_SUMMARY=str(directory / "summary.md")))
    assert result.code == 1, result.err
    return {path.name: path.read_text() for path in directory.iterdir()}


@pytest.fixture(scope="module")
def report(files):
    return json.loads(files["json"])


def test_yaml_is_the_same_report(files, report):
    assert yaml.safe_load(files["yaml"]) == report


def test_csv_has_a_line_per_pod(files, report):
    rows = list(csv.DictReader(io.StringIO(files["csv"])))
    assert [(row["pod"], int(row["rpcs"])) for row in rows] == [
        (pod["pod"], pod["rpcs"]) for pod in report["pods"]]


def test_junit_has_a_case_per_assertion(files):
    suite = next(iter(JUnitXml.fromstring(files["junit"].encode())))
    assert (suite.tests, suite.failures, suite.errors) == (3, 2, 0)
    outcome = {case.name: [type(result).__name__ for result in case.result] for case in suite}
    assert outcome == {"balanced": ["Failure"], "lost==0": [], "pods==5": ["Failure"]}


def test_an_undecided_assertion_is_no_success():
    result = run(
        "distribute", "--lab", "--policy", "round_robin", "--rpcs", "7", "--assert", "balanced",
        "-o", "junit")
    assert result.code == 2
    suite = next(iter(JUnitXml.fromstring(result.out.encode())))
    assert (suite.failures, suite.errors) == (0, 1)


def test_prometheus_reads_every_metric(files, report):
    families = {family.name: family for family in text_string_to_metric_families(
        files["prometheus"])}
    pods = {sample.labels["pod"]: sample.value for sample in families["lbcheck_pod_rpcs"].samples}
    assert pods == {pod["pod"]: pod["rpcs"] for pod in report["pods"]}
    verdicts = {sample.labels["outcome"]: sample.value
                for sample in families["lbcheck_verdict"].samples}
    assert [name for name, value in verdicts.items() if value] == [report["verdict"]["outcome"]]
    held = {sample.labels["assert"]: sample.value
            for sample in families["lbcheck_assertion_held"].samples}
    assert held == {"balanced": 0, "lost==0": 1, "pods==5": 0}


def test_github_gets_commands_and_a_summary(files):
    lines = files["github"].splitlines()
    assert all(line.split(" ")[0] in ("::error", "::warning", "::notice") for line in lines)
    assert sum(line.startswith("::error") for line in lines) == 2
    assert "| mygrpc\\-0 |" in files["summary.md"]


def test_a_report_file_is_replaced_as_a_whole(tmp_path):
    file = tmp_path / "report.prom"
    file.write_text("old")
    before = file.stat().st_ino
    result = run("distribute", "--lab", "--rpcs", "20", "-r", "0", f"-o=prometheus={file}")
    assert result.code == 0, result.err
    assert file.stat().st_ino != before
    assert [path.name for path in tmp_path.iterdir()] == ["report.prom"]


def test_other_commands_refuse_what_shows_runs_only():
    for command in ("resolve", "compare", "rbac"):
        result = run(command, "--lab", "-o", "junit")
        assert result.code == 64
        assert "table, wide, json, yaml, html" in result.err


def test_the_doctor_speaks_what_pipelines_read(tmp_path):
    files = {name: tmp_path / name for name in ("json", "junit", "short", "github", "yaml")}
    result = run("doctor", "--lab", *[f"-o={name}={file}" for name, file in files.items()])
    assert result.code == 1, result.err
    report = valid(files["json"].read_text())
    assert yaml.safe_load(files["yaml"].read_text()) == report
    found = [check for check in report["checks"] if check["status"] == "found"]
    assert [check["code"] for check in found] == ["LBC0102", "LBC0160"]
    suites = JUnitXml.fromfile(str(files["junit"]))
    assert suites.tests == len(report["checks"])
    assert suites.failures == 1
    assert suites.skipped == sum(check["status"] == "skipped" for check in report["checks"])
    assert [line.split(" ")[1] for line in files["short"].read_text().splitlines()] == [
        f"{check['code']}:" for check in found
    ]
    assert [line.split(" ")[0] for line in files["github"].read_text().splitlines()] == [
        "::error", "::notice",
    ]
