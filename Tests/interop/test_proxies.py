"""lbcheck through what stands between it and the pods, and against a plain HTTP/2 server."""

from lbcheck import agrees, distribute, run
from middle import nghttpd, nginx


def test_nginx_balances_calls_so_one_connection_shows_several_pods(five, tmp_path):
    before = five.counts()
    with nginx(tmp_path / "nginx", five) as address:
        report = distribute(
            f"ipv4:{address}", "--identity", "header:x-pod-name", "--rpcs", "500")
        agrees(report, five, before, key="pod")
    assert report["verdict"]["basis"] == "per-call"
    assert report["verdict"]["outcome"] == "inconclusive"
    (connection,) = [c for c in report["connections"] if c["rpcs"]]
    assert len(connection["pods"]) == 5


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
