"""Trials whose body is no payload at all: broken JSON, nothing, something that is no object."""

from dataclasses import replace

from reelmock.contracts.exchange import Fields, Request
from reelmock.contracts.operations import JSON_MEDIA_TYPE
from reelmock.contracts.trial_maker import TrialMaker
from reelmock.contracts.trials import Kind, Trial

# Bodies that are no payload, each with the refusal that it gets: (name of the case, body, refusal).
UNREADABLE = (
    ("cut_off_json", b'{"prompt": "a boat"', "malformed_json"),
    ("single_quotes", b"{'prompt': 'a boat'}", "malformed_json"),
    ("trailing_comma", b'{"prompt": "a boat",}', "malformed_json"),
    ("no_utf8", b'{"prompt": "\xff"}', "malformed_json"),
    ("nan", b'{"prompt": NaN}', "malformed_json"),
    ("a_form", b"prompt=a+boat", "malformed_json"),
    ("empty_body", b"", "empty_body"),
    ("array", b"[]", "not_an_object"),
    ("text", b'"a boat"', "not_an_object"),
)


def unreadable(maker: TrialMaker, name: str, body: bytes, refusal: str) -> Trial:
    """A POST without a key whose body is no payload."""
    create = maker.route.create
    request = maker.creating(None)
    what = {
        "malformed_json": f"a body that is no JSON ({name.replace('_', ' ')})",
        "empty_body": "an empty body",
        "not_an_object": f"a body that is {'an' if name == 'array' else 'a'} {name}",
    }.get(refusal, name)
    return Trial(
        Kind.UNREADABLE,
        replace(request, headers=typed(request, JSON_MEDIA_TYPE), body=body),
        what,
        f"POST:{name}",
        maker.route,
        create,
        (maker.status(refusal),),
        maker.evidence(create, refusal),
        maker.body(),
    )


def typed(request: Request, content_type: str) -> Fields:
    """The headers of `request` with this content type."""
    return (*(field for field in request.headers if field[0] != "content-type"), ("content-type", content_type))
