"""fal: one key for nearly every model there is, behind one queue."""
