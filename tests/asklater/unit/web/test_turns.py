"""Turns: in the order of arrival, as many at once as there are places, and nobody slips in."""

import threading

from asklater.database.turns import Turns
from tests.support.waiting import PATIENCE


def until_so_many_wait(turns: Turns, number: int) -> None:
    while turns.waiting < number:
        threading.Event().wait(0.001)


def test_turns_come_in_the_order_of_arrival() -> None:
    turns, came = Turns(), list[int]()
    assert turns.enter(PATIENCE)

    def take_a_turn(number: int) -> None:
        with turns:
            came.append(number)

    threads = [threading.Thread(target=take_a_turn, args=(number,)) for number in range(8)]
    for number, thread in enumerate(threads):
        thread.start()
        until_so_many_wait(turns, number + 1)
    turns.leave()
    for thread in threads:
        thread.join()
    assert came == list(range(8))


def test_a_place_that_is_left_goes_to_who_waits_not_to_who_comes_by() -> None:
    turns, came = Turns(), threading.Event()

    def wait_for_the_turn() -> None:
        assert turns.enter(PATIENCE)
        came.set()

    assert turns.enter(0)
    thread = threading.Thread(target=wait_for_the_turn)
    thread.start()
    until_so_many_wait(turns, 1)
    turns.leave()
    assert not turns.enter(0), "it is taken already, though the thread may not know yet"
    thread.join()
    assert came.is_set()
    turns.leave()
    assert turns.enter(0)


def test_so_many_have_a_turn_at_once_as_there_are_places() -> None:
    turns = Turns(2)
    assert [turns.enter(0) for _ in range(3)] == [True, True, False]
    turns.leave()
    assert turns.enter(0)


def test_who_has_waited_too_long_leaves_the_line_to_the_others() -> None:
    turns = Turns()
    assert turns.enter(0)
    assert not turns.enter(0)
    turns.leave()
    assert turns.enter(0)
