import Naming
import Testing

@testable import Lab

/// The values by which the API server decides.
@Suite("The lab's API server: values")
struct KubernetesAPIValueTests {
  private func draft(_ name: String, in namespace: String = "default", label: String = "x")
    -> ObjectDraft
  {
    var draft = ObjectDraft(
      .services, ObjectKey(namespace: namespace, name: name), content: [:], cells: [])
    draft.labels = ["app": label]
    return draft
  }

  private func names(_ store: ObjectStore, at version: Int) throws -> [String] {
    try store.objects(of: .services, at: version).map(\.key.name)
  }

  // MARK: - Store

  @Test("counts versions and generations, and keeps uid and creation time")
  func versions() throws {
    var store = ObjectStore(version: 10)
    store.apply(draft("a"), at: 100)
    let first = try #require(store[.services, ObjectKey(namespace: "default", name: "a")])
    #expect(store.version == 11)
    store.apply(draft("a"), at: 200)
    #expect(store.version == 11)
    store.apply(draft("a", label: "y"), at: 300)
    let second = try #require(store[.services, ObjectKey(namespace: "default", name: "a")])
    #expect((second.version, second.generation, second.created) == (12, 2, 100))
    #expect(second.uid == first.uid)
    store.delete(.services, first.key)
    store.delete(.services, first.key)
    #expect(store.version == 13)
    store.apply(draft("a"), at: 400)
    #expect(store[.services, first.key]?.uid != first.uid)
  }

  @Test("shows every version of the history, and nothing before it")
  func snapshots() throws {
    var store = ObjectStore(version: 10, historyLimit: 3)
    store.apply(draft("a"), at: 0)
    store.apply(draft("b"), at: 0)
    store.delete(.services, ObjectKey(namespace: "default", name: "a"))
    #expect(try names(store, at: 10) == [])
    #expect(try names(store, at: 11) == ["a"])
    #expect(try names(store, at: 12) == ["a", "b"])
    #expect(try names(store, at: 13) == ["b"])
    store.apply(draft("c"), at: 0)
    #expect(store.oldest == 11)
    #expect(try store.changes(after: 11).map(\.version) == [12, 13, 14])
    #expect(try store.changes(after: 14).isEmpty)
    #expect(throws: ObjectStore.TooOld()) { try store.changes(after: 10) }
    store.forgetHistory()
    #expect(throws: ObjectStore.TooOld()) { try store.changes(after: 14) }
    #expect(try names(store, at: 15) == ["b", "c"])
  }

  @Test("tells watches of more changes than the history holds")
  func news() {
    var store = ObjectStore(historyLimit: 1)
    for name in ["a", "b", "c"] { store.apply(draft(name), at: 0) }
    #expect(store.takeNews().count == 3)
    #expect(store.takeNews().isEmpty)
  }

  // MARK: - Selectors

  @Test(
    "label selectors",
    arguments: [
      ("", true), ("app", true), ("!app", false), ("!other", true), ("other", false),
      ("app=x", true), ("app==x", true), ("app = y", false), ("app!=x", false),
      ("app!=y", true), ("other!=y", true), ("app in (x,y)", true), ("app in (y)", false),
      ("app notin (y, z)", true), ("other notin (y)", true), ("app notin (x)", false),
      ("app=x,tier", false), ("app=x,empty=", true), ("in=y", false),
    ])
  func labels(_ text: String, _ selects: Bool) throws {
    #expect(try LabelSelector(text).selects(["app": "x", "empty": ""]) == selects)
  }

  @Test("malformed label selectors", arguments: ["=", "a in", "a in (b", "a b", "a,", "(", "!"])
  func malformedLabels(_ text: String) {
    #expect { try LabelSelector(text) } throws: { ($0 as? StatusObject)?.code == 400 }
  }

