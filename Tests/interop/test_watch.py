"""lbcheck watch against grpcio servers that end connections for their age, dnsmasq, and the lab."""

import json
import time
from datetime import datetime

import jsonschema
import pytest
from dns import DNS
from lbcheck import DOCS, Running, environment, run
from pods import Pods
from test_lab_life import events as lab_events
from test_lab_life import running

SCHEMA = json.loads((DOCS / "watch.schema.json").read_text())
NAME = "pods.test"
# Ten times as fast: 3 s between look-ups.
CLIENT = ["--policy", "round_robin", "--time-scale", "0.1"]


def options_for(target, options):
    return ["watch", target, *CLIENT, "-o", "json", *options]


def read(result):
    """Events and the summary of a run, all of them valid."""
    start, *events, summary = [json.loads(line) for line in result.out.splitlines()]
    assert (start["type"], summary["type"]) == ("start", "summary")
    assert {event["type"] for event in events} == {"event"}
    for line in (start, *events, summary):
        schema = {**SCHEMA, "oneOf": [{"$ref": f"#/$defs/{line['type']}"}]}
        jsonschema.Draft202012Validator(schema).validate(line)
    assert len(events) == summary["events"]
    for resolver in summary["resolvers"]:
        name = resolver["name"]
        index = summary["resolvers"].index(resolver)
        lives = [pod["lanes"][index] for pod in summary["pods"]]
        # Errors are tied to an event or counted as unexplained; none disappears.
        tied = sum(each["errors"] for each in summary["errors_by_event"] if each["resolver"] == name)
        assert tied + sum(resolver["unexplained"].values()) == resolver["errors"]
        answered = sum(life["answered"] for life in lives)
        assert resolver["sent"] - resolver["lost"] == answered
    return events, summary


def watch(target, *options, code=0, **variables):
    result = run(*options_for(target, options), env=environment(**variables))
    assert result.code == code, result.err or result.out
    return read(result)


def aging(milliseconds):
    return [["grpc.max_connection_age_ms", milliseconds],
            ["grpc.max_connection_age_grace_ms", 2000]]


def count(events, kind):
    return sum(event["event"] == kind for event in events)


@pytest.mark.parametrize("milliseconds", [1500, 3000])
def test_the_estimate_contains_the_servers_own_setting(tmp_path, milliseconds):
    with Pods(tmp_path, 3, options=aging(milliseconds)) as pods:
        before = pods.total()
        events, summary = watch(pods.target, "-z", "8s")
        assert summary["resolvers"][0]["sent"] == pods.total() - before
    age = summary["lifetime"]["max_age"]
    assert age["from_s"] <= milliseconds / 1000 <= age["to_s"], age
    assert not age["mixed"] and age["connections"] >= 3
    # Less than what one connection leaves open: 1.1 ÷ 0.9.
    assert age["to_s"] / age["from_s"] < 1.22
    told = [event for event in events if event["event"] == "goaway"]
    assert {event["code"] for event in told} == {"NO_ERROR"}
    assert all("max_age" in event["debug"] for event in told)
    assert summary["resolvers"][0]["errors"] == 0


def scaled_out(tmp_path, server, *options):
    """A pod is published while the client is busy; returns what the client made of it."""
    with Pods(tmp_path, 3, options=server) as pods, DNS(
            tmp_path, {NAME: pods.addresses[:2]}) as dns:
        client = Running(*options_for(dns.target(NAME, pods.port), options))
        client.wait_for(lambda: all(pod.count >= 20 for pod in pods[:2]))
        dns.change(NAME, pods.addresses)
        published = time.time()
        result = client.end()
        assert result.code == 0, result.err
        events, summary = read(result)
        assert summary["resolvers"][0]["sent"] == pods.total()
        (new,) = [pod for pod in summary["pods"] if pod["address"] == pods[2].endpoint]
    return events, summary, new, published


@pytest.mark.parametrize("client, length, least, most", [
    # 3 s between look-ups are more than 1.1 × 2 s; a second for the way into DNS.
    ("go", "8s", 3, 4.5),
    ("core", "8s", 3, 4.5),
    # A request inside the 3 s is dropped: the next end of a connection has to come.
    ("java", "10s", 5, 6.7),
])
def test_scale_out_is_noticed_within_the_predicted_bound(tmp_path, client, length, least, most):
    events, summary, new, published = scaled_out(
        tmp_path, aging(2000), "--client", client, "-z", length)
    assert summary["head"]["client"] == client
    (resolver,) = summary["resolvers"]
    bound = resolver["bound"]["within_s"]
    assert least <= bound <= most
    (listed,) = [
        event for event in events
        if event["event"] == "listed" and event["address"] == new["address"]]
    assert datetime.fromisoformat(listed["at"]).timestamp() - published <= bound
    assert resolver["noticed"]["max_s"] <= bound
    assert resolver["blind_spot"]["count"] == 1 and resolver["errors"] == 0
    # Nobody could say what the Kubernetes API knew.
    assert [blind["source"] for blind in summary["head"]["blind"]] == ["kubernetes"]


def test_without_an_age_it_is_never_noticed(tmp_path):
    events, summary, new, _ = scaled_out(tmp_path, [], "-z", "8s")
    (resolver,) = summary["resolvers"]
    assert new["in_dns_s"] is not None
    assert new["lanes"][0]["listed_s"] is None and new["lanes"][0]["answered"] == 0
    assert resolver["noticed"] is None and resolver["unnoticed"] == 1
    assert resolver["bound"]["within_s"] is None
    assert count(events, "goaway") == 0


