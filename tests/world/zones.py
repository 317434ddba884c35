"""The world's DNS: the zones, signed, and the configurations of nsd, which has
them, and of unbound, which answers."""
import os, re, shutil, subprocess
import certs
from manners import REPORTS, domains, hosts, sts_domains

TTL = 5                 # so that what a test changes is seen soon
RESOLVER, AUTHORITY, MUTE, WEB = "198.18.0.1", "198.18.0.2", "198.18.0.3", "198.18.0.4"
WITH_TLSA = ("dane", "rtls", "auto")    # policies whose domains have them
SERVED = {"test": "test.signed", "plain.test": "plain.test"}    # zones, and their files
# what a name in the DNS may stand for a day before, and ten years from now:
# a compressed clock never leaves that
SIGNED_S = (86400, 315360000)


def tlsa(folder, m, host):
    """(name, type, value) of a host's TLSA records; servfail and hang are zones
    of their own, whose server is not to be found, or never answers"""
    name = "_25._tcp." + host
    if m.tlsa in ("servfail", "hang"):
        yield name, "NS", "mute.test." if m.tlsa == "hang" else "nowhere.test."
        return
    for r in certs.tlsa(folder, m):
        yield name, "TLSA", r.replace(".", " ")


def addresses(name, m):
    for a in m.reached(dead=True):
        yield name, "AAAA" if ":" in a else "A", a


def host_records(folder, m, name, domain):
    """of a host, where the receiver is"""
    at = "host." + domain if m.mx == "cname" else name
    if at != name:
        yield name, "CNAME", at + "."
    yield from addresses(at, m)
    if domain.split(".")[1] in WITH_TLSA:
        yield from tlsa(folder, m, at)


def records(receivers, folder):
    """(name, type, value) of all of it; folder: of certificates"""
    good = receivers[0]
    yield "ns.test", "A", AUTHORITY
    yield REPORTS, "A", WEB
    yield "mute.test", "A", MUTE
    yield "out.here.test", "A", "198.19.0.1"
    for d in [d for m in receivers for d in sts_domains(m)]:
        yield "_mta-sts." + d, "TXT", '"v=STSv1; id=1;"'
        yield "mta-sts." + d, "A", WEB
    for m in receivers:
        for d in domains(m):
            found = hosts(m, d)
            for preference, host in found:
                yield d, "MX", "%d %s." % (preference, host)
            for preference, name in found or [(10, d)]:
                if name:
                    yield from host_records(folder, good if preference == 20 else m, name, d)
            yield "_smtp._tls." + d, "TXT", '"v=TLSRPTv1; rua=https://%s/%s"' % (REPORTS, d)


def changes(folder):
    """(name, type): values, of what is to be otherwise than the receivers say"""
    found = {}
    try:
        with open(os.path.join(folder, "changes")) as f:
            for line in f:
                name, kind, *value = line.rstrip("\n").split(" ", 2)
                found.setdefault((name, kind), []).extend(value)
    except FileNotFoundError:
        pass
    return found


def keep(folder, changed):
    path = os.path.join(folder, "changes")
    with open(path + ".new", "w") as f:
        for (name, kind), values in changed.items():
            f.writelines(" ".join((name, kind, v)) + "\n" for v in values)
            if not values:
                f.write("%s %s\n" % (name, kind))
    os.rename(path + ".new", path)


def changed_records(found, changed):
    for name, kind, value in found:
        if (name, kind) not in changed:
            yield name, kind, value
    for (name, kind), values in changed.items():
        for v in values:
            yield name, kind, v


def damage(path, receivers, forged):
    """what is to be bogus, in a signed zone: its data are not what was signed.
    forged: all that says where mail goes, and how"""
    with open(path) as f:
        lines = f.read().splitlines(True)
    bogus = lambda word: forged or word == "bogus"
    names = {"_25._tcp.mx.%s." % d for m in receivers if bogus(m.tlsa) for d in domains(m)}
    names |= {d + "." for m in receivers if bogus(m.mx) for d in domains(m)}
    for i, line in enumerate(lines):
        if line.split(None, 1)[0:1] and line.split(None, 1)[0] in names:
            line = re.sub(r"(\sTLSA\s.*)([0-9a-f])(\s*)$", lambda x: x.group(1) + "%x" % (int(x.group(2), 16) ^ 1) + x.group(3), line)
            lines[i] = re.sub(r"(\sMX\s+)10 ", r"\g<1>11 ", line)
    with open(path, "w") as f:
        f.writelines(lines)


