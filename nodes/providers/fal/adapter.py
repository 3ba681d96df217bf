"""fal's API as pure mapping: one queue for every model, and one storage for what goes in.

A submission has no key by which a second one would be known for the same, so none is repeated. When
its answer is lost, it is looked for among the account's requests, by its input. Those that wait or
run are not in that list, so that what is not found there may exist: such a job is looked for again
in the next run, unless a person settles it before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlsplit

from pydantic import SecretStr

from engine import ErrorKind, Media, TaskError
from engine.nodetype import Price
from nodes.models import ModelInfo
from nodes.providers.fal.answers import (
    document_of,
    error_of,
    job_of,
    not_understood,
    requests_like,
    status_of,
)
from nodes.providers.fal.prices import dollars, quantity
from nodes.providers.fal.schema import complaints
from nodes.providers.fal.uploads import asking_for_a_place, sending
from nodes.remote.adapter import Address, Answer, Call, JobStatus, RemoteJob, Sent
from nodes.remote.lookup import arguments_of
from nodes.remote.mapping import build_body, with_urls
from nodes.requests import Request

REST = "https://rest.fal.ai"
PLATFORM = "https://api.fal.ai/v1"
SITE = "https://fal.ai"

_DAY = 86_400
_RESULTS = ".fal.media"
"""Where results are, and uploads."""
_RESULT_SECONDS = 3600.0
_UNREAD = ("file_download_error", "image_load_error")
_PROBED = "fal-ai/flux/schnell"
_SKEW = 5.0
"""Seconds that this machine's clock may be ahead of fal's."""
_NOT_YET = "among the requests that have ended there it is not, or not yet"


class Fal:
    """Maps requests to fal's HTTP API and its answers back.

    Args:
        rest: Address of the service that hands out places to upload to.
        platform: Address of the service that knows prices.
        site: Address of the site that describes each endpoint.
    """

    name = "fal"
    base_url = "https://queue.fal.run"
    is_idempotent = False
    upload_seconds = 6.0 * _DAY
    poll_floor = 1.0
    deadline = 7200.0

    def __init__(self, rest: str = REST, platform: str = PLATFORM, site: str = SITE) -> None:
        self._rest = rest.rstrip("/")
        self._platform = platform.rstrip("/")
        self._site = site.rstrip("/")
        hosts = (urlsplit(url).hostname for url in (self.base_url, self._rest, self._platform))
        self.trusted_hosts = tuple(host for host in hosts if host)

    def auth(self, key: SecretStr) -> Mapping[str, str]:
        """Return the header with the key."""
        return {"Authorization": f"Key {key.get_secret_value()}"}

    def prepare(
        self, model: ModelInfo, request: Request, answers: Sequence[Answer]
    ) -> Call | Request | RemoteJob:
        """Hold the inputs of an endpoint that is not in the catalogue against its own schema.

        Raises:
            TaskError: It does not take them.
        """
        if model.inputs:
            return request
        if not answers:
            url = f"{self._site}/api/openapi/queue/openapi.json"
            params = {"endpoint_id": model.endpoint}
            return Call("GET", url, params=params, authenticated=False, keep_seconds=_DAY)
        found = list(complaints(answers[0].json, model.endpoint, request.options))
        if found:
            message = f"{model.endpoint} does not take this: {'; '.join(found[:5])}"
            raise TaskError(message, kind=ErrorKind.INVALID, hint=f"See {model.docs}")
        return request

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that puts a job into the queue.

        Raises:
            TaskError: The size of the picture is given twice.
        """
        return Call("POST", f"/{model.endpoint}", json=body_of(model, request, urls))

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read which job was started."""
        return job_of(answer)

    def poll(self, job: RemoteJob) -> Call:
        """Return the call that asks how a job stands."""
        return Call("GET", job.urls["status"])

    def status(self, answer: Answer, job: RemoteJob) -> JobStatus | Call:
        """Read how a job stands; a completed one is asked for its result, which may be an error."""
        return status_of(answer, job)

    def cancel(self, job: RemoteJob) -> Call | None:
        """Return the call that asks for a job to be canceled: sure only while it is queued."""
        return Call("PUT", job.urls["cancel"])

    def find(self, idempotency_key: str, since: float) -> Call | None:
        """Return None: fal knows no such keys; see `listing_of`."""
        return None

    def found(self, answer: Answer, idempotency_key: str) -> RemoteJob | None:
        """Say that nothing can be told: `find` makes no call."""
        raise not_understood(answer)

    def listing_of(self, sent: Sent) -> Call:
        """Return the call that lists an endpoint's requests of late, with their inputs."""
        start = datetime.fromtimestamp(sent.since - _SKEW, UTC).isoformat(timespec="seconds")
        params = {
            "endpoint_id": sent.url.strip("/"),
            "start": start.replace("+00:00", "Z"),
            "expand": "payloads",
            "limit": "100",
        }
        return Call("GET", f"{self._platform}/models/requests/by-endpoint", params=params)

    def recognised(self, answer: Answer, sent: Sent) -> RemoteJob:
        """Return the one request of the same input."""
        found = requests_like(answer, sent.body, sent.since - _SKEW) - sent.known
        if len(found) != 1:
            several = f"{len(found)} requests there have the same input" if found else _NOT_YET
            raise TaskError(several)
        return self.job_named(found.pop(), sent.url)

    def job_named(self, remote_id: str, sent_to: str) -> RemoteJob:
        """Return a job by its id; its addresses keep the owner and the name of what it runs."""
        parts = sent_to.strip("/").split("/")
        app = "/".join(parts[: 3 if parts[0] in ("workflows", "comfy") else 2])
        address = f"/{app}/requests/{quote(remote_id, safe='')}"
        urls = {"status": f"{address}/status", "result": address, "cancel": f"{address}/cancel"}
        return RemoteJob(remote_id, urls)

    def estimate(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address]
    ) -> Call | None:
        """Return the call that prices a request.

        fal has one price a unit for an endpoint, whatever else a call's price depends on: its
        resolution, or sound. So only where the catalogue has one price as well is it that of the
        call. Averages of past calls, which fal has too, are no bound of what this one costs.
        """
        price = model.estimate(arguments_of(request))
        if model.price.cases or price.low != price.high:
            return None
        if not (number := quantity(model, request)):
            return None
        units = {model.endpoint: {"unit_quantity": number}}
        body = {"estimate_type": "unit_price", "endpoints": units}
        return Call("POST", f"{self._platform}/models/pricing/estimate", json=body)

    def estimated(self, answer: Answer) -> Price:
        """Read a price."""
        document = document_of(answer)
        cost = dollars(document.get("total_cost"), document.get("currency"), answer)
        return Price(cost, cost, "fal's price today")

    def unit_price(self, sent_to: str) -> Call:
        """Return the call that asks what a unit of an endpoint costs."""
        params = {"endpoint_id": sent_to.strip("/")}
        return Call("GET", f"{self._platform}/models/pricing", params=params, keep_seconds=_DAY)

    def unit_priced(self, answer: Answer) -> Decimal:
        """Read what a unit costs."""
        prices = document_of(answer).get("prices")
        if not isinstance(prices, list) or len(prices) != 1 or not isinstance(prices[0], Mapping):
            raise not_understood(answer)
        return dollars(prices[0].get("unit_price"), prices[0].get("currency"), answer)

    def start_upload(self, media: Media) -> Call:
        """Return the call that asks for leave, or for a place, to upload."""
        return asking_for_a_place(self._rest, media)

    def continue_upload(self, media: Media, answer: Answer, step: int) -> Call | str:
        """Return the call that sends the bytes, or the address that they can be found at."""
        return sending(media, answer, step)

    def lasts(self, url: str) -> float:
        """Rely on results for an hour: fal keeps them for a week, but an account may say less."""
        parts = urlsplit(url)
        is_plain = parts.scheme == "https" and not parts.query
        on_cdn = (parts.hostname or "").endswith(_RESULTS)
        return _RESULT_SECONDS if is_plain and on_cdn else 0.0

    def is_unread(self, error: TaskError) -> bool:
        """Tell whether fal says that it could not read an input at its address."""
        return any(name in error.message for name in _UNREAD)

    def probe(self) -> Call:
        """Return a free call that only a good key may make."""
        url = f"{self._platform}/models/pricing"
        return Call("GET", url, params={"endpoint_id": _PROBED})

    def is_accepted(self, answer: Answer) -> bool:
        """Tell whether the key was accepted.

        Raises:
            TaskError: The answer does not tell.
        """
        if answer.status >= 400 and answer.status not in (401, 403):
            raise error_of(answer)
        return answer.status == 200

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with fal's words."""
        return error_of(answer)


def body_of(model: ModelInfo, request: Request, urls: Mapping[str, Address]) -> dict[str, Any]:
    """Return the JSON body of a request.

    A model without declared inputs takes its options as they are, pictures in them included.

    Raises:
        TaskError: The size of the picture is given twice.
    """
    if not model.inputs:
        return {name: with_urls(value, urls) for name, value in request.options.items()}
    if request.aspect_ratio and "image_size" in request.options:
        message = "aspect_ratio and the option image_size both give the size: leave one out"
        raise TaskError(message, kind=ErrorKind.INVALID)
    return build_body(model, request, urls)
