/// The lines of a gRPC server that end its connections after a while (gRFC A9), so that clients look
/// the name up again and find new pods.
package struct ServerSnippet: Hashable, Sendable {
  package var language: SnippetLanguage
  /// Seconds that a connection may live, give or take 10 %.
  package var age: Int
  /// Seconds that RPCs then still have.
  package var grace: Int

  package init(language: SnippetLanguage, age: Int, grace: Int) {
    self.language = language
    self.age = age
    self.grace = grace
  }

  /// Ends in a newline.
  package var text: String {
    let why = """
      \(language.comment) Connections end after \(age) s, give or take 10 %, and RPCs then have \(grace) s to finish.
      \(language.comment) Clients that balance over DNS look the name up again, and find new pods.

      """
    return why + code
  }

  private var code: String {
    switch language {
    case .go:
      """
      import (
      \t"time"

      \t"google.golang.org/grpc"
      \t"google.golang.org/grpc/keepalive"
      )

      server := grpc.NewServer(grpc.KeepaliveParams(keepalive.ServerParameters{
      \tMaxConnectionAge:      \(age) * time.Second,
      \tMaxConnectionAgeGrace: \(grace) * time.Second,
      }))

      """
    case .java:
      """
      import io.grpc.netty.NettyServerBuilder;
      import java.util.concurrent.TimeUnit;

      Server server = NettyServerBuilder.forPort(50051)
          .maxConnectionAge(\(age), TimeUnit.SECONDS)
          .maxConnectionAgeGrace(\(grace), TimeUnit.SECONDS)
          .addService(service)
          .build();

      """
    case .python:
      """
      from concurrent import futures

      import grpc

      server = grpc.server(
          futures.ThreadPoolExecutor(),
          options=[
              ("grpc.max_connection_age_ms", \(age * 1000)),
              ("grpc.max_connection_age_grace_ms", \(grace * 1000)),
          ],
      )

      """
    case .cpp:
      """
      #include <grpcpp/grpcpp.h>

      grpc::ServerBuilder builder;
      builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, \(age * 1000));
      builder.AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, \(grace * 1000));

      """
    }
  }
}
