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
