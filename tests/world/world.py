#!/usr/bin/env python3
"""world.py DIR [COMMAND ...] - an Internet of one's own; see world(7)

Started by rohrpost(8).  All of it is in a network namespace; what has to
happen in there is this program once more, with --inside in front.
"""
import argparse, contextlib, fcntl, os, re, shutil, signal, sys, time
sys.dont_write_bytecode = True
import certs, clock, handin, manners, parts, verdict, zones
from place import HERE, SMTP, UP_S, Place, fatal, run

ASKED_S = 1             # so long somebody may ask whether a world runs
OBEY_S = 10             # until what is to be down is
PROGRAMS = {"unshare": "util-linux", "nsenter": "util-linux", "setpriv": "util-linux", "mount": "mount",
            "ip": "iproute2", "nsd": "nsd", "nsd-checkzone": "nsd", "unbound": "unbound", "ldns-signzone": "ldnsutils",
            "ldns-keygen": "ldnsutils", "openssl": "openssl", "runsvdir": "runit"}
NET, NET6 = "198.18.0.0/15", "fd18::/32"
RESOLVE_S = 60          # of the world: until the DNS, or sts-fetch, has answered
ROUTE_TTL_S = 30        # of the world: so long route(8) keeps what the DNS said
# what is said of the domains NAME.P.test; of the others nothing
TLS_OUT = "".join(".%s.%s %s\n" % (p, end, p) for end in ("test", "plain.test") for p in ("may", "must", "verify", "dane", "sts"))
AUTHORITIES = "/etc/ssl/certs"  # whom all trust; has ca-certificates.crt
# of --conf: what a world has of its own, or names keys that are not in it
OURS = ("resolver", "me", "tls", "tls-client")
USAGE = """usage: rohrpost world DIR [--clock N] [--later SECONDS] [--receivers FILE] [--conf CONF]
       rohrpost world DIR list
       rohrpost world DIR mail [-ORu] [-f FROM] [-n COUNT] [-r RATE] [-s BYTES] ADDRESS...
       rohrpost world DIR wait [SECONDS]
       rohrpost world DIR verdict [-lv] [--strict] [-w N/SECONDS]... [NAME...]
       rohrpost world DIR down|hang|forge|up [PART...]
       rohrpost world DIR dns NAME TYPE [-|VALUE...]
       rohrpost world DIR run COMMAND..."""


class Parser(argparse.ArgumentParser):
    def error(self, _):
        fatal(100, USAGE)


def parser():
    return Parser(add_help=False, allow_abbrev=False)


# ---- starting ----

def write_clock(place, base, mono, runs):
    with open(place.path("clock"), "w") as f:
        f.write("%d:%d:%d\n" % (base, mono, runs))


def set_clock(place, factor, later):
    """The time of a world goes on when it is started again, or is so many
    seconds later then."""
    old = place.clock()
    if not old:
        if factor > 1:
            write_clock(place, *map(int, clock.value(factor).split(":")))
        return
    base, mono, runs = map(int, old.split(":"))
    if factor not in (1, runs):
        fatal(100, "%s: its clock runs %d times as fast already" % (place.dir, runs))
    if mono > time.monotonic() * 1e6:           # that was before a boot
        mono = time.monotonic() * 1e6
    # clock.now() is base + (the system's - base) * runs
    write_clock(place, base - later * 1e6 / (runs - 1), mono, runs)


def check_start(place, a):
    for program, package in PROGRAMS.items():
        if shutil.which(program, path=os.environ["PATH"] + ":/usr/sbin:/sbin") is None:
            fatal(111, "the world needs %s (apt-get install %s)" % (program, package))
    if a.later < 0 or (a.later and not place.clock()):
        fatal(100, "--later: want seconds, and a world that was made with --clock")
    if not 1 <= a.clock <= clock.FACTOR_MAX:
        fatal(100, "--clock: want a number, 1 to %d" % clock.FACTOR_MAX)
    if os.path.exists(os.path.join(place.dir, "service")) and not os.path.exists(place.world):
        fatal(100, "%s is an instance of its own: the world wants another folder, and takes its"
              " configuration by --conf %s/conf" % (place.dir, place.dir))
    if place.pid() is not None:
        fatal(100, "%s is up already" % place.dir)
    if a.conf and not os.path.isdir(a.conf):
        fatal(111, "%s: no such folder" % a.conf)


