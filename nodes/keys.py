"""API keys: where each provider's key comes from, and nothing else ever says what it is.

In this order: the environment names that the providers' own SDKs use, a `.env` file if one was
named, the system keyring (the optional package `keyring`). A key is a `SecretStr` from the first
moment; `Keys.where` names its place, never its value.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any, Protocol

from pydantic import SecretStr

from engine.errors import ErrorKind, TaskError, UsageError

NAMES: dict[str, tuple[tuple[str, ...], ...]] = {
    "apiyi": (("APIYI_API_KEY",),),
    "azure_openai": (("AZURE_OPENAI_API_KEY",),),
    "bfl": (("BFL_API_KEY",),),
    "bria": (("BRIA_API_TOKEN",), ("BRIA_API_KEY",)),
    "bytedance": (("ARK_API_KEY",),),
    "chat": (("OPENAI_API_KEY",),),
    "elevenlabs": (("ELEVENLABS_API_KEY",),),
    "fal": (("FAL_KEY",), ("FAL_KEY_ID", "FAL_KEY_SECRET")),
    "google": (("GOOGLE_API_KEY",), ("GEMINI_API_KEY",)),
    "google_vertex": (("GOOGLE_APPLICATION_CREDENTIALS",), ("GOOGLE_VERTEX_ACCESS_TOKEN",)),
    "higgsfield": (
        ("HF_CREDENTIALS",),
        ("HF_KEY",),
        ("HF_API_KEY", "HF_API_SECRET"),
        ("HF_API_KEY_ID", "HF_API_KEY_SECRET"),
    ),
    "ideogram": (("IDEOGRAM_API_KEY",),),
    "kling": (("KLING_API_KEY",), ("KLING_ACCESS_KEY", "KLING_SECRET_KEY")),
    "luma": (("LUMA_AGENTS_API_KEY",),),
    "luma_dream_machine": (("LUMAAI_API_KEY",),),
    "minimax": (("MINIMAX_API_KEY",),),
    "openai": (("OPENAI_API_KEY",),),
    "openai_videos": (("OPENAI_VIDEOS_API_KEY",),),
    "pika": (("PIKA_API_KEY",),),
    "recraft": (("RECRAFT_API_TOKEN",), ("RECRAFT_API_KEY",)),
    "replicate": (("REPLICATE_API_TOKEN",),),
    "runway": (("RUNWAYML_API_SECRET",),),
    "segmind": (("SEGMIND_API_KEY",),),
    "stability": (("STABILITY_API_KEY",), ("SAI_API_KEY",)),
    "wan": (("DASHSCOPE_API_KEY",),),
    "wavespeed": (("WAVESPEED_API_KEY",),),
}
"""Environment names by provider, the first that is set counts. A pair is an id and its secret."""
_FILES = frozenset({"GOOGLE_APPLICATION_CREDENTIALS"})
"""Names whose value is the path of a file, and the key its content."""
_LARGEST_FILE = 64 * 1024

KEYRING = "keyring"
"""What `Keys.where` says of a key that the system keyring holds."""

_SERVICE = "reelgraph"
_SETTINGS = re.compile(
    r"REELGRAPH_[A-Z0-9_]+|OPENAI_BASE_URL"
    r"|AZURE_OPENAI_ENDPOINT"
    r"|DASHSCOPE_(?:HTTP_)?BASE_URL"
    r"|GOOGLE_(?:GEMINI_BASE_URL|VERTEX_BASE_URL|CLOUD_PROJECT|CLOUD_LOCATION)"
)
"""What a `.env` file may set besides keys: base addresses above all, which belong to the keys."""


class Vault(Protocol):
    """Keeps keys for the user."""

    def get(self, provider: str) -> str | None:
        """Return a key; None if there is none, or no vault to ask."""
        ...

    def set(self, provider: str, key: str) -> None:
        """Keep a key.

        Raises:
            UsageError: There is no vault, or it refuses.
        """
        ...

    def remove(self, provider: str) -> bool:
        """Forget a key; tell whether there was one.

        Raises:
            UsageError: There is no vault, or it refuses.
        """
        ...


class SystemVault:
    """The keyring of the operating system."""

    def get(self, provider: str) -> str | None:
        """Return a key; None if there is none, or no keyring to ask."""
        try:
            key: str | None = import_module("keyring").get_password(_SERVICE, provider)
        except Exception:
            # Not installed, locked, or no keyring on this system: then it holds no key for us.
            return None
        return key

    def set(self, provider: str, key: str) -> None:
        """Keep a key."""
        keyring = _keyring()
        try:
            keyring.set_password(_SERVICE, provider, key)
        except Exception as error:
            raise _refused(error) from None

    def remove(self, provider: str) -> bool:
        """Forget a key; tell whether there was one."""
        keyring = _keyring()
        try:
            if keyring.get_password(_SERVICE, provider) is None:
                return False
            keyring.delete_password(_SERVICE, provider)
        except Exception as error:
            raise _refused(error) from None
        return True


def _keyring() -> Any:
    try:
        return import_module("keyring")
    except ImportError:
        raise UsageError(
            "the package keyring is not installed",
            hint="Install reelgraph[keyring], or set an environment variable instead.",
        ) from None


def _refused(error: Exception) -> UsageError:
    # Only the kind of error: its text may hold what was to be kept.
    return UsageError(
        f"the system keyring refused: {type(error).__name__}",
        hint="Unlock it, or set an environment variable instead.",
    )


class Keys:
    """Finds keys.

    Args:
        environ: The environment variables.
        env_file: The variables of a `.env` file that the user named.
        vault: Asked last.
    """

    def __init__(
        self,
        environ: Mapping[str, str] = os.environ,
        env_file: Mapping[str, str] | None = None,
        vault: Vault | None = None,
    ) -> None:
        self._environ = environ
        self._env_file = env_file or {}
        self._vault = vault or SystemVault()
        self._found: dict[str, tuple[str, SecretStr] | None] = {}

    def get(self, provider: str) -> SecretStr | None:
        """Return a provider's key, an id and its secret joined by a colon; None if there is none.

        Raises:
            TaskError: It has characters that no key has, as when a whole file was pasted (`auth`).
        """
        found = self._look(provider)
        return found[1] if found else None

    def where(self, provider: str) -> str | None:
        """Return where a provider's key comes from: `HF_KEY`, `FAL_KEY (env file)`, `keyring`."""
        found = self._look(provider)
        return found[0] if found else None

    def _look(self, provider: str) -> tuple[str, SecretStr] | None:
        if provider not in self._found:
            # Kept, as a keyring may ask a person each time.
            self._found[provider] = self._search(provider)
        return self._found[provider]

    def _search(self, provider: str) -> tuple[str, SecretStr] | None:
        names = NAMES.get(provider, ())
        for variables, suffix in ((self._environ, ""), (self._env_file, " (env file)")):
            for group in names:
                values = [variables.get(name, "").strip() for name in group]
                if all(values):
                    where = " + ".join(group) + suffix
                    if group[0] in _FILES:
                        return where, in_file(Path(values[0]), where)
                    return where, checked(":".join(values), where)
        kept = self._vault.get(provider) if names else None
        return (KEYRING, checked(kept.strip(), KEYRING)) if kept and kept.strip() else None


