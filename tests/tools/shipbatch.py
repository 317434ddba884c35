#!/usr/bin/env python3
"""What log-ship says to a link, for its tests.

usage: shipbatch.py make [N] <LINES        batches of N lines each, default all
       shipbatch.py read                   receipts: their content, "--" between
       shipbatch.py events N [FROM]        N events, each line with eid and src
       shipbatch.py talk N COMMAND... <LINES
           as log-ship does it: batches of N one after the other, each again
           after a Z or where the link has died, until all are taken; prints
           receipts as they come.  S and D of several: halves.
"""
import hashlib, subprocess, sys, time


def frame(b):
    return b'%d:%s,' % (len(b), b)


def take(f):
    """one netstring's content, None at the end"""
    head = b''
    while not head.endswith(b':'):
        c = f.read(1)
        if not c:
            return None
        head += c
    n = int(head[:-1])
    body = f.read(n + 1)
    return body[:-1] if len(body) == n + 1 else None


def eid(line):
    """as ship-batch(5) has it"""
    v = dict(label.split(':', 1) for label in line.split('\t'))
    if v['ev'] in ('sent', 'bounced', 'expired', 'deleted'):
        line = '\t'.join(('ts:' + v['ts'][:19], 'ev:' + v['ev'], 'id:' + v['id'], 'n:' + v['n']))
    return hashlib.sha256(line.encode()).hexdigest()[:32]


def event(i):
    kinds = ('accepted', 'sent', 'deferred', 'bounced')
    line = ('ts:2026-11-%02dT01:%02d:%02d.%06dZ\tev:%s\tprog:queue-run\tid:m%d\tn:0'
            '\tfrom:ann@x.example\tto:u%d@y.example\tdelay:1.5\tcode:250\ttext:250 ok, "fine"'
            % (1 + i // 86400 % 28, i // 60 % 60, i % 60, i % 1000000, kinds[i % 4], i // 4, i))
    return 'eid:%s\tsrc:deliver\t%s\n' % (eid(line), line)


def talk(n, command, lines):
    waiting = [lines[i:i + n] for i in range(0, len(lines), n)]
    link, end = None, time.time() + 180
    while waiting:
        if time.time() > end:
            sys.exit('shipbatch: not taken in time')
        if link is None:
            link = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        batch = waiting[0]
        try:
            link.stdin.write(frame(b''.join(batch)))
            link.stdin.flush()
            answer = take(link.stdout)
        except BrokenPipeError:
            answer = None
        if answer is None:
            print('died %d' % link.wait(), flush=True)
            link = None
            time.sleep(0.05)
            continue
        print(answer.decode(), end='', flush=True)
        again = []
        if answer[:1] == b'K':
            for l in answer.decode().splitlines()[1:]:
                if l[0] == 'Z':
                    again.append(batch[int(l[1:].split()[0])])
            waiting[0:1] = [again] if again else []
        elif answer[:1] in b'SD':
            half = len(batch) // 2
            waiting[0:1] = [batch[:half], batch[half:]] if half else []
        if again or answer[:1] == b'Z':
            time.sleep(0.05)
    if link:
        link.stdin.close()
        sys.exit(link.wait())


what, args = sys.argv[1], sys.argv[2:]
if what == 'events':
    first = int(args[1]) if len(args) > 1 else 0
    sys.stdout.write(''.join(event(i) for i in range(first, first + int(args[0]))))
elif what == 'make':
    lines = sys.stdin.buffer.readlines()
    n = int(args[0]) if args else len(lines)
    for i in range(0, len(lines), n):
        sys.stdout.buffer.write(frame(b''.join(lines[i:i + n])))
elif what == 'read':
    while (r := take(sys.stdin.buffer)) is not None:
        print(r.decode() + '--')
elif what == 'talk':
    talk(int(args[0]), args[1:], sys.stdin.buffer.readlines())
