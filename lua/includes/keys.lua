-- Key names that come from stored data, built from a project's base (`<prefix>{n}:<project>:`).
-- The same names as Sources/RedisStore/Keys; a test holds the two together.
local function sessionKey(base, session) return base .. 'session:' .. session end
local function windowsKey(base, session) return base .. 'windows:' .. session end
local function eventsKey(base, session, window) return base .. 'events:' .. session .. ':' .. window end
-- The wrapped data key of the session's chunks.
local function keyKey(base, session) return base .. 'key:' .. session end
-- Sessions under a legal hold, by when it began (s).
local function heldKey(base) return base .. 'held' end
-- token: `<dimension>:<percent-encoded value>`, as kept in the row's `by` and in `indexes`.
local function byKey(base, token) return base .. 'by:' .. token end
-- Problems and server events.
local function problemKey(base, fingerprint) return base .. 'problem:' .. fingerprint end
local function trendKey(base, fingerprint) return base .. 'trend:' .. fingerprint end
local function facetsKey(base, fingerprint) return base .. 'facets:' .. fingerprint end
local function occurrencesKey(base, fingerprint) return base .. 'occurrences:' .. fingerprint end
local function affectedKey(base, fingerprint) return base .. 'affected:' .. fingerprint end
local function usersKey(base, fingerprint) return base .. 'users:' .. fingerprint end
local function statusKey(base, fingerprint) return base .. 'status:' .. fingerprint end
local function problemsKey(base) return base .. 'problems' end
local function problemReleasesKey(base) return base .. 'problems:releases' end
local function problemEnvironmentsKey(base) return base .. 'problems:environments' end
local function reportsKey(base, session) return base .. 'reports:' .. session end
local function heldReportsKey(base, session) return base .. 'heldreports:' .. session end
local function trackKey(base) return base .. 'track' end
local function trackBatchesKey(base) return base .. 'track:batches' end
local function alertDeliveryKey(base, id) return base .. 'alert:delivery:' .. id end
-- release, file: percent-encoded, as kept in the lists of source maps.
local function sourceMapKey(base, release, file) return base .. 'sourcemap:' .. release .. ':' .. file end
