-- Forgets the sandboxes that have expired, and the fixtures that nobody uses any more.
sweep()
local used = {[redis.call('HGET', server, 'fixtures') or ''] = true}
local all = redis.call('ZRANGE', sandboxes, 0, -1)
all[#all + 1] = 'default'
for _, id in ipairs(all) do
  used[redis.call('HGET', key(id, 'state'), 'fixtures') or ''] = true
end
for _, digest in ipairs(redis.call('HKEYS', base .. 'fixtures')) do
  if not used[digest] then
    redis.call('HDEL', base .. 'fixtures', digest)
  end
end
