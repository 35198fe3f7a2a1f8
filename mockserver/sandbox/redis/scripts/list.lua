-- Returns the ids of the created sandboxes, oldest first.
sweep()
return redis.call('ZRANGE', sandboxes, 0, -1)
