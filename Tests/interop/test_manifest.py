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


@pytest.mark.parametrize("kind", ["headless", "rbac"])
def test_kubectl_accepts_the_manifest(lab, tmp_path, kind):
    text = headless(lab) if kind == "headless" else manifest("rbac", "--serviceaccount", "app")
    file = tmp_path / "manifest.yaml"
    file.write_text(text)
    # Without validation against an OpenAPI document, which the lab does not have.
    answer = Kubectl(lab, tmp_path).run(
        "create", "--dry-run=client", "--validate=false", "-f", str(file), "-o", "name")
    expected = [
        f"{document['kind'].lower()}"
        f"{'.rbac.authorization.k8s.io' if 'Role' in document['kind'] else ''}"
        f"/{document['metadata']['name']}"
        for document in yaml.safe_load_all(text)
    ]
    assert answer.split() == expected


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
