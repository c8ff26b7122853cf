"""lbcheck through a real ClusterIP: kube-proxy's own rules, in network namespaces."""

from collections import Counter

import pytest
from cluster_ip import PORT, VIRTUAL_IP, WEB_PORT, node, within
from lbcheck import agrees, distribute, growth, per_pod
from pods import Pods

TARGET = f"ipv4:{VIRTUAL_IP}:{PORT}"


@pytest.fixture(scope="module")
def cluster():
    with node(3) as made:
        yield made


@pytest.fixture(scope="module")
def service(cluster, tmp_path_factory):
    """Three pods behind one virtual IP, and the namespace of a client."""
    directory = tmp_path_factory.mktemp("cluster-ip")
    with Pods(directory, 3, hosts=cluster.hosts, port=PORT, header="x-pod-name",
              channelz=True) as pods:
        yield pods, within(cluster.client)


def test_one_http2_connection_stays_on_one_pod(service):
    pods, client = service
    before = pods.counts()
    report = distribute(TARGET, "--policy", "cluster_ip", "--rpcs", "500", within=client)
    ((name, answered),) = per_pod(report, key="pod").items()
    assert sorted(growth(pods, before).values()) == [0, 0, answered]
    assert growth(pods, before, key="pod")[name] == answered
    assert report["verdict"]["basis"] == "per-connection"
    # The socket shows the virtual IP, never the pod.
    assert {c["remote"] for c in report["connections"]} == {f"{VIRTUAL_IP}:{PORT}"}
    assert "LBC0101" in [finding["code"] for finding in report["findings"]]


def test_three_hundred_connections_are_a_third_each(service):
    pods, client = service
    before = pods.counts()
    report = distribute(
        TARGET, "--policy", "cluster_ip", "--channels", "300", "--rpcs", "3000", within=client)
    agrees(report, pods, before, key="pod")
    assert all(len(connection["pods"]) == 1 for connection in report["connections"])
    ends = Counter(connection["pods"][0] for connection in report["connections"])
    assert sum(ends.values()) == 300 and len(ends) == 3
    # Pearson's with two degrees of freedom: above 27.6 with a chance of one in a million.
    assert sum((count - 100) ** 2 / 100 for count in ends.values()) < 27.6


def test_channelz_has_the_pods_own_address(service):
    pods, client = service
    before = pods.counts()
    report = distribute(
        TARGET, "--policy", "cluster_ip", "--identity", "channelz", "--rpcs", "500", within=client)
    ((address, answered),) = per_pod(report).items()
    assert growth(pods, before)[address] == answered
    # DNAT leaves the client's address alone: the socket with it is ours.
    assert {(pod["identity"], pod["confidence"]) for pod in report["pods"]} == {
        ("channelz", "certain")}
    assert report["rpcs"]["sent"] + report["rpcs"]["warmup"] == sum(growth(pods, before).values())


def test_an_http1_pool_spreads(cluster, tmp_path):
    client = within(cluster.client)
    with Pods(tmp_path, 3, hosts=cluster.hosts, port=WEB_PORT, program="web_server.py") as pods:
        before = pods.counts()
        report = distribute(
            f"ipv4:{VIRTUAL_IP}:{WEB_PORT}", "--protocol", "http1", "--policy", "cluster_ip", "-c",
            "40", "--rpcs", "2000", within=client)
        agrees(report, pods, before, key="pod")
    # 40 connections and more: that one of three pods has none has a chance of 3 * (2/3)^40.
    assert all(pod["rpcs"] for pod in report["pods"]) and len(report["pods"]) == 3
    assert report["verdict"]["basis"] == "per-connection"
