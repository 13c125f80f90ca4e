import Hummingbird
import SentieroHummingbird
import SentieroReporter

func serve() async throws {
    let router = Router(context: BasicRequestContext.self)
    router.add(middleware: ReporterMiddleware(trustedProxies: 1))  // before the others
    router.get("/") { _, _ in "Welcome" }
    var application = Application(router: router)
    application.addServices(Sentiero.reporter)  // before other services: the first is stopped last
    do {
        try await application.runService()
    } catch {
        Sentiero.notify(error)  // a port in use, say; delivered when the process exits
        throw error
    }
}
