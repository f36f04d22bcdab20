"""Models: what they are, where they come from, whether the file is the right one."""
