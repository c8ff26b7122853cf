"""lbcheck through what stands between it and the pods, and against a plain HTTP/2 server."""

from collections import Counter

import pytest
from lbcheck import agrees, distribute, growth, per_pod, run
from middle import envoy, haproxy, nghttpd, nginx
from pods import Pods

# What each of them puts into responses, which a finding has to name.
WHO = {nginx: "nginx", envoy: "Envoy", haproxy: None}


@pytest.mark.parametrize("proxy", WHO, ids=lambda proxy: proxy.__name__)
def test_one_connection_through_an_l7_balancer_shows_every_pod(proxy, five, tmp_path):
    three = five[:3]
    before = five.counts()
    with proxy(tmp_path / "proxy", three) as address:
        report = distribute(
            f"ipv4:{address}", "--identity", "header:x-pod-name", "--rpcs", "600")
        grown = agrees(report, three, before, key="pod")
    assert min(grown.values()) > 0
    assert report["verdict"]["basis"] == "per-call"
    # Nothing says that there are no more pods behind it.
    assert report["verdict"]["outcome"] == "inconclusive"
    (connection,) = [c for c in report["connections"] if c["rpcs"]]
    assert len(connection["pods"]) == 3
    (finding,) = [f for f in report["findings"] if f["code"] == "LBC0113"]
    if WHO[proxy]:
        assert WHO[proxy] in finding["message"]
    else:
        assert "balancer" in finding["message"]


def test_envoy_names_the_pod_that_it_asked(five, tmp_path):
    three = five[:3]
    before = five.counts()
    with envoy(tmp_path / "envoy", three) as address:
        report = distribute(
            f"ipv4:{address}", "--identity", "header:x-upstream-host", "--rpcs", "600")
    assert per_pod(report, key="pod") == growth(three, before)
    assert report["verdict"]["basis"] == "per-call"


def test_envoy_without_any_name_shows_its_pods_through_channelz(tmp_path):
    with Pods(tmp_path, 3, channelz=True) as pods:
        with envoy(tmp_path / "envoy", pods, names=False) as address:
            report = distribute(f"ipv4:{address}", "--rpcs", "600")
        found = {finding["code"]: finding for finding in report["findings"]}
        assert found["LBC0172"]["message"].startswith("3 pods answer on one connection")
        assert all(pod.endpoint in found["LBC0172"]["evidence"] for pod in pods)
        assert "Envoy" in found["LBC0113"]["message"]
        # How many each had, nobody says: not even that it was even.
        assert (report["verdict"]["outcome"], report["verdict"]["basis"]) == (
            "inconclusive", "opaque")
        assert "LBC0170" in found
        rpcs = report["rpcs"]
        assert rpcs["sent"] + rpcs["warmup"] == pods.total()
        assert rpcs["probes"] == sum(pod.probes for pod in pods) > 0


def test_envoy_and_a_message_that_names_the_pod(tmp_path):
    with Pods(tmp_path, 3, shop=True, reflection="v1alpha") as pods:
        before = pods.counts()
        with envoy(tmp_path / "envoy", pods, names=False) as address:
            report = distribute(
                f"ipv4:{address}", "--method", "shop.Store/Buy", "--identity", "body:pod", "--rpcs",
                "600")
        agrees(report, pods, before, key="pod")
    assert report["verdict"]["basis"] == "per-call"
    assert report["rpcs"]["probes"] > 0


def test_haproxy_for_connections_pins_each_to_one_pod(five, tmp_path):
    three = five[:3]
    before = five.counts()
    with haproxy(tmp_path / "haproxy", three, mode="tcp") as address:
        one = distribute(f"ipv4:{address}", "--rpcs", "500")
        assert sorted(growth(three, before).values()) == [0, 0, sum(per_pod(one).values())]
        assert one["verdict"]["basis"] == "per-connection"
        assert not [f for f in one["findings"] if f["code"] == "LBC0113"]

        before = five.counts()
        many = distribute(f"ipv4:{address}", "--channels", "60", "--rpcs", "1200")
        agrees(many, three, before, key="pod")
    assert all(len(connection["pods"]) == 1 for connection in many["connections"])
    ends = Counter(connection["pods"][0] for connection in many["connections"])
    assert ends == {"pod-0": 20, "pod-1": 20, "pod-2": 20}


def test_nghttpd_made_to_answer_as_grpc(tmp_path):
    with nghttpd(tmp_path, grpc=True) as address:
        report = distribute(
            f"ipv4:{address}", "--method", "bench.Bench/Answer.grpc", "--rpcs", "2000", "-c", "50")
    assert report["rpcs"]["by_status"] == {"OK": 2000}


def test_a_web_server_is_no_grpc_server(tmp_path):
    with nghttpd(tmp_path, grpc=False) as address:
        result = run("distribute", f"ipv4:{address}", "--rpcs", "50")
    assert result.code == 3
    assert "rpc:" in result.err
    assert "404" in result.err and "UNIMPLEMENTED" in result.err
