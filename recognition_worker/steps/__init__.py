"""What happens to a frame, one step per file. Steps know no camera, no clock, no network."""
