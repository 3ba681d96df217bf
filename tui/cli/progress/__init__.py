"""A run as it is watched: `tracker` keeps count, and each other module shows it in its way."""
