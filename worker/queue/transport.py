"""One repair to kombu's Redis transport, without which a worker that loses its broker at a bad moment never works again.

A worker takes no message while as many as its processes are unacknowledged. When the broker goes away, acknowledging
fails, kombu logs it and goes on counting those messages as unacknowledged. If that is all of them, the worker looks
no more at its connection, does not notice that it is broken, and waits for ever. (The drill `broker_emptied` shows
it.) Here a message whose acknowledgement failed is given up on this side: the broker, if it still has it, sends it again.
"""

from kombu.transport import redis, virtual


class ForgivingQoS(redis.QoS):  # type: ignore[misc]
    """Counts a message as done also when the broker could not be told."""

    def ack(self, delivery_tag: str) -> None:
        try:
            super().ack(delivery_tag)
        except self.channel.connection_errors:
            virtual.QoS.ack(self, delivery_tag)
            raise

    def reject(self, delivery_tag: str, requeue: bool = False) -> None:
        try:
            super().reject(delivery_tag, requeue=requeue)
        except self.channel.connection_errors:
            virtual.QoS.ack(self, delivery_tag)
            raise


def repair() -> None:
    """Have all Redis channels of this process count so."""
    redis.Channel.QoS = ForgivingQoS
