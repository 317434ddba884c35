"""What runs in a world: name servers, receivers, the web server, the instance;
and what is down of it for a while."""
import contextlib, os, signal, socket, subprocess, sys, time
import manners, zones
from place import HERE, SMTP, UNSUB, UP_S, fatal

DOWN_S = 30             # until the instance has stopped


class Parts:
    """The programs of a world; they end with this one, whatever ends it."""

    def __init__(self):
        self.running, self.commands, self.hold = {}, {}, []

    def begin(self, name, command, end="KILL", **how):
        self.commands[name] = command
        self.running[name] = subprocess.Popen(["setpriv", "--pdeathsig", end, "--", *command],
                                              stdin=subprocess.DEVNULL, start_new_session=True, **how)

    def again(self, name):
        self.begin(name, self.commands[name])

    def ended(self):
        return next((name for name, p in self.running.items() if p.poll() is not None), None)

    def signal(self, name, number):
        """to it and its children"""
        os.killpg(self.running[name].pid, number)

    def end(self, name):
        p = self.running.pop(name)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(p.pid, signal.SIGCONT)
        p.send_signal(signal.SIGTERM)
        try:
            p.wait(DOWN_S)
        except subprocess.TimeoutExpired:
            os.killpg(p.pid, signal.SIGKILL)
            p.wait()

    def stop(self):
        for name in reversed(list(self.running)):
            self.end(name)


def ask(server, name, kind):
    """the bytes of its answer, b"" when there is none or an error"""
    question = b"\0\7\1\0\0\1\0\0\0\0\0\0" + b"".join(bytes([len(l)]) + l.encode() for l in name.split("."))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.settimeout(0.2)
        try:
            s.sendto(question + bytes([0, 0, kind, 0, 1]), (server, 53))
            found = s.recv(512)
            return found if found[3] & 15 == 0 else b""
        except OSError:
            return b""


def answers():
    """whether the DNS does"""
    return ask(zones.RESOLVER, "ns.test", 1) != b""


def await_(parts, what, true):
    end = time.monotonic() + UP_S
    while not true():
        name = parts.ended()
        if name or time.monotonic() > end:
            parts.stop()
            fatal(111, "%s does not come up" % (name or what))
        time.sleep(0.05)


def accepts():
    """whether the instance does; not by its ping: of somebody else's
    configuration no postmaster may have a mailbox here"""
    host, _, port = SMTP.partition(":")
    try:
        with socket.create_connection((host, int(port)), 5) as s:
            return s.recv(3) == b"220"
    except OSError:
        return False


def mute(kind):
    """a name server that never answers"""
    s = socket.socket(socket.AF_INET, kind)
    s.bind((zones.MUTE, 53))
    if kind == socket.SOCK_STREAM:
        s.listen()
    return s


def rezone(place, changed, forged):
    """the zones written anew; their serial"""
    dns, found = place.path("dns"), place.receivers()
    serial = int(time.time() * 100) & 0xffffffff
    records = zones.changed_records(zones.records(found, place.path("ca")), changed)
    zones.write(dns, found, records, serial, time.time(), forged)
    return serial


def reload(place, serial):
    """of the name server, when it is there; returns when it has this serial"""
    if place.states().get("nameserver") in ("down", "hang"):
        return
    try:
        with open(place.path("dns", "nsd.pid")) as f:
            os.kill(int(f.read()), signal.SIGHUP)
    except (OSError, ValueError) as e:
        raise OSError("the name server: %s" % e) from None
    end = time.monotonic() + UP_S
    while not all(serial.to_bytes(4, "big") in ask(zones.AUTHORITY, zone, 6) for zone in ("test", "plain.test")):
        if time.monotonic() > end:
            raise OSError("the name server does not take it")
        time.sleep(0.05)


def begin_and_tell(parts, name, path, command):
    """a part that makes PATH when it is ready"""
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
    parts.begin(name, [sys.executable, os.path.join(HERE, command[0]), "--ports", path, *command[1:]])
    await_(parts, "the " + name, lambda: os.path.exists(path))


def begin(place, parts):
    dns, ca = place.path("dns"), place.path("ca")
    parts.hold = [mute(socket.SOCK_DGRAM), mute(socket.SOCK_STREAM)]
    for name in ("down", "down.world", "down.receivers"):
        with contextlib.suppress(FileNotFoundError):
            os.unlink(place.path(name))
    rezone(place, zones.changes(dns), False)
    zones.configure(dns)
    for name, command in zones.commands(dns).items():
        parts.begin(name, command)
    await_(parts, "the DNS", answers)
    begin_and_tell(parts, "receivers", place.path("ports"),
                   ["receiver.py", "--certs", ca, "--down", place.path("down"), "--home", SMTP, "--unsub", UNSUB,
                    place.path("receivers"), place.path("log")])
    begin_and_tell(parts, "web", place.path("web"),
                   ["policies.py", "--certs", ca, place.path("receivers"), place.path("log", "https")])
    # what it says to people is not what holds here
    with open(place.path("up"), "w") as out:
        parts.begin("instance", ["rohrpost", "up", place.dir], "HUP", stdout=out, stderr=out)
    await_(parts, "the instance", accepts)


class Downs:
    """Obeys the file that says which parts are down; the receivers obey it, too."""

    def __init__(self, place, parts):
        self.place, self.parts, self.text = place, parts, None
        self.states = {}

    def look(self):
        try:
            with open(self.place.path("down")) as f:
                text = f.read()
        except FileNotFoundError:
            text = ""
        if text == self.text:
            return
        self.text = text
        states = self.place.states()
        for name in manners.PARTS:
            old, new = (s.get(name, "up") for s in (self.states, states))
            if old != new:
                self.leave(name, old)
                self.begin(name, new)
        self.states = states
        with open(self.place.path("down.world.new"), "w") as f:
            f.write(text)
        os.rename(self.place.path("down.world.new"), self.place.path("down.world"))

    def leave(self, name, state):
        if state == "down":
            self.parts.again(name)
        elif state == "hang":
            self.parts.signal(name, signal.SIGCONT)
        elif state == "forge":
            self.zones(False)

    def begin(self, name, state):
        if state == "down":
            self.parts.end(name)
        elif state == "hang":
            self.parts.signal(name, signal.SIGSTOP)
        elif state == "forge":
            self.zones(True)

    def zones(self, forged):
        serial = rezone(self.place, zones.changes(self.place.path("dns")), forged)
        reload(self.place, serial)
