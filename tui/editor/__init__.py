"""The full-screen editor: a workflow as a graph that is built, run and looked at in the terminal."""
