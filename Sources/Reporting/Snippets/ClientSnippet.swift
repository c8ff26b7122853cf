/// The lines of a gRPC client that balances over all addresses of its target.
package struct ClientSnippet: Hashable, Sendable {
  package var language: SnippetLanguage
  /// A gRPC name.
  package var target: String
  /// A policy that every client has.
  package var policy: String
  /// Whether the target needs kuberesolver, which only Go has.
  package var usesKuberesolver: Bool

  package init(
    language: SnippetLanguage, target: String, policy: String, usesKuberesolver: Bool
  ) {
    self.language = language
    self.target = target
    self.policy = policy
    self.usesKuberesolver = usesKuberesolver
  }

  private var config: String { #"{"loadBalancingConfig":[{"\#(policy)":{}}]}"# }

  /// Ends in a newline.
  package var text: String {
    let target = yamlQuoted(target)
    return switch language {
    case .go:
      """
      import (
      \(usesKuberesolver ? "\t\"github.com/sercand/kuberesolver/v6\"\n" : "")\
      \t"google.golang.org/grpc"
      \t"google.golang.org/grpc/credentials/insecure"
      )

      \(usesKuberesolver ? "kuberesolver.RegisterInCluster()\n" : "")\
      conn, err := grpc.NewClient(
      \t\(target),
      \tgrpc.WithDefaultServiceConfig(`\(config)`),
      \tgrpc.WithTransportCredentials(insecure.NewCredentials()),
      )

      """
    case .java:
      """
      import io.grpc.ManagedChannel;
      import io.grpc.ManagedChannelBuilder;

      ManagedChannel channel = ManagedChannelBuilder
          .forTarget(\(target))
          .defaultLoadBalancingPolicy("\(policy)")
          .usePlaintext()
          .build();

      """
    case .python:
      """
      import grpc

      channel = grpc.insecure_channel(
          \(target),
          options=[("grpc.service_config", '\(config)')],
      )

      """
    case .cpp:
      """
      #include <grpcpp/grpcpp.h>

      grpc::ChannelArguments arguments;
      arguments.SetLoadBalancingPolicyName("\(policy)");
      auto channel = grpc::CreateCustomChannel(
          \(target), grpc::InsecureChannelCredentials(), arguments);

      """
    }
  }
}
