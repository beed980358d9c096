"""Which shapes do all parts of the service share: an answer, a link, a note, a problem?"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

__all__ = ["Answer", "Health", "Link", "Note", "Problem", "Ready"]


class Answer(BaseModel):
    """An answer: fixed once made, no unknown fields, descriptions from the texts below fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


class Health(Answer):
    """Whether the process answers at all; says nothing about the bundle."""

    status: str
    """Always "ok"."""


class Ready(Answer):
    """Whether the bundle can be read."""

    status: str
    """Always "ok"; a bundle that cannot be read is a problem with status 503."""

    study_id: str
    """Identifier of the study that the bundle was made from."""

    bundle_sha256: str
    """Digest of the bundle's manifest.json, which holds the digest of every other file."""

    infraplan_version: str
    """Version of the service."""


class Note(Answer):
    """A plain sentence about the data."""

    vi: str
    """In Vietnamese."""

    en: str
    """In English."""


class Link(Answer):
    """A link to something else that the service answers."""

    href: str
    """The address."""

    rel: str
    """How it relates to this answer, such as self, next or items."""

    type: str | None = None
    """Media type of what the address answers."""

    title: str | None = None
    """What it is, in a few words."""

    hreflang: str | None = None
    """Language of what the address answers."""

    length: int | None = None
    """Size of what the address answers, bytes."""

    templated: bool | None = None
    """Whether the address holds parts in braces to be filled in."""


class Problem(Answer):
    """What went wrong (RFC 9457, application/problem+json)."""

    type: str
    """Identifies the kind of problem; about:blank where the status says it all."""

    title: str
    """The kind of problem in a few words."""

    status: int
    """The HTTP status code."""

    detail: str
    """What is wrong with this request, and what to do about it."""

    instance: str
    """Path of the request."""

    faults: tuple[str, ...] | None = None
    """Each fault by itself, where several were found."""
