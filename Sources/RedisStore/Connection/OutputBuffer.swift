/// Bytes on their way out: small commands are joined into one piece, large ones stay the caller's own array. Confined to one thread.
struct OutputBuffer {
    private static let pieceSize = 64 << 10
    private static let largeCommand = 32 << 10

    private var pieces: [[UInt8]] = []
    private var head = 0
    private var offset = 0
    private(set) var byteCount = 0

    var isEmpty: Bool { byteCount == 0 }

    mutating func append(_ commands: Request.Commands) {
        switch commands {
        case .one(let command): append(command)
        case .several(let commands): commands.forEach { append($0) }
        }
    }

    mutating func append(_ command: RedisCommand) {
        if pieces.isEmpty || pieces[pieces.count - 1].count >= Self.pieceSize { startPiece() }
        let last = pieces.count - 1
        let before = pieces[last].count
        pieces[last].append(UInt8(ascii: "*"))
        pieces[last].appendDecimal(command.argumentCount)
        pieces[last].appendLineEnd()
        byteCount += pieces[last].count - before + command.encoded.count
        if command.encoded.count < Self.largeCommand {
            pieces[last].append(contentsOf: command.encoded)
        } else {
            pieces.append(command.encoded)
            startPiece()
        }
    }

    /// Hands out the bytes in order until `transmit` takes none.
    mutating func drain(_ transmit: (UnsafeRawBufferPointer) throws(RedisError) -> Int) throws(RedisError) {
        while byteCount > 0 {
            let piece = pieces[head]
            var taken = 0
            if offset < piece.count {
                let start = offset
                let outcome = piece.withUnsafeBytes { bytes -> Result<Int, RedisError> in
                    do throws(RedisError) {
                        return .success(try transmit(UnsafeRawBufferPointer(rebasing: bytes[start...])))
                    } catch { return .failure(error) }
                }
                taken = try outcome.get()
                guard taken > 0 else { return }
            }
            offset += taken
            byteCount -= taken
            if offset == piece.count {
                pieces[head] = []
                head += 1
                offset = 0
            }
        }
        removeAll()
    }

    mutating func removeAll() {
        pieces.removeAll(keepingCapacity: true)
        head = 0
        offset = 0
        byteCount = 0
    }

    private mutating func startPiece() {
        var piece: [UInt8] = []
        piece.reserveCapacity(Self.pieceSize / 4)
        pieces.append(piece)
    }
}
