"""A grpcio client, which knows nothing of lbcheck, against the embedded lab."""

import json
import os
import pty
import signal
import subprocess
import time
from contextlib import contextmanager

import grpc
import pytest
from lbcheck import BINARY, Result, checked, distribute, environment, per_pod
from test_instruments import call


class Lab:
    def __init__(self, *options):
        self.process = subprocess.Popen(
            [BINARY, "lab", "-o", "json", *options], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True, env=environment())
        self.facts = json.loads(self.process.stdout.readline())

    def __getitem__(self, key):
        return self.facts[key]

    def command(self, line):
        """What the lab answers when it is done."""
        self.process.stdin.write(f"{line}\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())

    def counts(self):
        """What each pod says that it served, by name."""
        return self.command("counts")

    def close(self, code=0):
        """The report, which must be there and valid."""
        report, _ = self.process.communicate(timeout=10)
        assert self.process.returncode == code
        self.report = checked(Result(0, report, ""))
        return self.report


@contextmanager
def running(*options, code=0):
    """A lab, whose report is there afterwards."""
    lab = Lab(*options)
    try:
        yield lab
    finally:
        lab.close(code)


@pytest.fixture
def lab():
    lab = Lab("--pods", "5")
    yield lab
    lab.close()


def channel(target, policy=None):
    options = [("grpc.use_local_subchannel_pool", 1)]
    if policy:
        options.append(("grpc.lb_policy_name", policy))
    return grpc.insecure_channel(target, options)


def test_round_robin_is_balanced_over_the_lab(lab):
    with channel(lab["target"], "round_robin") as client:
        while 0 in lab.counts().values():
            call(client)
        before = lab.counts()
        call(client, times=500)
        after = lab.counts()
    counts = [after[pod] - before[pod] for pod in after]
    assert len(counts) == 5
    assert sum(counts) == 500
    assert max(counts) - min(counts) <= 1


def test_pick_first_uses_one_pod_of_the_lab(lab):
    with channel(lab["target"]) as client:
        call(client, times=200)
        call(client, "/any.Service/Method", times=100)
    assert sorted(lab.counts().values()) == [0, 0, 0, 0, 300]


def test_the_virtual_ip_pins_a_connection_and_spreads_many(lab):
    with channel(lab["vip"], "round_robin") as client:
        call(client, times=100)
    assert sorted(lab.counts().values()) == [0, 0, 0, 0, 100]
    clients = [channel(lab["vip"]) for _ in range(60)]
    for client in clients:
        call(client)
        client.close()
    assert min(lab.counts().values()) > 0


def test_the_labs_pods_name_themselves(lab):
    with channel(lab["target"]) as client:
        headers = dict(call(client).initial_metadata())
    (answered,) = [pod for pod, count in lab.counts().items() if count]
    assert answered in headers.values()


def test_lbcheck_and_the_lab_count_alike(lab):
    report = distribute(lab["target"], "--policy", "round_robin", "--rpcs", "1000")
    counts = lab.counts()
    assert sum(counts.values()) == report["rpcs"]["sent"] + report["rpcs"]["warmup"]
    assert sorted(per_pod(report).values()) == sorted(counts.values())


def test_ctrl_c_at_a_terminal_reaches_the_program_once(tmp_path):
    """The kernel sends it to the whole foreground group, in which the program may read the terminal."""
    line = ("trap 'echo caught >> caught' INT; trap 'exit 5' TERM; read word; echo $word > word; "
            "while :; do sleep 0.02; done")
    ours, its = pty.openpty()
    # It gets the terminal as its controlling one.
    process = subprocess.Popen(
        ["setsid", "--ctty", BINARY, "lab", "-q", "--", "sh", "-c", line], stdin=its, stdout=its,
        stderr=its, cwd=tmp_path, env=environment())
    os.close(its)

    def until(name):
        end = time.monotonic() + 20
        while not (tmp_path / name).exists() and time.monotonic() < end:
            time.sleep(0.01)
        return (tmp_path / name).read_text()

    os.write(ours, b"hello\n")
    assert until("word") == "hello\n"
    os.write(ours, b"\x03")
    until("caught")
    process.send_signal(signal.SIGTERM)
    said = b""
    # Linux ends the reading of a terminal that nobody has open any more with an error.
    try:
        while data := os.read(ours, 65536):
            said += data
    except OSError:
        pass
    os.close(ours)
    assert process.wait(timeout=20) == 5
    assert (tmp_path / "caught").read_text() == "caught\n"
    assert b"LBC0183" in said
