"""Oracle for HTTP/2: a server made of the library `h2` from PyPI, bytes over pipes.

Standard input and output carry chunks: four bytes of length, big endian, then the bytes. Each chunk
from the client is answered by one chunk from the server, which may be empty. The server answers
every request at random (seed in argv[1]) but truthfully: the header x-fields holds a digest of what
it received. What the client did wrong in its view goes to standard error and ends the process.
"""

import hashlib
import random
import struct
import sys

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.settings


class Server:
    def __init__(self, seed):
        self.random = random.Random(seed)
        self.conn = h2.connection.H2Connection(
            h2.config.H2Configuration(client_side=False, header_encoding=None)
        )
        self.requests = {}  # stream: [fields, body, complete]
        self.replies = {}  # stream: bytes still to be sent
        self.conn.initiate_connection()
        self.conn.update_settings(
            {
                h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: self.random.randint(0, 3000),
                h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: self.random.randint(3, 50),
                h2.settings.SettingCodes.HEADER_TABLE_SIZE: self.random.choice([0, 200, 4096]),
            }
        )

    def receive(self, data):
        for event in self.conn.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                self.requests[event.stream_id] = [event.headers, b"", False]
            elif isinstance(event, h2.events.DataReceived):
                self.requests[event.stream_id][1] += event.data
                size = event.flow_controlled_length
                if size:
                    self.conn.acknowledge_received_data(size, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                self.requests[event.stream_id][2] = True
            elif isinstance(event, h2.events.StreamReset):
                self.requests.pop(event.stream_id, None)
                self.replies.pop(event.stream_id, None)
            elif isinstance(event, h2.events.ConnectionTerminated):
                if event.error_code != h2.errors.ErrorCodes.NO_ERROR:
                    raise RuntimeError(f"the client complains: {event.error_code}")

    def act(self):
        choice = self.random.random()
        if choice < 0.05:
            self.conn.ping(self.random.randbytes(8))
        elif choice < 0.1:
            window = self.random.randint(0, 5000)
            self.conn.update_settings({h2.settings.SettingCodes.INITIAL_WINDOW_SIZE: window})
        for stream in list(self.requests):
            # A request may wait for a window that opens only with SETTINGS.
            if self.requests[stream][2] and self.random.random() < 0.6:
                self.answer(stream, *self.requests.pop(stream)[:2])
        for stream in list(self.replies):
            self.go_on(stream)

    def answer(self, stream, fields, body):
        if self.random.random() < 0.05:
            self.conn.reset_stream(stream, h2.errors.ErrorCodes.REFUSED_STREAM)
            return
        digest = hashlib.sha256()
        for name, value in fields:
            digest.update(name + b"\0" + value + b"\0")
        digest.update(body)
        headers = [(b":status", b"200"), (b"x-digest", digest.hexdigest().encode())]
        headers += [(b"x-random", str(self.random.randint(0, 3)).encode())]
        if self.random.random() < 0.1:
            self.conn.send_headers(stream, [(b":status", b"103")])
        if self.random.random() < 0.2:
            self.conn.send_headers(stream, headers, end_stream=True)
            return
        self.conn.send_headers(stream, headers)
        self.replies[stream] = bytes(self.random.randint(0, 20000))

    def go_on(self, stream):
        rest = self.replies[stream]
        window = self.conn.local_flow_control_window(stream)
        size = min(len(rest), window, self.conn.max_outbound_frame_size)
        if size:
            padding = self.random.choice([None, None, self.random.randint(0, 20)])
            if padding is not None and size + padding + 1 > min(window, 16384):
                padding = None
            self.conn.send_data(stream, rest[:size], pad_length=padding)
            self.replies[stream] = rest[size:]
        if not self.replies[stream]:
            del self.replies[stream]
            self.conn.send_headers(stream, [(b"grpc-status", b"0")], end_stream=True)


def main():
    server = Server(int(sys.argv[1]))
    while head := sys.stdin.buffer.read(4):
        data = sys.stdin.buffer.read(struct.unpack("!I", head)[0])
        server.receive(data)
        server.act()
        answer = server.conn.data_to_send()
        sys.stdout.buffer.write(struct.pack("!I", len(answer)) + answer)
        sys.stdout.buffer.flush()


main()
