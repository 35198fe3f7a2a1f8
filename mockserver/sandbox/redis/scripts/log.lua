-- Reads a part of a log. ARGV: the sandbox, 'journal' or 'outbox', an id, a number. Returns the id of the
-- log's first entry or '', at most so many entries after the given id, and the last evicted ids by kind.
local id, part, after, most = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local found = exists(id)
if id == 'default' and not found then
  return LOST
end
if found then
  renew(id)
end
local first = redis.call('XRANGE', key(id, part), '-', '+', 'COUNT', 1)[1]
return {
  first and first[1] or '',
  redis.call('XRANGE', key(id, part), '(' .. after .. '-0', '+', 'COUNT', most),
  redis.call('HGETALL', key(id, part .. '-evicted')),
}
