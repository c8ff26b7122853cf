/* A lean gRPC-like HTTP/2 server in cleartext, so that a benchmark measures the client.
 *
 * One thread, epoll. Every request is answered at once with
 *   HEADERS  :status 200, content-type application/grpc
 *   DATA     16 bytes: a gRPC message of 11
 *   HEADERS  grpc-status 0, grpc-message "" (END_STREAM)
 * Header fields go through HPACK's dynamic table as grpc-go's do: literals with indexing in the
 * first answer of a connection, indexed fields from then on. Request headers are not decoded.
 *
 * Honoured: the peer's connection window, SETTINGS_HEADER_TABLE_SIZE (below 512: plain literals),
 * SETTINGS and PING acknowledgement; WINDOW_UPDATE for the connection is sent every 32 KiB.
 * Not honoured: stream windows, since no answer comes near 65,535 bytes.
 *
 * Listens on 0.0.0.0, hence on every 127.x address: one server stands for any number of pods.
 *
 *   cc -O2 bench-server.c -o bench-server
 *   -p PORT  port (9000)
 *   -m N     SETTINGS_MAX_CONCURRENT_STREAMS (1000)
 *   -g N     GOAWAY after N answers on a connection (never)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { DATA = 0, HEADERS = 1, SETTINGS = 4, PING = 6, GOAWAY = 7, WINDOW_UPDATE = 8 };
enum { END_STREAM = 1, ACK = 1, END_HEADERS = 4 };
enum { FRAME_HEADER = 9, MAX_FRAME = 16384, PREFACE_LENGTH = 24 };

struct connection {
  int fd;
  int has_preface;
  int answered_before; /* the dynamic table is filled */
  int literal_only;
  int waits_for_output;
  uint32_t received; /* DATA bytes not given back to the peer yet */
  int64_t window;    /* what the peer lets us send */
  uint32_t answers;
  uint8_t *input; /* an incomplete frame */
  size_t input_length, input_capacity;
  uint8_t *output;
  size_t output_length, output_sent, output_capacity;
  uint32_t *blocked; /* streams that wait for the window */
  size_t blocked_count, blocked_capacity;
};

static int poller;
static uint8_t buffer[1 << 18];
static unsigned max_streams = 1000;
static unsigned goaway_after;

/* RFC 7541 §6.1-6.2. After the first answer the table holds 62 grpc-message, 63 grpc-status,
 * 64 content-type. */
static const uint8_t first_headers[] = "\x88\x5f\x10" "application/grpc";
static const uint8_t first_trailers[] =
    "\x40\x0b" "grpc-status" "\x01" "0" "\x40\x0c" "grpc-message" "\x00";
static const uint8_t indexed_headers[] = {0x88, 0xC0};
static const uint8_t indexed_trailers[] = {0xBF, 0xBE};
static const uint8_t literal_headers[] = "\x88\x0f\x10\x10" "application/grpc";
static const uint8_t literal_trailers[] =
    "\x00\x0b" "grpc-status" "\x01" "0" "\x00\x0c" "grpc-message" "\x00";
static const uint8_t body[16] = {0, 0, 0, 0, 11, 0x0a, 9, 'h', 'e', 'l', 'l', 'o', ' ', 'y', 'o', 'u'};

static void *grown(void *memory, size_t size) {
  void *result = realloc(memory, size);
  if (!result) abort();
  return result;
}

