"""Who asks: Bearer keys, or everybody as admin on a loopback service without keys."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from service.api.context import Context, context_of
from service.domain.requests import LOCAL, Caller, Scope
from service.errors import NotAuthorised
from service.settings import Settings, is_loopback
from service.usecases import api_keys
from service.usecases.app import App

_bearer = HTTPBearer(auto_error=False, description="An API key; not needed on a loopback service without keys.")
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


async def require_safe_binding(app: App, settings: Settings) -> None:
    """Refuse to serve strangers without keys.

    Raises:
        NotAuthorised: If the address is reachable from elsewhere and no key exists.
    """
    if not settings.loopback and not await api_keys.any_key(app):
        raise NotAuthorised(
            f"refusing to bind {settings.host} without API keys: make one with "
            "`assay keys create --name NAME --scope admin`, or bind 127.0.0.1"
        )


async def identify(request: Request, credentials: Credentials) -> Caller:
    """The caller of a request.

    Raises:
        NotAuthorised: If keys exist and none, or an unknown one, was sent.
    """
    context = context_of(request)
    if context.trusted:
        return LOCAL
    if credentials is not None:
        return await api_keys.authenticate(context.app, credentials.credentials)
    if request.headers.get("authorization"):
        raise NotAuthorised("the Authorization header is not of the form `Bearer KEY`")
    if await api_keys.any_key(context.app):
        raise NotAuthorised("this service needs an API key: `Authorization: Bearer KEY`")
    _require_local(request, context)
    return LOCAL


def _require_local(request: Request, context: Context) -> None:
    """Without keys: came in over loopback, and was meant for it (no name of a web page that was rebound)."""
    server = request.scope.get("server")
    arrived = server is None or is_loopback(server[0])
    meant = urlsplit(f"//{request.headers.get('host', '')}").hostname or ""
    if not arrived or not (is_loopback(meant) or meant == context.settings.host):
        raise NotAuthorised("without API keys this service answers requests to 127.0.0.1 or localhost only")


Identified = Annotated[Caller, Depends(identify)]


async def _party(caller: Identified) -> Caller:
    if not caller.may(Scope.SUBMIT):
        caller.require(Scope.READ)
    return caller


async def _reader(caller: Identified) -> Caller:
    caller.require(Scope.READ)
    return caller


async def _submitter(caller: Identified) -> Caller:
    caller.require(Scope.SUBMIT)
    return caller


async def _admin(caller: Identified) -> Caller:
    caller.require(Scope.ADMIN)
    return caller


Party = Annotated[Caller, Depends(_party)]
"""May read one thing whose id it knows: holds ``read``, or ``submit`` and so made such things."""
Reader = Annotated[Caller, Depends(_reader)]
Submitter = Annotated[Caller, Depends(_submitter)]
Admin = Annotated[Caller, Depends(_admin)]
