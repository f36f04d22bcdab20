"""Pictures become templates, or a reason."""

import base64

import cv2
import numpy as np
import pytest

from recognition_worker import enroll
from recognition_worker.client import Client, Refused, Unreachable
from tests.patience import patient

from .fake_api import ENROLLER


def encoded(image, kind=".jpg"):
    return cv2.imencode(kind, image)[1].tobytes()


@pytest.mark.parametrize(
    ("picture", "problem"),
    [
        (b"", "not_a_picture"),
        (b"GIF89a nonsense", "not_a_picture"),
        (b"\xff\xd8\xff\xe0" + bytes(100), "not_a_picture"),
        (encoded(np.full((300, 300, 3), 128, np.uint8)), "no_face"),
    ],
)
def test_what_is_no_portrait(engine, picture, problem):
    assert enroll.enrol(picture, engine) == problem


def test_several_faces_are_refused_and_a_blurred_one_too(engine, scene, enrolment):
    assert enroll.enrol(encoded(scene), engine) == "several_faces"
    portrait = cv2.imdecode(np.frombuffer(enrolment, np.uint8), cv2.IMREAD_COLOR)
    assert enroll.enrol(encoded(cv2.GaussianBlur(portrait, (0, 0), 12)), engine) in ("poor_quality", "no_face")


@pytest.mark.parametrize("kind", [".jpg", ".png", ".webp"])
def test_every_format_that_the_server_takes(engine, enrolment, kind):
    portrait = cv2.imdecode(np.frombuffer(enrolment, np.uint8), cv2.IMREAD_COLOR)
    result = enroll.enrol(encoded(portrait, kind), engine)
    assert isinstance(result, enroll.Enrolled) and result.template.shape == (128,) and 0 < result.quality <= 1


def test_a_round_does_what_waits_and_survives_a_withdrawn_picture(engine, api, enrolment):
    good, withdrawn, broken = api.ask_for(enrolment), api.ask_for(None), api.ask_for(b"no picture")
    with Client(api.url, ENROLLER) as client:
        assert enroll.Enroller(engine, client).round() == 2
        assert enroll.Enroller(engine, client).round() == 0
    assert withdrawn not in api.templates
    assert api.templates[broken] == {"model": "dlib-resnet@1", "problem": "not_a_picture"}
    sent = api.templates[good]
    assert sent["model"] == "dlib-resnet@1" and 0 < sent["quality"] <= 1
    vector = np.frombuffer(base64.b64decode(sent["template"]), "<f4")
    assert np.allclose(vector, enroll.enrol(enrolment, engine).template)


def test_a_wrong_token_and_a_server_that_is_away(engine, api):
    with Client(api.url, "wrong") as client, pytest.raises(Refused) as refused:
        enroll.Enroller(engine, client).round()
    assert refused.value.not_allowed
    api.down()
    with Client(api.url, ENROLLER) as client, pytest.raises(Unreachable):
        enroll.Enroller(engine, client).round()
    api.up()


def test_the_command_does_one_round(program, api, configure, enrolment):
    key = api.ask_for(enrolment)
    enroller = program("enrol", "--config", configure(), "--once")
    assert enroller.process.wait(patient(30)) == 0, enroller.text()
    assert "template" in api.templates[key]
    assert ENROLLER not in enroller.text()
