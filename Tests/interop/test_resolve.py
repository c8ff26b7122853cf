"""lbcheck resolve against dig, on the same dnsmasq."""

import socket

import pytest
from dns import DNS, dig, dig_records
from lbcheck import run, valid

V4 = [f"127.0.1.{index}" for index in range(1, 6)]
V6 = ["fd00::1", "fd00::2"]
MANY = [f"127.2.{index // 250}.{index % 250 + 1}" for index in range(1_000)]


@pytest.fixture(scope="module")
def dns(tmp_path_factory):
    names = {"pods.test": V4, "dual.test": V4[:2] + V6, "many.test": MANY, "only6.test": V6}
    with DNS(
            tmp_path_factory.mktemp("dns"), names, "--local-ttl=30", "--cname=alias.test,pods.test",
            "--srv-host=_grpc._tcp.pods.test,dual.test,50051,1,10",
            '--txt-record=_grpc_config.pods.test,grpc_config=[]') as dns:
        yield dns


def resolve(target, *options, code=0):
    result = run("resolve", target, "-o", "json", *options)
    assert result.code == code, result.err
    return valid(result.out)


def addresses(report):
    return sorted(address["address"].rsplit(":", 1)[0].strip("[]") for address in report["addresses"])


@pytest.mark.parametrize("name", ["pods.test", "dual.test", "only6.test", "many.test"])
def test_addresses_are_those_dig_gets(dns, name):
    report = resolve(dns.target(name, 50051))
    assert addresses(report) == sorted(dig(dns, name, "A") + dig(dns, name, "AAAA"))
    assert all(address["address"].endswith(":50051") for address in report["addresses"])
    assert {address["ttl_s"] for address in report["addresses"]} == {30}


def test_the_chosen_server_may_be_an_option(dns):
    report = resolve("dns:///pods.test:50051", "--dns-server", dns.server)
    assert addresses(report) == V4


def test_a_large_answer_comes_over_tcp(dns):
    report = resolve(dns.target("many.test", 50051))
    (question,) = [q for q in report["questions"] if q["type"] == "A"]
    assert question["transport"] == "tcp"
    assert question["truncated"] is True
    assert question["records"] == 1_000
    assert question["server"] == dns.server


def test_a_cname_is_followed_and_shown(dns):
    report = resolve(dns.target("alias.test", 50051))
    assert addresses(report) == sorted(V4)
    owner, _, kind, data = dig_records(dns, "alias.test", "A")[0]
    assert (owner, kind, data) == ("alias.test", "CNAME", "pods.test.")
    assert "pods.test" in [name.rstrip(".") for name in report["cnames"]]


def test_the_service_config_record(dns):
    report = resolve(dns.target("pods.test", 50051))
    texts = {text["name"].rstrip("."): text["text"] for text in report["txt"]}
    assert texts["_grpc_config.pods.test"] == "grpc_config=[]"
    assert dig(dns, "_grpc_config.pods.test", "TXT") == ['"grpc_config=[]"']


@pytest.fixture
def silent_config(tmp_path, five):
    """dnsmasq that passes the question for the service config on to somebody who never answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as nobody:
        nobody.bind(("127.0.0.1", 0))
        server = f"--server=/_grpc_config.slow.test/127.0.0.1#{nobody.getsockname()[1]}"
        with DNS(tmp_path, {"slow.test": five.addresses}, server) as dns:
            yield dns


def test_a_question_that_is_never_answered(silent_config, five):
    target = silent_config.target("slow.test", five.port)
    report = resolve(target)
    [finding] = [f for f in report["findings"] if f["code"] == "LBC0124"]
    assert "TXT _grpc_config.slow.test" in finding["evidence"]
    outcomes = {q["type"]: q["outcome"] for q in report["questions"]}
    assert outcomes["A"] == "answer" and outcomes["TXT"] == "timeout"
    doctor = valid(run("doctor", target, "-o", "json", limit=60).out)
    [check] = [check for check in doctor["checks"] if check["code"] == "LBC0124"]
    assert check["status"] == "found" and "TXT _grpc_config.slow.test" in check["evidence"]


def test_a_client_that_waits_for_it_is_told_from_one_that_does_not(silent_config, five):
    """grpc-go asks for the service config before it connects, C-core does not ask at all."""
    target = silent_config.target("slow.test", five.port)
    options = ("--rpcs", "20", "--timeout", "1s")
    waits = run("distribute", target, *options)
    assert waits.code == 3, waits.err
    assert "lbcheck: resolve:" in waits.err and "no list of addresses within 1 s" in waits.err
    assert run("distribute", target, *options, "--client", "core").code == 0


def test_nxdomain_and_no_data_are_told_apart(dns):
    absent = resolve(dns.target("absent.test", 50051), code=3)
    assert {q["outcome"] for q in absent["questions"] if q["type"] in ("A", "AAAA")} == {"nxdomain"}
    only6 = resolve(dns.target("only6.test", 50051))
    outcomes = {q["type"]: q["outcome"] for q in only6["questions"]}
    assert outcomes["A"] == "nodata" and outcomes["AAAA"] == "answer"
    assert absent["next"]


def test_the_lab_without_a_target():
    result = run("resolve", "-o", "json")
    assert result.code == 0, result.err
    report = valid(result.out)
    assert report["source"] == "lab"
    assert len(report["addresses"]) >= 5
