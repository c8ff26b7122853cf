"""A gRPC server on PyPI's h2, for what grpcio cannot be told to do: it refuses, resets and sends
away streams on purpose, and counts what it did."""

import threading
from contextlib import contextmanager
from functools import partial

import h2.config
import h2.connection
import h2.errors
import h2.events
import h2.exceptions
import h2.settings
from hostile import listener
from hyperframe.frame import GoAwayFrame

HEADERS = [(":status", "200"), ("content-type", "application/grpc")]
MESSAGE = b"\0\0\0\0\0"


class H2Pod:
    """`act(number)` says what becomes of the request with that number, counted from 1 over all
    connections: `answer`, `fail` (a status in a Trailers-Only answer), `goaway` (answered, and the
    last on its connection), or the name of the error code that its stream is reset with.
    `fields(number)` has what an answer says besides: headers, and trailers."""

    def __init__(self, act, max_streams=100, fields=lambda number: ([], [])):
        self.act = act
        self.fields = fields
        self.max_streams = max_streams
        self.lock = threading.Lock()
        self.requests = 0
        self.done = {}
        self.broken = []  # rules of HTTP/2 that the client did not keep
        self.address = None

    def serve(self, socket, _):
        connection = h2.connection.H2Connection(h2.config.H2Configuration(
            client_side=False, validate_outbound_headers=False))
        # A long value takes hpack minutes to squeeze.
        connection.encoder.encode = partial(connection.encoder.encode, huffman=False)
        limit = {h2.settings.SettingCodes.MAX_CONCURRENT_STREAMS: self.max_streams}
        connection.local_settings = h2.settings.Settings(client=False, initial_values=limit)
        connection.initiate_connection()
        socket.sendall(connection.data_to_send())
        last_stream = None  # of our GOAWAY
        try:
            while data := socket.recv(65536):
                events = connection.receive_data(data)
                if any(isinstance(event, h2.events.ConnectionTerminated) for event in events):
                    return socket.close()
                for event in events:
                    if isinstance(event, h2.events.DataReceived):
                        connection.acknowledge_received_data(
                            event.flow_controlled_length, event.stream_id)
                    if isinstance(event, h2.events.StreamEnded) and last_stream is None:
                        if self.answer(connection, event.stream_id) == "goaway":
                            last_stream = event.stream_id
                            away = GoAwayFrame(0, last_stream, additional_data=b"max_age")
                            socket.sendall(connection.data_to_send() + away.serialize())
                socket.sendall(connection.data_to_send())
        except OSError:
            pass
        except h2.exceptions.ProtocolError as error:
            self.broken.append(error)
            socket.close()

    def answer(self, connection, stream):
        with self.lock:
            self.requests += 1
            action = self.act(self.requests)
            headers, trailers = self.fields(self.requests)
            self.done[action] = self.done.get(action, 0) + 1
        if action in ("answer", "goaway"):
            connection.send_headers(stream, HEADERS + headers)
            connection.send_data(stream, MESSAGE)
            connection.send_headers(stream, [("grpc-status", "0"), *trailers], end_stream=True)
        elif action == "fail":
            connection.send_headers(
                stream, [*HEADERS, ("grpc-status", "8"), ("grpc-message", "too%20much")],
                end_stream=True)
        else:
            connection.reset_stream(stream, h2.errors.ErrorCodes[action])
        return action

    @property
    def answered(self):
        return sum(self.done.get(action, 0) for action in ("answer", "fail", "goaway"))


@contextmanager
def h2_pod(act, **options):
    pod = H2Pod(act, **options)
    with listener(pod.serve) as address:
        pod.address = address
        yield pod
    assert not pod.broken
