"""Permissions, states, jobs and relationships keep their promises of form."""

import importlib
from enum import StrEnum

import pytest
from flask import Flask
from sqlalchemy.orm import configure_mappers

from app.core.database import Model
from app.core.jobs import JOBS
from app.core.machine import Machine
from app.core.policy import PERMISSIONS
from app.exchanges.states.parties import Workflow
from app.schedule import TIMETABLE
from tests.house.places import MODULES, ROOT

MACHINES = {
    f"{module}.{name}": machine
    for module in (
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in MODULES
        if path.stem == "states" or path.parent.name == "states"
    )
    for name, machine in vars(importlib.import_module(module)).items()
    if isinstance(machine, Machine | Workflow)
}


def test_every_permission_is_named_and_explains_a_refusal(app: Flask) -> None:
    assert PERMISSIONS
    for name, permission in PERMISSIONS.items():
        assert [part for part in name.split(":") if part] == name.split(":")
        assert len(name.split(":")) == 3, name
        assert (permission.__doc__ or "").endswith("."), name


def test_every_job_has_someone_to_do_it(app: Flask) -> None:
    assert [name for name, job in JOBS.items() if job.work is None] == []


def test_the_timetable_names_jobs_that_exist(app: Flask) -> None:
    assert [row.job for row in TIMETABLE if row.job not in JOBS] == []


def test_nothing_is_loaded_behind_our_back(app: Flask) -> None:
    configure_mappers()
    lazy = {
        f"{mapper.class_.__name__}.{relation.key}"
        for mapper in Model.registry.mappers
        for relation in mapper.relationships
        if relation.lazy != "raise_on_sql"
    }

    assert lazy == set()


@pytest.mark.parametrize("name", MACHINES)
def test_every_state_can_be_reached(name: str) -> None:
    found = MACHINES[name]
    machine: Machine[StrEnum] = found.machine if isinstance(found, Workflow) else found
    reached: set[StrEnum] = set()
    frontier = set(machine.starts)
    while frontier:
        reached |= frontier
        frontier = {machine.after(s, a) for s in frontier for a in machine.actions(s)} - reached

    assert reached == set(type(machine.start))
