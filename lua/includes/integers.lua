-- Integers are doubles in Lua: exact up to 2^53.
local LARGEST = 9007199254740992

-- A stored or given decimal integer; absent (nil, false, '') is the default; anything else raises.
local function integer(text, default)
  if not text or text == '' then return default end
  local number = tonumber(text)
  -- NaN and infinities fail the first comparison.
  if not number or number % 1 ~= 0 or number > LARGEST or number < -LARGEST then error('not an integer: ' .. string.sub(text, 1, 40), 0) end
  return number
end

-- `..` would write 14 digits.
local function digits(number) return string.format('%d', number) end

-- Seconds with three decimals, from ms.
local function seconds(ms) return string.format('%d.%03d', math.floor(ms / 1000), ms % 1000) end
local function milliseconds(text) return math.floor(tonumber(text) * 1000 + 0.5) end
