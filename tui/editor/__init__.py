"""The full-screen editor: workflows as graphs, built, run and looked at in the terminal."""
