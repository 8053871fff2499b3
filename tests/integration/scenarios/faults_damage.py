"""A database that is damaged, or not to be opened: refused at the start, in words and with an exit
code; never acknowledged while the daemon runs; mended by a backup."""
import os
import random
import shutil
import sqlite3

from command import WAYS, by_text
from daemon import until
from faults import QUICK, TO_VISITOR, Talk, words
from trouble import Idle, Locked, SmallDisk, lines_of
from world import scenario
from xmpp import iq, message

PAGE = 4096
FAILED, DAMAGED = 1, 65


def spoil(path, first=1):
    """Noise in the place of every page from that one on, of whoever else has the file open, too."""
    with open(path, "r+b") as file:
        size = os.fstat(file.fileno()).st_size
        assert size > (first + 1) * PAGE
        file.seek(first * PAGE)
        file.write(random.Random(1).randbytes(size - first * PAGE))


def ends(daemon, code):
    """The daemon does not start: that exit code, and its last words."""
    mark = len(daemon.log.read_bytes())
    daemon.spawn()
    assert daemon.process.wait(60) == code, daemon.tail()
    daemon.process = None
    return daemon.log.read_bytes()[mark:].decode(errors="replace")


def content(daemon):
    return {name: (daemon.directory / name).read_bytes()
            for name in ("tresen.db", "tresen.db-wal")
            if (daemon.directory / name).exists() and (daemon.directory / name).stat().st_size}


def left_message(w, *bodies):
    """A visitor whose lines are stored."""
    visitor = w.visitor()
    for body in bodies:
        visitor.write(body)
    return visitor


@scenario(fake=True)
def a_damaged_database_is_refused_at_the_start_and_a_backup_mends_it(w):
    w.fake_server(ready=False).serve()
    daemon = w.current
    visitor = left_message(w, "In the backup")
    copy = daemon.directory / "backup.db"
    assert daemon.command("backup", str(copy)).returncode == 0
    assert daemon.stop() == 0
    database = daemon.directory / "tresen.db"
    spoil(database, 2)
    before = content(daemon)
    said = ends(daemon, DAMAGED)
    assert "is damaged" in said and "restore a backup (tresen restore)" in said, said
    assert content(daemon) == before, "the damaged database was touched"
    assert daemon.command("restore", "--force", str(copy)).returncode == 0
    daemon.start(ready=False)
    again = w.visitor(token=visitor.token)
    assert again.id == visitor.id and "In the backup" in again.bodies()


def crash(w, bodies):
    """A visitor says that, and the daemon is killed. All of it stands in the write-ahead log alone: a
    reader keeps it from being brought home. Returns the visitor, and where the log's frames end."""
    daemon = w.current
    reader = sqlite3.connect(daemon.directory / "tresen.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM entries").fetchone()
    visitor = left_message(w, *bodies)
    daemon.kill()
    kept = content(daemon)
    reader.close()  # the last one brings it home after all
    for name, octets in kept.items():
        (daemon.directory / name).write_bytes(octets)
    (daemon.directory / "tresen.db-shm").unlink(missing_ok=True)
    log, end = kept["tresen.db-wal"], 32
    while log[end + 8:end + 16] == log[16:24]:  # a frame of this log has its salt
        end += 24 + PAGE
    return visitor, end


def check_prefix(w, visitor, bodies):
    """The first lines are there, in order, and the last are missing; new ones are kept."""
    again = w.visitor(token=visitor.token)
    assert again.id == visitor.id
    shown = [body for body in again.bodies() if body in bodies]
    assert 0 < len(shown) < len(bodies) and shown == bodies[:len(shown)], shown
    again.write("Behind the damage")
    w.current.kill()
    w.current.start(ready=False)
    assert "Behind the damage" in w.visitor(token=again.token).bodies()


