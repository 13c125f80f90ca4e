import Dispatch
import Foundation
import Ingest
import Logging
import RedisStore

/// How an operator's filter is run.
public struct EventFilterSettings: Sendable, Equatable {
    public var command: EventFilterCommand
    /// For all answers to one batch, ms.
    public var timeoutMs: Int
    /// From its start to its answer to the trial, ms: interpreters take their time.
    public var startTimeoutMs: Int

    public init(command: EventFilterCommand, timeoutMs: Int = 2_000, startTimeoutMs: Int = 30_000) {
        self.command = command
        self.timeoutMs = timeoutMs
        self.startTimeoutMs = startTimeoutMs
    }
}

/// The one filter process of a worker: its batches go through it one after the other, on a thread of its own.
///
/// Fails closed: what is not answered as the protocol asks is not stored. A process that failed is killed and another started; the batch is
/// tried once more with that.
final class EventFilter: Sendable {
    /// A filter that cannot be started slows the worker down, so that the queue fills and not the dead letters; ms between two attempts.
    static let pauseAfterFailedStartMs = 1_000
    static let farewellMs = 1_000
    /// Besides twice what it was given.
    static let spareOutputBytes = 1_048_576

    private let queue = DispatchQueue(label: "sentiero.event-filter")
    private let state: State
    private let metrics: WorkerMetrics

    init(settings: EventFilterSettings, redactor: Redactor, metrics: WorkerMetrics, logger: Logger, clock: WallClock = .system) {
        state = State(settings: settings, messages: FilterMessages(logger: logger, redactor: redactor, clock: clock), logger: logger)
        self.metrics = metrics
    }

    /// Starts the process and asks it once.
    func start() async throws(EventFilterError) {
        try await onQueue { state throws(EventFilterError) in _ = try state.running() }
    }

    /// Ends the process after the batch in hand.
    func stop() async {
        _ = try? await onQueue { state throws(EventFilterError) in state.stop() }
    }

    /// The answers to the events of a batch, in their order.
    func answers(to batch: RedactedBatch, project: String, session: String, window: String) async throws(EventFilterError) -> [FilterAnswer] {
        var lines: [UInt8] = []
        var hasType: [Bool] = []
        batch.forEachEvent { event, span in
            FilterLines.append(event, project: project, session: session, window: window, to: &lines)
            hasType.append(span.type != nil)
        }
        let metrics = metrics
        let request = (lines: lines, hasType: hasType)
        return try await onQueue { state throws(EventFilterError) in
            let began = ContinuousClock.now
            var attempts = 2
            while true {
                do throws(EventFilterError) {
                    let answers = try state.ask(request.lines, count: request.hasType.count)
                    metrics.eventFilterSeconds.observe(seconds: (ContinuousClock.now - began) / .seconds(1))
                    return zip(answers, request.hasType).map { FilterLines.answer($0, hasType: $1) }
                } catch {
                    metrics.filterFailed(error.reason)
                    attempts -= 1
                    if attempts == 0 { throw error }
                }
            }
        }
    }

    private func onQueue<T: Sendable>(
        _ work: @escaping @Sendable (State) throws(EventFilterError) -> T
    ) async throws(EventFilterError) -> T {
        let result = await withCheckedContinuation { continuation in
            queue.async { [state] in
                continuation.resume(returning: Result { () throws(EventFilterError) in try work(state) })
            }
        }
        return try result.get()
    }

    /// Touched on the queue alone.
    private final class State: @unchecked Sendable {  // safe: see above
        private let settings: EventFilterSettings
        private let logger: Logger
        private var messages: FilterMessages
        private var process: FilterProcess?
        private var failedStart: ContinuousClock.Instant?

        init(settings: EventFilterSettings, messages: FilterMessages, logger: Logger) {
            self.settings = settings
            self.messages = messages
            self.logger = logger
        }

        func running() throws(EventFilterError) -> FilterProcess {
            if let process { return process }
            if let failedStart {
                let pause = ContinuousClock.now - failedStart
                let rest = Double(EventFilter.pauseAfterFailedStartMs) - pause / .milliseconds(1)
                if rest > 0 { usleep(UInt32(rest * 1_000)) }
            }
            do throws(EventFilterError) {
                let started = try start()
                failedStart = nil
                process = started
                return started
            } catch {
                failedStart = .now
                throw error
            }
        }

        private func start() throws(EventFilterError) -> FilterProcess {
            let started = try FilterProcess(settings.command) { [unowned self] in messages.take($0) }
            do throws(EventFilterError) {
                let answers = try started.exchange(
                    FilterLines.trial, count: 1, mostBytes: EventFilter.spareOutputBytes, milliseconds: settings.startTimeoutMs)
                guard FilterLines.answer(answers[0], hasType: true) != .invalid else {
                    throw .start("it answered a trial event with something else than an event or null")
                }
                logger.info("event filter runs")
                return started
            } catch {
                started.kill()
                messages.finishLine()
                if case .start = error { throw error }
                throw .start("\(error)" + (messages.last.isEmpty ? "" : ": \(messages.last)"))
            }
        }

        func ask(_ lines: [UInt8], count: Int) throws(EventFilterError) -> [ArraySlice<UInt8>] {
            do throws(EventFilterError) {
                return try running().exchange(
                    lines, count: count, mostBytes: 2 * lines.count + EventFilter.spareOutputBytes, milliseconds: settings.timeoutMs)
            } catch {
                process?.kill()
                process = nil
                messages.finishLine()
                logger.warning("\(error)")
                throw error
            }
        }

        func stop() {
            process?.stop(milliseconds: EventFilter.farewellMs)
            process = nil
            messages.finishLine()
        }
    }
}
