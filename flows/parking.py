"""Parking of lifecycle runs while a project waits, and waking them.

At the end of a wake-up the flow *returns* :func:`parked`. The run is then ``Suspended``: it holds
no process and no slot, the Prefect UI shows what it waits for, and a resume by mistake only makes
it look at its facts once more. There is no timeout, because in Prefect a pause that times out
fails the run.

Waking means resuming. Prefect refuses to resume a run that is not paused, because it is busy with
an earlier wake-up or ended; the caller then keeps the wake-up and comes again. A run that may be
alive is never set to ``Scheduled``: two workers would then run it at once.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import SetStateStatus
from prefect.states import Cancelled, Completed, Paused, Scheduled

from flows.run_logs import show_waiting_as_normal

show_waiting_as_normal()

#: States from which Prefect resumes a run. In every other it answers ABORT.
RESUMABLE = frozenset({StateType.PAUSED})
#: The worker has the run or is about to take it; a resume has to come again later.
BUSY = frozenset({StateType.SCHEDULED, StateType.PENDING, StateType.RUNNING, StateType.CANCELLING})
#: Nothing runs any more and nothing will; a project that is still open is scheduled again.
ENDED = frozenset({StateType.COMPLETED, StateType.FAILED, StateType.CRASHED, StateType.CANCELLED})
#: States in which a worker must be alive; where it is not, somebody killed it.
NEEDS_WORKER = frozenset({StateType.PENDING, StateType.RUNNING, StateType.CANCELLING})


def parked(message: str) -> State[Any]:
    """The state a lifecycle flow returns to wait; ``message`` says for whom and until when.

    The key of the pause stays empty: Prefect refuses a key it has seen, and the flow would run
    again and again.
    """
    return Paused(name="Suspended", reschedule=True, message=message, pause_key=None)


async def wake(client: PrefectClient, flow_run_id: UUID) -> bool:
    """Resume a parked run. ``False`` where Prefect refuses, because the run is not parked."""
    answer = await client.resume_flow_run(flow_run_id)
    return answer.status is SetStateStatus.ACCEPT


async def start_again(client: PrefectClient, flow_run_id: UUID, reason: str) -> bool:
    """Schedule a run that has *ended*, so that history and stages stay in one place.

    Callers have read before that its state is one of ``ENDED``. ``False`` where Prefect refuses.
    """
    state: State[Any] = Scheduled(message=reason)
    answer = await client.set_flow_run_state(flow_run_id, state)
    return answer.status is SetStateStatus.ACCEPT


async def complete(client: PrefectClient, run: FlowRun, reason: str) -> None:
    """End the run of a project that is over; the caller has made sure that no worker has it."""
    state: State[Any] = Completed(message=reason)
    await client.set_flow_run_state(run.id, state, force=True)


async def park_abandoned(client: PrefectClient, run: FlowRun, reason: str) -> None:
    """Park a run whose worker is gone; the caller has made sure of that by the lease.

    Parking is safe even if the caller was wrong: a live run that finds itself suspended ends its
    wake-up in the same state, and what it wrote to the database stays. A run that somebody was
    cancelling becomes ``Cancelled``, which is what the dead worker would have made of it.
    """
    state: State[Any] = parked(reason)
    if run.state_type is StateType.CANCELLING:
        state = Cancelled(message=reason)
    # Forced, because Prefect parks only running runs, and a worker may die before its first step.
    await client.set_flow_run_state(run.id, state, force=True)
