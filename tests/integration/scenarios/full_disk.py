"""What happens when the disk is full. Needs a small file system of its own: root may mount one."""
import subprocess

from world import Skip, scenario
from xmpp import message

SIZE = 4 << 20


class SmallDisk:
    """A tmpfs of a few MiB, for as long as the scenario runs."""

    def __init__(self, place):
        self.place = place
        place.mkdir()
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)],
                              capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Skip(f"may not mount a small file system: {done.stderr.strip()}")

    def fill(self):
        with open(self.place / "filler", "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(b"x" * 4096)
            except OSError:
                pass

    def clear(self):
        (self.place / "filler").unlink()

    def close(self):
        subprocess.run(["umount", "-l", str(self.place)], capture_output=True, check=False)


@scenario(fake=True)
def while_the_database_cannot_write_nothing_is_acknowledged(w):
    """V-0S1: no receipt without storage: a full disk refuses new messages, and says so."""
    fake = w.fake_server(ready=False, start=False)
    disk = w.keep(SmallDisk(w.directory / "small"))
    w.current.configuration["storage"] = f"sqlite:{disk.place}/tresen.db"
    w.current.start(ready=False)
    link = fake.serve()
    w.current.wait(200)
    visitor = w.visitor()
    visitor.write("Before")
    disk.fill()
    numbers = [visitor.say(w.sales, f"While full {n} " + "x" * 3000) for n in range(8)]
    refused = visitor.expect(message(error="resource-constraint"), 30)
    assert refused.get("id") in numbers
    w.current.wait(503)
    disk.clear()
    w.current.wait(200)
    visitor.write("After")
    bodies = visitor.bodies()
    receipts = [n for n in numbers if visitor.count(message(receipt=n))]
    kept = [b for b in bodies if b.startswith("While full")]
    assert len(kept) == len(receipts), (len(kept), len(receipts))
    assert "Before" in bodies and "After" in bodies
    assert link.ended is None
