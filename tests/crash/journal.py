#!/usr/bin/env python3
"""Random lives of a queue against a model that compares every delivery.

usage: journal.py DIR [COUNT [SEED]]      prints TAP; DIR is a scratch folder

Each sequence makes a small queue and then does what chance says: start
queue-run (with little room in memory, short journal segments, with or without
a bounce command), answer jobs, stop it, kill it with and without answers on
the way, make message files unreadable and readable again, or such that they
can be read and not written to, fill the disk, also before a start, and empty
it.  The chain is this program, behind a socket, so it knows what it has handed
up; in half of the lives it takes the descriptor that came over the socket and
writes down what it hands up, before or instead, and also after queue-run was
killed; and that a job has left, before its answer, or without one.  What the
queue had recorded before is never given out again. What had left, and nobody
knows what became of it, is given out with the word that it may be a second
copy, over any number of starts until an attempt has a known outcome; and
nothing else is, but for what was down when queue-run ended in order.  In the
end everybody has had an end, and what was recorded as owing a report has had
one, and none after it.  A sequence is repeated by its seed: journal.py DIR 1
SEED."""
import os
import random
import resource
import select
import shutil
import signal
import socket
import subprocess
import sys
import time

scratch = os.path.abspath(sys.argv[1])
count = int(sys.argv[2]) if len(sys.argv) > 2 else 300
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
queue = scratch + "/q"
FINAL = "SsbxKRDE"             # of a delivery: never again
OWED = "BXRDE"
OVER = "SsbxK"                  # of these none is owed, or not any more
DIGITS = "0123456789abcdefghijklmnopqrstuv"
PATIENCE = 20
ALL = 100000
# root writes to any file unless he may not
PLAINLY = ["setpriv", "--bounding-set", "-dac_override"] * (os.geteuid() == 0)


def forget(path):
    """a queue, and what a killed queue-run has left of it in memory"""
    if os.path.isdir(path):
        st = os.stat(path)
        shutil.rmtree("/dev/shm/rohrpost-%d-%d-%d" % (
            os.geteuid(), st.st_dev, st.st_ino), ignore_errors=True)
    shutil.rmtree(path, ignore_errors=True)


class Fault(Exception):
    pass


def base32(u, n):
    s = ""
    for _ in range(n):
        s = DIGITS[u & 31] + s
        u >>= 5
    return s


def path_of(ident):
    return "%s/mess/%s/%s" % (queue, ident[18:], ident)


def fields(line):
    return dict(x.split(":", 1) for x in line.split("\t") if ":" in x)


