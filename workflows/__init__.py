"""Ready workflows, their stories, and the JSON Schema of the format: files, not code."""
