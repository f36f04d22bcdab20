"""A camera and a picture for the demo, made from what a registry package ships."""
