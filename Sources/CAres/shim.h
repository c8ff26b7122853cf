#pragma once
// c-ares 1.28 and later mark what Debian 12's 1.18 offers as deprecated; the tool is built with both.
#define CARES_NO_DEPRECATED
#include <sys/uio.h>
#include <ares.h>

/// c-ares 1.31 and later answer from a cache of their own unless told otherwise: a tool that shows
/// what DNS says now must not.
static inline void lbcheck_ares_without_cache(struct ares_options *options, int *mask) {
#ifdef ARES_OPT_QUERY_CACHE
  options->qcache_max_ttl = 0;
  *mask |= ARES_OPT_QUERY_CACHE;
#else
  (void)options;
  (void)mask;
#endif
}

/// Status codes are macros in 1.18 and an enumeration since 1.24, which are different types in Swift.
static const int lbcheck_ares_success = ARES_SUCCESS;
static const int lbcheck_ares_not_found = ARES_ENOTFOUND;
static const int lbcheck_ares_bad_name = ARES_EBADNAME;
static const int lbcheck_ares_bad_response = ARES_EBADRESP;
static const int lbcheck_ares_timeout = ARES_ETIMEOUT;
static const int lbcheck_ares_destruction = ARES_EDESTRUCTION;
static const int lbcheck_ares_cancelled = ARES_ECANCELLED;
