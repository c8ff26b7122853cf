import Glibc

/// Takes the places of standard input, output and error where lbcheck was started without them: the
/// next socket would get the number, and a report be written to a peer. Reading and writing fail as
/// they would without the descriptor.
func reserveStandardDescriptors() {
  for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) == -1 {
    _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
  }
}
