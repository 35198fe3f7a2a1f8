-- Returns each sandbox's id with the fields of its state: the default one first, then the created ones,
-- oldest first. Does not restart the time for which they may idle. Returns LOST if the default one is
-- missing.
sweep()
local default = fields_of('default')
if not default then
  return LOST
end
local found = {{'default', default}}
for _, id in ipairs(redis.call('ZRANGE', sandboxes, 0, -1)) do
  found[#found + 1] = {id, fields_of(id)}
end
return found
