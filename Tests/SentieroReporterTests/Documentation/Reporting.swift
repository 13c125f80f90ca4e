import SentieroReporter

func checkOut(order: Int, total: Double, session: String?, pay: () async throws -> Void) async throws {
    do {
        try await pay()
    } catch {
        Sentiero.notify(error, context: ["order": .int(order), "plan": "pro"])
        throw error
    }
    Sentiero.track("order.paid", payload: ["total": .double(total)], session: session)
}
