import Glibc

/// Raises the soft limit of open files to the hard one, as Go programs do at start: every connection
/// is a file, and the usual soft limit of 1,024 is for programs that call select(2).
func raiseFileLimit() {
  var limit = rlimit()
  guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
  limit.rlim_cur = limit.rlim_max
  setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
}
