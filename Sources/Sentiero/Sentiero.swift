import ArgumentParser
import Foundation

/// `sentiero`: every part of the product (spec 06 section 4).
@main
struct Sentiero: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sentiero",
        abstract: "Self-hosted session recording on Redis.",
        version: Version.text,
        subcommands: [
            WebCommand.self, WorkerCommand.self, DemoCommand.self, DoctorCommand.self, DeadLettersCommand.self, EraseCommand.self, PurgeCommand.self,
            HoldCommand.self, ReleaseCommand.self, HoldsCommand.self, SourceMapsCommand.self, KeysCommand.self, AuditCommand.self,
            ConfigurationCommand.self,
        ]
    )

    /// Exit status: 0 done, 1 failed, 2 wrong use, 3 Redis unreachable, 4 something needs attention.
    static func main() async {
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
        } catch let failure as CommandFailure {
            Console.complain(failure.sentence)
            Foundation.exit(failure.status.rawValue)
        } catch let error as SettingsError {
            Console.complain(error.description)
            Foundation.exit(ExitStatus.wrongUse.rawValue)
        } catch {
            let code = exitCode(for: error)
            // ArgumentParser's own number for wrong use is 64.
            guard code == .validationFailure else { exit(withError: error) }
            Console.complain(fullMessage(for: error))
            Foundation.exit(ExitStatus.wrongUse.rawValue)
        }
    }
}
