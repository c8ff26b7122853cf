"""lbcheck as a client of a Kubernetes API, beside kubectl, dnsmasq and a YAML reader."""

import pytest
import yaml
from dns import DNS
from lbcheck import checked, distribute, per_pod, run, start, valid
from test_kubectl import Kubectl
from test_lab import Lab

TARGET = "kubernetes:///mygrpc.default:grpc"
RESTRICTED = "lbcheck-lab-restricted"


@pytest.fixture
def lab():
    lab = Lab("--pods", "5", "--slice-size", "2")
    yield lab
    lab.close()


def resolve(*arguments, code=0):
    result = run("resolve", *arguments, "-o", "json")
    assert result.code == code, result.err or result.out
    return valid(result.out)


def manifest(*arguments):
    result = run("manifest", "rbac", *arguments)
    assert result.code == 0, result.err
    return list(yaml.safe_load_all(result.out))


def grants(documents):
    """The rules of a Role as options of the lab."""
    role = next(document for document in documents if document["kind"] == "Role")
    return [
        f"{verb}:{group}/{resource}"
        for rule in role["rules"]
        for group in rule["apiGroups"]
        for resource in rule["resources"]
        for verb in rule["verbs"]
    ]


def test_resolve_has_what_kubectl_has(lab, tmp_path):
    lab.command("ready mygrpc-2 false")
    slices = Kubectl(lab, tmp_path).json("get", "endpointslices", "-l",
                                         "kubernetes.io/service-name=mygrpc")["items"]
    theirs = {
        (endpoint["targetRef"]["name"], endpoint["addresses"][0],
         endpoint["conditions"]["ready"], endpoint["nodeName"], endpoint["zone"])
        for piece in slices
        for endpoint in piece["endpoints"]
    }
    report = resolve(TARGET, "--kubeconfig", lab["kubeconfig"], "--resolver", "kubernetes")
    ours = {
        (endpoint["pod"], endpoint["addresses"][0].rpartition(":")[0], endpoint["ready"],
         endpoint["node"], endpoint["zone"])
        for endpoint in report["kubernetes"]["endpoints"]
    }
    assert ours == theirs
    assert report["kubernetes"]["slices"] == len(slices)
    assert len(report["addresses"]) == 4


def test_a_stale_dns_answer_is_named(lab, tmp_path):
    addresses = [pod["address"] for pod in lab["pods"]]
    name = "mygrpc.default.svc.cluster.local"
    with DNS(tmp_path, {name: [addresses[0], "127.9.9.9"]}) as dns:
        report = resolve(
            f"dns:///{name}:{lab['port']}", "--dns-server", dns.server, "--kubeconfig",
            lab["kubeconfig"])
    rows = {row["address"]: (row["dns"], row["kubernetes"]) for row in report["comparison"]}
    assert rows[addresses[0]] == (True, "ready")
    assert rows[addresses[1]] == (False, "ready")
    assert rows["127.9.9.9"] == (True, "absent")
    assert [difference.split()[0] for difference in report["differences"]] == [
        "127.9.9.9", f"{addresses[1]},"]


def test_counts_are_the_pods_own(lab):
    report = distribute(
        TARGET, "--kubeconfig", lab["kubeconfig"], "--policy", "round_robin", "--rpcs", "500",
        "--assert", "balanced")
    assert per_pod(report, "pod") == lab.counts()
    assert report["resolution"]["resolver"] == "kubernetes"


def test_a_pod_that_is_not_ready_any_more_gets_nothing_more(lab):
    running = start(
        TARGET, "--kubeconfig", lab["kubeconfig"], "--policy", "round_robin", "-z", "30s",
        "-r", "500")
    running.wait_for(lambda: lab.counts()["mygrpc-0"] > 20)
    lab.command("ready mygrpc-0 false")
    seen = lab.counts()
    running.wait_for(lambda: lab.counts()["mygrpc-1"] > seen["mygrpc-1"] + 200)
    running.interrupt()
    result = running.end()
    assert result.code == 130
    report = checked(result)
    assert report["rpcs"]["lost"] == 0
    counts = lab.counts()
    assert per_pod(report, "pod") == counts
    # It left at once: the others had 200 more, it what was on its way.
    assert counts["mygrpc-0"] - seen["mygrpc-0"] < 50


@pytest.mark.parametrize("reader", ["lbcheck", "kuberesolver@v6", "kuberesolver@v5"])
def test_a_manifest_grants_exactly_what_is_needed(reader):
    documents = manifest("--for", reader, "--serviceaccount", "lbcheck", "-n", "default")
    assert [document["kind"] for document in documents] == [
        "ServiceAccount", "Role", "RoleBinding"]
    binding = documents[2]
    assert binding["roleRef"]["name"] == documents[1]["metadata"]["name"]
    assert binding["subjects"] == [
        {"kind": "ServiceAccount", "name": "lbcheck", "namespace": "default"}]
    needed = grants(documents)
    for missing in [None, *needed]:
        options = [f"--grant={grant}" for grant in needed if grant != missing]
        lab = Lab("--pods", "2", *options)
        try:
            result = run(
                "rbac", "svc/mygrpc", "--for", reader, "--kubeconfig", lab["kubeconfig"],
                "--context", RESTRICTED, "-o", "json")
            report = valid(result.out)
            refused = [
                f"{check['verb']}:{check['group']}/{check['resource']}"
                for check in report["checks"] if not check["allowed"]
            ]
            assert refused == ([missing] if missing else [])
            assert result.code == (1 if missing else 0)
            if missing:
                assert grants(yaml.safe_load_all(report["manifest"])) == [missing]
        finally:
            lab.close()


def test_lbcheck_measures_with_the_permissions_of_its_manifest():
    lab = Lab("--pods", "3", *[f"--grant={grant}" for grant in grants(manifest())])
    try:
        report = distribute(
            TARGET, "--kubeconfig", lab["kubeconfig"], "--context", RESTRICTED, "--policy",
            "round_robin", "--rpcs", "90")
        assert per_pod(report, "pod") == lab.counts()
        assert resolve(
            TARGET, "--kubeconfig", lab["kubeconfig"], "--context", RESTRICTED, "--resolver",
            "kubernetes")["kubernetes"]["legacy"]["addresses"] == 3
    finally:
        lab.close()


def test_a_forbidden_watch_is_said():
    lab = Lab("--pods", "3", "--grant=list:discovery.k8s.io/endpointslices")
    try:
        report = distribute(
            TARGET, "--kubeconfig", lab["kubeconfig"], "--context", RESTRICTED, "--policy",
            "round_robin", "--rpcs", "90")
        finding = next(f for f in report["findings"] if f["code"] == "LBC0134")
        assert "watch" in finding["evidence"]
        assert "lbcheck rbac" in finding["hint"]
        assert per_pod(report, "pod") == lab.counts()
    finally:
        lab.close()


def test_no_token_is_ever_shown(lab, tmp_path):
    config = yaml.safe_load(open(lab["kubeconfig"]))
    tokens = [user["user"]["token"] for user in config["users"]]
    for arguments in [
        ("resolve", TARGET, "-v"), ("resolve", TARGET, "-o", "json"),
        ("distribute", TARGET, "--rpcs", "5", "-vv"), ("rbac", TARGET, "-v"),
        ("distribute", "svc/nosuch:grpc", "-vv"),
        ("resolve", TARGET, "--context", RESTRICTED, "-v"),
    ]:
        result = run(*arguments, "--kubeconfig", lab["kubeconfig"])
        for token in tokens:
            assert token not in result.out + result.err
