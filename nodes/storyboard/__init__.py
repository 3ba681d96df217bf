"""From a story to a storyboard: splitting a script into shots, and drawing the contact sheet."""

from nodes.storyboard.split import MOST_SHOTS, most_shots, split_script

__all__ = ("MOST_SHOTS", "most_shots", "split_script")
