"""Pods behind one address that do not name themselves: what grpcio's own channelz tells."""

from lbcheck import distribute
from middle import virtual_ip
from pods import Pods


def counts(report):
    return {pod["address"]: pod["rpcs"] + pod["warmup"] for pod in report["pods"]}


def grown(pods):
    return {pod.endpoint: pod.count for pod in pods if pod.count}


def test_channelz_names_pods_behind_a_virtual_ip(tmp_path):
    # The forwarder opens connections of its own, as source NAT would show them.
    with Pods(tmp_path, 3, channelz=True) as pods, virtual_ip(pods) as address:
        report = distribute(f"ipv4:{address}", "--channels", "12", "--rpcs", "600")
        assert counts(report) == grown(pods)
        assert {(pod["identity"], pod["confidence"]) for pod in report["pods"]} == {
            ("channelz", "likely")}
        assert report["verdict"]["basis"] == "per-connection"
        assert report["rpcs"]["probes"] > 0


def test_channelz_is_certain_where_nothing_translates_addresses(tmp_path):
    with Pods(tmp_path, 3, channelz=True) as pods:
        report = distribute(pods[0].endpoint, "--rpcs", "100")
        assert counts(report) == grown(pods)
        (pod,) = report["pods"]
        assert (pod["identity"], pod["confidence"]) == ("channelz", "certain")


def test_without_channelz_nothing_is_guessed(tmp_path):
    with Pods(tmp_path, 3) as pods, virtual_ip(pods) as address:
        report = distribute(f"ipv4:{address}", "--channels", "12", "--rpcs", "600")
        assert report["verdict"]["basis"] == "opaque"
        assert "LBC0170" in {finding["code"] for finding in report["findings"]}
        assert {pod["confidence"] for pod in report["pods"]} == {"none"}
