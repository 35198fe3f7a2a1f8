-- Reads a log. ARGV: the sandbox, 'journal' or 'outbox', an id. Returns '1' if the sandbox exists, the
-- id of the log's first entry or '', the entries after the given id, and the last evicted ids by kind.
local id, part, after = ARGV[1], ARGV[2], ARGV[3]
local found = exists(id)
if id == 'default' and not found then
  return {LOST}
end
if found then
  renew(id)
end
local first = redis.call('XRANGE', key(id, part), '-', '+', 'COUNT', 1)[1]
return {
  found and '1' or '0', first and first[1] or '',
  redis.call('XRANGE', key(id, part), '(' .. after .. '-0', '+'),
  redis.call('HGETALL', key(id, part .. '-evicted')),
}