@scenario(fake=True)
def what_stands_behind_a_damage_in_the_write_ahead_log_is_missing(w):
    """SQLite takes the log up to the first frame that is not whole, as after a power cut: nothing
    tells it that there was more. What it takes is whole, and all goes on."""
    w.fake_server(ready=False, limits={"message_burst": 100}).serve()
    daemon = w.current
    bodies = [f"Line {number}" for number in range(12)]
    visitor, end = crash(w, bodies)
    log = daemon.directory / "tresen.db-wal"
    octets = bytearray(log.read_bytes())
    octets[end * 3 // 4] ^= 0xFF
    log.write_bytes(octets)
    daemon.start(ready=False)
    check_prefix(w, visitor, bodies)


@scenario(fake=True)
def a_truncated_write_ahead_log_is_taken_as_far_as_it_goes(w):
    w.fake_server(ready=False, limits={"message_burst": 100}).serve()
    daemon = w.current
    bodies = [f"Line {number}" for number in range(12)]
    visitor, end = crash(w, bodies)
    os.truncate(daemon.directory / "tresen.db-wal", end * 3 // 4)
    daemon.start(ready=False)
    check_prefix(w, visitor, bodies)


def write_log(daemon, place):
    """The write-ahead log of another database: a copy that has lived on. Its last pages point to
    those that were brought home there, and are not here."""
    shutil.copy(daemon.directory / "tresen.db", place)
    other = sqlite3.connect(place, isolation_level=None)
    other.execute("PRAGMA wal_autocheckpoint = 0")
    for lives in (1, 2):
        other.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        other.execute("INSERT INTO contacts WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1"
                      " FROM n WHERE i < 2000) SELECT printf('%d%08d', ?, i), hex(randomblob(50)),"
                      " '', 0, 0 FROM n", (lives,))
    log = place.with_name(place.name + "-wal").read_bytes()
    other.close()
    return log


@scenario(fake=True)
def the_write_ahead_log_of_another_database_is_refused(w):
    """Where its pages do not fit; a log whose pages fit is taken: SQLite cannot tell."""
    w.fake_server(ready=False).serve()
    daemon = w.current
    left_message(w, "Mine")
    assert daemon.stop() == 0
    (daemon.directory / "tresen.db-wal").write_bytes(
        write_log(daemon, daemon.directory / "other.db"))
    before = content(daemon)
    said = ends(daemon, DAMAGED)
    assert "is damaged" in said and "restore a backup" in said, said
    assert content(daemon) == before


@scenario(fake=True)
def a_read_only_place_is_refused_at_the_start(w):
    fake = w.fake_server(ready=False, start=False)
    disk = w.keep(SmallDisk(w.directory / "small"))
    daemon = w.current
    daemon.configuration["storage"] = f"sqlite:{disk.place}/tresen.db"
    daemon.start(ready=False)
    fake.serve()
    visitor = left_message(w, "While it could be written")
    assert daemon.stop() == 0
    assert disk.remount("ro")
    said = ends(daemon, FAILED)
    assert "Read-only file system" in said and str(disk.place) in said, said
    assert disk.remount("rw")
    daemon.start(ready=False)
    assert "While it could be written" in w.visitor(token=visitor.token).bodies()


@scenario(fake=True)
def a_database_that_is_locked_at_the_start_is_waited_for(w):
    """The daemon starts, refuses, and begins when the other program has ended."""
    fake = w.fake_server(ready=False)
    fake.serve()
    daemon = w.current
    visitor = left_message(w, "Before")
    assert daemon.stop() == 0
    lock = w.keep(Locked(daemon.directory / "tresen.db"))
    lock.begin()
    daemon.start(ready=False)
    fake.serve()
    stream = w.stream()
    daemon.wait_log("locked by another program")
    refused = stream.ask(w.sales, "<visit xmlns='urn:tresen:visit:1'/>", "set")
    assert words(refused) == TO_VISITOR
    lock.end()
    daemon.wait(200)
    assert "Before" in w.visitor(token=visitor.token).bodies()


def fill(path, count=60000):
    """So many tokens of a visitor nobody knows that no page of them is in a cache."""
    database = sqlite3.connect(path, isolation_level=None)
    (site,) = database.execute("SELECT site FROM visitors").fetchone()
    database.execute("BEGIN")
    columns = [row[1] for row in database.execute("PRAGMA table_info(visitors)")]
    values = {"id": "visitor-of-old", "site": site, "first_seen": 1, "last_seen": 1, "verified": 0}
    database.execute(f"INSERT INTO visitors VALUES ({','.join('?' * len(columns))})",
                     [values.get(column, "") for column in columns])
    database.executemany("INSERT INTO tokens VALUES (?, 'visitor-of-old', 2, 1)",
                         ((random.randbytes(32).hex(),) for _ in range(count)))
    database.execute("COMMIT")
    database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()


def spoil_index(path):
    """Noise in the place of the index of searches alone; and a write, so that the daemon looks."""
    database = sqlite3.connect(path, isolation_level=None, timeout=10)
    (root,) = database.execute(
        "SELECT rootpage FROM sqlite_schema WHERE name = 'search_data'").fetchone()
    until(lambda: database.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0,
          "the log is at home")
    with open(path, "r+b") as file:
        file.seek((root - 1) * PAGE)
        file.write(random.Random(1).randbytes(PAGE))
    database.execute("UPDATE visitors SET last_seen = last_seen + 1")
    database.close()


@scenario
def a_damaged_index_of_searches_stops_nobody(w):
    """While the daemon runs, and at its start: what is said is stored, and the index is made again."""
    daemon = w.daemon()
    nina, visitor = w.agent(), w.visitor()
    contact = w.chatting(nina, visitor, "My printer burns")
    spoil_index(daemon.directory / "tresen.db")
    for number in range(5):
        visitor.write(f"It burns for {number} minutes")  # waits for the receipt
        nina.expect(message(from_=contact, body=f"It burns for {number} minutes"))
    daemon.wait_log("the index of searches in .* is damaged: it is thrown away and made again")
    daemon.wait_log("the index of searches is made again")
    assert "burns" in by_text(nina, w.sales, "search", text="printer minutes")
    assert daemon.readiness() == 200
    assert daemon.stop() == 0
    spoil_index(daemon.directory / "tresen.db")
    mark = len(daemon.log.read_bytes())
    daemon.start()
    until(lambda: lines_of(daemon, "the index of searches is made again", mark), "it is whole")
    nina = w.agent("agent2")
    assert "burns" in by_text(nina, w.sales, "search", text="printer minutes")
    daemon.kill()
    daemon.start()
    assert lines_of(daemon, " error storage: ", mark) == 1, "it is thrown away once"


@scenario
def searches_say_that_the_index_is_being_made(w):
    """As a daemon leaves it that is killed meanwhile; the next one makes the rest."""
    daemon = w.daemon()
    nina = w.agent()
    w.chatting(nina, w.visitor(), "My printer burns")
    database = sqlite3.connect(daemon.directory / "tresen.db", isolation_level=None, timeout=10)
    database.execute("INSERT INTO upkeep (work, since, reached) VALUES ('index', 1, 1000000)")
    for give in WAYS:
        assert "is being made again" in give(nina, w.sales, "search", text="printer")
    refused = daemon.command("tickets", "search", "printer")
    assert refused.returncode == 1 and "is being made again" in refused.stderr, refused
    daemon.kill()
    daemon.start()
    daemon.wait_log("the index of searches is made again")
    for give in WAYS:
        assert "My printer burns" in give(nina, w.sales, "search", text="printer")
    assert not database.execute("SELECT * FROM upkeep").fetchall()
    database.close()


@scenario(servers=("prosody",))
def a_database_that_is_damaged_while_the_daemon_runs_takes_nothing_more(w):
    """A chat goes on; somebody overwrites the file; from the moment in which that is noticed both
    sides are told. The next start refuses."""
    daemon = w.daemon(**QUICK)
    left_message(w, "Before")
    assert daemon.stop() == 0
    fill(daemon.directory / "tresen.db")
    daemon.start()
    talk = Talk(w)
    mark = len(daemon.log.read_bytes())
    spoil(daemon.directory / "tresen.db")
    newcomer = w.stream()

    def noticed():  # each visit gets a token, which stands anywhere in the tree
        newcomer.send(f"<iq type='set' id='visit' to='{w.sales}'>"
                      "<visit xmlns='urn:tresen:visit:1'/></iq>")
        return daemon.readiness() == 503
    until(noticed, "the damage is noticed")
    newcomer.forget()
    daemon.wait_log("is damaged or no database .*restore a backup")
    with Idle(daemon):
        talk.refuse()
        talk.visitor.quiet(message(has="receipts:received"), 2)
    newcomer.quiet(iq(type="result"), 0.1)
    assert lines_of(daemon, " error storage: ", mark) <= 3, "the log is flooded"
    daemon.kill()
    assert "is damaged" in ends(daemon, DAMAGED)
