"""Other mock servers doing the same work: installed into a cache, never into the project."""
