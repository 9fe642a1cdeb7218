"""What the replies of a job's operations look like in each state: result and error are there in their states alone."""

from reelmock.contracts.job_routes import JobRoute
from reelmock.contracts.jsontree import Json, JsonObject
from reelmock.contracts.lifecycle import State, word_for
from reelmock.contracts.operations import Operation
from reelmock.contracts.places import EMPTY, Place, barred, pinned, value_at
from reelmock.contracts.reply_places import ReplyPlaces, reply_schema

# What a result or an error is when it is there.
SOMETHING: JsonObject = {"type": ["string", "array", "object"], "minLength": 1, "minItems": 1}


def owned_places(places: ReplyPlaces) -> tuple[tuple[Place, State], ...]:
    """The places of result and error, as far as the reply has them, each with the state in which it is filled."""
    both = ((places.result, State.COMPLETED), (places.error, State.ERROR))
    return tuple((place, state) for place, state in both if place)


def told_in(route: JobRoute, operation: Operation, state: State) -> JsonObject:
    """The schema of the replies of `operation` that tell of `state`, as far as the document lets it be narrowed."""
    places, schema = route.places(operation), reply_schema(operation)
    if places.id:
        schema = pinned(schema, places.id, {}) or schema
    if places.status:
        schema = pinned(schema, places.status, {"enum": [word_for(state, places.words)]}) or schema
    for place, owner in owned_places(places):
        narrowed = pinned(schema, place, SOMETHING) if state is owner else barred(schema, place)
        schema = narrowed or schema
    return schema


def is_there(body: Json, place: Place) -> bool:
    """Whether a result or an error is there: null, an empty string and an empty list count as not there."""
    return value_at(body, place) not in EMPTY
