"""Sources of frames: streams and files, each read in a thread that can be abandoned."""
