"""Which recipe makes which file. Same onnx version, same bytes."""

from collections.abc import Callable
from pathlib import Path

from recognition_worker.onnx.convert.centerface import centerface
from recognition_worker.onnx.convert.landmarks import face_landmarks
from recognition_worker.onnx.convert.resnet import dlib_resnet
from recognition_worker.onnx.convert.tiny import tiny_face_detector

Recipe = Callable[[Path], bytes]
"""Takes the folder that the packages were unpacked into; returns the ONNX file's bytes."""

RECIPES: dict[str, Recipe] = {
    "centerface": centerface,
    "tiny-face-detector": tiny_face_detector,
    "face-landmark-68": face_landmarks,
    "dlib-resnet": dlib_resnet,
}