def in_file(path: Path, where: str) -> SecretStr:
    """Return a key that is a JSON file, as the JSON that it holds.

    Raises:
        TaskError: There is none (`auth`).
    """
    with suppress(RuntimeError):  # There is no such user; it may be a file's name all the same.
        path = path.expanduser()
    try:
        with path.open("rb") as file:
            content = json.loads(file.read(_LARGEST_FILE))
    except (OSError, ValueError, RecursionError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not JSON"
        content, reason = None, f"the file that it names cannot be read: {why}"
    else:
        reason = "the file that it names holds no JSON object"
    if not isinstance(content, dict):
        raise TaskError(
            reason,
            kind=ErrorKind.AUTH,
            where=where,
            hint="It is the path of the key file of a service account.",
        )
    return SecretStr(json.dumps(content, separators=(",", ":")))


def checked(key: str, where: str) -> SecretStr:
    """Return a key that can be sent in a header.

    Raises:
        TaskError: It cannot (`auth`).
    """
    if not (key.isascii() and key.isprintable()) or " " in key:
        raise TaskError(
            "the key has characters that no key has",
            kind=ErrorKind.AUTH,
            where=where,
            hint="Copy it again, without line breaks and quotation marks.",
        )
    return SecretStr(key)


_LINE = re.compile(r"(?:export[ \t]+)?(?P<name>[A-Za-z_][A-Za-z0-9_]*)[ \t]*=[ \t]*(?P<value>.*)")
_VALUE = re.compile(
    r"""(?: '(?P<single>[^']*)' | "(?P<double>[^"\\$`]*)" | (?P<bare>[^\s'"#$`\\]*) )
    (?: [ \t]+\#.* )?""",
    re.VERBOSE,
)


def read_env_file(path: Path) -> dict[str, str]:
    """Return the keys and settings of a `.env` file; variables of other programs are passed over.

    Lines are `NAME=value`, `export NAME="value"` or `# comment`. Nothing is expanded or run, so a
    value with `$`, a backtick or a backslash outside single quotation marks is refused.

    Raises:
        UsageError: The file cannot be read, or a line of it is not understood.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise UsageError(f"the file cannot be read: {reason}", where=str(path)) from None
    found: dict[str, str] = {}
    for number, line in enumerate(map(str.strip, text.splitlines()), start=1):
        if not line or line.startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            raise UsageError("the line is not NAME=value", where=f"{path}:{number}")
        if is_known(match["name"]):
            found[match["name"]] = _value(match["value"], f"{path}:{number}")
    return found


def _value(text: str, where: str) -> str:
    match = _VALUE.fullmatch(text)
    if match is None:
        raise UsageError(
            "the value is not understood",
            where=where,
            hint="Put it in single quotation marks; nothing is expanded.",
        )
    return match["single"] or match["double"] or match["bare"] or ""


def is_known(name: str) -> bool:
    """Tell whether an environment name is a key's or a setting's."""
    is_key = any(name in group for groups in NAMES.values() for group in groups)
    return is_key or _SETTINGS.fullmatch(name) is not None


def settings_in(variables: Mapping[str, str]) -> dict[str, str]:
    """Return the variables of a `.env` file that are settings and no keys."""
    return {name: value for name, value in variables.items() if _SETTINGS.fullmatch(name)}
