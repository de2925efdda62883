"""The Celery application. Every setting is here for a reason, which stands beside it."""

from typing import Any

from celery import Celery
from kombu import Exchange, Queue

from worker.queue.addresses import celery_broker
from worker.queue.lanes import ORDER
from worker.settings import Settings

# A task stops taking on pages after BATCH_SECONDS (see clean_batch.py), so it ends long before SOFT_SECONDS. These three
# are for what nobody foresaw, and lie in this order: the task is interrupted, then killed, then its message comes back.
SOFT_SECONDS = 240
HARD_SECONDS = SOFT_SECONDS + 10
VISIBILITY_SECONDS = 300

TRIES = 3  # of a task whose process dies: one and two more


def make_app(settings: Settings, *, sends: bool = False) -> Celery:
    """A Celery application for these settings. It reads no environment and no file.

    One that only `sends` asks a broker that is away once; else kombu goes on asking it for six seconds.
    """
    url, options, tls = celery_broker(settings.broker)
    if sends:
        options = {**options, "max_retries": 0}
    app = Celery("dehusk", broker=url, set_as_current=False)
    app.conf.update(
        # --- what travels
        task_serializer="json",
        accept_content=["json"],  # never pickle: whoever can write to the broker could run code here
        task_ignore_result=True,  # results are rows in the store; a result backend would be a second truth
        task_protocol=2,
        # --- delivery
        task_acks_late=True,  # a message is gone when its pages are stored, not when a process took it up
        task_retry_on_worker_lost=True,  # a killed process costs a try of three; "reject" instead would loop for ever
        task_reject_on_worker_lost=False,
        task_acks_on_failure=True,  # a task that raised has handed its pages back: the scheduler sends them again
        task_acks_on_timeout=True,
        worker_prefetch_multiplier=1,  # a process takes a message when it is free: none waits behind a long one
        worker_cancel_long_running_tasks_on_connection_loss=False,  # cleaning needs no broker; twice does no harm
        broker_transport_options={
            **options,
            "visibility_timeout": VISIBILITY_SECONDS,  # default: one hour until a dead worker's message comes back
            "unacked_restore_interval": 5,  # with the throttle of 1: looked for every 5 s instead of every 100 s
            "unacked_restore_throttle": 1,
            "queue_order_strategy": "priority",  # strictly in the order of ORDER: who waits comes first
            "priority_steps": [0],  # one list a queue; urgency is the queue's, and BRPOP has four keys instead of sixteen
            "socket_timeout": 10,  # a broker that vanished without closing is noticed
            "socket_connect_timeout": 4,
            "socket_keepalive": True,  # firewalls forget silent connections
            "health_check_interval": 10,
            "client_name": "dehusk",
        },
        visibility_timeout=VISIBILITY_SECONDS,  # the setting has three places, and one forgotten wins
        result_backend_transport_options={"visibility_timeout": VISIBILITY_SECONDS},
        broker_use_ssl=tls or False,
        broker_connection_retry_on_startup=True,  # the broker may come up after the workers
        broker_connection_max_retries=None,  # and may be gone for a weekend
        broker_connection_timeout=4,
        # A publish that fails is no loss, for the scheduler sends what was not sent. So it fails soon.
        task_publish_retry=False,
        broker_pool_limit=4,
        # --- queues
        task_queues=[Queue(name, Exchange(name, type="direct"), routing_key=name) for name in ORDER],
        task_default_queue=ORDER[-1],
        task_create_missing_queues=False,  # a misspelt queue is an error, not a place where pages vanish
        # --- processes
        task_soft_time_limit=SOFT_SECONDS,
        task_time_limit=HARD_SECONDS,
        worker_soft_shutdown_timeout=4.0,  # on SIGQUIT: so long tasks may finish before they are cancelled
        worker_max_tasks_per_child=2_000,  # what leaks in libraries goes with the process
        worker_max_memory_per_child=600_000,  # kB, looked at between tasks; pages are cleaned in another process
        worker_proc_alive_timeout=60.0,  # the default of 4 s kills children that start slowly on a busy machine
        worker_lost_wait=5.0,
        # --- less talk
        worker_enable_remote_control=False,  # whoever can write to the broker could stop the workers
        worker_send_task_events=False,
        task_send_sent_event=False,
        worker_hijack_root_logger=False,  # logs are ours: worker/logs.py
        worker_redirect_stdouts=False,
    )
    return app


def publish(app: Celery, task: str, queue: str, arguments: dict[str, Any]) -> None:
    """Send one message, by the nameless exchange, as Celery does when told a queue and no exchange.

    That one needs no bindings. A broker that came back empty has none, and whoever declared others before would
    publish into nothing, without an error.

    Raises:
        kombu.exceptions.OperationalError: the broker does not take it.
    """
    app.send_task(task, kwargs=arguments, queue=queue, ignore_result=True)
