"""Where pictures come from: streams and files, each read in a thread that may be given up."""
