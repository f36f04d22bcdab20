"""The gallery expires by its own times, even if the server is unreachable."""

import base64
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import numpy as np

from recognition_worker.client import Client
from recognition_worker.gallery import Content, Entry, Gallery
from recognition_worker.gallery_poll import GalleryPoll

from .fake_api import WORKER

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def packed(vector):
    return base64.b64encode(np.asarray(vector, "<f4").tobytes()).decode()


def entry(minutes, vector=(1, 2, 3, 4)):
    return Entry(uuid4(), NOW + minutes * MINUTE, packed(vector))


def loaded(*entries, minutes=60):
    gallery = Gallery(4)
    unusable = gallery.load(Content("7", NOW + minutes * MINUTE, list(entries)), NOW)
    return gallery, unusable


def test_each_entry_ends_at_its_own_time():
    gallery, _ = loaded(entry(5), entry(10))
    assert len(gallery.people(NOW).entries) == 2
    assert len(gallery.people(NOW + 5 * MINUTE).entries) == 1
    assert gallery.people(NOW + 10 * MINUTE).entries == []


def test_nobody_is_matched_once_the_gallery_has_run_out():
    gallery, _ = loaded(entry(600), minutes=3)
    assert gallery.people(NOW + 2.9 * MINUTE).entries and gallery.version(NOW) == "7"
    assert gallery.people(NOW + 3 * MINUTE).entries == []
    assert gallery.version(NOW + 3 * MINUTE) is None


def test_templates_that_are_none_are_left_out():
    broken = Entry(uuid4(), NOW + MINUTE, "not base64!")
    gallery, unusable = loaded(entry(5), broken, entry(5, (1, 2)), entry(5, (1, 2, 3, np.nan)), entry(5, ()))
    assert unusable == 4 and len(gallery.people(NOW).entries) == 1


def test_a_new_content_replaces_everything():
    gallery, _ = loaded(entry(5), entry(5))
    gallery.load(Content("8", NOW + MINUTE, []), NOW)
    assert gallery.people(NOW).entries == [] and gallery.version(NOW) == "8"


def poll(api, client):
    gallery = Gallery(4)
    return gallery, GalleryPoll(client, gallery, "dlib-resnet@1", 1)


def test_not_modified_prolongs_when_the_server_says_so(api):
    api.enrol((1, 2, 3, 4))
    api.gallery_lasts = timedelta(seconds=10)
    with Client(api.url, WORKER) as client:
        gallery, polling = poll(api, client)
        now = client.clock.now()
        polling.ask()
        api.gallery_lasts = 5 * MINUTE
        polling.ask()
        assert api.gallery_served == 1 and gallery.people(now + 4 * MINUTE).entries


def test_the_same_content_is_not_sent_twice_but_renewed_in_time(api):
    api.enrol((1, 2, 3, 4))
    api.renews = False
    with Client(api.url, WORKER) as client:
        gallery, polling = poll(api, client)
        now = client.clock.now()
        for _ in range(3):
            polling.ask()
        assert api.gallery_etags == [None, '"1"', '"1"'] and api.gallery_served == 1
        client.clock.heard(now + 6 * MINUTE, client.clock.tick(), client.clock.tick())
        polling.ask()  # half of the ten minutes is over: 304 would not give the new expiry
        assert api.gallery_served == 2 and gallery.people(now).entries


def test_a_server_that_is_away_changes_nothing_before_the_end(api):
    api.enrol((1, 2, 3, 4))
    with Client(api.url, WORKER, timeout=1) as client:
        gallery, polling = poll(api, client)
        now = client.clock.now()
        polling.ask()
        api.down()
        polling.ask()
        assert gallery.people(now).entries
        assert gallery.people(now + 11 * MINUTE).entries == []
        api.up()


def test_a_refusal_ends_matching_at_once_and_its_end_brings_it_back(api):
    api.enrol((1, 2, 3, 4))
    with Client(api.url, WORKER) as client:
        gallery, polling = poll(api, client)
        now = client.clock.now()
        polling.ask()
        for status in (401, 403):
            api.gallery_refused = status
            polling.ask()
            assert gallery.people(now).entries == []
            api.gallery_refused = None
            polling.ask()
            assert gallery.people(now).entries
        api.gallery_refused = 503
        polling.ask()
        assert gallery.people(now).entries
