import SentieroReporter

func importFiles(_ files: [String], tenant: String, importFile: @escaping @Sendable (String) async throws -> Void) async {
    await Sentiero.withContext(["tenant": .string(tenant)]) {
        Sentiero.addContext(["files": .int(files.count)])  // until the end of the block
        await withTaskGroup(of: Void.self) { group in
            for file in files {
                group.addTask {
                    // Of this job only; the tenant and the number of files are seen here, too.
                    await Sentiero.withContext(["file": .string(file)]) {
                        do { try await importFile(file) } catch { Sentiero.notify(error) }
                    }
                }
            }
        }
    }
}
