import Testing

@testable import SentieroReporter

/// What a task says about itself is told with its reports, and with nobody else's.
@Suite struct ContextTests {
    @Test("Nested scopes, and back again, also after an error")
    func scopes() async {
        #expect(ReportContext.current.isEmpty)
        ReportContext.with(["a": 1, "b": 1]) {
            ReportContext.add(["c": 1])
            #expect(throws: PaymentError.self) {
                try ReportContext.with(["b": 2]) {
                    ReportContext.add(["d": 2])
                    #expect(ReportContext.current == ["a": 1, "b": 2, "c": 1, "d": 2])
                    throw PaymentError()
                }
            }
            #expect(ReportContext.current == ["a": 1, "b": 1, "c": 1])
            ReportContext.clear()
            #expect(ReportContext.current.isEmpty)
        }
        ReportContext.add(["lost": 1])
        #expect(ReportContext.current.isEmpty, "outside of a scope there is nothing to add to")
        let inside = await ReportContext.with(["a": 1]) {
            await Task.yield()
            return ReportContext.current
        }
        #expect(inside == ["a": 1])
        await #expect(throws: PaymentError.self) {
            try await ReportContext.with(["a": 1]) {
                await Task.yield()
                throw PaymentError()
            }
        }
        #expect(ReportContext.current.isEmpty)
    }

    @Test("Only the task that opened a scope changes it: jobs side by side cannot tell their values of each other")
    func childTasks() async {
        await ReportContext.with(["request": 1]) {
            #expect(ReportContext.add(["user": 7]))
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<20 {
                    group.addTask {
                        #expect(!ReportContext.add(["index": .int(index)]))
                        #expect(!ReportContext.clear())
                        await Task.yield()
                        #expect(ReportContext.current == ["request": 1, "user": 7])
                        await ReportContext.with(["job": .int(index)]) {
                            #expect(ReportContext.add(["step": 1]))
                            await Task.yield()
                            #expect(ReportContext.current == ["request": 1, "user": 7, "job": .int(index), "step": 1])
                        }
                    }
                }
            }
            let child = await Task { ReportContext.add(["leaked": 1]) }.value
            #expect(!child)
            #expect(ReportContext.current == ["request": 1, "user": 7])
        }
        let late = ReportContext.with(["a": 1]) {
            Task {
                try? await Task.sleep(for: .milliseconds(20))
                return (ReportContext.add(["b": 1]), ReportContext.current)
            }
        }
        #expect(await late.value == (false, ["a": 1]))
    }

    @Test("Child tasks see it, detached tasks do not, tasks side by side keep apart")
    func tasks() async {
        await ReportContext.with(["request": 1]) {
            await withTaskGroup(of: Void.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        await ReportContext.with(["index": .int(index)]) {
                            await Task.yield()
                            #expect(ReportContext.current == ["request": 1, "index": .int(index)])
                        }
                    }
                }
            }
            #expect(ReportContext.current == ["request": 1])
            let detached = await Task.detached { ReportContext.current }.value
            #expect(detached.isEmpty)
        }
    }

    @Test("It goes into the report, below what the call says")
    func reports() {
        let (reporter, transport) = kept()
        ReportContext.with(["a": 1, "b": 1, "session_id": "s-1"]) { reporter.notify(PaymentError(), context: ["b": 2]) }
        #expect(transport.deliveries.first?.payload["context"] == ["a": 1, "b": 2])
        #expect(transport.deliveries.first?.payload["session_id"] == "s-1")
    }

    @Test("A test's transport takes the reports of its block, and is gone afterwards, also after an error")
    func testTransport() async throws {
        let (reporter, own) = kept()
        let (other, others) = kept()
        let captured = await reporter.withTestTransport { transport in
            reporter.notify(PaymentError())
            #expect(transport.deliveries.count == 1, "at once")
            await withTaskGroup(of: Void.self) { group in group.addTask { reporter.track("order") } }
            other.notify(PaymentError())
        }
        #expect(captured.map(\.path) == [.errors, .track])
        #expect(own.deliveries.isEmpty)
        #expect(others.deliveries.count == 1)
        await #expect(throws: PaymentError.self) { try await reporter.withTestTransport { _ in throw PaymentError() } }
        reporter.notify(PaymentError())
        #expect(own.deliveries.count == 1)
    }

    @Test("Transports of a machine of one's own: test, null, log")
    func localTransports() {
        let transport = TestTransport()
        let reporter = Reporter(configuration: configuration(transport))
        reporter.notify(PaymentError())
        reporter.track("order")
        #expect(transport.deliveries(to: .track).count == 1)
        transport.clear()
        #expect(transport.deliveries.isEmpty)

        let null = Reporter(configuration: configuration(NullTransport()))
        null.track("order")
        #expect(null.statistics.delivered == 1)

        let log = LogLines()
        Reporter(configuration: configuration(LogTransport(logger: log.logger))).track("order")
        #expect(log.all.count == 1)
        #expect(log.all[0].hasPrefix("info track {") && log.all[0].contains(#""name":"order""#))
    }
}
