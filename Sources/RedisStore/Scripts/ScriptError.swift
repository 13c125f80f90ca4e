/// Why the files below `lua/` are not a set of scripts.
public enum ScriptError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Not `verbNoun-N.lua` with N a number of keys or `*`.
    case badFileName(String)
    case duplicateName(String)
    /// The first line is not `#!lua …`: without it Redis takes the script for one of the old kind, with other rules.
    case missingHeader(file: String)
    case missingInclude(String, in: String)
    case malformedInclude(line: String, file: String)
    case includeCycle([String])
    case includesTooDeep([String])
    case notText(String)

    public var description: String {
        switch self {
        case .badFileName(let file): "\(file): a script is named verbNoun-N.lua, N being its number of keys or *"
        case .duplicateName(let name): "two scripts are named \(name)"
        case .missingHeader(let file): "\(file): the first line must start with #!lua"
        case .missingInclude(let include, let file): "\(file) includes \(include), which does not exist"
        case .malformedInclude(let line, let file): "\(file): not an include: \(line)"
        case .includeCycle(let files): "includes run in a circle: \(files.joined(separator: " > "))"
        case .includesTooDeep(let files): "includes are nested too deeply: \(files.joined(separator: " > "))"
        case .notText(let file): "\(file) is not UTF-8"
        }
    }
}
