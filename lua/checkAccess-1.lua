#!lua flags=no-writes
-- Which commands may the calling user not run?
-- KEYS[1]  any key of the shard; not touched
-- ARGV     command names
-- Returns  the names that are denied on such a key; unknown commands count as denied
local denied = {}
for _, name in ipairs(ARGV) do
    local known, allowed
    if name == "XREAD" then
        known, allowed = pcall(redis.acl_check_cmd, name, "STREAMS", KEYS[1], "0")
    elseif name == "XINFO" then
        -- Redis knows it only together with what is asked.
        known, allowed = pcall(redis.acl_check_cmd, name, "STREAM", KEYS[1])
    else
        known, allowed = pcall(redis.acl_check_cmd, name, KEYS[1])
    end
    if not (known and allowed) then
        denied[#denied + 1] = name
    end
end
return denied
