"""What one process costs, as the kernel keeps account of it: time of the processor, of all its
threads, those that have ended too; memory that is its own; the most of it that there was."""
import pathlib
import re
import time


class Meter:
    def __init__(self, pid):
        self.place = pathlib.Path("/proc") / str(pid)
        self.clock = (~pid << 3) | 2  # CLOCK_PROCESS_CPUTIME_ID of another process

    def cpu_us(self):
        return time.clock_gettime_ns(self.clock) / 1000

    def of_status(self, name):
        """In bytes."""
        found = re.search(rf"^{name}:\s+(\d+) kB$", (self.place / "status").read_text(), re.M)
        return int(found[1]) * 1024

    def own_bytes(self):
        return self.of_status("RssAnon")

    def resident_bytes(self):
        return self.of_status("VmRSS")

    def peak_bytes(self):
        return self.of_status("VmHWM")

    def forget_peak(self):
        (self.place / "clear_refs").write_text("5")

    def settled_bytes(self, seconds):
        """Collectors of garbage and allocators give back what they do within that time."""
        least = self.own_bytes()
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            time.sleep(0.2)
            least = min(least, self.own_bytes())
        return least

    def idle_share(self, seconds):
        """Of one core, in per cent."""
        before, begun = self.cpu_us(), time.monotonic()
        time.sleep(seconds)
        return (self.cpu_us() - before) / (time.monotonic() - begun) / 1e4
