extension JSONScanner {
    /// The hot loop. Each turn consumes a whole token, or as much of it as the piece holds.
    mutating func scan(_ piece: UnsafeRawBufferPointer) {
        guard let base = piece.baseAddress else { return }
        let start = base.assumingMemoryBound(to: UInt8.self)
        let end = start + piece.count
        var p = start
        // Where the open token begins in this piece; what came before is in `carried`.
        var token = start
        var state = self.state
        var depth = self.depth
        var tracked = self.tracked
        var inObject = self.inObject
        var isKey = self.isKey
        var stack = self.stack.base

        scan: while p < end {
            switch state {
            case .string:
                p = Bytes.skipPlain(p, end)
                if p == end { break scan }
                let byte = p.pointee
                if byte == Bytes.quote {
                    if depth == tracked {
                        stringEnded(token, p, isKey: isKey, frame: tracked, offsetAfter: offset + (p - start) + 1)
                    }
                    p += 1
                    if !isKey {
                        state = .afterValue
                    } else if p < end, p.pointee == Bytes.colon {
                        p += 1
                        state = .value
                    } else {
                        state = .colon
                    }
                } else if byte == Bytes.backslash {
                    hasEscapes = true
                    p += 1
                    state = .escape
                } else if byte >= 0x80 {
                    guard progress.startSequence(byte) else { state = .failed; break scan }
                    p += 1
                    state = .utf8
                } else {
                    state = .failed
                    break scan
                }

            case .utf8:
                repeat {
                    guard progress.continueSequence(p.pointee) else { state = .failed; break scan }
                    p += 1
                    if progress.left == 0 {
                        // Texts that are not English have one sequence after another.
                        guard p < end, p.pointee >= 0x80 else { state = .string; continue scan }
                        guard progress.startSequence(p.pointee) else { state = .failed; break scan }
                        p += 1
                    }
                } while p < end

            case .afterValue:
                switch p.pointee {
                case Bytes.comma:
                    guard depth > 0 else { state = .failed; break scan }
                    p += 1
                    if !inObject {
                        state = .value
                    } else if p < end, p.pointee == Bytes.quote {
                        p += 1
                        token = p
                        isKey = true
                        hasEscapes = false
                        state = .string
                    } else {
                        state = .nextKey
                    }
                case Bytes.closeBrace, Bytes.closeBracket:
                    guard depth > 0, inObject == (p.pointee == Bytes.closeBrace) else { state = .failed; break scan }
                    p += 1
                    if depth == tracked { tracked -= 1 }
                    depth -= 1
                    inObject = stack[depth]
                    if depth == tracked {
                        fields.containerEnded(frame: tracked, at: offset + (p - start))
                    }
                case Bytes.space, Bytes.newline, Bytes.carriageReturn, Bytes.tab:
                    p += 1
                default:
                    state = .failed
                    break scan
                }

            case .value, .firstValue:
                let byte = p.pointee
                switch byte {
                case Bytes.quote:
                    if depth == tracked { tokenOffset = offset + (p - start) }
                    p += 1
                    token = p
                    isKey = false
                    hasEscapes = false
                    state = .string
                case Bytes.openBrace, Bytes.openBracket:
                    let isObject = byte == Bytes.openBrace
                    if depth == tracked,
                        fields.containerOpened(frame: tracked, isObject: isObject, at: offset + (p - start))
                    {
                        tracked += 1
                    }
                    if depth == self.stack.capacity {
                        guard depth < Self.maxDepth else { state = .failed; break scan }
                        self.stack.grow()
                        stack = self.stack.base
                    }
                    stack[depth] = inObject
                    depth += 1
                    inObject = isObject
                    p += 1
                    state = isObject ? .firstKey : .firstValue
                case UInt8(ascii: "1")...UInt8(ascii: "9"):
                    token = p
                    if depth == tracked { tokenOffset = offset + (p - start) }
                    p += 1
                    state = .integer
                    while p < end, p.pointee &- UInt8(ascii: "0") < 10 { p += 1 }
                    // Nearly all numbers are short integers followed by a delimiter: done in one turn.
                    if p < end, !Bytes.continuesNumber(p.pointee) {
                        if depth == tracked { numberEnded(token, p, frame: tracked, offsetAfter: offset + (p - start)) }
                        state = .afterValue
                    }
                case UInt8(ascii: "0"), UInt8(ascii: "-"):
                    token = p
                    if depth == tracked { tokenOffset = offset + (p - start) }
                    p += 1
                    state = byte == UInt8(ascii: "0") ? .zero : .minus
                case UInt8(ascii: "t"), UInt8(ascii: "f"), UInt8(ascii: "n"):
                    if depth == tracked { tokenOffset = offset + (p - start) }
                    p += 1
                    progress.literal = Bytes.literalRest(byte)
                    state = .literal
                case Bytes.space, Bytes.newline, Bytes.carriageReturn, Bytes.tab:
                    p += 1
                case Bytes.closeBracket where state == .firstValue:
                    state = .afterValue
                default:
                    state = .failed
                    break scan
                }

            case .firstKey, .nextKey:
                switch p.pointee {
                case Bytes.quote:
                    p += 1
                    token = p
                    isKey = true
                    hasEscapes = false
                    state = .string
                case Bytes.space, Bytes.newline, Bytes.carriageReturn, Bytes.tab:
                    p += 1
                case Bytes.closeBrace where state == .firstKey:
                    state = .afterValue
                default:
                    state = .failed
                    break scan
                }

            case .colon:
                switch p.pointee {
                case Bytes.colon:
                    p += 1
                    state = .value
                case Bytes.space, Bytes.newline, Bytes.carriageReturn, Bytes.tab:
                    p += 1
                default:
                    state = .failed
                    break scan
                }

            case .escape:
                switch p.pointee {
                case Bytes.quote, Bytes.backslash, UInt8(ascii: "/"), UInt8(ascii: "b"), UInt8(ascii: "f"),
                    UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
                    state = .string
                case UInt8(ascii: "u"):
                    progress.left = 4
                    state = .hex
                default:
                    state = .failed
                    break scan
                }
                p += 1

            case .hex:
                guard Bytes.hexValue(p.pointee) != nil else { state = .failed; break scan }
                p += 1
                progress.left -= 1
                if progress.left == 0 { state = .string }

            case .literal:
                guard p.pointee == UInt8(truncatingIfNeeded: progress.literal) else { state = .failed; break scan }
                p += 1
                progress.literal >>= 8
                if progress.literal == 0 {
                    if depth == tracked {
                        fields.literalEnded(frame: tracked, from: tokenOffset, to: offset + (p - start))
                    }
                    state = .afterValue
                }

            case .minus, .zero, .integer, .point, .fraction, .exponent, .exponentSign, .exponentDigits:
                switch state.afterNumberByte(p.pointee) {
                case .failed?:
                    state = .failed
                    break scan
                case let next?:
                    p += 1
                    state = next
                case nil:
                    if depth == tracked { numberEnded(token, p, frame: tracked, offsetAfter: offset + (p - start)) }
                    state = .afterValue
                }

            case .failed:
                break scan
            }
        }

        if depth == tracked, state.isInsideToken { carry(token, end) }
        self.state = state
        self.depth = depth
        self.tracked = tracked
        self.inObject = inObject
        self.isKey = isKey
    }
}
