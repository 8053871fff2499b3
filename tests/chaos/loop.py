"""One thread for everybody: sockets, timers, and calls from other threads.

    loop = Loop().start()
    loop.after(0.2, visitor.connect)          # in the loop's thread
    loop.ask(lambda: len(people))             # from another thread: runs there, answered here
"""
import collections
import concurrent.futures
import errno
import heapq
import itertools
import selectors
import socket
import threading
import time

READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE


class Loop:
    def __init__(self):
        self.selector = selectors.DefaultSelector()
        self.timers, self.order = [], itertools.count()
        self.calls = collections.deque()
        self.near, self.far = socket.socketpair()
        self.near.setblocking(False)
        self.far.setblocking(False)
        self.selector.register(self.near, READ, self.woken)
        self.failure, self.going = None, True
        self.thread = threading.Thread(target=self.run, daemon=True)

    def start(self):
        self.thread.start()
        return self

    def stop(self):
        self.call(lambda: setattr(self, "going", False))
        self.thread.join()
        self.selector.close()
        self.near.close()
        self.far.close()

    def run(self):
        try:
            while self.going:
                self.turn()
        except BaseException as failure:  # whoever asks is told
            self.failure = failure
            raise

    def turn(self):
        now = time.monotonic()
        while self.timers and self.timers[0][0] <= now:
            heapq.heappop(self.timers)[2]()
        wait = max(0.0, self.timers[0][0] - now) if self.timers else 1.0
        for key, events in self.selector.select(wait):
            key.data(events)

    def woken(self, _events):
        try:
            self.near.recv(4096)
        except BlockingIOError:
            pass
        while self.calls:
            self.calls.popleft()()

    def after(self, seconds, function):
        heapq.heappush(self.timers, (time.monotonic() + seconds, next(self.order), function))

    def call(self, function):
        """From any thread: soon, in the loop's."""
        self.calls.append(function)
        try:
            self.far.send(b"x")
        except (BlockingIOError, OSError):
            pass  # it will wake up anyway

    def ask(self, function, timeout=60):
        """From any other thread: runs it in the loop, waits for its value."""
        if self.failure:
            raise RuntimeError("the loop has failed") from self.failure
        answer = concurrent.futures.Future()

        def body():
            try:
                answer.set_result(function())
            except BaseException as error:
                answer.set_exception(error)
        self.call(body)
        return answer.result(timeout)

    def until(self, condition, timeout, step=0.1):
        """From another thread: asks again and again; false when the time is over."""
        deadline = time.monotonic() + timeout
        while not self.ask(condition):
            if time.monotonic() > deadline:
                return False
            time.sleep(step)
        return True


class Line:
    """A TCP connection of somebody (owner.connected(), owner.received(bytes), owner.lost())."""

    def __init__(self, loop, owner, port=None, connection=None):
        self.loop, self.owner, self.out, self.open = loop, owner, bytearray(), True
        self.connecting = connection is None
        self.socket = connection or socket.socket()
        self.socket.setblocking(False)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.paused = False
        if self.connecting:
            code = self.socket.connect_ex(("127.0.0.1", port))
            if code not in (0, errno.EINPROGRESS):
                loop.after(0, self.drop_and_tell)
        self.watched = 0
        self.watch()

    def ready(self, events):
        if not self.open:
            return None  # it was dropped in this very turn
        if self.connecting:
            if self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                return self.drop_and_tell()
            if not events & WRITE:
                return None
            self.connecting = False
            self.watch()
            self.owner.connected()
        if self.open and events & WRITE:
            self.flush()
        if self.open and events & READ and not self.connecting:
            self.read()
        return None

    def read(self):
        try:
            octets = self.socket.recv(262144)
        except BlockingIOError:
            return
        except OSError:
            octets = b""
        if octets:
            self.owner.received(octets)
        else:
            self.drop_and_tell()

    def watch(self):
        wanted = (0 if self.paused else READ) | (WRITE if self.out or self.connecting else 0)
        if not self.open or wanted == self.watched:
            return
        selector, self.watched = self.loop.selector, wanted
        if not wanted:
            selector.unregister(self.socket)
        elif self.socket in selector.get_map():
            selector.modify(self.socket, wanted, self.ready)
        else:
            selector.register(self.socket, wanted, self.ready)

    def pause(self, paused):
        """Nothing is read meanwhile."""
        self.paused = paused
        self.watch()

    def send(self, octets):
        if self.open:
            self.out += octets
            if not self.connecting:
                self.flush()

    def flush(self):
        waiting = bool(self.out)
        try:
            while self.out:
                del self.out[:self.socket.send(self.out[:65536])]
        except BlockingIOError:
            pass
        except OSError:
            self.drop_and_tell()
            return
        if waiting:
            self.watch()

    def drop(self):
        """The connection ends here; the owner is not told."""
        if self.open:
            self.open = False
            if self.watched:
                self.loop.selector.unregister(self.socket)
            self.socket.close()

    def drop_and_tell(self):
        if self.open:
            self.drop()
            self.owner.lost()
