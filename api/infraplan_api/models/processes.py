"""What can a job be asked, and what does the service tell of processes and jobs? Their schemas."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from infraplan_api.models.common import Answer, Link

__all__ = [
    "AuditLog",
    "AuditRow",
    "ExecutionRequest",
    "GapsInputs",
    "JobList",
    "Output",
    "Outputs",
    "PredictInputs",
    "Process",
    "ProcessList",
    "ProcessSummary",
    "ProposeInputs",
    "ReportInputs",
    "ResultFile",
    "Results",
    "StatusInfo",
]

Technology = Literal["2G", "3G", "4G", "5G"]
Name = Annotated[str, Field(min_length=1, max_length=64)]
Code = Annotated[str, Field(pattern="^[A-Za-z0-9-]{1,20}$")]


class _Inputs(BaseModel):
    """What is asked: checked whole, no unknown fields, never infinite."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, allow_inf_nan=False
    )


class PredictInputs(_Inputs):
    """Predict the signal of the bundle's study anew."""

    technology: Technology = "4G"
    """Technology whose cells are predicted."""

    operators: Annotated[tuple[Name, ...], Field(max_length=20)] = ()
    """Operators; all that have cells of the technology where empty."""

    load_share: Annotated[float, Field(strict=True, ge=0, le=1)] | None = None
    """Share of time in which other cells transmit; the catalogue's where null."""


class GapsInputs(_Inputs):
    """Find white and weak spots of the bundle's study."""

    technology: Technology = "4G"
    """Technology whose service counts."""

    operator: Name = "any"
    """Whose service; "any" finds where nobody serves."""

    min_people: Annotated[float, Field(strict=True, ge=0, le=1e6)] = 1.0
    """Spots with fewer people and no village centre are left out."""


class ProposeInputs(_Inputs):
    """Make a plan of the bundle's study with other money, or try it against draws."""

    budget_vnd: Annotated[float, Field(strict=True, ge=0, le=1e15)] | None = None
    """Money of all years together, VND; the study's where null."""

    draws: Annotated[int, Field(strict=True, ge=0, le=1000)] | None = None
    """Random draws of cost, signal and position that the plan is tried against."""


class ReportInputs(_Inputs):
    """Gather the bundle's tables of some communes in one workbook."""

    communes: Annotated[tuple[Code, ...], Field(max_length=1000)] = ()
    """Codes of communes; all where empty."""

    language: Literal["vi", "en"] = "vi"
    """Language of the sheets' titles and of the words for columns."""

    parts: tuple[Literal["xlsx", "docx", "pdf", "maps"], ...] = Field((), max_length=4)
    """Parts of the report on the whole bundle to add: the auditor's workbook, the annexes of a
    decision, the plan for leaders, map sheets; none where empty."""


class Output(_Inputs):
    """How a result is wanted; files are always links, figures always values."""

    transmissionMode: Literal["value", "reference"] = "value"  # noqa: N815 - OGC's name
    """What OGC's clients send; it changes nothing here."""


class Outputs(_Inputs):
    """How each result is wanted."""

    values: Output | None = None
    """The figures."""

    files: Output | None = None
    """The files."""

    bundle_sha256: Output | None = None
    """Digest of the manifest.json of the bundle that the job read."""


class ExecutionRequest(_Inputs):
    """What OGC API - Processes lets every request for work say beside its inputs."""

    outputs: Outputs | None = None
    """Which results are wanted; all are made."""

    response: Literal["document"] = "document"
    """One document with all results."""


class ProcessSummary(Answer):
    """What a process does, in short."""

    id: str
    """Its name in addresses."""

    title: str
    """What it does, in a few words, Vietnamese / English."""

    description: str
    """What it does, what it makes and what it costs."""

    version: str
    """Version of the service."""

    jobControlOptions: tuple[str, ...]  # noqa: N815 - OGC's name
    """How it may be executed: async-execute, sync-execute, dismiss."""

    outputTransmission: tuple[str, ...]  # noqa: N815 - OGC's name
    """How results are handed over: value or reference."""

    links: tuple[Link, ...]
    """Where its description and execution are."""


class Process(ProcessSummary):
    """What a process does, takes and makes."""

    inputs: dict[str, Any]
    """Each input: title, description, JSON schema, how often."""

    outputs: dict[str, Any]
    """Each output: title and JSON schema."""


class ProcessList(Answer):
    """The processes there are."""

    processes: tuple[ProcessSummary, ...]
    """In short."""

    links: tuple[Link, ...]
    """This list."""


class StatusInfo(Answer):
    """How far a job is."""

    jobID: str  # noqa: N815 - OGC's name
    """Its identifier."""

    processID: str  # noqa: N815 - OGC's name
    """The process."""

    type: Literal["process"] = "process"
    """Always "process"."""

    status: Literal["accepted", "running", "successful", "failed", "dismissed"]
    """Waiting, at work, or how it ended."""

    message: str
    """What is going on, or why it failed."""

    progress: Annotated[int, Field(ge=0, le=100)]
    """How far, percent; by stages, so not in even steps."""

    created: str
    """When it was asked, RFC 3339, UTC."""

    started: str | None = None
    """When work on it began last."""

    finished: str | None = None
    """When it ended."""

    updated: str
    """When something happened last."""

    links: tuple[Link, ...]
    """Itself, its results, its events."""


class JobList(Answer):
    """A page of the caller's jobs, newest first."""

    jobs: tuple[StatusInfo, ...]
    """The jobs of this page."""

    numberMatched: int  # noqa: N815 - OGC's name
    """How many there are in all."""

    numberReturned: int  # noqa: N815 - OGC's name
    """How many this page has."""

    links: tuple[Link, ...]
    """This page, the next and the one before."""


class ResultFile(Answer):
    """A file that a job made."""

    href: str
    """Where it is."""

    type: str
    """Its media type."""

    title: str
    """Its name."""

    length: int
    """Its size, bytes."""

    sha256: str
    """Its digest."""


class Results(Answer):
    """What a job made."""

    values: dict[str, Any]
    """The figures."""

    files: dict[str, ResultFile]
    """Name to file."""

    bundle_sha256: str
    """Digest of the manifest.json of the bundle that the job read."""


class AuditRow(Answer):
    """A request that changed something, or wanted to."""

    at_s: float
    """When, seconds since 1970 (UTC)."""

    key_id: str | None
    """Identifier of the key; null where none was good."""

    address: str | None
    """Address of the client."""

    method: str
    """POST or DELETE."""

    path: str
    """What was asked."""

    status: int
    """What came of it, as the HTTP status."""

    body_sha256: str
    """Digest of the body."""

    made: str | None
    """Address of what was made; null for nothing."""


class AuditLog(Answer):
    """A page of the audit log, newest first."""

    rows: tuple[AuditRow, ...]
    """The requests of this page."""

    numberMatched: int  # noqa: N815 - OGC's name
    """How many there are in all."""

    numberReturned: int  # noqa: N815 - OGC's name
    """How many this page has."""