class Sequence:
    def __init__(self, number):
        self.dice = random.Random(number)
        self.done = []          # what was done, for a fault
        self.p = None
        self.ended = set()      # (id, n) handed up as ended and recorded
        self.open = set()       # handed up as ended, record not seen yet
        self.failed = set()     # of these, handed up as bounced
        self.ever = set()       # handed up as ended at least once
        self.owing = set()      # recorded at an end, with a report owed
        self.over = {}          # of whom none is owed, since which run
        self.left = set()       # written down: about to leave, no outcome
        self.doubt = set()      # to be given out as a second copy, perhaps
        self.maybe = set()      # or allowed to be
        self.known = set()      # handed up as failed for now, not yet heard
        self.unsure = set()     # the same with a doubt
        self.told = set()       # those of doubt that were given out so
        self.hidden = {}
        self.sealed = set()     # may not be written to
        self.veiled = set()     # hidden or sealed at any time in this run
        self.full = self.filled = False # now; at any time in this run
        self.runs = self.deliveries = 0

    def say(self, text):
        self.done.append(text)

    # ------------------------------------------------------- the queue

    def make(self):
        forget(queue)
        os.makedirs(queue + "/done")
        os.makedirs(queue + "/tmp")
        for i in range(64):
            os.makedirs("%s/mess/%s" % (queue, base32(i, 2)))
        os.mkfifo(queue + "/trigger")
        open(queue + "/lock", "w").close()
        self.everybody = set()
        us = int((time.time() - 60) * 1e6)
        # some have many lines of journal, so that it is folded
        self.writes = self.dice.random() < 0.5
        self.long = self.dice.random() < 0.25
        for i in range(self.dice.choice((1, 2, 4, 8))):
            ident = base32(us + i, 11) + base32(us >> 8, 7) + \
                base32(self.dice.randrange(64), 2)
            rcpts = self.dice.choice((10, 20, 40) if self.long else
                                     (1, 2, 3, 6))
            self.write(ident, us + i, rcpts)
            self.everybody |= {(ident, n) for n in range(rcpts)}

    def write(self, ident, us, rcpts):
        env = "time %d.%06d\nfrom s@x.example\n" % (us // 1000000,
                                                    us % 1000000)
        to = "".join("to Q - 00000 0000000000 " + " " * 201 +
                     "u%d@d%d.example\n" % (n, self.dice.randrange(3))
                     for n in range(rcpts))
        size = 46 + len(env) + len(to) + 1
        with open(path_of(ident), "w") as f:
            f.write("rohrpost 1 %010d %015d %07d\n" % (size, 2, rcpts) +
                    env + to + "\nx\n")

    def owes(self):
        """of whom a report is owed, as the journal and the files say.  What
        a run before has recorded as needing none stays so, and whose report
        is recorded as made gets no other from a later run"""
        new = list(self.states())
        self.owing |= {w for w, x in new if x in OWED and w not in self.over}
        for who, state in new:
            if state in OVER:
                self.over.setdefault(who, self.runs)

    def states(self):
        """what stands anywhere about anybody"""
        for name in os.listdir(queue + "/done"):
            if name.startswith("results"):
                continue
            try:
                data = open(queue + "/done/" + name, errors="replace").read()
            except FileNotFoundError:   # queue-clean was still at work
                continue
            for line in data.split("\n")[:-1]:
                w = line.split(" ")
                if len(w) in (3, 4) and w[2]:
                    yield (w[0], int(w[1])), w[2]
        for ident in {w[0] for w in self.everybody}:
            for n, state in enumerate(self.file_states(ident)):
                yield (ident, n), state

    def file_states(self, ident):
        try:
            head = open(self.hidden.get(ident) or path_of(ident)).read()
        except OSError:         # it is gone, or this is nobody's file
            return ""
        return "".join(x[3] for x in head.split("\n") if x[:3] == "to ")

    def reports(self, run):
        """who was in a report that a run asked for, but for those of delays"""
        out = set()
        try:
            lines = list(open("%s/requests.%d" % (scratch, run)))
        except FileNotFoundError:
            lines = []
        for x in map(fields, lines):
            if x["kind"] != "delayed":
                out |= {(x["id"], int(n)) for n in x["n"].split(",")}
        return out

    def recorded(self):
        """who has come to an end, as the queue on the disk says"""
        out = set()
        for name in os.listdir(queue + "/done"):
            try:
                data = open(queue + "/done/" + name, errors="replace").read()
            except FileNotFoundError:   # removed meanwhile
                continue
            for line in data.split("\n")[:-1]:
                w = line.split(" ")
                if len(w) in (3, 4) and w[2] and w[2] in FINAL:
                    out.add((w[0], int(w[1])))
        for who in self.everybody:
            if not os.path.lexists(path_of(who[0])):
                out.add(who)
        for ident in {w[0] for w in self.open - out}:
            out |= {(ident, n) for n, x in enumerate(self.file_states(ident))
                    if x in OWED}
        return out

    # --------------------------------------------------------- queue-run

    def start(self, room=None, full=False):
        self.runs += 1
        room = room or self.dice.choice((1, 20, 50, 100) if self.long else
                                        (1, 2, 5, 100))
        argv = ["queue-run", "-r", "600", "-s", "0", "-m", str(room), "-j",
                str(64 if self.long else
                    self.dice.choice((64, 100, 200, 4000)))]
        if room == ALL or self.dice.random() < 0.4:
            # written down before it is answered
            argv += ["-b", "tee /dev/fd/3 3>&1 >%s/requests.%d | "
                     "sed -u 's/file:.*kind:/kind:/; "
                     "s/\\tn:.*/\\tstatus:queued/'" % (scratch, self.runs)]
        self.say("start " + " ".join(argv[1:9]) + " on a full disk" * full)
        self.jobs, self.down, self.record = [], None, None
        self.tries = {}
        self.veiled = set(self.hidden) | self.sealed
        # no file of it grows from the first moment on
        self.p = subprocess.Popen(
            (["sh", "-c", 'ulimit -Sf 0; exec "$@"', "sh"] if full else []) +
            PLAINLY + argv + [queue, "unix:" + scratch + "/chain"],
            stderr=self.logger.stdin)
        self.listen.settimeout(PATIENCE)
        self.down = self.listen.accept()[0]
        self.down.setblocking(False)
        self.rest = b""
        self.full = self.filled = full
        if full:
            self.started_full()
        else:
            self.settle()

    def started_full(self):
        """it settles, or ends because it cannot take in what was written
        down"""
        try:
            self.settle()
        except (Fault, OSError):
            if self.p.wait(PATIENCE) != 111:
                raise
            self.say("which it does not")
            self.gone(heard=False)

    def ask(self, line):
        """the first line of an answer on the control socket"""
        s = socket.socket(socket.AF_UNIX)
        s.settimeout(PATIENCE)
        try:
            s.connect(queue + "/ctl")
            s.sendall(line.encode() + b"\n")
            data = b""
            while b"ok:" not in data:
                got = s.recv(65536)
                if not got:
                    return {}
                data += got
            return fields(data.decode(errors="replace").split("\n")[0])
        except OSError:
            return {}
        finally:
            s.close()

    def status(self):
        """its status, when it has taken all that was handed up and all that
        it has handed down is here; else None"""
        self.read()
        st = self.ask("cmd:status")
        self.stalled = st.get("stalled") == "1"
        had = len(self.jobs)
        self.read()
        return st if st and int(st["out"]) == had == len(self.jobs) else None

    def settle(self):
        """until the scan is over and what may go down has come"""
        end = time.time() + PATIENCE
        while time.time() < end:
            st = self.status()
            if st and st["scanning"] == "0" and (
                    st["ready"] == "0" or st["stalled"] == "1"):
                return
            if self.p.poll() is not None:
                raise Fault("queue-run has ended, %d" % self.p.returncode)
            time.sleep(0.001)
        raise Fault("it does not settle: %s" % st)

    def read(self):
        while self.down and select.select([self.down], [], [], 0)[0]:
            data, control, _, _ = self.down.recvmsg(
                65536, socket.CMSG_SPACE(4))
            for _, _, fd in control:
                if self.writes:
                    self.record = int.from_bytes(fd, sys.byteorder)
                else:
                    os.close(int.from_bytes(fd, sys.byteorder))
            if not data:
                break
            self.rest += data
        *lines, self.rest = self.rest.split(b"\n")
        for line in lines:
            if line:
                self.job(fields(line.decode()))

    def job(self, f):
        who = f["id"], int(f["n"])
        self.deliveries += 1
        if who in self.ended:
            raise Fault("%s %d is given out again" % who)
        if who in self.doubt and "doubt" not in f:
            raise Fault("%s %d is in doubt, and that is not said" % who)
        if who not in self.maybe and "doubt" in f:
            raise Fault("%s %d is in no doubt" % who)
        if "doubt" in f:
            self.told.add(who)
        self.jobs.append(who)
        self.tries[who] = f["try"]

    def line(self, who, status):
        return "id:%s\tn:%d\ttry:%s\tstatus:%s" % (
            who + (self.tries[who], status))

    def leave(self):
        """write down of some of the jobs that they are about to leave"""
        there = [w for w in self.jobs if w not in self.left]
        there = self.dice.sample(there, self.dice.randint(0, len(there)))
        if self.record is None or not there:
            return
        self.say("%d of %d leave" % (len(there), len(self.jobs)))
        os.write(self.record, "".join(
            self.line(w, "sending") + "\n" for w in there).encode())
        self.left |= set(there)

    def result(self, who, how):
        """its line; what is expected from now on"""
        status = how or self.dice.choice(("sent", "sent", "sent", "bounced",
                                          "deferred", "deferred", "later"))
        text = self.line(who, status)
        if status in ("deferred", "later"):
            text += "\tnext:%d" % (time.time() + 3600)
            if self.dice.random() < 0.2:
                text += "\tdoubt:1"
        else:
            self.open.add(who)
            self.ever.add(who)
        if status == "bounced":
            self.failed.add(who)
        if status == "sent" and self.dice.random() < 0.4:
            text += "\tdsn:" + self.dice.choice(
                ("relayed", "delivered", "expanded"))
        self.expect(who, status, "\tdoubt:1" in text)
        return text + "\n"

    def expect(self, who, status, doubt):
        """what is written down counts, whether it is heard or not"""
        if status == "deferred" and not doubt:
            self.known.add(who)
        if doubt:
            self.unsure.add(who)
            self.maybe.add(who)
        if self.record is None:
            return
        self.left.discard(who)
        if doubt:
            self.doubt.add(who)
        elif status == "deferred":
            self.doubt.discard(who)

    def answer(self, how, most=ALL, up=True):
        """write down and hand up results of some of the jobs"""
        self.dice.shuffle(self.jobs)
        n = min(most, len(self.jobs))
        if not how and most > 1:
            n = self.dice.randint(0, n)
        text = "".join(self.result(who, how) for who in self.jobs[:n])
        if not up:
            # heard by the next start, which may not find the file
            self.maybe |= set(self.jobs[:n])
            self.known -= set(self.jobs[:n])
        if n:
            self.say("answer %d of %d%s" % (n, len(self.jobs), "" if up else
                                            ", written down only"))
        del self.jobs[:n]
        if text and self.record is not None:
            os.write(self.record, text.encode())
            self.ended |= self.open
        if text and up:
            self.down.setblocking(True)
            self.down.sendall(text.encode())
            self.down.setblocking(False)

    def heard(self):
        """until it has taken all that was handed up, or cannot"""
        end = time.time() + PATIENCE
        while time.time() < end:
            st = self.status()
            if self.stalled:
                return
            if st:
                # a failure stands in the message file, if that can be written
                self.ended |= (self.open - self.failed) | \
                    (self.open & self.recorded())
                self.open = set()
                self.sure()
                return
            if self.p.poll() is not None:
                raise Fault("queue-run has ended, %d" % self.p.returncode)
            time.sleep(0.001)
        raise Fault("it does not take its results")

    def sure(self):
        """what was handed up is heard; where its file could not be written
        to in this run, an older doubt stays in it, and on a full disk there
        is no place for a new one"""
        self.doubt -= self.known
        if not self.filled:
            self.doubt |= self.unsure
            self.maybe -= {w for w in self.known if w[0] not in self.veiled}
        self.unsure, self.known = set(), set()

    def gone(self, heard=True):
        """it has ended: what is recorded counts, and nothing else"""
        self.down.close()
        if heard:
            self.sure()
            self.left |= set(self.jobs)
        elif self.record is None:
            self.doubt -= self.known
        self.doubt |= self.left
        self.maybe |= self.left
        self.unsure, self.known, self.left = set(), set(), set()
        if self.record is not None:
            os.close(self.record)
        self.ended |= self.open & self.recorded()
        self.owes()
        self.open = set()
        self.p, self.full = None, False

    def stop(self):
        self.say("stop")
        if self.full:
            self.fill(False)
        self.p.terminate()
        self.down.settimeout(PATIENCE)
        while self.down.recv(65536):
            pass
        self.down.shutdown(socket.SHUT_WR)
        self.ended |= self.open - self.failed
        if self.p.wait(PATIENCE) != 0:
            raise Fault("stopped with %d" % self.p.returncode)
        self.gone()

    def hang_up(self):
        """the chain dies"""
        self.say("hang up")
        if self.full:
            self.fill(False)
        self.last_words()
        self.down.close()
        self.ended |= self.open - self.failed
        if self.p.wait(PATIENCE) != 111:
            raise Fault("ended with %d" % self.p.returncode)
        self.gone()

    def last_words(self):
        """what is written down, and does not come up"""
        if self.record is not None and self.dice.random() < 0.5:
            self.leave()
        if self.record is not None and self.dice.random() < 0.5:
            self.answer(None, up=False)

    def kill(self):
        self.say("kill")
        self.last_words()
        self.p.kill()
        self.p.wait()
        self.last_words()
        self.gone(heard=False)

    def fill(self, full):
        """no file grows"""
        self.say("disk full" if full else "disk has room")
        self.full = full
        self.filled |= full
        hard = resource.RLIM_INFINITY
        resource.prlimit(self.p.pid, resource.RLIMIT_FSIZE,
                         (self.dice.choice((0, 30, 70)) if full else hard,
                          hard))

    # ------------------------------------------------------------ files

    def hide(self):
        """a message file that cannot be opened, and not for want of it"""
        there = [w[0] for w in sorted(self.everybody)
                 if w[0] not in self.hidden and os.path.exists(path_of(w[0]))]
        if not there:
            return
        ident = self.dice.choice(there)
        self.say("hide " + ident)
        self.hidden[ident] = scratch + "/hidden." + ident
        try:
            os.rename(path_of(ident), self.hidden[ident])
            os.symlink(ident, path_of(ident))
            self.veiled.add(ident)
        except OSError:         # removed meanwhile
            self.hidden.pop(ident)

    def show(self):
        for ident, kept in sorted(self.hidden.items()):
            self.say("show " + ident)
            if os.path.lexists(path_of(ident)):
                os.rename(kept, path_of(ident))
            else:
                os.unlink(kept)
        self.hidden = {}

    def seal(self):
        """a message file that can be read, and not written to"""
        there = sorted({w[0] for w in self.everybody
                        if w[0] not in self.hidden})
        if not there:
            return
        ident = self.dice.choice(there)
        try:
            os.chmod(path_of(ident), 0o400)
        except FileNotFoundError:   # removed meanwhile
            return
        self.say("seal " + ident)
        self.sealed.add(ident)
        self.veiled.add(ident)

    def unseal(self):
        for ident in sorted(self.sealed):
            try:
                os.chmod(self.hidden.get(ident) or path_of(ident), 0o600)
            except FileNotFoundError:
                pass
            self.say("unseal " + ident)
        self.sealed = set()

    # --------------------------------------------------------- sequences

    def step(self):
        do = self.dice.random()
        if self.p is None:
            if do < 0.2:
                self.hide()
            elif do < 0.3:
                self.show()
            elif do < 0.37:
                self.seal()
            elif do < 0.42:
                self.unseal()
            else:
                self.start(full=self.dice.random() < 0.15)
        elif self.long and do < 0.2:
            for _ in range(self.dice.randint(5, 30)):
                self.answer(None, 1)
                self.heard()
        elif do < 0.35:
            self.answer(None)
            if self.dice.random() < 0.8:
                self.heard()
        elif do < 0.42:
            self.leave()
        elif do < 0.57:
            self.stop()
        elif do < 0.75:
            self.kill()
        elif do < 0.78:
            self.hang_up()
        elif do < 0.84:
            self.fill(not self.full)
        elif do < 0.88:
            self.hide()
        elif do < 0.93:
            self.show()
        elif do < 0.97:
            self.seal()
        else:
            self.unseal()

    def end(self):
        """all obstacles away: now everybody has his end"""
        if self.p is not None:
            self.dice.choice((self.stop, self.kill))()
        self.show()
        self.unseal()
        self.start(ALL)
        end = time.time() + PATIENCE
        while any(os.path.lexists(path_of(w[0])) for w in self.everybody):
            if time.time() > end:
                raise Fault("the queue does not become empty")
            self.ask("cmd:retry\tsel:all")
            self.read()
            self.answer("sent")
            self.heard()
            time.sleep(0.001)
        self.stop()
        self.logger.stdin.close()
        self.logger.wait(PATIENCE)
        log = [fields(x) for x in open(scratch + "/log", errors="replace")
               if "\tev:duplicate\t" in x]
        silent = self.told - {(x["id"], int(x["n"])) for x in log}
        if silent:
            raise Fault("a second copy, and no event: %s" % sorted(silent))
        reports = [self.reports(n) for n in range(self.runs + 1)]
        told = set().union(*reports)
        if self.owing - told:
            raise Fault("never reported: %s" % sorted(self.owing - told))
        again = {w for w, n in self.over.items()
                 if w in set().union(*reports[n + 1:])}
        if again:
            raise Fault("reported again: %s" % sorted(again))
        lost = self.everybody - self.ever
        if lost:
            raise Fault("lost: %s" % sorted(lost))

    def run(self):
        self.make()
        self.listen = socket.socket(socket.AF_UNIX)
        if os.path.exists(scratch + "/chain"):
            os.unlink(scratch + "/chain")
        self.listen.bind(scratch + "/chain")
        self.listen.listen(1)
        # a log that grows where nothing of queue-run's does
        with open(scratch + "/log", "w") as log:
            self.logger = subprocess.Popen(["cat"], stdin=subprocess.PIPE,
                                           stdout=log)
        for name in os.listdir(scratch):
            if name.startswith("requests."):
                os.unlink(scratch + "/" + name)
        try:
            for _ in range(self.dice.randint(4, 24)):
                self.step()
            self.end()
        finally:
            self.listen.close()
            if self.p is not None:
                self.p.kill()
                self.p.wait()
            self.logger.stdin.close()
            self.logger.wait()


os.makedirs(scratch, exist_ok=True)
signal.signal(signal.SIGPIPE, signal.SIG_IGN)
print("# seeds %d to %d" % (seed, seed + count - 1), flush=True)
bad = deliveries = 0
for number in range(seed, seed + count):
    s = Sequence(number)
    try:
        s.run()
    except (Fault, OSError, subprocess.TimeoutExpired) as e:
        bad += 1
        print("# seed %d: %s" % (number, e))
        for line in s.done:
            print("#   " + line)
        for line in open(scratch + "/log", errors="replace"):
            if "warning" in line or "fatal" in line:
                print("#   " + line.rstrip())
        sys.stdout.flush()
        for name in os.listdir(scratch):
            if name.startswith("hidden."):
                os.unlink(scratch + "/" + name)
    deliveries += s.deliveries
print("%sok 1 - %d random lives of a queue, %d deliveries: nothing repeated, "
      "nothing lost" % ("not " if bad else "", count, deliveries))
print("1..1")
sys.exit(bad > 0)
