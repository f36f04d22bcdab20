"""The processing steps of a frame, one per file. Steps know nothing of cameras, clocks or the network."""
