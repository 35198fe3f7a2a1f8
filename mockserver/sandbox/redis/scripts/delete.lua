-- Deletes a sandbox. ARGV: its id. Returns '1', or '0' if it is gone.
local id = ARGV[1]
if not exists(id) then
  return '0'
end
forget_owned(id)
for _, part in ipairs(PARTS) do
  redis.call('DEL', key(id, part))
end
forget(id)
publish('bell', id)
publish('changes', id)
return '1'
