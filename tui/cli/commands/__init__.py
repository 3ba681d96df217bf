"""The commands, one module each, imported when it is chosen.

Each has `execute(options, session, terminal)`, which does the work and returns the exit code.
"""
