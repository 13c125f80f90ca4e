import NIOCore
import NIOHTTPTypes

/// Closes a connection whose request body takes too long, or goes on too long after the answer.
///
/// The idle timeout of the server does not see these: every dribbled byte counts as activity there.
final class RequestDeadline: ChannelDuplexHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPRequestPart
    typealias InboundOut = HTTPRequestPart
    typealias OutboundIn = HTTPResponsePart
    typealias OutboundOut = HTTPResponsePart

    private let bodyTimeout: TimeAmount
    private let maxDiscardedBytes: Int
    private var deadline: Scheduled<Void>?
    private var isReadingBody = false
    private var isAnswered = false
    private var discarded = 0

    init(limits: ConnectionLimits) {
        bodyTimeout = .seconds(Int64(limits.bodyTimeout))
        maxDiscardedBytes = limits.maxDiscardedBytes
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head:
            isReadingBody = true
            isAnswered = false
            discarded = 0
        case .body(let buffer):
            if isAnswered {
                discarded += buffer.readableBytes
                if discarded > maxDiscardedBytes { return context.close(promise: nil) }
            }
        case .end:
            isReadingBody = false
            cancel()
        }
        context.fireChannelRead(data)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        // Most requests arrive whole in one read: those need no timer.
        if isReadingBody, deadline == nil { schedule(context) }
        context.fireChannelReadComplete()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        if case .end = unwrapOutboundIn(data), isReadingBody { isAnswered = true }
        context.write(data, promise: promise)
    }

    func channelInactive(context: ChannelHandlerContext) {
        cancel()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { cancel() }

    private func schedule(_ context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: bodyTimeout) { channel.close(promise: nil) }
    }

    private func cancel() {
        deadline?.cancel()
        deadline = nil
    }
}

@available(*, unavailable)
extension RequestDeadline: Sendable {}
