"""Names of components for models: readable, and the same in every import."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping

# A name of a component consists of these (OpenAPI 3.1).
WORD = re.compile(r"[A-Za-z0-9]+")


def component_name(model_id: str) -> str:
    """`pixverse/v5.5/image-to-video` → `PixverseV5_5ImageToVideo`: numbers that would touch keep something between."""
    name = ""
    for word in WORD.findall(model_id):
        touching = name[-1:].isdigit() and word[0].isdigit()
        name += f"{'_' if touching else ''}{word[0].upper()}{word[1:]}"
    return name or "Model"


def component_names(ids: Iterable[str], taken: Mapping[str, str], others: Iterable[str] = ()) -> dict[str, str]:
    """Model id → name of its component. `taken` are the names that stay, of the models that a document has already.

    Ids that would get the same name, or that of another component (`others`), get names that end with a part of their
    hash.
    """
    new = {model_id: component_name(model_id) for model_id in sorted({*ids} - {*taken})}
    counts = Counter(name.casefold() for name in (*new.values(), *taken.values(), *others))
    names = {
        model_id: name
        if counts[name.casefold()] == 1
        else f"{name}_{hashlib.sha256(model_id.encode()).hexdigest()[:6]}"
        for model_id, name in new.items()
    }
    return {**taken, **names}
