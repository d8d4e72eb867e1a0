internal import Foundation
internal import ModelStore

/// A verb with its options.
protocol Request: Decodable {
  associatedtype Result: Encodable
  func run(_ context: RequestContext) throws -> Result
}

/// The verbs by their names.
enum Requests {
  private static var verbs: [String: any Request.Type] {
    [
      "regress": RegressRequest.self, "estimate": EstimateRequest.self, "update": UpdateRequest.self,
      "evaluate": EvaluateRequest.self, "performance": PerformanceRequest.self, "simulate": SimulateRequest.self,
      "verify": VerifyRequest.self, "model": ModelRequest.self, "covariance": CovarianceRequest.self,
      "risk": RiskRequest.self, "attribute": AttributeRequest.self, "hedge": HedgeRequest.self,
      "optimize": OptimizeRequest.self, "report": ReportRequest.self, "compare": CompareRequest.self,
      "iterate_step": IterateStepRequest.self, "walk_join": WalkJoinRequest.self,
      "export": ExportRequest.self, "check": CheckRequest.self, "loadings": LoadingsRequest.self,
    ]
  }

  private struct Verb: Decodable { var verb: String }

  /// Runs a request in JSON and gives its result in JSON.
  static func run(_ json: Data, _ context: RequestContext) throws -> Data {
    let verb: String
    do {
      verb = try JSONDecoder().decode(Verb.self, from: json).verb
    } catch {
      throw RequestError("the request is no JSON object with a verb: \(error)")
    }
    guard let type = verbs[verb] else {
      throw RequestError(
        "there is no verb '\(verb)'; expected one of " + verbs.keys.sorted().joined(separator: ", "))
    }
    return try run(type, json, context)
  }

  private static func run<R: Request>(_ type: R.Type, _ json: Data, _ context: RequestContext) throws -> Data {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let request: R
    do {
      request = try decoder.decode(R.self, from: json)
    } catch DecodingError.keyNotFound(let key, _) {
      throw RequestError("option '\(snakeCase(key.stringValue))' is missing")
    } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
      DecodingError.dataCorrupted(let context)
    {
      let name = context.codingPath.map { snakeCase($0.stringValue) }.joined(separator: ".")
      throw RequestError("option '\(name)': \(context.debugDescription)")
    }
    let known = Mirror(reflecting: request).children.compactMap(\.label).map(snakeCase)
    let given = (try? JSONSerialization.jsonObject(with: json)) as? [String: Any] ?? [:]
    for key in given.keys.sorted() where key != "verb" && !known.contains(key) {
      throw RequestError("there is no option '\(key)'; expected one of " + known.sorted().joined(separator: ", "))
    }
    return try JSONText.encode(try request.run(context))
  }

  private static func snakeCase(_ name: String) -> String {
    name.reduce(into: "") { text, character in
      text += character.isUppercase ? "_" + character.lowercased() : String(character)
    }
  }
}
