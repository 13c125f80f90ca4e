import Foundation
import HTTPTypes
import RedisStore
import Testing

@testable import Web

/// What slow, large and interrupted requests may do.
@Suite struct ConnectionTests {
    @Test("a connection that never finishes its head is closed")
    func slowHead() async throws {
        try await LiveServer.run {
            $0.limits.headerTimeout = 1
        } _: { server async throws in
            let socket = try RawSocket(port: server.port)
            try socket.write("POST /events HTTP/1.1\r\nhost: x\r\n")
            for _ in 0..<20 {
                try await Task.sleep(for: .milliseconds(200))
                // A trickle of header bytes does not help.
                guard socket.trickle("x-a: b\r\n") else { break }
            }
            #expect(await socket.isClosed())
        }
    }

    @Test("a body that trickles is cut off at its deadline")
    func slowBody() async throws {
        try await LiveServer.run {
            $0.limits.bodyTimeout = 1
        } _: { server async throws in
            let socket = try RawSocket(port: server.port)
            try socket.write("POST /events HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n")
            for _ in 0..<20 {
                try await Task.sleep(for: .milliseconds(200))
                guard socket.trickle(" ") else { break }
            }
            #expect(await socket.isClosed())
            #expect(try await server.batches().isEmpty)
        }
    }

    @Test(
        "headers beyond the limits are refused and the connection closed",
        arguments: [
            "x-long: " + String(repeating: "a", count: 40_000), (0..<150).map { "x-\($0): a" }.joined(separator: "\r\n"),
        ])
    func largeHead(header: String) async throws {
        try await LiveServer.run { server async throws in
            let socket = try RawSocket(port: server.port)
            try socket.write("GET /healthz HTTP/1.1\r\nhost: x\r\n\(header)\r\n\r\n")
            let answer = await socket.readAll()
            #expect(answer.hasPrefix("HTTP/1.1 400") || answer.isEmpty)
            #expect(try await server.get("/healthz").status == .ok)
        }
    }

    @Test("a body cut off half-way is no batch")
    func cutOff() async throws {
        try await LiveServer.run { server async throws in
            let socket = try RawSocket(port: server.port)
            try socket.write("POST /events HTTP/1.1\r\nhost: x\r\ncontent-length: \(Payloads.valid.utf8.count + 50)\r\n\r\n\(Payloads.valid)")
            socket.closeWriting()
            _ = await socket.readAll()
            #expect(try await server.batches().isEmpty)
        }
    }

    @Test("shutdown answers the request in flight and accepts no new one")
    func graceful() async throws {
        try await LiveServer.run { server async throws in
            let body = Array(Payloads.valid.utf8)
            let socket = try RawSocket(port: server.port)
            try socket.write(
                "POST /events HTTP/1.1\r\nhost: x\r\ncontent-length: \(body.count)\r\n\r\n" + String(decoding: body[..<20], as: UTF8.self))
            try await eventually { try await server.get("/healthz").status == .ok }
            let stopping = Task { await server.shutDown() }
            try await eventually { (try? RawSocket(port: server.port)) == nil }
            try socket.write(String(decoding: body[20...], as: UTF8.self))
            let answer = await socket.readAll()
            #expect(answer.hasPrefix("HTTP/1.1 200"))
            await stopping.value
            #expect(try await server.batches().count == 1)
        }
    }
}
