"""What `lbcheck manifest` prints, given to those who have to understand it."""

import subprocess
import threading

import grpc
import pytest
import yaml
from lbcheck import BINARY, environment
from test_instruments import call
from test_kubectl import Kubectl
from test_lab import Lab


def manifest(*arguments, code=0):
    done = subprocess.run(
        [BINARY, "manifest", *arguments], capture_output=True, text=True, env=environment(),
        timeout=20, check=False)
    assert done.returncode == code, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def lab():
    lab = Lab("--pods", "3")
    yield lab
    lab.close()


def headless(lab, service="mygrpc-vip"):
    return manifest("headless", f"svc/{service}", "-n", "default", "--kubeconfig", lab["kubeconfig"])


def test_the_headless_service_is_that_of_the_same_pods(lab):
    service = yaml.safe_load(headless(lab))
    assert service["metadata"]["name"] == "mygrpc-vip-headless"
    assert service["spec"]["clusterIP"] == "None"
    assert service["spec"]["selector"] == {"app": "mygrpc"}
    assert [port["port"] for port in service["spec"]["ports"]] == [lab["port"]]


GROUPS = {
    "Role": ".rbac.authorization.k8s.io", "RoleBinding": ".rbac.authorization.k8s.io",
    "Job": ".batch"}


def job(target):
    return manifest(
        "job", target, "-n", "default", "--completions", "20", "--image", "example.com/lbcheck:1", "--",
        "--policy", "pick_first", "--rpcs", "200", "-H", "x: 'y' \"z\" # no: comment")


@pytest.mark.parametrize("kind", ["headless", "rbac", "job", "job of a Kubernetes target"])
def test_kubectl_accepts_the_manifest(lab, tmp_path, kind):
    if kind.startswith("job"):
        text = job("dns:///mygrpc:50051" if kind == "job" else "svc/mygrpc:grpc")
    else:
        text = headless(lab) if kind == "headless" else manifest("rbac", "--serviceaccount", "app")
    file = tmp_path / "manifest.yaml"
    file.write_text(text)
    # Without validation against an OpenAPI document, which the lab does not have.
    answer = Kubectl(lab, tmp_path).run(
        "create", "--dry-run=client", "--validate=false", "-f", str(file), "-o", "name")
    expected = [
        f"{document['kind'].lower()}{GROUPS.get(document['kind'], '')}"
        f"/{document['metadata']['name']}"
        for document in yaml.safe_load_all(text)
    ]
    assert answer.split() == expected


def test_the_job_runs_what_was_asked_for_once_per_pod():
    *accounts, batch = yaml.safe_load_all(job("dns:///mygrpc:50051"))
    assert [account["kind"] for account in accounts] == ["ServiceAccount"]
    spec = batch["spec"]
    assert (spec["completionMode"], spec["completions"], spec["parallelism"]) == ("Indexed", 20, 20)
    pod = spec["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"]
    (container,) = pod["containers"]
    assert container["args"] == [
        "distribute", "dns:///mygrpc:50051", "--policy", "pick_first", "--rpcs", "200", "-H",
        "x: 'y' \"z\" # no: comment", "-o", "json", "-q"]


def test_the_python_client_balances(lab):
    names = {}
    exec(manifest("client", lab["target"], "--language", "python"), names)  # noqa: S102
    with names["channel"] as channel:
        while 0 in lab.counts().values():
            call(channel)
        before = lab.counts()
        call(channel, times=300)
        after = lab.counts()
    assert {after[pod] - before[pod] for pod in after} == {100}


def test_the_python_server_ends_connections():
    names = {}
    code = manifest("server", "--language", "python", "--max-connection-age", "1s", "--grace", "1s")
    exec(code, names)  # noqa: S102
    server = names["server"]
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        ready, ended = threading.Event(), threading.Event()

        def heard(state):
            if state is grpc.ChannelConnectivity.READY:
                ready.set()
            elif ready.is_set():
                ended.set()

        channel.subscribe(heard, try_to_connect=True)
        assert ready.wait(10)
        # The server's GOAWAY; nobody calls anything.
        assert ended.wait(10)
    server.stop(None)
