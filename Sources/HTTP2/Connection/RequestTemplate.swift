/// A request prepared once and sent many times, on any number of connections and threads.
package final class RequestTemplate: Sendable {
  package let fields: [HeaderField]
  package let body: [UInt8]

  /// The fields ready for `HeaderEncoder`.
  let encodedFields: [EncodedField]

  /// A response to HEAD announces a length and has no body (RFC 9110 §9.3.2).
  let isHead: Bool

  /// How many bytes of the response's body are kept for `ClientConnection.takeBody`.
  package let keptBody: UInt32

  /// `fields` in sending order, pseudo-header fields first, names lower case. `authorization`,
  /// `cookie` and `proxy-authorization` are treated as never-indexed even if not marked so.
  /// Bodies of responses are counted and dropped, but for their first `keptBody` bytes.
  package init(fields: [HeaderField], body: [UInt8], keptBody: Int = 0) {
    self.fields = fields
    self.body = body
    encodedFields = fields.map(EncodedField.init)
    isHead = fields.contains(HeaderField(":method", "HEAD"))
    self.keptBody = UInt32(clamping: keptBody)
  }
}