def start(place, args):
    p = parser()
    p.add_argument("--clock", type=int, default=1)
    p.add_argument("--later", type=int, default=0)
    p.add_argument("--receivers")
    p.add_argument("--conf")
    a = p.parse_args(args)
    check_start(place, a)
    os.makedirs(place.path("log"), exist_ok=True)
    if a.receivers or not os.path.exists(place.path("receivers")):
        with contextlib.suppress(shutil.SameFileError):
            shutil.copyfile(a.receivers or os.path.join(HERE, "receivers"), place.path("receivers"))
    place.receivers()
    set_clock(place, a.clock, a.later)
    ours = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    enter(place, ["unshare", *ours, "--net", "--mount"], "start", *([os.path.abspath(a.conf)] if a.conf else []))


def enter(place, how, *args):
    """this program in the namespace, in its stead"""
    env = dict(os.environ, PATH=os.environ["PATH"] + ":/usr/sbin:/sbin")
    env.pop(clock.NAME, None)
    if place.clock():
        env[clock.NAME] = place.clock()
    sys.stdout.flush()
    command = [*how, "--", sys.executable, os.path.join(HERE, "world.py"), "--inside", os.getcwd(), place.dir, *args]
    os.execvpe(command[0], command, env)


def go_in(place, *args):
    pid = place.must_run()
    ours = [] if os.geteuid() == 0 else ["-U", "--preserve-credentials"]
    enter(place, ["nsenter", "-t", str(pid), "-n", "-m", *ours], *args)


# ---- inside ----

def authorities(place):
    ca = place.path("ca")
    certs.write(ca, place.receivers())
    os.makedirs(os.path.join(ca, "trusted"), exist_ok=True)
    shutil.copyfile(os.path.join(ca, "ca.pem"), os.path.join(ca, "trusted", "ca-certificates.crt"))


def network(place):
    run("ip", "link", "set", "lo", "up")
    for net in NET, NET6:
        run("ip", "route", "add", "local", net, "dev", "lo")
    # where a route is enough for IPv4
    with open("/proc/sys/net/ipv6/ip_nonlocal_bind", "w") as f:
        f.write("1\n")
    with open(place.path("resolv.conf"), "w") as f:
        f.write("nameserver %s\n" % zones.RESOLVER)
    run("mount", "--bind", place.path("resolv.conf"), "/etc/resolv.conf")
    run("mount", "--bind", place.path("ca", "trusted"), AUTHORITIES)


def configure(place, conf):
    """the instance, and what of its configuration belongs to the world"""
    if not os.path.exists(os.path.join(place.dir, "service")):
        run("rohrpost", "init", place.dir, "--smtp", SMTP, "--local", "here.test", "--user", "sender",
            "--postmaster", "sender")
        write(place, "pools", "default source=198.19.0.1,fd18::19:1 helo=out.here.test\n")
        write(place, "resolver", "%s\nanchor %s\nvalidate yes\n" % (zones.RESOLVER, place.path("dns", "anchor")))
        write(place, "tls-out", TLS_OUT)
        write(place, "me", "out.here.test\n")
    for name in sorted(os.listdir(conf)) if conf else []:
        path = os.path.join(conf, name)
        if os.path.isfile(path) and name not in OURS and not name.endswith(".cdb"):
            shutil.copyfile(path, os.path.join(place.dir, "conf", name))
    patient(os.path.join(place.dir, "service", "deliver", "run"))
    zones.keys(place.path("dns"))
    run("conf-build", os.path.join(place.dir, "conf"))
    env = os.path.join(place.dir, "env", clock.NAME)
    if place.clock():
        with open(env, "w") as f:
            f.write(place.clock() + "\n")
    elif os.path.exists(env):
        os.unlink(env)


