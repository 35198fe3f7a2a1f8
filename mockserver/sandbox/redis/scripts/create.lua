-- Creates a sandbox. ARGV: its id, how many there may be, its ttl, the time, the digest of its
-- fixtures, and fields and values of its state. Returns CREATED, TAKEN if there is one of this id, FULL,
-- or STALE if the text of the fixtures is gone because others are in force.
local id, most, ttl_ms, now_ms = ARGV[1], tonumber(ARGV[2]), ARGV[3], ARGV[4]
if redis.call('HEXISTS', base .. 'fixtures', ARGV[5]) == 0 then
  return 'STALE'
end
local swept_ms = tonumber(redis.call('HGET', server, 'swept_ms') or 0)
if redis.call('ZCARD', sandboxes) >= most or math.abs(tonumber(now_ms) - swept_ms) >= 1000 then
  redis.call('HSET', server, 'swept_ms', now_ms)
  sweep()
end
if redis.call('ZCARD', sandboxes) >= most then
  return 'FULL'
end
if redis.call('ZSCORE', sandboxes, id) then
  return 'TAKEN'
end
redis.call('HSET', key(id, 'state'), unpack(ARGV, 6))
redis.call('PEXPIRE', key(id, 'state'), ttl_ms)
redis.call('ZADD', sandboxes, redis.call('HINCRBY', server, 'created', 1), id)
return 'CREATED'
