#!/usr/bin/env python3
"""rooms.py OBJECTS [-t] - the map in lib/README.md against the source

Reads a row a room, in the order in which the rooms stand on each other:

    | room | what is decided here | programs | touches the world |

and what was compiled: OBJECTS/ROOM/NAME.o.  Prints a line for each of these:

    ROOM is not in the map
    ROOM is not there
    FILE stands on ROOM          an include of a room that comes later
    ROOM: programs ...           those whose file in cmd/ includes something of
                                 it, or the rooms through which they use it
    ROOM: a circle of ...        files that call each other, in a room that is
                                 not in CIRCLES
    ROOM: touches ...            the files that call the system, by themselves
                                 or through what they call; all others are pure

Nothing is printed when all is as the map says.  -t prints the rows as they
should be."""
import os
import re
import subprocess
import sys

# Calls of libc and libev that see or change something outside of the program.
WORLD = set("""
    _exit abort accept accept4 bind chdir chmod chown close clock_gettime connect dprintf ev_run execl execlp execv
    execvp exit fchmod fchown fdatasync fork fprintf fstat fstatat fsync getaddrinfo geteuid getenv getifaddrs getpid
    getrandom gettimeofday getuid kill link linkat listen mkdir mkdirat mmap open openat opendir poll pread printf
    pwrite rand random read readdir recv recvmsg rename renameat renameat2 secure_getenv send sendmsg setenv
    sigaction signal socket stat symlink syncfs time truncate unlink unlinkat waitpid write writev""".split())


def plain(symbol):
    """as the source has it: __pread64_chk is pread"""
    return re.sub(r"^__(.*)_chk$", r"\1", symbol).replace("64", "")


# Rooms whose files may call each other in a circle; what is none of these stays free of them.
# spf: its records include records, and lib/spf/work.h says how its parts follow.
CIRCLES = {"spf"}


def symbols(objects, names):
    """of each file what it needs, and of each name the file that has it"""
    path = {"%s/%s.o" % (objects, m): m for m in names}
    needs, home = {m: set() for m in names}, {}
    out = subprocess.run(["nm", "-A"] + list(path), check=True, capture_output=True, text=True).stdout
    for line in out.splitlines():
        file, rest = line.split(":", 1)
        kind, name = rest.split()[-2:]
        if kind == "U":
            needs[path[file]].add(name.split("@")[0])
        elif kind in "TDBRV":
            home[name] = path[file]
    return needs, home


def circle(names, needs, home):
    """those that are left when who calls nobody that is left has gone, and then who is called by none"""
    left = set(names)
    calls = {m: {home[s] for s in needs[m] if s in home} - {m} for m in names}
    more = True
    while more:
        called = set().union(*(calls[m] for m in left)) if left else set()
        more = {m for m in left if not calls[m] & left or m not in called}
        left -= more
    return left


def worldly(names, needs, home):
    world = {m for m in names if any(plain(s) in WORLD for s in needs[m])}
    more = world
    while more:
        more = {m for m in names if m not in world and any(home.get(s) in world for s in needs[m])}
        world = world | more
    return world


def includes(path):
    return re.findall(r'^#include "([a-z0-9]+)/[a-z0-9]+\.h"', open(path).read(), re.M)


def table():
    for line in open("lib/README.md"):
        cells = [c.strip() for c in line.strip().strip("|").split("|")]
        if len(cells) == 4 and re.fullmatch(r"`[a-z]+`", cells[0]):
            yield cells[0].strip("`"), cells[1], cells[2], cells[3]


def programs(files):
    users, rooms = {}, {}
    for f in files:
        for room in set(includes(f)) - {f.split("/")[1]}:
            rooms.setdefault(room, set()).add("`%s`" % f.split("/")[1])
    users.update((r, ["through"] + sorted(rooms[r])) for r in rooms)
    direct = {}
    for f in sorted(os.listdir("cmd")):
        if f.endswith(".c"):
            for room in set(includes("cmd/" + f)):
                direct.setdefault(room, []).append(f[:-2])
    users.update(direct)
    return users


def wanted(objects, files):
    names = sorted(f[4:-2] for f in files if f.endswith(".c"))
    needs, home = symbols(objects, names)
    world, users, want = worldly(names, needs, home), programs(files), {}
    for room in sorted({m.split("/")[0] for m in names}):
        mine = [m for m in names if m.startswith(room + "/")]
        touch = [m.split("/")[1] for m in mine if m in world]
        by = users.get(room, [])
        want[room] = ("most" if len(by) > 20 else " ".join(by),
                      "nothing" if not touch else "all" if len(touch) == len(mine) else " ".join(touch),
                      set() if room in CIRCLES else circle(mine, needs, home))
    return want


def main():
    objects = sys.argv[1]
    files = sorted("lib/%s/%s" % (r, f) for r in os.listdir("lib") if os.path.isdir("lib/" + r)
                   for f in os.listdir("lib/" + r) if f[-2:] in (".c", ".h"))
    want, rows = wanted(objects, files), list(table())
    if "-t" in sys.argv[2:]:
        for room, what, _, _ in rows:
            print("| `%s` | %s | %s | %s |" % ((room, what) + want.get(room, ("", ""))[:2]))
        return
    order = [r[0] for r in rows]
    for room in want:
        if room not in order:
            print("%s is not in the map" % room)
    for room, _, by, touch in rows:
        if room not in want:
            print("%s is not there" % room)
            continue
        if by != want[room][0]:
            print("%s: programs %s" % (room, want[room][0]))
        if want[room][2]:
            print("%s: a circle of %s" % (room, " ".join(sorted(m.split("/")[1] for m in want[room][2]))))
        if touch != want[room][1]:
            print("%s: touches %s" % (room, want[room][1]))
    for f in files:
        room = f.split("/")[1]
        for to in sorted(set(includes(f))):
            if room in order and to in order and order.index(to) > order.index(room):
                print("%s stands on %s" % (f, to))


main()
