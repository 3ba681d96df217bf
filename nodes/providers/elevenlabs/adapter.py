"""ElevenLabs' API as pure mapping: each request is answered at once, with the sound itself.

Speech comes as JSON with the times of its letters, all else as a bare file. Voices are asked for
by their ids; names are looked up among those of the account.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from pydantic import SecretStr

from engine import ErrorKind, Media, TaskError
from engine.problems import nearest
from nodes.models import ModelInfo
from nodes.providers.elevenlabs.bodies import SPEAKERS, call_of, speakers_of
from nodes.providers.elevenlabs.timing import timing_in
from nodes.remote.adapter import (
    Address,
    Answer,
    Call,
    Inline,
    JobPhase,
    JobStatus,
    Listed,
    RemoteFile,
    RemoteJob,
)
from nodes.remote.spool import file_in
from nodes.remote.standard import StandardAdapter
from nodes.remote.wording import unexpected
from nodes.requests import Request

_CODES: Mapping[str, ErrorKind] = {
    "invalid_api_key": ErrorKind.AUTH,
    "max_character_limit_exceeded": ErrorKind.INVALID,
    "only_for_creator+": ErrorKind.BILLING,
    "quota_exceeded": ErrorKind.BILLING,
    "system_busy": ErrorKind.THROTTLED,
    "too_many_concurrent_requests": ErrorKind.THROTTLED,
    "voice_not_found": ErrorKind.INVALID,
}
_ID = re.compile(r"[A-Za-z0-9]{20}")
_VOICES = "/v2/voices"
_MOST_VOICES = {"page_size": "100"}
_KEPT = 300.0
"""Seconds for which the ids of names are taken to be the same."""


class ElevenLabs(StandardAdapter):
    """Maps requests to ElevenLabs' HTTP API and its answers back."""

    name = "elevenlabs"
    title = "ElevenLabs"
    base_url = "https://api.elevenlabs.io"
    codes = _CODES
    probe_path = "/v1/user/subscription"

    def auth(self, key: SecretStr) -> Mapping[str, str]:
        """Return the header with the key."""
        return {"xi-api-key": key.get_secret_value()}

    def start_upload(self, media: Media) -> Call | Inline:
        """Refuse: only words are sent."""
        raise TaskError("ElevenLabs is given no files", kind=ErrorKind.INVALID)

    # -- voices --------------------------------------------------------------------------------

    def prepare(
        self, model: ModelInfo, request: Request, answers: Sequence[Answer]
    ) -> Call | Request | RemoteJob:
        """Look up the ids of voices that are given by their names."""
        given = [request.voice, *speakers_of(request).values()]
        names = list(dict.fromkeys(each for each in given if each and not _ID.fullmatch(each)))
        if len(answers) < len(names):
            params = {"search": names[len(answers)], **_MOST_VOICES}
            return Call("GET", _VOICES, params=params, keep_seconds=_KEPT)
        found = {
            name: self._voice(name, answer) for name, answer in zip(names, answers, strict=True)
        }
        options = dict(request.options)
        if SPEAKERS in options:
            speakers = speakers_of(request).items()
            options[SPEAKERS] = {name: found.get(voice, voice) for name, voice in speakers}
        voice = found.get(request.voice or "", request.voice)
        return replace(request, voice=voice, options=options)

    def _voice(self, name: str, answer: Answer) -> str:
        """Return the id of the one voice of a name.

        Raises:
            TaskError: There is none, or there are several.
        """
        voices = self.listed(answer)
        alike = name.casefold()
        found = {v.id for v in voices if v.id == name or v.name.casefold() == alike}
        if len(found) == 1:
            return found.pop()
        near = nearest(name, [each.name for each in voices])
        hint = f"Did you mean {near}? " if near and not found else ""
        raise TaskError(
            f"the account at ElevenLabs has {len(found) or 'no'} voice{'s' * (len(found) != 1)} "
            f"of the name {name!r}",
            kind=ErrorKind.INVALID,
            hint=f"{hint}A voice's id, of 20 letters and digits, is taken as it is.",
        )

    def listings(self, model: ModelInfo) -> Mapping[str, Call]:
        """Return the call that lists the account's voices, for a model that speaks."""
        if "speech" not in model.kinds:
            return {}
        return {"voice": Call("GET", _VOICES, params=_MOST_VOICES, keep_seconds=_KEPT)}

    def listed(self, answer: Answer) -> list[Listed]:
        """Read a list of voices."""
        return [
            Listed(
                voice["voice_id"], str(voice.get("name") or ""), str(voice.get("category") or "")
            )
            for voice in self.document(answer)["voices"]
        ]

    # -- sending -------------------------------------------------------------------------------

    def submit(
        self, model: ModelInfo, request: Request, urls: Mapping[str, Address], idempotency_key: str
    ) -> Call:
        """Return the call that makes a sound.

        Raises:
            TaskError: The options are not what the model takes.
        """
        return call_of(model, request)

    def submitted(self, answer: Answer) -> RemoteJob | JobStatus:
        """Read the sound, and when its words are heard."""
        if answer.status >= 400:
            raise self.error(answer)
        timing = None
        if answer.file is not None:
            file = RemoteFile("", "audio", spooled=answer.file)
        else:
            document = self.document(answer)
            if not document.get("audio_base64"):
                raise unexpected(self.title, answer)
            file = file_in(document["audio_base64"], "audio")
            timing = timing_in(document, answer.wants)
        data = {"timing": timing} if timing else None
        return JobStatus(JobPhase.SUCCEEDED, files=(file,), data=data, billed="billed")
