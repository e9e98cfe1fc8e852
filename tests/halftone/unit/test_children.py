"""The supervisor's children: started again after pauses that grow, given up where that is hopeless."""

from dataclasses import dataclass, field

import pytest

from halftone.server import FIRST_PAUSE, HEALTHY_AFTER, HOPELESS_DEATHS, MAX_PAUSE, CannotServe, Child

NOBODY = 2**22 + 1
"""A process number that Linux gives to nobody."""


@dataclass
class FakeProcess:
    pid: int = NOBODY
    code: int | None = None

    def poll(self) -> int | None:
        return self.code


@dataclass
class World:
    """A clock that is set by hand, and the processes that were started."""

    moment: float = 0.0
    started: list[FakeProcess] = field(default_factory=list)

    def start(self) -> FakeProcess:
        self.started.append(FakeProcess())
        return self.started[-1]

    def now(self) -> float:
        return self.moment


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def child(world: World) -> Child:
    child = Child("worker", world.start, world.now)
    child.start()
    return child


def die(world: World, child: Child) -> float:
    """The child dies, and is started again; after how many seconds."""
    count, died_at = len(world.started), world.moment
    world.started[-1].code = -9
    line = child.look_after(restart=True)
    assert line.startswith("The worker ended by itself (SIGKILL) and is started again in ")
    while len(world.started) == count:
        world.moment += 0.25
        assert child.look_after(restart=True) == ""
    return world.moment - died_at


def test_one_that_lives_is_left_alone(world: World, child: Child) -> None:
    for _ in range(100):
        world.moment += 10
        assert child.look_after(restart=True) == ""
    assert len(world.started) == 1


def test_the_pause_grows_and_has_an_end(world: World, child: Child) -> None:
    child.note_health()
    pauses = [die(world, child) for _ in range(9)]
    assert pauses == [min(FIRST_PAUSE * 2**place, MAX_PAUSE) for place in range(9)]
    assert pauses[-1] == MAX_PAUSE


def test_a_minute_of_health_makes_up_for_earlier_deaths(world: World, child: Child) -> None:
    for _ in range(3):
        die(world, child)
    world.moment += HEALTHY_AFTER
    child.look_after(restart=True)
    assert die(world, child) == FIRST_PAUSE


def test_one_that_never_worked_is_given_up(world: World, child: Child) -> None:
    for _ in range(HOPELESS_DEATHS - 1):
        die(world, child)
    world.started[-1].code = 1
    with pytest.raises(CannotServe, match=r"The worker ended by itself \(exit status 1\) 5 times and never worked"):
        child.look_after(restart=True)


def test_one_that_worked_once_is_never_given_up(world: World, child: Child) -> None:
    child.note_health()
    for _ in range(HOPELESS_DEATHS * 3):
        die(world, child)


def test_in_development_a_death_ends_everything(world: World, child: Child) -> None:
    world.started[-1].code = 0
    with pytest.raises(CannotServe, match=r"\(exit status 0\), so everything was stopped"):
        child.look_after(restart=False)
    assert len(world.started) == 1


def optional(world: World) -> Child:
    child = Child("provider", world.start, world.now, essential=False)
    child.start()
    return child


def test_one_that_the_others_do_without_is_given_up_and_serving_goes_on(world: World) -> None:
    child = optional(world)
    for _ in range(HOPELESS_DEATHS - 1):
        world.started[-1].code = 1
        assert "is started again" in child.look_after(restart=True)
        world.moment += MAX_PAUSE / 5
        child.look_after(restart=True)
    world.started[-1].code = 1
    said = child.look_after(restart=True)
    assert said == (
        "The provider ended by itself (exit status 1) 5 times and never worked. Everything else goes on without it."
    )
    world.moment += HEALTHY_AFTER
    assert child.look_after(restart=True) == ""
    assert len(world.started) == HOPELESS_DEATHS


def test_in_development_its_death_ends_nothing(world: World) -> None:
    child = optional(world)
    world.started[-1].code = 0
    assert child.look_after(restart=False).endswith("Everything else goes on without it.")
    assert child.look_after(restart=False) == ""
    assert len(world.started) == 1
