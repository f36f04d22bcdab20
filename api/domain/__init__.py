"""The domain rules. Pure: no I/O, no clock, no framework; time, ids and chance are arguments."""
