"""Servers that are not what a client hopes for. Each yields the address it listens on."""

import socket
import threading
from contextlib import contextmanager


@contextmanager
def listener(serve):
    """Hands every accepted connection to `serve`, on a thread of its own."""
    stopped = threading.Event()
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.1)
    connections = []

    def accept():
        while not stopped.is_set():
            try:
                connection, _ = server.accept()
            except TimeoutError:
                continue
            connections.append(connection)
            threading.Thread(target=serve, args=(connection, stopped), daemon=True).start()

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield "127.0.0.1:%d" % server.getsockname()[1]
    finally:
        stopped.set()
        thread.join()
        server.close()
        for connection in connections:
            connection.close()


def closes_at_once(connection, _):
    connection.close()


def never_answers(connection, stopped):
    stopped.wait()


def sends_garbage(connection, stopped):
    """Where SETTINGS should come first."""
    connection.sendall(bytes(range(256)) * 4)
    stopped.wait()


def speaks_http1(connection, stopped):
    connection.recv(65536)
    body = b"<h1>Bad Request</h1>"
    connection.sendall(
        b"HTTP/1.1 400 Bad Request\r\nContent-Type: text/html\r\nConnection: close\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body))
    connection.close()


def nobody():
    """An address on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return "127.0.0.1:%d" % probe.getsockname()[1]
