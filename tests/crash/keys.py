#!/usr/bin/env python3
"""queue-inject dies at each of its calls, or they fail, while messages with
keys come in; then their sender repeats them all.  None is there twice, none
is missing, what got a K is the message that is there, whether queue-run has
delivered some of it meanwhile or not.  usage: NAME SCRATCH"""
import sys
from sweep import *

skip_without_strace()
LONG = 4  # the number of the parcel whose size makes it wait for its end
PARCELS = 5


def parcel(i):
    body = b"Subject: %d\n\n" % i
    if i == LONG:
        body += b"a line of a long message\n" * 12000
    content = b"from a@b\nto c%d@d\nuser u\nkey k%d\n\n" % (i, i) + body
    return b"%d:%s," % (len(content), content)


def receipts(out):
    """those that are whole, in their order"""
    got = []
    while True:
        m = re.match(rb"(\d+):", out)
        end = m and m.end() + int(m.group(1))
        if not m or len(out) <= end:
            return got
        got.append(out[m.end():end])
        out = out[end + 1:]


def deliver(d, ids):
    """as queue-run and queue-clean leave it: a line in the journal, no file"""
    os.makedirs(d + "/q/done", exist_ok=True)
    for i in ids:
        with open(d + "/q/done/0000000001", "a") as f:
            f.write("%s 0 S 1\n" % i)
        os.unlink("%s/q/mess/%s/%s" % (d, i[18:], i))


def of_parcel(queue):
    """number of the parcel -> ids of its messages; and those not whole"""
    found = collections.defaultdict(list)
    whole, other = messages(queue)
    for i, (_, body) in whole.items():
        found[int(body.split()[1])].append(i)
    return found, other


def scenario(method, seen_before):
    def run(d, wrap, point):
        call(["queue-check", "-i", "q"], d)
        argv = ["queue-inject"] + method + ["q"]
        data = b"".join(parcel(i) for i in range(1, PARCELS + 1))
        if seen_before:  # of these some are known, and one folder is there
            call(argv, d, parcel(1))
        status, out, err = call(wrap(argv), d, data)
        faults, first = [], receipts(out)
        found, other = of_parcel(d + "/q")
        for n, r in enumerate(first, 1):
            if r[:1] == b"K" and r[1:21].decode() not in found[n]:
                faults.append("%r is not there" % r)
            if r[:1] == b"D":
                faults.append("receipt %r" % r)
        if point is None and len(first) != PARCELS:
            faults.append("undisturbed: %r %s" % (first, err))
        gone = {n: ids for n, ids in found.items() if n % 2 == 0}
        deliver(d, [i for ids in gone.values() for i in ids])
        status, out, err = call(argv, d, data)
        again = receipts(out)
        if status != 0 or len(again) != PARCELS:
            faults.append("again: %d %r %s" % (status, again, err))
        left, other = of_parcel(d + "/q")
        for n in range(1, PARCELS + 1):
            ids = gone.get(n, []) + left[n]
            if len(ids) != 1:
                faults.append("parcel %d is there %d times" % (n, len(ids)))
            elif again[n - 1][1:21].decode() != ids[0]:
                faults.append("parcel %d: %r for %s" % (n, again[n - 1], ids))
        return faults + ["not whole: " + x for x in other]
    return run


scratch = sys.argv[1]
# write: the log's and the journal's; the rest of the calls are of other tests
calls = {"write", "openat", "linkat", "fdatasync", "fsync", "syncfs", "flock",
         "pread64", "ftruncate", "mkdirat", "lseek", "renameat", "getdents64"}
for title, method in (("nameless", []), ("classic", ["-f"])):
    for known in (0, 1):
        sweep("%s, %s" % (title, "some known" if known else "all new"),
              scenario(method, known), scratch, seconds=12, only=calls)
done()
