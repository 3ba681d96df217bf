"""The provider `fal`: its adapter on the runner of remote jobs."""

from __future__ import annotations

from nodes.providers.fal.adapter import Fal
from nodes.providers.fal.endpoints import find_model
from nodes.remote.runner import RemoteProvider

PROVIDER = RemoteProvider(Fal(), find_model=find_model)
