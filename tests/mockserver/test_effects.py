"""Which rules a request meets, and how several headers `Prefer` are read."""

import pytest

from reelmock.contracts.exchange import Request
from reelmock.contracts.jsontree import JsonObject
from reelmock.mockserver.engine import Engine
from reelmock.mockserver.scenario_file import rules_of
from reelmock.tests.mockserver.asking import Make, NewEngine, made

MODEL, ALIAS = "pixverse/v5.5/image-to-video", "pixverse/v5-5-image-to-video"


def ruled(engine: Engine, *records: JsonObject) -> Engine:
    for rule in rules_of([*records], "here", engine.contract):
        engine.scenarios.add(rule)
    return engine


@pytest.mark.parametrize("named", [MODEL, ALIAS])
@pytest.mark.parametrize("sent", [MODEL, ALIAS])
def test_a_model_is_one_by_whichever_of_its_names(
    sent: str, named: str, new_engine: NewEngine, create: Make, poll: Make
) -> None:
    engine = ruled(
        new_engine(),
        {"on": "create", "model": named, "code": 503, "times": 1},
        {"on": "retrieve", "model": named, "code": 502},
    )
    assert engine.handle(create(model=sent)).response.status == 503
    assert engine.handle(poll(made(engine, create(model=sent)))).response.status == 502


def test_a_name_that_is_no_models_meets_no_rule_about_one(new_engine: NewEngine, create: Make) -> None:
    engine = ruled(new_engine(), {"model": "pixverse/*", "code": 503})
    assert engine.handle(create(model="kling/v1")).response.status == 400


def test_the_only_model_need_not_be_named(new_engine: NewEngine, create: Make) -> None:
    engine = ruled(new_engine(), {"model": "pixverse/*", "code": 503})
    assert engine.handle(create(model=None)).response.status == 503


def test_several_headers_are_one_list(new_engine: NewEngine, create: Make) -> None:
    request = create()
    both = (*request.headers, ("prefer", "code=429"), ("prefer", "wait=3, retry-after=2"))
    response = new_engine().handle(Request(request.method, request.path, (), both, request.body)).response
    assert (response.status, response.header("retry-after")) == (429, "2")
    assert response.header("preference-applied") == "code=429, retry-after=2"


def test_a_page_in_a_browser_can_read_what_was_applied(new_engine: NewEngine, create: Make) -> None:
    headers = {"origin": "https://page.example", "prefer": "code=429"}
    response = new_engine().handle(create(headers=headers)).response
    exposed = [value for name, value in response.headers if name == "access-control-expose-headers"]
    assert "preference-applied" in exposed