  @Test("field selectors")
  func fields() throws {
    var pod = draft("a")
    pod.podIP = "10.0.0.1"
    for (text, selects) in [
      ("metadata.name=a", true), ("metadata.name!=a", false), ("metadata.name==b", false),
      ("metadata.name=a,metadata.namespace=default", true), ("status.podIP=10.0.0.1", true),
      ("status.podIP=10.0.0.2", false), ("", true),
    ] {
      #expect(try FieldSelector(text, for: .pods).selects(pod) == selects)
    }
    #expect { try FieldSelector("status.podIP=1", for: .services) } throws: {
      ($0 as? StatusObject)?.message == "field label not supported: status.podIP"
    }
  }

  @Test("an object that comes to match is new to a watcher, one that no longer does is gone")
  func transitions() throws {
    let selection = ObjectSelection(
      kind: .services, namespace: nil, labels: try LabelSelector("app=x"),
      fields: FieldSelector())
    var store = ObjectStore(version: 10)
    store.apply(draft("a", label: "y"), at: 0)
    store.apply(draft("a", label: "x"), at: 0)
    store.apply(draft("a", in: "other", label: "x"), at: 0)
    store.apply(draft("a", label: "y"), at: 0)
    let events = store.takeNews().compactMap(selection.event)
    guard events.count == 3, case .added(let first) = events[0],
      case .added(let second) = events[1], case .deleted(let last) = events[2]
    else {
      Issue.record("\(events)")
      return
    }
    #expect([first.version, second.version, last.version] == [12, 13, 14])
    #expect(last.draft.labels == ["app": "x"])
  }

  // MARK: - Tokens and grants

  @Test("reads the continue tokens of a real server, and its own")
  func tokens() throws {
    let real =
      "eyJ2IjoibWV0YS5rOHMuaW8vdjEiLCJydiI6MjM1LCJzdGFydCI6Ii9ncmVldGVyLW1hbnktczJcdTAwMDAifQ"
    let key = ObjectKey(namespace: "demo", name: "greeter-many-s2")
    #expect(
      try ContinueToken(real, namespace: "demo") == ContinueToken(version: 235, last: key))
    for version in [235, nil] {
      let token = ContinueToken(version: version, last: key)
      #expect(try ContinueToken(token.text, namespace: "demo") == token)
      #expect(try ContinueToken(token.text, namespace: nil) == token)
    }
    for text in ["", "!", "e30", "bm90IGpzb24"] {
      #expect { try ContinueToken(text, namespace: nil) } throws: {
        ($0 as? StatusObject)?.code == 400
      }
    }
  }

  @Test("reads grants")
  func grants() {
    #expect(Grant("get:services") == Grant("get", "services"))
    #expect(Grant("get:/services") == Grant("get", "services"))
    #expect(
      Grant("list:discovery.k8s.io/endpointslices")
        == Grant("list", group: "discovery.k8s.io", "endpointslices"))
    #expect(Grant("watch:/endpoints/a") == Grant("watch", "endpoints", name: "a"))
    for text in ["", "get", "get:", ":services", "get:a/b/c/d"] { #expect(Grant(text) == nil) }
  }

  @Test("grants hold for their verb, resource, name and namespace")
  func decisions() {
    var access = AccessControl(administratorToken: "A", restrictedToken: "R")
    access.grants["jane"] = [Grant("get", "services", name: "a"), Grant("list", "pods")]
    let jane = Identity(user: "jane")
    func may(_ verb: String, _ resource: String, _ name: String?, _ namespace: String?) -> Bool {
      let action = Action(verb: verb, resource: resource, name: name, namespace: namespace)
      return access.reason(jane, action) != nil
    }
    #expect(may("get", "services", "a", "default"))
    #expect(!may("get", "services", "b", "default"))
    #expect(!may("watch", "services", "a", "default"))
    #expect(may("list", "pods", nil, "default"))
    #expect(!may("list", "pods", nil, "other"))
    #expect(!may("list", "pods", nil, nil))
    access.grants["jane"] = [Grant("*", group: "*", "*", namespace: nil)]
    #expect(may("delete", "nodes", nil, nil))
  }

  @Test("reads a review in protobuf")
  func protobuf() {
    func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
      [number << 3 | 2, UInt8(bytes.count)] + bytes
    }
    let attributes =
      field(1, Array("default".utf8)) + field(2, Array("list".utf8)) + field(3, [])
      + field(5, Array("pods".utf8)) + [0x40, 0x80, 0x01]
    let spec =
      field(1, attributes) + field(3, Array("jane".utf8)) + field(4, Array("a".utf8))
      + field(4, Array("b".utf8))
    let object = field(1, []) + field(2, spec) + field(3, [0x08, 0x00])
    let bytes = Array("k8s\0".utf8) + field(1, []) + field(2, object)
    #expect(
      ProtobufReview.value(of: bytes, .subjectAccess) == [
        "spec": [
          "resourceAttributes": ["namespace": "default", "verb": "list", "resource": "pods"],
          "user": "jane", "groups": ["a", "b"],
        ]
      ])
    for length in 0..<bytes.count {
      #expect(ProtobufReview.value(of: Array(bytes.prefix(length)), .subjectAccess) == nil)
    }
  }

  // MARK: - JSON

  @Test("JSON comes back as it was")
  func json() throws {
    let text = #"{"b":[1,-2.5e3,"a\"\\\n\u0001é😀"],"a":{"x":null,"y":true,"z":false},"e":[]}"#
    #expect(try JSONReader.value(of: text.utf8).description == text)
    #expect(try JSONReader.value(of: #" "\ud83d\ude00\/" "#.utf8) == "😀/")
    for text in ["", "{", "[1,]", "nul", "1 2", #"{"a"}"#, "\"\u{1}\"", "--1", #""\x""#] {
      #expect(throws: JSONReader.Malformed.self) { try JSONReader.value(of: text.utf8) }
    }
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONReader.Malformed.self) { try JSONReader.value(of: deep.utf8) }
  }
}
