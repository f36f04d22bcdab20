"""What a camera's silence means, second by second."""

from recognition_worker.sources.watch import Watch


def test_pictures_mean_live_and_silence_means_stalled():
    watch = Watch()
    watch.attempt(0)
    assert watch.state is None
    watch.heard(1.0)
    assert not watch.judge(1.0) and watch.state == "live"
    assert not watch.judge(6.9) and watch.state == "live"
    assert watch.judge(7.0) and watch.state == "stalled"


def test_a_source_that_answers_nothing_is_unreachable_in_time():
    watch = Watch()
    watch.attempt(0)
    assert not watch.judge(7.9) and watch.state is None
    assert watch.judge(8.0) and watch.state == "unreachable"


def test_a_refusal_is_told_at_once():
    watch = Watch()
    watch.attempt(0)
    watch.failed(0.1, "cannot be opened")
    assert (watch.state, watch.detail) == ("unreachable", "cannot be opened")


def test_a_stream_that_ends_is_tried_again_before_it_is_told():
    watch = Watch()
    watch.attempt(0)
    watch.heard(5.0)
    watch.judge(5.0)
    watch.failed(5.1, "the stream ended")
    assert watch.state == "live" and not watch.may_retry(5.5) and watch.may_retry(6.1)
    watch.between(10.9)
    assert watch.state == "live"
    watch.between(11.1)
    assert watch.state == "stalled"
    watch.attempt(12)
    watch.failed(12.1, "cannot be opened")
    assert watch.state == "unreachable"


def test_attempts_become_rarer_and_a_picture_resets_that():
    watch, now, pauses = Watch(), 0.0, []
    for _ in range(8):
        watch.attempt(now)
        watch.failed(now, "cannot be opened")
        began = now
        while not watch.may_retry(now):
            now += 0.25
        pauses.append(now - began)
    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    watch.attempt(now)
    watch.heard(now)
    watch.failed(now, "the stream ended")
    assert watch.may_retry(now + 1)
