"""What every request may use, made once a process."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from dashboard.auth import Gate
from dashboard.bench import Bench
from dashboard.broker import BrokerWatch
from dashboard.clean.desk import Desk
from dashboard.crier import Crier
from dashboard.figures.memory import Memory
from dashboard.limits import TRIES, Tries
from dashboard.pressure import Pressure
from dashboard.traffic import Traffic
from worker.queue.changes import CurrentProfile
from worker.queue.send import Announcer
from worker.settings import Settings
from worker.store.store import Store


@dataclass(frozen=True, slots=True)
class Service:
    """Settings, store, and what stands around them."""

    settings: Settings
    store: Store
    gate: Gate
    crier: Crier
    pressure: Pressure
    profile: CurrentProfile
    memory: Memory  # figures of the last seconds
    sign_ins: Tries  # wrong tokens at the sign-in
    broker: BrokerWatch
    traffic: Traffic  # requests that this process answered
    desk: Desk  # where pages are cleaned while somebody waits
    bench: Bench  # work that takes minutes

    @classmethod
    def open(cls, settings: Settings, traffic: Traffic) -> "Service":
        store = Store.open(settings)
        crier = Crier(Announcer(settings, store))
        return cls(
            settings=settings,
            store=store,
            gate=Gate(store, settings),
            crier=crier,
            pressure=Pressure(settings, store, crier),
            profile=CurrentProfile(settings.profile, store.changes),
            memory=Memory(),
            sign_ins=Tries(TRIES),
            broker=BrokerWatch(settings.broker),
            traffic=traffic,
            desk=Desk(settings),
            bench=Bench(),
        )

    def close(self) -> None:
        self.bench.close()
        self.desk.close()
        self.crier.close()
        self.store.close()


def service_of(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


Here = Annotated[Service, Depends(service_of)]
