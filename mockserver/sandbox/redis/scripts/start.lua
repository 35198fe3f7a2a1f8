-- Creates the server's state with the default sandbox, unless there is one already.
--
-- ARGV: the layout, the digest of the fixtures, the fixtures, then fields and values of the default
-- sandbox's state. Returns the layout and the digest in force.
local TYPES = {
  [server] = 'hash', [base .. 'fixtures'] = 'hash', [sandboxes] = 'zset', [owners] = 'hash',
  [whole_coverage] = 'hash', [sizes] = 'hash',
}
for _, part in ipairs(PARTS) do
  TYPES[key('default', part)] = 'hash'
end
TYPES[key('default', 'owned')] = 'set'
TYPES[key('default', 'expiries')] = 'zset'
TYPES[key('default', 'journal')] = 'stream'
TYPES[key('default', 'outbox')] = 'stream'
for name, expected in pairs(TYPES) do
  local found = redis.call('TYPE', name).ok
  if found ~= 'none' and found ~= expected then
    return redis.error_reply('WRONGTYPE ' .. name .. ' is a ' .. found)
  end
end
local layout = redis.call('HGET', server, 'layout')
if layout and (layout ~= ARGV[1] or exists('default')) then
  local digest = redis.call('HGET', server, 'fixtures') or ''
  if layout == ARGV[1] and digest == ARGV[2] then
    redis.call('HSETNX', base .. 'fixtures', digest, ARGV[3]) -- it may have been lost
  end
  return {layout, digest}
end
-- Ids of logs never go back, because nobody knows who has read those of a state that was lost.
local time = redis.call('TIME')
for _, ids in ipairs({'journal-ids', 'outbox-ids'}) do
  redis.call('HSETNX', server, ids, integer(time[1] * 1000 + math.floor(time[2] / 1000)))
end
for _, budget in ipairs(BUDGETS) do
  give_back('default', budget)
end
for _, part in ipairs(PARTS) do
  redis.call('DEL', key('default', part))
end
redis.call('HSET', key('default', 'state'), unpack(ARGV, 4))
redis.call('HSET', base .. 'fixtures', ARGV[2], ARGV[3])
redis.call('HSET', server, 'layout', ARGV[1], 'fixtures', ARGV[2])
publish('changes', 'default') -- requests that are delayed may belong to a state that was lost
return {ARGV[1], ARGV[2]}
