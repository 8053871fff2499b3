"""A TCP relay between the daemon and the server: it can be cut, held, mended, and remembers."""
import queue
import socket
import threading

from servers import free_port


class Wire:
    def __init__(self, port):
        self.target = port
        self.port = free_port()
        self.pairs, self.lock = [], threading.Lock()
        self.sent, self.received = bytearray(), bytearray()
        self.read = bytearray()  # of the daemon, whether it was let through or not
        self.connections = 0
        self.is_up = True
        self.may_flow = {"out": threading.Event(), "in": threading.Event()}
        self.release()
        self.changed = threading.Condition()
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            if not self.is_up:
                near.close()
                continue
            try:
                far = socket.create_connection(("127.0.0.1", self.target))
            except OSError:
                near.close()
                continue
            with self.lock:
                self.pairs.append((near, far))
                self.connections += 1
            self.relay(near, far, "out")
            self.relay(far, near, "in")

    def relay(self, source, sink, way):
        """What is held is read all the same, so that one knows what was written."""
        waiting = queue.Queue()
        threading.Thread(target=self.take_in, args=(source, waiting, way), daemon=True).start()
        threading.Thread(target=self.pour_out, args=(source, sink, waiting, way),
                         daemon=True).start()

    def take_in(self, source, waiting, way):
        try:
            while octets := source.recv(65536):
                if way == "out":
                    with self.changed:
                        self.read += octets
                        self.changed.notify_all()
                waiting.put(octets)
        except OSError:
            pass
        waiting.put(b"")

    def pour_out(self, source, sink, waiting, way):
        record = self.sent if way == "out" else self.received
        try:
            while octets := waiting.get():
                self.may_flow[way].wait()
                with self.changed:
                    record += octets
                    self.changed.notify_all()
                sink.sendall(octets)
        except OSError:
            pass
        for end in (source, sink):
            try:
                end.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            end.close()

    def cut(self):
        """Every connection ends now; new ones are refused until mend()."""
        self.is_up = False
        with self.lock:
            pairs, self.pairs = self.pairs, []
        for pair in pairs:
            for end in pair:
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def mend(self):
        self.is_up = True

    def hold(self, *ways):
        """Nothing flows, nothing ends: a cable that was pulled. ways: "out" of the daemon, "in"."""
        for way in ways or self.may_flow:
            self.may_flow[way].clear()

    def release(self, *ways):
        for way in ways or self.may_flow:
            self.may_flow[way].set()

    def expect_out(self, words, timeout=20):
        """The daemon has written this to the link, be it held."""
        with self.changed:
            assert self.changed.wait_for(lambda: words.encode() in self.read, timeout), \
                f"the daemon has not written {words}"

    def close(self):
        self.release()
        self.cut()
        self.listener.close()
