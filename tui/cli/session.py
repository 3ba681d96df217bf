"""What commands work with, opened when it is first asked for: home, node types, engine."""

from __future__ import annotations

import os
from argparse import Namespace
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from engine.errors import UsageError
from engine.problems import nearest

if TYPE_CHECKING:
    from contextlib import AbstractAsyncContextManager
    from pathlib import Path

    from engine.config import Config
    from engine.context import Context
    from engine.document import Document
    from engine.engine import Engine
    from engine.graph import Graph
    from engine.registry import Registry
    from engine.secrets import Secrets
    from engine.store import Home
    from engine.values import Media
    from engine.workers import Workers
    from nodes.keys import Keys


class Session:
    """The home, the node types and the engine of one command.

    Args:
        options: The command's options.
    """

    def __init__(self, options: Namespace) -> None:
        self._options = options
        self._env_file: dict[str, str] = {}
        env_file = getattr(options, "env_file", None)
        if env_file is not None:
            from nodes.keys import read_env_file, settings_in

            self._env_file = read_env_file(env_file)
            for name, value in settings_in(self._env_file).items():
                os.environ.setdefault(name, value)

    @cached_property
    def home(self) -> Home:
        """Where results are kept."""
        from engine.store import Home, default_home

        return Home.open(self._options.home or default_home())

    @cached_property
    def registry(self) -> Registry:
        """The node types."""
        from nodes import registry

        return registry(self._options.node_files)

    @cached_property
    def config(self) -> Config:
        """What is set for the home."""
        from engine.config import read_config

        return read_config(self.home.path)

    @cached_property
    def keys(self) -> Keys:
        """Where the providers' keys come from."""
        from nodes.keys import Keys

        return Keys(os.environ, self._env_file)

    @cached_property
    def secrets(self) -> Secrets:
        """Hands out the keys, and hides them in texts."""
        from engine.secrets import Secrets

        return Secrets(self.keys.get)

    def clean(self, text: str) -> str:
        """Return a text without any key that was handed out."""
        return self.secrets.clean(text) if "secrets" in self.__dict__ else text

    @cached_property
    def engine(self) -> Engine:
        """The engine, on this home and these node types."""
        from engine.engine import Engine

        allowed = getattr(self._options, "allow", ())
        for folder in allowed:
            if not folder.is_dir():
                raise UsageError("there is no such folder", where=f"--allow {folder}")
        return Engine(
            self.home,
            self.registry,
            _inspect,
            allowed=allowed,
            secrets=self.secrets,
            workers=self.workers,
        )

    @cached_property
    def workers(self) -> Workers:
        """Processes for media work; they are not given any key."""
        from engine.workers import Workers
        from nodes.keys import NAMES

        ways = [way for ways in NAMES.values() for way in ways]
        return Workers(hidden=[name for way in ways for name in way])

    @cached_property
    def limits(self) -> dict[str, int]:
        """Jobs at a time by provider or pool, as providers and the home's config have them."""
        from nodes.models import catalogue

        return {**catalogue().jobs_at_once, **self.config.limits}

    def outside(self, task: str = "", key: str = "") -> AbstractAsyncContextManager[Context]:
        """Give what remote work needs that is done outside of a run, within the same limits.

        Args:
            task: The address of the task that the work was begun for, if any.
            key: That task's cache key.
        """
        return self.engine.outside(task, key, limits=self.limits, paces=self.config.paces)

    def graph(self, document: Document) -> Graph:
        """Return a workflow's graph for looking at: inputs need no values.

        Raises:
            CheckError: The workflow has errors.
        """
        from engine.bind import bind
        from engine.errors import CheckError

        files = self.engine.files(document)
        graph, problems = bind(document, self.registry, files, partial=True)
        if any(problem.severity == "error" for problem in problems):
            raise CheckError(problems)
        return graph

    def close(self) -> None:
        """End the workers and close the home, if there are any."""
        if "workers" in self.__dict__:
            self.workers.close()
        if "home" in self.__dict__:
            self.home.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _inspect(path: Path, kind: type[Media]) -> dict[str, Any]:
    # What reads media is slow to import, and most workflows name no files.
    from nodes.media import inspect_media

    return inspect_media(path, kind)


def unknown(what: str, name: str, known: list[str], *, listing: str) -> UsageError:
    """Return the error that there is no such thing.

    Args:
        what: What kind of thing.
        name: What was asked for.
        known: What there is.
        listing: The command that lists them.
    """
    near = nearest(name, known)
    hint = f"Did you mean {near}?" if near else f"`{listing}` lists them."
    return UsageError(f"there is no {what} {name!r}", hint=hint)
