"""Sends replies: one thread at a time, without waiting for slow readers."""

from __future__ import annotations

from typing import Any

from waitress.channel import HTTPChannel

from mockserver.server.limits import MAX_UNREAD_BYTES
from mockserver.state.clock import monotonic


class SendingChannel(HTTPChannel):  # type: ignore[misc]
    """A connection whose next request waits until the client has read earlier replies."""

    request: Any
    quiet_since: float
    """When it was accepted or last sent data. Received data does not change it."""
    _is_sending = False
    _is_parked = False

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.quiet_since = monotonic()

    def writable(self) -> bool:
        # While another thread sends, waitress would wake for this connection again and again. It
        # would then hold the GIL that the sending thread needs.
        pending = self.total_outbufs_len and not self._is_sending
        return bool(pending or self.will_close or self.close_when_flushed)

    def _flush_some(self, do_close: bool = True) -> bool:
        self._is_sending = True
        try:
            sent = bool(super()._flush_some(do_close))
        finally:
            self._is_sending = False
        if sent:
            self.quiet_since = monotonic()
        return sent

    def write_soon(self, data: Any) -> int:
        """Send at once what the socket takes, past waitress' buffers. The rest is buffered."""
        with self.outbuf_lock:
            if type(data) is not bytes or self.total_outbufs_len or not self.connected:
                return int(super().write_soon(data))
            try:
                sent = int(self.send(data, do_close=False))
            except OSError:  # waitress tries again, and knows what the error means
                sent = 0
            if sent:
                self.quiet_since = monotonic()
            if sent < len(data):
                super().write_soon(data[sent:])
            return len(data)

    def _flush_outbufs_below_high_watermark(self) -> None:
        """Do nothing: no thread waits for a slow reader. See `_park`."""

    def _park(self) -> bool:
        """Defer the next request if too many reply bytes are unread. Returns whether it did."""
        with self.outbuf_lock:
            self._is_parked = self.total_outbufs_len > MAX_UNREAD_BYTES
            if self._is_parked:
                self.server.pull_trigger()
            return self._is_parked

    def handle_write(self) -> None:
        if self.close_when_flushed:  # data after the last request is no request
            self.request = None
        # waitress takes no lock if no request is in progress. But another thread may be about to
        # send a 100, and both would send, and count, the same bytes.
        with self.outbuf_lock:
            super().handle_write()
            if self._is_parked and self.total_outbufs_len <= MAX_UNREAD_BYTES:
                self._is_parked = False
                self.server.add_task(self)
