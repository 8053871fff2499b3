"""A TCP relay between the daemon and the server: it can be cut, held, mended, and remembers."""
import socket
import threading

from servers import free_port


class Wire:
    def __init__(self, port):
        self.target = port
        self.port = free_port()
        self.pairs, self.lock = [], threading.Lock()
        self.sent, self.received = bytearray(), bytearray()
        self.connections = 0
        self.is_up = True
        self.may_flow = threading.Event()
        self.may_flow.set()
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
            threading.Thread(target=self.relay, args=(near, far, self.sent), daemon=True).start()
            threading.Thread(target=self.relay, args=(far, near, self.received),
                             daemon=True).start()

    def relay(self, source, sink, record):
        try:
            while True:
                octets = source.recv(65536)
                if not octets:
                    break
                self.may_flow.wait()
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

    def hold(self):
        """Nothing flows, nothing ends: a cable that was pulled."""
        self.may_flow.clear()

    def release(self):
        self.may_flow.set()

    def close(self):
        self.release()
        self.cut()
        self.listener.close()
