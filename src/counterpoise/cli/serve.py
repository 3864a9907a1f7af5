"""``counterpoise serve``: the desk and the API; tokens for those who come from elsewhere."""

from __future__ import annotations

from typing import Annotated

import typer

from counterpoise.cli.forecast import LedgerUrl, need_serve_extra

__all__ = ["serve"]


def serve(
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; beyond loopback tokens are needed.")
    ] = ("127.0.0.1"),
    port: Annotated[int, typer.Option("--port", help="Port to listen on.")] = 8643,
    ledger: LedgerUrl = None,
    workers: Annotated[int, typer.Option("--workers", help="Processes that do runs.")] = 1,
    allow_host: Annotated[
        list[str] | None,
        typer.Option("--allow-host", metavar="NAME", help="A name that the server is reached by."),
    ] = None,
    proxy: Annotated[
        bool,
        typer.Option("--proxy", help="Trust the X-Forwarded headers of a reverse proxy on this machine."),
    ] = False,
    tokens: Annotated[
        bool | None, typer.Option("--tokens/--no-tokens", help="Ask for tokens. [default: beyond loopback]")
    ] = None,
    desk: Annotated[bool, typer.Option("--desk/--no-desk", help="Serve the desk, or the API only.")] = True,
    max_members: Annotated[
        int, typer.Option("--max-members", help="Most futures in each arm of a run.")
    ] = 20_000,
    run_seconds: Annotated[float, typer.Option("--run-seconds", help="Longest time of a run [s].")] = 900.0,
    rate: Annotated[int, typer.Option("--rate", help="Most requests of a client in a minute.")] = 1_200,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            envvar="COUNTERPOISE_SCHEDULER",
            show_envvar=True,
            help="A Dask scheduler (tcp://HOST:PORT) that draws the futures of runs; changes no result.",
        ),
    ] = None,
    new_token: Annotated[
        str | None,
        typer.Option("--new-token", metavar="NAME", help="Make a token, print it once, and leave."),
    ] = None,
    scopes: Annotated[str, typer.Option("--scopes", help="Of the new token: read, run, seal.")] = "read,run",
    days: Annotated[int, typer.Option("--days", help="Days until the new token expires.")] = 30,
    list_tokens: Annotated[bool, typer.Option("--list-tokens", help="List the tokens and leave.")] = False,
    revoke_token: Annotated[
        str | None, typer.Option("--revoke-token", metavar="ID", help="Make a token worthless and leave.")
    ] = None,
) -> None:
    """Serve the desk (a page to work at) and the API under /api/v1."""
    try:
        from counterpoise.web import Settings
        from counterpoise.web import serve as run
    except ModuleNotFoundError as fault:
        raise need_serve_extra(fault) from fault
    if new_token is not None or list_tokens or revoke_token is not None:
        _tokens(ledger, new_token, scopes, days, revoke_token)
        return
    settings = Settings(
        host=host, port=port, ledger=ledger or "", tokens=tokens, hosts=tuple(allow_host or ()), proxy=proxy,
        workers=workers, desk=desk, max_members=max_members, run_seconds=run_seconds, requests_per_minute=rate,
        scheduler=scheduler or "",
    )  # fmt: skip
    run(settings)


def _tokens(ledger: str | None, new: str | None, scopes: str, days: int, revoke: str | None) -> None:
    """Make, list or revoke tokens."""
    from counterpoise.cli.tables import print_rows
    from counterpoise.ledger import open_ledger
    from counterpoise.ledger import tokens as t

    opened = open_ledger(ledger)
    if new is not None:
        secret, made = t.make_token(opened, new, [s.strip() for s in scopes.split(",") if s.strip()], days)
        typer.echo(secret)
        typer.echo(f"counterpoise: token {made.id} until {made.expires_at}; it is not shown again", err=True)
        return
    if revoke is not None:
        t.revoke_token(opened, revoke)
        typer.echo(f"revoked: {revoke}")
        return
    rows = [
        {
            "id": x.id,
            "name": x.name,
            "scopes": " ".join(x.scopes),
            "until": x.expires_at,
            "revoked": x.revoked_at or "",
        }
        for x in t.list_tokens(opened)
    ]
    print_rows(rows, False)