def patient(path):
    """the DNS and the web server do not run as fast as the clocks: route waits
    for them"""
    with open(path) as f:
        text = f.read()
    if " route -t" not in text:
        text = text.replace(" route ", " route -t %d " % RESOLVE_S, 1)
        with open(path + ".new", "w") as f:
            f.write(re.sub(r"( -S \S+/sock/sts/sock)(?=\s)", r"\g<1>,%d" % RESOLVE_S, text, count=1))
        shutil.copymode(path, path + ".new")
        os.rename(path + ".new", path)


def write(place, name, text):
    with open(os.path.join(place.dir, "conf", name), "w") as f:
        f.write(text)


def interrupted(*_):
    raise KeyboardInterrupt


def taken(lock):
    """whether we have it; who asks for the pid has it for a moment, too"""
    end = time.monotonic() + ASKED_S
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > end:
                return False
            time.sleep(0.02)


def stay(place, conf):
    lock = open(place.path("pid"), "a")
    if not taken(lock):
        fatal(100, "%s is up already" % place.dir)
    lock.truncate(0)
    # a background job has SIGINT ignored
    for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(s, interrupted)
    running = parts.Parts()
    try:
        authorities(place)
        network(place)
        configure(place, conf)
        parts.begin(place, running)
        lock.write("%d\n" % os.getpid())
        lock.flush()
        print("%s is up: rohrpost world %s mail joe@good.auto.test" % (place.dir, place.dir), flush=True)
        downs = parts.Downs(place, running)
        while running.ended() is None:
            downs.look()
            time.sleep(0.2)
        name = running.ended()
        running.stop()
        fatal(111, "%s has ended" % name)
    except KeyboardInterrupt:
        for s in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(s, signal.SIG_IGN)
        running.stop()
    except OSError as e:
        running.stop()
        fatal(111, str(e))
    finally:
        lock.truncate(0)


# ---- commands ----

def mail(place, args):
    p = parser()
    p.add_argument("-n", type=int, default=1)
    p.add_argument("-r", type=float, default=0)
    p.add_argument("-s", type=int, default=1000)
    p.add_argument("-f", default="sender@here.test")
    p.add_argument("-R", action="store_true")
    p.add_argument("-O", action="store_true")
    p.add_argument("-u", action="store_true")
    p.add_argument("to", nargs="+")
    a = p.parse_args(args)
    if a.n < 1 or a.s < 0 or not a.r >= 0:
        fatal(100, USAGE)
    host, _, port = SMTP.partition(":")
    try:
        handin.messages((host, int(port)), place.path("sent"), handin.Ask(a.f, a.s, a.R, a.O, a.u), a)
    except (OSError, handin.Refused) as e:
        fatal(111, str(e))


def wait(place, args):
    if len(args) > 1 or not all(x.isdigit() for x in args):
        fatal(100, USAGE)
    place.must_run()
    end = time.monotonic() + int(args[0]) if args else float("inf")
    while (left := verdict.World(place.dir).waiting()) > 0:
        if time.monotonic() > end:
            print("%d have no outcome" % left)
            sys.exit(1)
        time.sleep(0.2)


def say_verdict(place, args):
    p = parser()
    p.add_argument("-v", action="store_true")
    p.add_argument("-l", action="store_true")
    p.add_argument("-w", type=manners.rate, action="append", default=[])
    p.add_argument("--strict", action="store_true")
    p.add_argument("names", nargs="*")
    a = p.parse_args(args)
    known = [m.name for m in place.receivers()]
    for name in a.names:
        if name not in known:
            fatal(100, "there is no receiver %s" % name)
    bad = False
    for v in verdict.verdicts(verdict.World(place.dir), a.names, a.strict, a.w):
        print(v.text())
        if a.l:
            print("".join("    %s\n" % line for line in v.listed()), end="")
        for line in v.bad if a.v else v.bad[:3]:
            print("    " + line)
        if len(v.bad) > 3 and not a.v:
            print("    and %d more: -v" % (len(v.bad) - 3))
        bad |= bool(v.bad)
    sys.exit(bad)


