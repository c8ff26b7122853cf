internal import FoundationEssentials

extension KubernetesClient {
  /// Asks whether somebody may do something.
  /// - Parameter subject: a user name, `system:serviceaccount:NAMESPACE:NAME` for a ServiceAccount,
  ///   which takes the right to create SubjectAccessReviews; nil asks about the own identity.
  package func review(
    _ question: AccessQuestion, for subject: String? = nil
  ) async throws(KubernetesError) -> AccessAnswer {
    let review = AccessReview(question, subject: subject)
    let what = "\(question.verb) \(question.resource) in namespace \(question.namespace)"
    let answer = try await post(
      review, to: ["apis", "authorization.k8s.io", "v1", review.kind.lowercased() + "s"],
      tried: "to ask whether \(subject ?? "this identity") may \(what)",
      whenForbidden: subject == nil
        ? "Bind the ClusterRole system:basic-user to this identity: it lets everybody ask this"
        : "This identity may not ask about others (create subjectaccessreviews): ask as an "
          + "administrator, or as the other itself with --as")
    return AccessAnswer(
      isAllowed: answer.status?.allowed ?? false, isDenied: answer.status?.denied ?? false,
      reason: answer.status?.reason ?? "", evaluationError: answer.status?.evaluationError)
  }

  /// The user name that the server takes the asker for; nil where it does not say (before
  /// Kubernetes 1.28, or not permitted).
  package func whoAmI() async -> String? {
    let review = try? await post(
      SubjectReview(), to: ["apis", "authentication.k8s.io", "v1", "selfsubjectreviews"],
      tried: "to ask for the own identity", whenForbidden: nil)
    return review?.status?.userInfo.username
  }

  /// `v1.36.2`.
  package func serverVersion() async throws(KubernetesError) -> String {
    do throws(APIFailure) {
      let request = APIRequest(path: ["version"], tried: "to read the server's version")
      return try await json(ServerVersion.self, request).gitVersion
    } catch {
      throw error.error
    }
  }

  /// Reviews are asked by creating them; nothing is stored.
  private func post<Review: Codable>(
    _ review: Review, to path: [String], tried: String, whenForbidden: String?
  ) async throws(KubernetesError) -> Review {
    var request = APIRequest(method: "POST", path: path, tried: tried)
    request.whenForbidden = whenForbidden
    do {
      request.body = Array(try JSONEncoder().encode(review))
    } catch {
      throw KubernetesError(.other, tried: tried, cameBack: "\(error)")
    }
    do throws(APIFailure) { return try await json(Review.self, request) } catch {
      throw error.error
    }
  }
}
