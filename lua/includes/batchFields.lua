-- A client other than ours can put an entry of any size into a stream. One that cannot be copied whole keeps the fields a batch is read from.
local BATCH_FIELDS = {
  'v', 'lane', 'project', 'session', 'window', 'fingerprint', 'batch', 'sequence', 'received', 'encoding', 'events', 'inflated', 'recorder',
  'browser', 'device', 'ip', 'country', 'city', 'region', 'timezone', 'body',
}
-- Lua's stack takes 8,000 values; the caller adds its own.
local MOST_VALUES = 6000

-- Returns the flat field list, and whether fields were left out. The first of a repeated name stays: it is the one a batch is read from.
local function boundedFields(fields)
  if #fields <= MOST_VALUES then return fields, false end
  local known, kept = {}, {}
  for _, name in ipairs(BATCH_FIELDS) do known[name] = true end
  for i = 1, #fields, 2 do
    if known[fields[i]] then
      known[fields[i]] = nil
      kept[#kept + 1] = fields[i]
      kept[#kept + 1] = fields[i + 1]
    end
  end
  return kept, true
end