static uint32_t get32(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static void put32(uint8_t *p, uint32_t value) {
  p[0] = value >> 24, p[1] = value >> 16, p[2] = value >> 8, p[3] = value;
}

static void put(struct connection *c, const void *bytes, size_t count) {
  if (c->output_length + count > c->output_capacity) {
    size_t capacity = c->output_capacity ? c->output_capacity : 1024;
    while (capacity < c->output_length + count) capacity *= 2;
    c->output = grown(c->output, capacity);
    c->output_capacity = capacity;
  }
  memcpy(c->output + c->output_length, bytes, count);
  c->output_length += count;
}

static void put_frame(struct connection *c, uint8_t type, uint8_t flags, uint32_t stream,
                      const void *payload, uint32_t length) {
  uint8_t header[FRAME_HEADER] = {length >> 16, length >> 8, length, type, flags};
  put32(header + 5, stream);
  put(c, header, sizeof header);
  put(c, payload, length);
}

static void answer(struct connection *c, uint32_t stream) {
  if (c->window < (int64_t)sizeof body) {
    if (c->blocked_count == c->blocked_capacity) {
      c->blocked_capacity = c->blocked_capacity ? c->blocked_capacity * 2 : 64;
      c->blocked = grown(c->blocked, c->blocked_capacity * sizeof *c->blocked);
    }
    c->blocked[c->blocked_count++] = stream;
    return;
  }
  c->window -= sizeof body;

  const uint8_t *headers = indexed_headers, *trailers = indexed_trailers;
  uint32_t headers_length = sizeof indexed_headers, trailers_length = sizeof indexed_trailers;
  if (c->literal_only) {
    headers = literal_headers, headers_length = sizeof literal_headers - 1;
    trailers = literal_trailers, trailers_length = sizeof literal_trailers - 1;
  } else if (!c->answered_before) {
    c->answered_before = 1;
    headers = first_headers, headers_length = sizeof first_headers - 1;
    trailers = first_trailers, trailers_length = sizeof first_trailers - 1;
  }
  put_frame(c, HEADERS, END_HEADERS, stream, headers, headers_length);
  put_frame(c, DATA, 0, stream, body, sizeof body);
  put_frame(c, HEADERS, END_HEADERS | END_STREAM, stream, trailers, trailers_length);

  if (goaway_after && ++c->answers == goaway_after) {
    uint8_t payload[8] = {0};
    put32(payload, stream);
    put_frame(c, GOAWAY, 0, 0, payload, sizeof payload);
  }
}

static void received_data(struct connection *c, uint32_t length) {
  c->received += length;
  if (c->received < 32768) return;
  uint8_t increment[4];
  put32(increment, c->received);
  put_frame(c, WINDOW_UPDATE, 0, 0, increment, sizeof increment);
  c->received = 0;
}

static void received_settings(struct connection *c, const uint8_t *payload, uint32_t length) {
  for (uint32_t i = 0; i + 6 <= length; i += 6) {
    int is_table_size = payload[i] == 0 && payload[i + 1] == 1;
    if (is_table_size && get32(payload + i + 2) < 512) c->literal_only = 1;
  }
  put_frame(c, SETTINGS, ACK, 0, "", 0);
}

static void received_window_update(struct connection *c, uint32_t increment) {
  uint32_t *streams = c->blocked;
  size_t count = c->blocked_count;
  c->window += increment & 0x7fffffff;
  c->blocked = NULL;
  c->blocked_count = c->blocked_capacity = 0;
  for (size_t i = 0; i < count; i++) answer(c, streams[i]);
  free(streams);
}

static void received_frame(struct connection *c, const uint8_t *frame, uint32_t length) {
  uint8_t type = frame[3], flags = frame[4];
  uint32_t stream = get32(frame + 5) & 0x7fffffff;
  const uint8_t *payload = frame + FRAME_HEADER;
  switch (type) {
    case DATA:
      received_data(c, length);
      if (flags & END_STREAM) answer(c, stream);
      break;
    case HEADERS:
      if (flags & END_STREAM) answer(c, stream);
      break;
    case SETTINGS:
      if (!(flags & ACK)) received_settings(c, payload, length);
      break;
    case PING:
      if (!(flags & ACK) && length == 8) put_frame(c, PING, ACK, 0, payload, 8);
      break;
    case WINDOW_UPDATE:
      if (stream == 0 && length == 4) received_window_update(c, get32(payload));
      break;
  }
}

static void watch(struct connection *c, int operation, uint32_t events) {
  struct epoll_event event = {.events = events, .data.ptr = c};
  epoll_ctl(poller, operation, c->fd, &event);
}

/* Sends what is waiting. -1: the connection is gone. */
static int flush_output(struct connection *c) {
  while (c->output_sent < c->output_length) {
    ssize_t count = send(c->fd, c->output + c->output_sent, c->output_length - c->output_sent,
                         MSG_NOSIGNAL);
    if (count < 0 && errno == EAGAIN) {
      if (!c->waits_for_output) watch(c, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
      c->waits_for_output = 1;
      return 0;
    }
    if (count < 0) return -1;
    c->output_sent += count;
  }
  c->output_sent = c->output_length = 0;
  if (c->waits_for_output) watch(c, EPOLL_CTL_MOD, EPOLLIN);
  c->waits_for_output = 0;
  return 0;
}

/* Reads once and answers every complete request. -1: the connection is gone or not HTTP/2. */
static int read_input(struct connection *c) {
  size_t total = c->input_length, position = 0;
  if (total) memcpy(buffer, c->input, total);
  c->input_length = 0;
  ssize_t count = recv(c->fd, buffer + total, sizeof buffer - total, 0);
  if (count == 0 || (count < 0 && errno != EAGAIN)) return -1;
  if (count > 0) total += count;

  if (!c->has_preface && total >= PREFACE_LENGTH) {
    if (memcmp(buffer, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", PREFACE_LENGTH)) return -1;
    position = PREFACE_LENGTH;
    c->has_preface = 1;
    uint8_t settings[6] = {0, 3};
    put32(settings + 2, max_streams);
    put_frame(c, SETTINGS, 0, 0, settings, sizeof settings);
  }
  while (c->has_preface && total - position >= FRAME_HEADER) {
    const uint8_t *frame = buffer + position;
    uint32_t length = get32(frame) >> 8;
    if (length > MAX_FRAME) return -1;
    if (total - position < FRAME_HEADER + length) break;
    received_frame(c, frame, length);
    position += FRAME_HEADER + length;
  }
  size_t rest = total - position;
  if (rest > c->input_capacity) {
    c->input = grown(c->input, rest);
    c->input_capacity = rest;
  }
  if (rest) memcpy(c->input, buffer + position, rest);
  c->input_length = rest;
  return c->output_length > c->output_sent ? flush_output(c) : 0;
}

static void accept_all(int listener) {
  int fd, one = 1;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    struct connection *c = calloc(1, sizeof *c);
    if (!c) abort();
    c->fd = fd;
    c->window = 65535;
    watch(c, EPOLL_CTL_ADD, EPOLLIN);
  }
}

static void close_connection(struct connection *c) {
  close(c->fd);
  free(c->input);
  free(c->output);
  free(c->blocked);
  free(c);
}

static int listen_on(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 4096)) {
    perror("bench-server");
    exit(1);
  }
  return listener;
}

int main(int count, char **arguments) {
  int port = 9000, option;
  while ((option = getopt(count, arguments, "p:m:g:")) > 0) switch (option) {
      case 'p': port = atoi(optarg); break;
      case 'm': max_streams = atoi(optarg); break;
      case 'g': goaway_after = atoi(optarg); break;
      default: return 64;
    }
  signal(SIGPIPE, SIG_IGN);
  struct rlimit files;
  if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
  }

  int listener = listen_on(port);
  poller = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.ptr = NULL};
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);

  static struct epoll_event events[512];
  for (;;) {
    int ready = epoll_wait(poller, events, 512, -1);
    for (int i = 0; i < ready; i++) {
      struct connection *c = events[i].data.ptr;
      if (!c) {
        accept_all(listener);
        continue;
      }
      int failed = 0;
      if (events[i].events & EPOLLOUT) failed = flush_output(c);
      if (!failed && events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) failed = read_input(c);
      if (failed) close_connection(c);
    }
  }
}