def list_(place, args):
    if args:
        fatal(100, USAGE)
    for m in place.receivers():
        print("%-16s %-13s %-32s %s" % (m.name, m.addresses(1)[0], m.text, manners.domains(m)[-1]))


def change_states(place, verb, names):
    """writes which parts are so from now on; "up" without names: all"""
    known = set(manners.PARTS) | {m.name for m in place.receivers()}
    for name in names:
        if name not in known:
            fatal(100, "there is no receiver %s" % name)
        if verb == "forge" and name != "nameserver":
            fatal(100, "%s: only the nameserver can forge" % name)
    states = place.states() if names or verb != "up" else {}
    states.update((name, verb) for name in names)
    text = "".join("%s %s\n" % x for x in sorted(states.items()) if x[1] != "up")
    with open(place.path("down.new"), "w") as f:
        f.write(text)
    os.rename(place.path("down.new"), place.path("down"))
    return text


def down(place, verb, *names):
    if not names and verb != "up":
        fatal(100, USAGE)
    with open(place.path("down.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        text = change_states(place, verb, names)
        end = time.monotonic() + OBEY_S + UP_S
        while not (all(obeyed(place, who, text) for who in ("world", "receivers")) and
                   (set(place.states()) & {"resolver", "nameserver"} or parts.answers())):
            if time.monotonic() > end:
                fatal(111, "the world does not obey")
            time.sleep(0.05)


def obeyed(place, who, text):
    try:
        with open(place.path("down." + who)) as f:
            return f.read() == text
    except FileNotFoundError:
        return False


def dns(place, args):
    """records changed, of which others may know no more when this returns"""
    if len(args) < 2 or not all(re.fullmatch(r"[ -~]+", x) for x in args) or " " in args[0] + args[1]:
        fatal(100, USAGE)
    name, kind, values = args[0].rstrip(".").lower(), args[1].upper(), args[2:]
    if not zones.below(name, "test"):
        fatal(100, "%s is not below test" % name)
    folder = place.path("dns")
    with open(place.path("down.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        changed, forged = zones.changes(folder), place.states().get("nameserver") == "forge"
        changed.pop((name, kind), None)
        if values:
            changed[name, kind] = [v for v in values if v != "-"]
        try:
            parts.reload(place, parts.rezone(place, changed, forged))
        except OSError as e:
            parts.rezone(place, zones.changes(folder), forged)
            fatal(100, str(e))
        zones.keep(folder, changed)
    time.sleep(zones.TTL + clock.system(ROUTE_TTL_S))


def command(place, args):
    if not args:
        fatal(100, USAGE)
    try:
        os.execvp(args[0], args)
    except OSError as e:
        fatal(111, "unable to run %s: %s" % (args[0], e.strerror))


def inside(cwd, folder, what, *args):
    place = Place(folder)
    with contextlib.suppress(OSError):
        os.chdir(cwd)
    {"start": lambda p, x: stay(p, *x or [None]), "mail": mail, "run": command,
     "dns": dns, "down": lambda p, x: down(p, *x)}[what](place, list(args))


def main():
    if sys.argv[1:2] == ["--inside"]:
        inside(*sys.argv[2:])
        return
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        fatal(100, USAGE)
    place, rest = Place(sys.argv[1]), sys.argv[2:]
    if not rest or rest[0].startswith("-"):
        start(place, rest)
    elif rest[0] in ("mail", "run", "dns"):
        go_in(place, *rest)
    elif rest[0] in ("down", "hang", "forge", "up"):
        go_in(place, "down", *rest)
    elif rest[0] in ("wait", "verdict", "list"):
        if not os.path.exists(place.world):
            fatal(111, "%s: there is no world" % place.dir)
        {"wait": wait, "verdict": say_verdict, "list": list_}[rest[0]](place, rest[1:])
    else:
        fatal(100, USAGE)


if __name__ == "__main__":
    main()
