"""Azure OpenAI (Microsoft Foundry): OpenAI's API at the address of one's own resource.

A model is asked for by the name of its deployment, which is the model's own by default.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import SecretStr

from engine import TaskError
from engine.errors import UsageError
from nodes.providers.openai.adapter import OpenAI
from nodes.remote.adapter import Answer
from nodes.remote.runner import RemoteProvider
from nodes.remote.settings import check_base_url

_ENDPOINT = "AZURE_OPENAI_ENDPOINT"
_VERSION = "/openai/v1"


class AzureOpenAI(OpenAI):
    """Maps requests to Azure OpenAI and its answers back, where it differs from OpenAI."""

    name = "azure_openai"
    title = "Azure OpenAI"
    base_url = "https://openai.azure.com/openai/v1"
    probe_path = ""
    formats = ("image/png", "image/jpeg")
    lone_picture = "image[]"

    def address(self, environ: Mapping[str, str]) -> str:
        """Return the base address of the account's resource.

        Raises:
            UsageError: It is not set, or no address.
        """
        endpoint = environ.get(_ENDPOINT, "").strip().rstrip("/")
        if not endpoint:
            raise UsageError(
                "Azure OpenAI needs the address of your resource",
                where=_ENDPOINT,
                hint=f"Set {_ENDPOINT} to https://RESOURCE.openai.azure.com.",
            )
        check_base_url(endpoint, _ENDPOINT)
        return endpoint if endpoint.endswith(_VERSION) else f"{endpoint}{_VERSION}"

    def auth(self, key: SecretStr) -> Mapping[str, str]:
        """Return the header with the key."""
        return {"api-key": key.get_secret_value()}

    def error(self, answer: Answer) -> TaskError:
        """Turn an answer with an error status into a classed error with Azure's words."""
        error = super().error(answer)
        if answer.status == 404:
            error.hint = "Name your deployment of the model by the option deployment."
        return error


PROVIDER = RemoteProvider(AzureOpenAI())
