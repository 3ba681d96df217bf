"""The terminal: the command line and what it draws with."""
