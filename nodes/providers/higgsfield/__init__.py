"""Higgsfield: its own models (Soul, DoP, Popcorn, Speak) and a hub of many others."""
