"""lbcheck distribute against healthy grpcio pods: its counts are the pods' own."""

import json
import signal
from collections import Counter

import pytest
from dns import DNS
from lbcheck import agrees, checked, distribute, environment, per_pod, run, start
from middle import virtual_ip
from pods import Pods


@pytest.fixture
def dns(five, tmp_path):
    with DNS(tmp_path, {"pods.test": five.addresses}) as dns:
        yield dns


@pytest.mark.parametrize("form", ["dns", "ipv4"])
def test_round_robin_gives_each_pod_its_share(five, dns, form):
    target = dns.target("pods.test", five.port) if form == "dns" else five.target
    before = five.counts()
    report = distribute(
        target, "--policy", "round_robin", "--rpcs", "5000", "--assert", "balanced",
        "--assert", "errors==0")
    agrees(report, five, before)
    counts = [pod["rpcs"] for pod in report["pods"]]
    assert sum(counts) == 5000
    assert max(counts) - min(counts) <= 1
    assert report["verdict"]["outcome"] == "balanced"
    assert report["verdict"]["basis"] == "cyclic"
    assert report["rpcs"]["by_status"] == {"OK": 5000}
    assert len(report["resolution"]["addresses"]) == 5


@pytest.mark.parametrize("form", ["dns", "ipv4"])
def test_pick_first_uses_one_pod(five, dns, form):
    target = dns.target("pods.test", five.port) if form == "dns" else five.target
    before = five.counts()
    report = distribute(target, "--rpcs", "1000", "--assert", "pinned")
    grown = agrees(report, five, before)
    assert sorted(grown.values())[:4] == [0, 0, 0, 0]
    assert report["verdict"]["outcome"] == "pinned"
    assert len(report["pods"]) == 5, "silent pods have a row"


def test_a_failed_assertion_is_exit_code_1(five):
    report = distribute(five.target, "--rpcs", "500", "--assert", "balanced", code=1)
    assert report["assertions"][0]["held"] is False


def test_channels_add_up(five):
    before = five.counts()
    report = distribute(
        five.target, "--policy", "round_robin", "--channels", "7", "--rpcs", "2000")
    agrees(report, five, before)
    assert len(report["connections"]) == 35


def test_a_virtual_ip_pins_one_connection(five):
    before = five.counts()
    with virtual_ip(five) as address:
        report = distribute(
            f"ipv4:{address}", "--policy", "cluster_ip", "--identity", "header:x-pod-name",
            "--rpcs", "500")
    answered = {name: count for name, count in per_pod(report, "pod").items() if count}
    grown = {pod.name: pod.count - before[pod.endpoint] for pod in five}
    assert answered == {name: count for name, count in grown.items() if count}
    assert len(answered) == 1
    assert not report["policy"]["emulated"]


def test_many_channels_through_a_virtual_ip_reach_every_pod(five):
    before = five.counts()
    with virtual_ip(five) as address:
        report = distribute(
            f"ipv4:{address}", "--policy", "cluster_ip", "--channels", "200", "--rpcs", "2000")
    agrees(report, five, before, key="pod")
    assert report["verdict"]["basis"] == "per-connection"
    per_connection = [connection["pods"] for connection in report["connections"]]
    assert len(per_connection) == 200
    assert all(len(pods) == 1 for pods in per_connection)
    connections = Counter(pod for (pod,) in per_connection)
    assert len(connections) == 5
    # Pearson's chi-square over connections, 40 expected each: 33.4 is p = 1e-6 at 4 degrees.
    assert sum((connections[pod.name] - 40) ** 2 / 40 for pod in five) < 33.4


def test_without_a_virtual_ip_the_choice_is_emulated(five, dns):
    before = five.counts()
    report = distribute(
        dns.target("pods.test", five.port), "--policy", "cluster_ip", "--channels", "200",
        "--rpcs", "2000", "--seed", "1")
    grown = agrees(report, five, before)
    assert report["policy"]["emulated"]
    assert min(grown.values()) > 0


def test_pods_that_cannot_be_told_apart_are_never_called_balanced(tmp_path):
    with Pods(tmp_path, 3) as pods, virtual_ip(pods) as address:
        report = distribute(f"ipv4:{address}", "--channels", "20", "--rpcs", "300")
        assert report["rpcs"]["answered"] + report["rpcs"]["warmup"] == pods.total()
    assert report["verdict"]["outcome"] != "balanced"


def test_any_unary_method_with_data(five):
    before = five.counts()
    report = distribute(
        five.target, "--policy", "round_robin", "--method", "any.Service/Method", "--data-hex",
        "0a0548656c6c6f", "-H", "x-tenant: a", "--rpcs", "500")
    agrees(report, five, before)
    assert report["rpcs"]["by_status"] == {"OK": 500}


@pytest.mark.parametrize(
    "settings, status",
    [({"fails_with": "RESOURCE_EXHAUSTED"}, "RESOURCE_EXHAUSTED"),
     ({"health": False}, "UNIMPLEMENTED")])
def test_an_error_status_is_an_answer(tmp_path, settings, status):
    with Pods(tmp_path, 2, **settings) as pods:
        before = {pod.endpoint: 0 for pod in pods}
        report = distribute(pods.target, "--policy", "round_robin", "--rpcs", "200")
        agrees(report, pods, before)
    assert report["rpcs"]["by_status"] == {status: 200}
    assert report["rpcs"]["lost"] == 0


def test_a_duration_and_a_rate(five):
    before = five.counts()
    report = distribute(five.target, "--policy", "round_robin", "-z", "2s", "-r", "200")
    agrees(report, five, before)
    assert 1.9 < report["duration_s"] < 3
    assert 300 < report["rpcs"]["sent"] < 450


@pytest.mark.parametrize("number, code", [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_reports_what_it_measured(five, number, code):
    before = five.counts()
    running = start(five.target, "--policy", "round_robin", "-z", "60s", "-r", "500")
    running.wait_for(lambda: five.total() > sum(before.values()) + 600)
    running.interrupt(number)
    result = running.end()
    assert result.code == code
    report = checked(result)
    assert report["interrupted"] is True
    agrees(report, five, before)


def test_without_a_target_it_measures_the_lab():
    result = run("distribute", "--policy", "round_robin", "-o", "json")
    assert result.code == 0, result.err
    report = checked(result)
    assert report["source"] == "lab"
    assert report["verdict"]["outcome"] == "balanced"
    assert "lab" in result.err


def test_a_pipeline_never_measures_the_lab_by_accident():
    assert run("distribute", "--assert", "balanced").code == 64
    assert run("distribute", "", "--assert", "balanced").code == 64
    assert run("distribute", env=environment(CI="true")).code == 64


def test_the_table_shows_every_pod_and_the_verdict(five):
    result = run("distribute", five.target, "--policy", "round_robin", "-r", "0")
    assert result.code == 0
    for pod in five:
        assert pod.endpoint in result.out or pod.name in result.out
    assert "balanced" in result.out
    assert "\x1b" not in result.out, "no colour without a terminal"
    with pytest.raises(json.JSONDecodeError):
        json.loads(result.out)