def test_the_api_tells_at_once_and_dns_never():
    with running("--pods", "3", "--at", "2s", "scale=4", "--at", "5s", "scale=3") as lab:
        result = run(
            "watch", lab["target"], *CLIENT, "--via", "dns,kubernetes", "-z", "8s",
            env=environment(KUBECONFIG=lab["kubeconfig"]))
        assert result.code == 0, result.err
        assert "never, while connections live" in result.out
        _, summary = watch(
            lab["target"], "--via", "dns,kubernetes", "--during", "sleep 0.2", "-z", "0.5s",
            KUBECONFIG=lab["kubeconfig"])
        assert summary["settled"] and summary["during"]["succeeded"]


def test_two_resolvers_side_by_side_and_times_as_the_lab_has_them():
    with running(
            "--pods", "3", "--max-connection-age", "2s", "--at", "2s", "scale=4", "--at", "8s",
            "drain=mygrpc-1") as lab:
        events, summary = watch(
            lab["target"], "--via", "dns,kubernetes", "-z", "12s", KUBECONFIG=lab["kubeconfig"])
        assert sum(each["sent"] for each in summary["resolvers"]) == sum(lab.counts().values())
        theirs = lab_events(lab)
    dns, kubernetes = summary["resolvers"]
    assert (dns["name"], kubernetes["name"]) == ("dns", "kubernetes")
    assert kubernetes["noticed"]["max_s"] <= min(1, kubernetes["bound"]["within_s"])
    assert dns["noticed"]["max_s"] <= dns["bound"]["within_s"]
    assert dns["errors"] == kubernetes["errors"] == 0
    age = summary["lifetime"]["max_age"]
    assert age["from_s"] <= 2 <= age["to_s"]

    def ours(event, pod, resolver=None):
        return min(
            datetime.fromisoformat(each["at"]).timestamp() * 1000 for each in events
            if each["event"] == event and each["pod"] == pod and each["resolver"] == resolver)

    def lab_time(event, pod):
        return min(each["unix_ms"] for each in theirs if (each["event"], each["pod"]) == (event, pod))

    assert abs(ours("ready", "mygrpc-3") - lab_time("in_api", "mygrpc-3")) <= 50
    assert abs(ours("first_rpc", "mygrpc-3", "kubernetes")
               - lab_time("first_request", "mygrpc-3")) <= 50
    assert abs(ours("terminating", "mygrpc-1") - lab_time("terminating", "mygrpc-1")) <= 50
    assert abs(ours("gone", "mygrpc-1") - lab_time("gone", "mygrpc-1")) <= 50
    # Each GOAWAY that the client saw, the lab sent, at the same time.
    sent = [each["unix_ms"] for each in theirs if each["event"] == "goaway"]
    for event in events:
        if event["event"] == "goaway":
            at = datetime.fromisoformat(event["at"]).timestamp() * 1000
            assert min(abs(at - each) for each in sent) <= 50


def test_a_rolling_restart_of_ten_pods_loses_nothing():
    with running("--pods", "10", "--start-up", "200ms") as lab:
        client = Running(
            *options_for(lab["target"], [
                "--via", "kubernetes", "-r", "200", "--during", "sleep 8",
                "--assert", "lost==0", "--assert", "unexplained==0", "--assert", "blind-spot<=2s",
                "--assert", "lingering<=1s"]),
            env=environment(KUBECONFIG=lab["kubeconfig"]))
        client.wait_for(lambda: min(lab.counts().values()) >= 20)
        lab.command("restart")
        result = client.end()
        assert result.code == 0, result.err or result.out
        _, summary = read(result)
        (resolver,) = summary["resolvers"]
        assert resolver["sent"] == sum(lab.counts().values())
    assert summary["settled"] is True
    assert (resolver["errors"], resolver["unexplained"]) == (0, {})
    assert resolver["blind_spot"]["count"] == 10
    assert sum(pod["terminating_s"] is not None for pod in summary["pods"]) == 10
    assert [each["held"] for each in summary["assertions"]] == [True] * 4


def test_pods_that_die_explain_every_error(tmp_path):
    with Pods(tmp_path, 3) as pods:
        client = Running(*options_for(pods.target, ["-z", "6s", "-r", "200"]))
        client.wait_for(lambda: all(pod.count >= 50 for pod in pods))
        pods[1].kill()
        result = client.end()
    assert result.code == 0, result.err
    events, summary = read(result)
    (resolver,) = summary["resolvers"]
    assert resolver["name"] == "static" and resolver["unexplained"] == {}
    (ended,) = [
        event for event in events
        if event["event"] == "closed" and event["address"] == pods[1].endpoint]
    assert ended["end"] in ("fin", "reset")
    assert count(events, "connect_failed") >= 1


def test_assertions_decide_the_exit_code(tmp_path):
    with Pods(tmp_path, 2, options=aging(1500)) as pods:
        watch(pods.target, "-z", "4s", "--assert", "max-connection-age<=2m")
        watch(pods.target, "-z", "4s", "--assert", "max-connection-age<=1s", code=1)
        # No pod came, so nothing was measured.
        watch(pods.target, "-z", "1s", "--assert", "blind-spot<=70s", code=2)
        watch(pods.target, "--during", "exit 7", code=3)
