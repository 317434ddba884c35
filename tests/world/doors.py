"""Where receivers listen, and which of them are down for a while."""
import os, selectors, socket, time
import proxy


def listen(address, port):
    s = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((address, port))
    s.listen(1024)
    return s


class Door:
    """Where a receiver listens, or who is in front of it; `who` serves."""

    def __init__(self, ready, receiver, who, address, port):
        self.ready, self.receiver, self.who, self.socket = ready, receiver, who, None
        self.at = address, port
        self.open()

    def open(self):
        if self.socket is None:
            self.socket = listen(*self.at)
            self.at = self.socket.getsockname()[:2]
            self.ready.register(self.socket, selectors.EVENT_READ, self)

    def shut(self):
        if self.socket is not None:
            self.ready.unregister(self.socket)
            self.socket.close()
            self.socket = None

    def enter(self):
        try:
            self.who.serve(*self.socket.accept())
        except OSError:         # who has gone already, or no descriptor is left
            time.sleep(0.01)


def doors(a, ready, r):
    """those of a receiver by its options; the last is where it is reached"""
    found = [Door(ready, r, r, x, a.port) for x in ([a.listen] if a.listen else r.m.addresses(1))]
    if r.m.proxy != "no":
        p = proxy.Proxy(r.m, found[0].at, a.certs, a.log, lambda *what: r.say("-", *what))
        found += [Door(ready, r, p, x, a.port) for x in ([a.listen] if a.listen else r.m.reached())]
    return found


def write(path, text):
    with open(path + ".new", "w") as f:
        f.write(text)
    os.rename(path + ".new", path)


class Downs:
    """Obeys the file that says which receivers are down."""

    def __init__(self, path, all_doors):
        self.path, self.doors, self.text = path, all_doors, None

    def look(self):
        try:
            with open(self.path) as f:
                text = f.read()
        except FileNotFoundError:
            text = ""
        if text == self.text:
            return
        self.text = text
        states = dict(line.split() for line in text.splitlines())
        for d in self.doors:
            state = states.get(d.receiver.m.name, "up")
            (d.shut if state == "down" else d.open)()
            (d.receiver.awake.clear if state == "hang" else d.receiver.awake.set)()
            if state == "down":
                d.receiver.end_all()
        write(self.path + ".receivers", text)
