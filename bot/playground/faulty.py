"""A call on its way through whatever fault waits for it."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from bot.playground.faults import Fault
from bot.playground.shapes import Call, Json

if TYPE_CHECKING:
    from bot.playground.world import World


async def through(
    world: "World", request: Request, call: Call, args: Json, do: Callable[[], Response]
) -> Response:
    """The answer of `do`, or what the next fault for this call makes of it."""
    fault = world.faults.take(call.method, args)
    if fault is None:
        return do()
    call.fault = fault.kind
    world.changed()
    if fault.kind == "rate_limited":
        call.error = "ratelimited"
        return too_many(int(fault.seconds))
    return await _broken(world, request, fault, do)


async def _broken(
    world: "World", request: Request, fault: Fault, do: Callable[[], Response]
) -> Response:
    if fault.kind == "hang":
        await _hang(request)
    if fault.kind == "slow":
        await world.watch.sleep(fault.seconds)
        return do()
    if fault.kind == "late":
        world.deliveries.later(fault.seconds, do)
    if fault.kind in {"lost_answer", "error_after"}:
        do()
    if fault.kind in {"lost_answer", "reset"}:
        request.scope["state"]["transport"].abort()
    return Response("internal error", status_code=500)


def too_many(seconds: int) -> Response:
    return JSONResponse(
        {"ok": False, "error": "ratelimited"},
        status_code=429,
        headers={"Retry-After": str(seconds)},
    )


async def _hang(request: Request) -> None:
    """Until the client gives up."""
    while not await request.is_disconnected():
        await request.receive()
