-- Creates the server's state with the default sandbox, unless there is one already.
--
-- ARGV: the layout, the digest of the fixtures, the fixtures, then fields and values of the default
-- sandbox's state. Returns the layout and the digest that are in force, and '1' if they were created.
local layout = redis.call('HGET', server, 'layout')
if layout then
  return {layout, redis.call('HGET', server, 'fixtures') or '', '0'}
end
for _, part in ipairs(PARTS) do
  redis.call('DEL', key('default', part))
end
redis.call('HSET', key('default', 'state'), unpack(ARGV, 4))
redis.call('HSET', base .. 'fixtures', ARGV[2], ARGV[3])
redis.call('HSET', server, 'layout', ARGV[1], 'fixtures', ARGV[2])
return {ARGV[1], ARGV[2], '1'}