def below(name, zone):
    return name == zone or name.endswith("." + zone)


def text(zone, records, serial):
    lines = ["$TTL %d" % TTL,
             "%s. SOA ns.test. postmaster.test. %d 3600 600 86400 %d" % (zone, serial, TTL),
             "%s. NS ns.test." % zone]
    # no DS: what is below is not signed
    if zone == "test":
        lines.append("plain.test. NS ns.test.")
    for name, kind, value in records:
        if below(name, zone) and (zone == "plain.test" or not below(name, "plain.test")):
            lines.append("%s. %s %s" % (name, kind, value))
    return "\n".join(lines) + "\n"


def run(*command, folder):
    p = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    if p.returncode:
        raise OSError("%s: %s" % (command[0], (p.stderr or p.stdout).strip()))
    return p.stdout.strip()


def keys(folder):
    """those of test., made once; the anchor is that of which DS are made"""
    os.makedirs(folder, exist_ok=True)
    path = os.path.join(folder, "keys")
    if not os.path.exists(path):
        names = [run("ldns-keygen", "-a", "ECDSAP256SHA256", *flag, "test", folder=folder)
                 for flag in (["-k"], [])]
        shutil.copy(os.path.join(folder, names[0] + ".key"), os.path.join(folder, "anchor"))
        with open(path, "w") as f:
            f.write(" ".join(names))
    with open(path) as f:
        return f.read().split()


def write(folder, receivers, found, serial, now, forged=False):
    """the zones as they are to be served; OSError when they cannot be made, or
    nsd would not take them: then those before stay"""
    os.makedirs(folder, exist_ok=True)
    found = list(found)
    for zone, name in (("test", "test"), ("plain.test", "plain.test.new")):
        with open(os.path.join(folder, name), "w") as f:
            f.write(text(zone, found, serial))
    run("ldns-signzone", "-o", "test", "-i", str(int(now) - SIGNED_S[0]), "-e", str(int(now) + SIGNED_S[1]),
        "-f", "test.signed.new", "test", *keys(folder), folder=folder)
    damage(os.path.join(folder, "test.signed.new"), receivers, forged)
    for zone, name in SERVED.items():
        run("nsd-checkzone", zone, name + ".new", folder=folder)
    # nsd may be reading them
    for name in SERVED.values():
        os.rename(os.path.join(folder, name + ".new"), os.path.join(folder, name))


NSD = """server:
  ip-address: {authority}
  do-ip6: no
  username: ""
  chroot: ""
  zonesdir: "{folder}"
  database: ""
  pidfile: "{folder}/nsd.pid"
  xfrdfile: "{folder}/xfrd.state"
  zonelistfile: "{folder}/zone.list"
  xfrdir: "{folder}"
  logfile: "{folder}/nsd.log"
  server-count: 1
  rrl-ratelimit: 0
remote-control:
  control-enable: no
zone:
  name: test
  zonefile: test.signed
zone:
  name: plain.test
  zonefile: plain.test
"""

UNBOUND = """server:
  interface: {resolver}
  do-ip6: no
  access-control: 0.0.0.0/0 allow
  username: ""
  chroot: ""
  directory: "{folder}"
  pidfile: ""
  use-syslog: no
  logfile: "{folder}/unbound.log"
  num-threads: 1
  do-not-query-localhost: no
  module-config: "validator iterator"
  trust-anchor-file: "{folder}/anchor"
  local-zone: "test." nodefault
  root-hints: ""
  cache-max-ttl: {ttl}
  cache-max-negative-ttl: {ttl}
  infra-keep-probing: yes
  serve-expired: no
  val-bogus-ttl: 1
remote-control:
  control-enable: no
stub-zone:
  name: "test."
  stub-addr: {authority}
stub-zone:
  name: "plain.test."
  stub-addr: {authority}
"""


def configure(folder):
    for name, body in (("nsd.conf", NSD), ("unbound.conf", UNBOUND)):
        with open(os.path.join(folder, name), "w") as f:
            f.write(body.format(folder=folder, authority=AUTHORITY, resolver=RESOLVER, ttl=TTL))


def commands(folder):
    """what serves them, in the foreground"""
    return {"nameserver": ["nsd", "-d", "-c", os.path.join(folder, "nsd.conf")],
            "resolver": ["unbound", "-d", "-c", os.path.join(folder, "unbound.conf")]}
