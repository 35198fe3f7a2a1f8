-- Makes room in a budget of logs: evicts the older half of the largest logs. ARGV: 'journal' or
-- 'outbox', the most bytes.
local part, most = ARGV[1], tonumber(ARGV[2])
sweep()
local enough = most - math.floor(most / 64)
while tonumber(redis.call('HGET', sizes, part) or 0) > enough do
  local largest, size = nil, 0
  local all = redis.call('HGETALL', sizes)
  for at = 1, #all, 2 do
    local id, budget = string.match(all[at], '^(.+)|(.+)$')
    if budget == part and tonumber(all[at + 1]) > size then
      largest, size = id, tonumber(all[at + 1])
    end
  end
  local length = largest and redis.call('XLEN', key(largest, part)) or 0
  if length == 0 then
    break
  end
  evict(largest, part, math.ceil(length / 2))
end
