"""What goes wrong in practice: one error with its phase and the next thing to try, the right exit
code, no crash, no hang."""

import hostile
import pytest
from dns import DNS
from lbcheck import run


def fails(phase, target, *options):
    """lbcheck could not measure and says why. Returns what it said."""
    result = run("distribute", target, "--rpcs", "20", "--timeout", "2s", *options)
    assert result.code == 3, result.err
    assert result.out == ""
    assert result.err.startswith(f"lbcheck: {phase}:"), result.err
    assert result.err.count("lbcheck: ") == 1, "one error"
    assert "came back:" in result.err and "try next:" in result.err, result.err
    return result.err


def refuses(words, *arguments):
    """A usage error, before anything is sent, naming what was wrong."""
    result = run("distribute", *arguments)
    assert result.code == 64, result.err
    assert result.out == ""
    for word in words:
        assert word in result.err, result.err
    return result.err


@pytest.mark.parametrize("policy", ["pick_first", "round_robin", "cluster_ip"])
def test_a_name_that_does_not_exist(tmp_path, policy):
    with DNS(tmp_path, {"pods.test": ["127.0.0.11"]}) as dns:
        said = fails("resolve", dns.target("absent.test", 50051), "--policy", policy)
    assert "absent.test" in said


def test_a_dns_server_that_is_not_there():
    said = fails("resolve", f"dns://{hostile.nobody()}/pods.test:50051")
    assert "127.0.0.1:" in said


@pytest.mark.parametrize("policy", ["pick_first", "round_robin"])
def test_a_port_nobody_listens_on(policy):
    address = hostile.nobody()
    said = fails("connect", f"ipv4:{address}", "--policy", policy)
    assert address in said
    assert "refused" in said.lower()


@pytest.mark.parametrize(
    "serve",
    [hostile.speaks_http1, hostile.closes_at_once, hostile.never_answers, hostile.sends_garbage])
@pytest.mark.parametrize("policy", ["pick_first", "round_robin"])
def test_a_server_that_is_no_http2_server(serve, policy):
    with hostile.listener(serve) as address:
        said = fails("connect", f"ipv4:{address}", "--policy", policy)
    assert address in said


def test_http1_is_recognised():
    with hostile.listener(hostile.speaks_http1) as address:
        assert "HTTP/1.1" in fails("connect", f"ipv4:{address}")


@pytest.mark.parametrize(
    "serve", [hostile.speaks_http1, hostile.closes_at_once, hostile.never_answers])
def test_a_server_that_does_not_speak_tls(serve):
    with hostile.listener(serve) as address:
        fails("tls", f"ipv4:{address}", "--tls")


TARGET = "ipv4:127.0.0.1:1"


@pytest.mark.parametrize(
    "words, arguments",
    [
        (["rpcs"], [TARGET, "--rpcs", "0"]),
        (["rpcs"], [TARGET, "--rpcs", "-5"]),
        (["rpcs"], [TARGET, "--rpcs", "many"]),
        (["nonsense", "pick_first", "round_robin", "cluster_ip"], [TARGET, "--policy", "nonsense"]),
        (["skew"], [TARGET, "--assert", "skew<=x"]),
        (["skwe"], [TARGET, "--assert", "skwe<=1"]),
        (["concurrency"], [TARGET, "-c", "0"]),
        (["channels"], [TARGET, "--channels", "0"]),
        (["timeout"], [TARGET, "--timeout", "soon"]),
        (["method"], [TARGET, "--method", "nomethod"]),
        (["cert"], [TARGET, "--cert", "a.pem"]),
        (["plaintext"], [TARGET, "--plaintext", "--tls"]),
        (["unknown"], [TARGET, "--frobnicate"]),
    ])
def test_usage_errors(words, arguments):
    said = refuses([], *arguments).lower()
    for word in words:
        assert word.lower() in said, said


@pytest.mark.parametrize(
    "target",
    ["ipv4:127.0.0.1:99999", "ipv4:999.0.0.1:80", "dns:///", "dns:///a..b:1", "host:", "ipv6:::1",
     "ipv4:127.0.0.1:80,", "nosuchscheme://x", "svc/", "a b:80", "host:80\x1b[31m"])
def test_malformed_targets_are_usage_errors(target):
    result = run("distribute", target)
    assert result.code == 64, result.err
    assert "\x1b" not in result.err


def test_unreadable_certificates(tmp_path):
    result = run("distribute", TARGET, "--cacert", str(tmp_path / "absent.pem"))
    assert result.code in (3, 64)
    assert "absent.pem" in result.err
