"""From a story to a storyboard: splitting a script into shots, and drawing the contact sheet."""
