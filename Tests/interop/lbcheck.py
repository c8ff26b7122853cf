"""Running the lbcheck under test and holding every report to what all reports must keep."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import jsonschema

ROOT = next(up for up in Path(__file__).resolve().parents if (up / "Package.swift").exists())
DOCS = ROOT / "docs"
BINARY = os.environ.get("LBCHECK", str(ROOT / ".build/release/lbcheck"))

# A hang is a failure, but a connection attempt alone may take 20 s.
LIMIT = 60


@dataclass
class Result:
    code: int
    out: str
    err: str


def environment(**changes):
    """Ours without CI, which makes a missing TARGET an error."""
    return {name: value for name, value in os.environ.items() if name != "CI"} | changes


def run(*arguments, env=None, limit=LIMIT, within=()):
    """Runs lbcheck to its end. It must end by itself, and never by a signal. `within` is a command
    that runs it elsewhere, such as in a network namespace."""
    done = subprocess.run(
        [*within, BINARY, *arguments], stdin=subprocess.DEVNULL, capture_output=True, text=True,
        timeout=limit, env=env or environment())
    assert done.returncode >= 0, f"died of signal {-done.returncode}: {done.stderr}"
    return Result(done.returncode, done.stdout, done.stderr)


# A process counts as large as its parent was when it was forked, so that a small one has to do it.
MEASURE = """
import resource, subprocess, sys
code = subprocess.call(sys.argv[1:])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""


def peak_kib(*arguments):
    """The most memory that a run of lbcheck had resident, in KiB, and its result."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, BINARY, *arguments], stdin=subprocess.DEVNULL,
        capture_output=True, text=True, timeout=LIMIT, env=environment())
    *said, peak = done.stderr.splitlines(keepends=True)
    return int(peak), Result(done.returncode, done.stdout, "".join(said))


class Running:
    """An lbcheck under way, so that something can happen meanwhile."""

    def __init__(self, *arguments, env=None):
        self.process = subprocess.Popen(
            [BINARY, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=env or environment())

    def wait_for(self, condition):
        """Until something outside shows how far it is, such as a pod's count."""
        deadline = time.monotonic() + LIMIT
        while not condition():
            assert time.monotonic() < deadline, "it never came so far"
            assert self.process.poll() is None, "it ended too early"
            time.sleep(0.01)

    def interrupt(self, number=signal.SIGINT):
        self.process.send_signal(number)

    def end(self):
        try:
            out, err = self.process.communicate(timeout=LIMIT)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.communicate()
            raise
        return Result(self.process.returncode, out, err)


def options_for(target, options):
    unlimited = [] if "-r" in options else ["-r", "0"]
    return ["distribute", target, "-o", "json", *unlimited, *options]


def distribute(target, *options, code=0, within=()):
    """The report of a run, checked."""
    result = run(*options_for(target, options), within=within)
    assert result.code == code, result.err or result.out
    return checked(result)


def start(target, *options):
    return Running(*options_for(target, options))


def checked(result):
    """The report in a result's output, valid and with nothing counted twice or lost."""
    report = valid(result.out)
    rpcs = report["rpcs"]
    assert rpcs["sent"] == rpcs["answered"] + rpcs["lost"]
    assert rpcs["answered"] == sum(rpcs["by_status"].values())
    assert rpcs["lost"] == sum(rpcs["lost_by_cause"].values())
    assert rpcs["answered"] == sum(pod["rpcs"] for pod in report["pods"]) + rpcs["unattributed"]
    assert rpcs["answered"] == sum(connection["rpcs"] for connection in report["connections"])
    timeline_adds_up(report)
    return report


def timeline_adds_up(report):
    """The slices of the window hold what was counted in all of it."""
    timeline = report["timeline"]
    if timeline is None:
        # Pods that watch somebody else's client do not note when they answered.
        assert report["rpcs"]["sent"] == 0 or report["command"] == "lab"
        return
    series = dict(zip(timeline["pods"], timeline["rpcs"], strict=True))
    rest = 0
    for position, pod in enumerate(report["pods"]):
        if position in series:
            assert sum(series[position]) == pod["rpcs"]
        else:
            rest += pod["rpcs"]
    assert rest == sum(timeline["others"] or [])
    assert sum(timeline["lost"]) == report["rpcs"]["lost"]
    lists = [*timeline["rpcs"], timeline["lost"], *filter(None, [timeline["others"]])]
    assert {len(counts) for counts in lists} == {len(timeline["lost"])}
    assert len(timeline["lost"]) <= 60


def valid(text):
    """JSON that fits its schema in docs. That of distribute must be there; others may follow."""
    report = json.loads(text)
    name = report["schema"].removeprefix("lbcheck.").partition("/")[0]
    path = DOCS / f"{name}.schema.json"
    if name == "report" or path.exists():
        schema = json.loads(path.read_text())
        jsonschema.Draft202012Validator(schema).validate(report)
    return report


def per_pod(report, key="address"):
    """What lbcheck says each pod answered, warm-up included."""
    return {pod[key]: pod["rpcs"] + pod["warmup"] for pod in report["pods"]}


def growth(pods, before, key="address"):
    """How much each pod's own count has grown."""
    return {
        (pod.endpoint if key == "address" else pod.name): pod.count - before[pod.endpoint]
        for pod in pods
    }


def agrees(report, pods, before, key="address"):
    """lbcheck's counts are the pods' own."""
    grown = growth(pods, before, key)
    assert per_pod(report, key) == grown
    assert report["rpcs"]["warmup"] + report["rpcs"]["sent"] == sum(grown.values())
    return grown
