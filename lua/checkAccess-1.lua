#!lua flags=no-writes
-- Which commands may the calling user not run?
-- KEYS[1]  any key of the shard; not touched
-- ARGV     command names, with the words that come before the key
-- Returns  the names that are denied on such a key; unknown commands count as denied
local denied = {}
for _, name in ipairs(ARGV) do
    local words = {}
    for word in string.gmatch(name, "%S+") do
        words[#words + 1] = word
    end
    words[#words + 1] = KEYS[1]
    if words[1] == "XREAD" then
        words[#words + 1] = "0"
    end
    local known, allowed = pcall(redis.acl_check_cmd, unpack(words))
    if not (known and allowed) then
        denied[#denied + 1] = name
    end
end
return denied
