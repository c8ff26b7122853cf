"""One pod that speaks HTTP/1.1: Python's own server, with keep-alive. Started as pod_server.py is, and
counts what it answered in the same way."""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from counter import Counter


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1

    def do_GET(self):
        self.server.counter.add()
        self.send_response(200)
        self.send_header("X-Pod-Name", self.server.name)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_):
        pass


class Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True


def main():
    settings = json.loads(sys.argv[1])
    server = Server((settings["address"], settings["port"]), Handler)
    server.name = settings["name"]
    server.counter = Counter(settings["counter"], 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print("ready", flush=True)
    sys.stdin.read()  # until the test closes it


if __name__ == "__main__":
    main()
