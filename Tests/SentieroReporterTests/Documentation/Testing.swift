import SentieroReporter
import Testing

enum PaymentFailure: Error { case declined }

@Suite struct CheckoutTests {
    init() { Sentiero.configure { $0.transport = NullTransport() } }  // active, and nothing leaves

    @Test func declinedPaymentsAreReported() async {
        let deliveries = await Sentiero.withTestTransport { _ in
            try? await checkOut(order: 42, total: 12.5, session: nil) { throw PaymentFailure.declined }
        }
        #expect(deliveries.map(\.path) == [.errors])
        #expect(deliveries.first?.payload["context"]?["order"] == 42)
        #expect(deliveries.first?.payload["exception_class"]?.text?.hasSuffix(".PaymentFailure.declined") == true)
    }
}
