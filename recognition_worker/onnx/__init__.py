"""Models: what they are, where they come from, and whether the file is the right one."""
