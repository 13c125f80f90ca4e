import Ingest
import Logging
import RedisStore

/// Makes the deliveries that are due. An attempt that was cut off is made again by somebody when its lease is over, under the same id.
struct DeliveryLoop: Sendable {
    private static let atOnce = 32
    /// Of one channel: whoever does not answer holds up its own deliveries only.
    private static let perChannel = 2

    let deliveries: AlertDeliveries
    let rulebook: AlertRulebook
    let secrets: AlertSecrets
    let options: AlertOptions
    let metrics: WorkerMetrics
    let clock: WallClock
    let logger: Logger

    func run() async {
        // Ends with the receiver of an attempt, or with nil when it is time to look again.
        await withTaskGroup(of: AlertDelivery.Receiver?.self) { group in
            var busy: [AlertDelivery.Receiver: Int] = [:]
            group.addTask { await pause() }
            for await ended in group where !Task.isCancelled {
                if let ended {
                    busy[ended, default: 1] -= 1
                    if busy[ended] == 0 { busy[ended] = nil }
                } else {
                    group.addTask { await pause() }
                }
                let free = Self.atOnce - busy.values.reduce(0, +)
                guard free > 0 else { continue }
                do throws(RedisError) {
                    for taken in try await deliveries.take(free, each: Self.perChannel, busy: busy.keys) {
                        busy[taken.delivery.receiver, default: 0] += 1
                        group.addTask {
                            await make(taken)
                            return taken.delivery.receiver
                        }
                    }
                } catch {
                    if !Task.isCancelled { logger.warning("alerts cannot be delivered: \(error)") }
                }
            }
        }
    }

    private func pause() async -> AlertDelivery.Receiver? {
        try? await Task.sleep(for: .milliseconds(500))
        return nil
    }

    /// Makes what is due once, and waits for all of it.
    /// - Returns: how many were due.
    @discardableResult
    func round() async throws(RedisError) -> Int {
        let taken = try await deliveries.take(Self.atOnce, each: Self.perChannel)
        await withTaskGroup(of: Void.self) { group in
            for one in taken { group.addTask { await make(one) } }
        }
        return taken.count
    }

    private func make(_ taken: TakenDelivery) async {
        do {
            let channel = try await rulebook.channel(taken.delivery.channel, project: taken.delivery.project)
            guard let channel else {
                return try await deliveries.finish(taken, .failed, answer: "the channel was deleted", delay: nil)
            }
            let attempt = await attempt(taken.delivery, channel)
            // Stopped half-way: nobody knows how it went.
            guard !Task.isCancelled else { return }
            switch attempt {
            case .success(let answer):
                metrics.delivered(channel.kind.rawValue, "delivered")
                try await deliveries.finish(taken, .delivered, answer: answer, delay: nil)
            case .failure(let failure):
                // Whoever made a test waits for its result and makes another.
                let delay = taken.delivery.isTest ? nil : RetryPlan.delay(afterAttempts: taken.delivery.attempts + 1)
                metrics.delivered(channel.kind.rawValue, delay == nil ? "failed" : "retry")
                try await deliveries.finish(taken, delay == nil ? .failed : .retrying, answer: failure.answer, delay: delay)
                if delay == nil { logger.error("an alert could not be delivered to \(channel.name): \(failure.answer)") }
            }
        } catch {
            if !Task.isCancelled { logger.warning("how an alert went cannot be noted; it is sent again: \(error)") }
        }
    }

    private func attempt(_ delivery: AlertDelivery, _ channel: AlertChannel) async -> Result<String, DeliveryFailure> {
        do {
            switch channel.kind {
            case .webhook:
                let secret: String
                do throws(KeyFault) { secret = try secrets.secret(of: channel, project: delivery.project) } catch {
                    throw DeliveryFailure("the channel's secret cannot be read (\(error)); enter it again")
                }
                return .success(
                    try await WebhookSender(allowsPrivate: options.allowsPrivate, trust: options.trust).send(
                        delivery.body, id: delivery.id, to: channel.url ?? "", secret: secret, atSeconds: clock.nowMs() / 1000))
            case .email:
                guard let server = options.mail else { throw DeliveryFailure("SENTIERO_SMTP_URL is not set on this worker") }
                let mail = MailText(
                    from: options.from, to: channel.recipients ?? [], subject: delivery.subject, text: delivery.text, id: delivery.id,
                    atMs: delivery.atMs)
                return .success(try await MailSender(server: server, trust: options.trust).send(mail))
            }
        } catch let failure as DeliveryFailure { return .failure(failure) } catch { return .failure(DeliveryFailure("\(error)")) }
    }
}
