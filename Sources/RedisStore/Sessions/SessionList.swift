/// The session list of one project, merged over all shards.
///
/// Order, range and the error filter come from the sorted sets. What they cannot answer is a bounded walk over rows, newest first, which says
/// how far it came. An id without a row (it expired before the index was swept) is skipped and shortens no page.
public struct SessionList: Sendable {
    private let redis: RedisClient
    private let keys: KeySchema
    private let searchLimit: Int

    /// - Parameter searchLimit: rows one search may read.
    public init(redis: RedisClient, keys: KeySchema, searchLimit: Int = 5_000) {
        self.redis = redis
        self.keys = keys
        self.searchLimit = searchLimit
    }

    /// - Throws: `RedisError` when Redis cannot be reached.
    public func page(_ query: SessionQuery, project: String) async throws(RedisError) -> SessionPage {
        query.readsRows ? try await searched(query, project) : try await indexed(query, project)
    }

    /// How many sessions a project has; ids not yet swept count.
    public func count(project: String) async throws(RedisError) -> Int {
        try await index(SessionQuery(), project).count()
    }

    private func index(_ query: SessionQuery, _ project: String) -> MergedIndex {
        let names = keys.allShards.map { shard -> RedisKey in
            let project = shard.project(project)
            switch query.sort {
            case .updatedAt: return query.hasErrors ? project.by("errors", "true") : project.sessions
            case .createdAt: return project.sessionsByCreation
            case .eventCount: return project.sessionsByEvents
            }
        }
        let bounds: (Double?, Double?) = query.sort == .updatedAt ? (query.since, query.until) : (nil, nil)
        return MergedIndex(redis: redis, keys: names, bounds: bounds, resume: query.resume)
    }

    private func indexed(_ query: SessionQuery, _ project: String) async throws(RedisError) -> SessionPage {
        var index = index(query, project)
        let total = try await index.count()
        var page = SessionPage(rows: [], hasNext: false, total: total)
        var skip = (query.page - 1) * query.perPage
        guard skip < total else { return page }
        // Counting live rows keeps pages free of overlap; far from the start that exactness is not worth a read per id.
        let exact = min(skip, 10_000)
        while skip > exact {
            let block = try await index.next(min(1_000, skip - exact))
            if block.isEmpty { return page }
            skip -= block.count
        }
        while skip > 0 {
            let block = try await index.next(min(500, skip))
            if block.isEmpty { return page }
            skip -= try await existing(block, project)
        }
        while page.rows.count <= query.perPage {
            let block = try await index.next(query.perPage + 1 - page.rows.count)
            if block.isEmpty { break }
            page.rows += try await rows(block, project)
        }
        page.hasNext = page.rows.count > query.perPage
        page.rows = Array(page.rows.prefix(query.perPage))
        return page
    }

    private func searched(_ query: SessionQuery, _ project: String) async throws(RedisError) -> SessionPage {
        var index = index(query, project)
        let text = query.search.map(TextSearch.init)
        var page = SessionPage(rows: [], hasNext: false, total: nil, searched: 0)
        var skip = (query.page - 1) * query.perPage
        var seen = 0
        var last: ListPosition?
        while page.rows.count <= query.perPage {
            guard seen < searchLimit else {
                page.searched = seen
                page.resume = last
                break
            }
            let block = try await index.next(min(250, searchLimit - seen))
            guard let end = block.last else {
                page.searched = nil
                break
            }
            seen += block.count
            last = end
            for row in try await rows(block, project) where query.matches(row, text) {
                if skip > 0 { skip -= 1 } else { page.rows.append(row) }
            }
        }
        if page.rows.count > query.perPage {
            page.hasNext = true
            page.searched = nil
            page.resume = nil
            page.rows = Array(page.rows.prefix(query.perPage))
        }
        return page
    }

    private func rows(_ positions: [ListPosition], _ project: String) async throws(RedisError) -> [SessionRow] {
        let replies = try await redis.send(
            positions.map {
                RedisCommand("HGETALL", keys.project(project, ofSession: $0.id).session($0.id), isIdempotent: true)
            })
        var rows: [SessionRow] = []
        for (position, reply) in zip(positions, replies) {
            if let row = SessionRow(id: position.id, fields: try reply.fields()) { rows.append(row) }
        }
        return rows
    }

    private func existing(_ positions: [ListPosition], _ project: String) async throws(RedisError) -> Int {
        try await redis.send(
            positions.map {
                RedisCommand("EXISTS", keys.project(project, ofSession: $0.id).session($0.id), isIdempotent: true)
            }
        ).reduce(0) { $0 + ($1.int ?? 0) }
    }
}
