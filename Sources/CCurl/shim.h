#pragma once
#define CURL_DISABLE_TYPECHECK
#include <curl/curl.h>

// curl_easy_setopt and curl_easy_getinfo are variadic, which Swift cannot call: one function for each
// type of argument.

static inline CURLcode lbcheck_curl_set_number(CURL *handle, CURLoption option, long value) {
  return curl_easy_setopt(handle, option, value);
}

/// libcurl copies the text; NULL sets the option back.
static inline CURLcode lbcheck_curl_set_text(CURL *handle, CURLoption option, const char *value) {
  return curl_easy_setopt(handle, option, value);
}

/// libcurl does not copy the list.
static inline CURLcode lbcheck_curl_set_list(CURL *handle, CURLoption option,
                                             struct curl_slist *value) {
  return curl_easy_setopt(handle, option, value);
}

/// libcurl copies the bytes.
static inline CURLcode lbcheck_curl_set_blob(CURL *handle, CURLoption option, const void *bytes,
                                             size_t count) {
  struct curl_blob blob = {(void *)bytes, count, CURL_BLOB_COPY};
  return curl_easy_setopt(handle, option, &blob);
}

/// libcurl copies the bytes.
static inline CURLcode lbcheck_curl_set_body(CURL *handle, const void *bytes, size_t count) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)count);
  return code ? code : curl_easy_setopt(handle, CURLOPT_COPYPOSTFIELDS, bytes);
}

/// Both functions get the context; the message buffer has CURL_ERROR_SIZE bytes.
static inline CURLcode lbcheck_curl_set_receivers(CURL *handle, curl_write_callback header,
                                                  curl_write_callback body, void *context,
                                                  char *message) {
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, header);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, context);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, body);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, context);
  return curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, message);
}

/// Who hears of sockets: of those opened and closed, and before each request of the one that it goes on.
static inline CURLcode lbcheck_curl_watch_sockets(CURL *handle, curl_opensocket_callback open,
                                                  curl_closesocket_callback close, void *sockets,
                                                  curl_prereq_callback use, void *transfer) {
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETFUNCTION, open);
  curl_easy_setopt(handle, CURLOPT_OPENSOCKETDATA, sockets);
  curl_easy_setopt(handle, CURLOPT_CLOSESOCKETFUNCTION, close);
  curl_easy_setopt(handle, CURLOPT_CLOSESOCKETDATA, sockets);
  curl_easy_setopt(handle, CURLOPT_PREREQDATA, transfer);
  return curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, use);
}

static inline CURLMcode lbcheck_curl_keep(CURLM *multi, long connections) {
  return curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS, connections);
}

/// No file:, ftp: or other URL that a configuration may smuggle in.
static inline CURLcode lbcheck_curl_http_only(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075500
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
#else
  return curl_easy_setopt(handle, CURLOPT_PROTOCOLS, (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
}

/// Without it, to give up on a name waits for getaddrinfo, however long that takes.
static inline void lbcheck_curl_abandon_lookups(CURL *handle) {
#if LIBCURL_VERSION_NUM >= 0x075700
  curl_easy_setopt(handle, CURLOPT_QUICK_EXIT, 1L);
#else
  (void)handle;
#endif
}

/// 0 where libcurl does not know.
static inline long lbcheck_curl_number(CURL *handle, CURLINFO info) {
  long value = 0;
  curl_easy_getinfo(handle, info, &value);
  return value;
}

/// Belongs to the handle; NULL where libcurl does not know.
static inline const char *lbcheck_curl_text(CURL *handle, CURLINFO info) {
  char *value = 0;
  curl_easy_getinfo(handle, info, &value);
  return value;
}
