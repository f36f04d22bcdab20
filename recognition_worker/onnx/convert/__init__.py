"""Turns packaged weights into ONNX files. Needed once, at set-up; needs the onnx package."""
