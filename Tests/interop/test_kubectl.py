"""kubectl, which knows nothing of lbcheck, against the lab's Kubernetes API server."""

import json
import os
import queue
import re
import subprocess
import threading

import pytest
from test_lab import Lab

GRANTS = ["--grant", "list:discovery.k8s.io/endpointslices", "--grant", "get:/services/mygrpc"]


class Kubectl:
    def __init__(self, lab, home):
        self.lab = lab
        self.environment = os.environ | {"KUBECONFIG": lab["kubeconfig"], "HOME": str(home)}

    def start(self, *arguments):
        return subprocess.Popen(
            ["kubectl", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, text=True, env=self.environment)

    def run(self, *arguments, code=0):
        process = self.start(*arguments)
        out, err = process.communicate(timeout=60)
        assert process.returncode == code, err or out
        return out if code == 0 else err

    def json(self, *arguments):
        return json.loads(self.run(*arguments, "-o", "json"))


@pytest.fixture(scope="module")
def lab():
    lab = Lab("--pods", "5", "--slice-size", "2", *GRANTS)
    yield lab
    lab.close()
    assert not os.path.exists(lab["kubeconfig"])


@pytest.fixture
def kubectl(lab, tmp_path):
    return Kubectl(lab, tmp_path)


def rows(table):
    head, *lines = [re.split("  +", line.strip()) for line in table.splitlines()]
    return [dict(zip(head, line)) for line in lines]


def ready(slices):
    """Which pods are ready, by name."""
    return {
        endpoint["targetRef"]["name"]: endpoint["conditions"]["ready"]
        for piece in slices["items"]
        for endpoint in piece["endpoints"]
    }


def test_the_kubeconfig_is_private(lab):
    assert os.stat(lab["kubeconfig"]).st_mode & 0o777 == 0o600


def test_all_kinds_are_listed_in_tables(lab, kubectl):
    services = rows(kubectl.run("get", "svc"))
    assert [row["NAME"] for row in services] == ["mygrpc", "mygrpc-vip"]
    assert services[0]["CLUSTER-IP"] == "None"
    assert services[1]["CLUSTER-IP"] == lab["vip"].partition(":")[0]
    assert services[0]["PORT(S)"] == f"{lab['port']}/TCP"

    pods = rows(kubectl.run("get", "pods", "-o", "wide"))
    assert {row["NAME"]: row["IP"] for row in pods} == {
        pod["name"]: pod["address"] for pod in lab["pods"]
    }
    assert {row["NODE"] for row in pods} == {"node-1", "node-2", "node-3"}

    everything = kubectl.run("get", "svc,endpoints,endpointslices,pods", "--all-namespaces")
    for name in ["service/mygrpc", "endpoints/mygrpc-vip", "pod/mygrpc-4"]:
        assert f"default     {name} " in everything
    assert everything.count("endpointslice.discovery.k8s.io/mygrpc-") == 6


def test_objects_come_as_json_and_yaml(lab, kubectl):
    addresses = {pod["address"] for pod in lab["pods"]}
    endpoints = kubectl.json("get", "endpoints", "mygrpc")
    (subset,) = endpoints["subsets"]
    assert {address["ip"] for address in subset["addresses"]} == addresses
    assert [port["port"] for port in subset["ports"]] == [lab["port"]]

    slices = kubectl.json("get", "endpointslices", "-l", "kubernetes.io/service-name=mygrpc")
    assert len(slices["items"]) == 3
    members = [endpoint for piece in slices["items"] for endpoint in piece["endpoints"]]
    assert {member["addresses"][0] for member in members} == addresses

    everything = kubectl.json("get", "svc,endpoints,endpointslices,pods")
    assert len(everything["items"]) == 2 + 2 + 6 + 5
    assert "clusterIP: None" in kubectl.run("get", "svc", "mygrpc", "-o", "yaml")
    address = lab["pods"][2]["address"]
    named = kubectl.run("get", "pods", "--field-selector", f"status.podIP={address}", "-o", "name")
    assert named == "pod/mygrpc-2\n"


def test_pages_are_followed(kubectl):
    all_at_once = kubectl.json("get", "pods", "--chunk-size=0")
    in_pages = kubectl.json("get", "pods", "--chunk-size=2")
    assert len(in_pages["items"]) == 5
    assert in_pages["items"] == all_at_once["items"]
    page = json.loads(kubectl.run("get", "--raw", "/api/v1/pods?limit=2"))
    assert page["metadata"]["remainingItemCount"] == 3
    assert page["metadata"]["continue"]


def test_raw_paths(kubectl):
    assert kubectl.run("get", "--raw", "/readyz") == "ok"
    assert json.loads(kubectl.run("get", "--raw", "/version"))["minor"] == "36"
    assert "not found" in kubectl.run("get", "svc", "nope", code=1)


def test_a_watch_sees_readiness_change(lab, kubectl):
    process = kubectl.start("get", "endpointslices", "--watch", "--output-watch-events", "-o", "json")
    events = queue.Queue()
    threading.Thread(target=read_objects, args=(process.stdout, events), daemon=True).start()
    try:
        first = [events.get(timeout=30) for _ in range(6)]
        assert {event["type"] for event in first} == {"ADDED"}
        lab.command("ready mygrpc-1 false")
        changed = [events.get(timeout=30) for _ in range(2)]
        assert {event["type"] for event in changed} == {"MODIFIED"}
        pieces = {"items": [event["object"] for event in changed]}
        assert ready(pieces)["mygrpc-1"] is False
        assert ready(kubectl.json("get", "endpointslices"))["mygrpc-1"] is False
        lab.command("ready mygrpc-1 true")
        changed = [events.get(timeout=30) for _ in range(2)]
        assert ready({"items": [event["object"] for event in changed]})["mygrpc-1"] is True
    finally:
        process.kill()
        process.communicate()


def read_objects(stream, events):
    """JSON values one after the other, over as many lines as they like."""
    decoder, text = json.JSONDecoder(), ""
    for line in stream:
        text += line
        try:
            event, end = decoder.raw_decode(text)
        except json.JSONDecodeError:
            continue
        events.put(event)
        text = text[end:].lstrip()


def test_a_drained_pod_disappears(tmp_path):
    lab = Lab("--pods", "3")
    try:
        kubectl = Kubectl(lab, tmp_path)
        lab.command("drain mygrpc-0")
        while "mygrpc-0" in kubectl.run("get", "pods", "-o", "name"):
            pass
        assert set(ready(kubectl.json("get", "endpointslices"))) == {"mygrpc-1", "mygrpc-2"}
    finally:
        lab.close()


def test_access_is_what_was_granted(kubectl):
    def can(identity, *action):
        answer = kubectl.start("--context", identity, "auth", "can-i", *action)
        out, _ = answer.communicate(timeout=60)
        assert out.strip() in ["yes", "no"]
        return out.strip() == "yes"

    slices = "endpointslices.discovery.k8s.io"
    assert can("lbcheck-lab", "list", slices)
    assert can("lbcheck-lab", "delete", "nodes")
    restricted = "lbcheck-lab-restricted"
    assert can(restricted, "list", slices)
    assert not can(restricted, "watch", slices)
    assert not can(restricted, "list", slices, "--all-namespaces")
    assert can(restricted, "get", "services/mygrpc")
    assert not can(restricted, "get", "services/mygrpc-vip")
    account = "system:serviceaccount:default:lbcheck"
    assert can("lbcheck-lab", "list", slices, "--as", account)
    assert not can("lbcheck-lab", "watch", slices, "--as", account)

    kubectl.run("--context", restricted, "get", "endpointslices")
    refused = kubectl.run("--context", restricted, "get", "pods", code=1)
    assert f'User "{account}" cannot list resource "pods" in API group "" in the namespace' in refused
    listed = kubectl.run("--context", restricted, "auth", "can-i", "--list")
    assert slices in listed
