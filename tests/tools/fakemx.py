#!/usr/bin/env python3
"""fakemx.py - a mail server that does what it is told

usage: fakemx.py [options] DIR [RULE...]

Listens, writes its port to DIR/port, what happens to DIR/log (a line each:
"1 from 127.0.0.1", "1 > MAIL FROM:<a>", "1 eof") and each message as it came
over the wire to DIR/msg.N.

RULE is PHASE[~TEXT][@N]=ACTION: at this phase (greeting ehlo mail rcpt data
block dot rset quit), only when the command holds TEXT, only the Nth time it
matches; a greeting's TEXT is in the client's address.  ACTION is a reply ("550 5.1.1 no", "|" for a line end), or
  close         close without a reply          reset   the same with RST
  hang          never answer                   long    a line without end
  sleep:S:REPLY answer late                    block:N read N bytes, then stop
  when:F:REPLY  answer when DIR has a file F
  drip          a byte now and then
--chaos P does something of the kind by itself with probability P at each
reply (--seed); "ok RCPT" stands in the log for what was stored.
The first rule that fits counts.  LMTP: the dot's rules see each recipient.
"""
import argparse, os, random, socket, struct, sys, threading, time, hashlib

ap = argparse.ArgumentParser()
ap.add_argument('--lmtp', action='store_true')
ap.add_argument('--unix')
ap.add_argument('--listen', default='127.0.0.1')
ap.add_argument('--port', type=int, default=0)
ap.add_argument('--ext', default='PIPELINING,8BITMIME,SIZE,DSN')
ap.add_argument('--hash', action='store_true')
ap.add_argument('--rcvbuf', type=int)
ap.add_argument('--slow', type=float, default=0)
ap.add_argument('--chaos', type=float, default=0)
ap.add_argument('--seed', type=int, default=1)
ap.add_argument('dir')
ap.add_argument('rules', nargs='*')
a = ap.parse_args()

lock = threading.Lock()
dice = random.Random(a.seed)

def chaos(phase, default):
    """what a bad day brings instead of this reply"""
    with lock:
        if dice.random() >= a.chaos:
            return default
        return dice.choice(['close', 'reset', '421 4.3.2 bye', '450 4.0.0 not now',
            '550 5.0.0 never', 'what?', default + '|250 and more', '452 4.5.3 too many',
            default[:3] + '-' + default[4:] + '|' + default[:3] + ' x', 'sleep:0.05:' + default, default,
            'hang' if dice.random() < 0.1 else 'close', '354 go', '500 what'])

log = open(a.dir + '/log', 'a', buffering=1)
seen = {}
messages = 0
connections = 0

def say(n, text):
    with lock:
        log.write('%d %s\n' % (n, text))

def rule(phase, text):
    """the action for this phase, or None"""
    with lock:
        for r in a.rules:
            cond, act = r.split('=', 1)
            nth = None
            if '@' in cond.split('~')[0] or cond.rsplit('@', 1)[-1].isdigit():
                cond, nth = cond.rsplit('@', 1)
            p, _, t = cond.partition('~')
            if p != phase or t not in text:
                continue
            seen[r] = seen.get(r, 0) + 1
            if nth is None or seen[r] == int(nth):
                return act
    return None

class Gone(Exception):
    pass

class Conn:
    def __init__(self, s, n, peer):
        self.s, self.n, self.buf, self.peer = s, n, b'', peer

    def more(self):
        d = self.s.recv(65536)
        if not d:
            raise Gone('eof')
        self.buf += d

    def line(self):
        while b'\n' not in self.buf:
            self.more()
        l, self.buf = self.buf.split(b'\n', 1)
        return l.rstrip(b'\r').decode('utf-8', 'replace')

    def reply(self, text):
        self.s.sendall(text.replace('|', '\r\n').encode() + b'\r\n')

    def act(self, phase, text, default):
        """answer; returns the code"""
        act = rule(phase, text) or chaos(phase, default)
        if phase == 'dot' and (act.split(':')[-1])[:1] == '2':
            say(self.n, 'ok ' + text)
        if act.startswith('sleep:'):
            _, sec, act = act.split(':', 2)
            time.sleep(float(sec))
        if act.startswith('when:'):
            _, name, act = act.split(':', 2)
            while not os.path.exists(a.dir + '/' + name):
                time.sleep(0.02)
        if act == 'close':
            raise Gone('closed')
        if act == 'reset':
            self.s.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                struct.pack('ii', 1, 0))
            raise Gone('reset')
        if act == 'hang':
            while True:
                self.more()
        if act == 'drip':
            while True:
                self.s.sendall(b'2')
                time.sleep(0.2)
        if act == 'long':
            while True:
                self.s.sendall(b'250-' + b'x' * 4096)
        self.reply(act)
        if act.startswith('421'):
            raise Gone('421')
        return act[:3]

    def block(self):
        """the message up to its lone dot; returns what to store"""
        act = rule('block', '')
        limit = int(act.split(':')[1]) if act and act.startswith('block:') else None
        h, keep, got, tail = hashlib.sha256(), [], 0, b'\r\n'
        while True:
            if not self.buf:
                if a.slow:
                    time.sleep(a.slow)
                self.more()
            d, self.buf = self.buf, b''
            got += len(d)
            if limit is not None and got >= limit:
                raise Gone('block')
            if act and limit is None:
                self.reply(act)
                act = None
            t = tail + d
            i = t.find(b'\r\n.\r\n')
            if i == -1:
                d = t[len(tail):]
                tail = t[-4:]
            else:
                self.buf = t[i + 5:]
                d = t[:i + 5][len(tail):]
            h.update(d)
            if not a.hash:
                keep.append(d)
            if i != -1:
                return b''.join(keep) if not a.hash else (h.hexdigest() + '\n').encode()

    def store(self):
        global messages
        data = self.block()
        with lock:
            messages += 1
            name = '%s/msg.%d' % (a.dir, messages)
        with open(name + '.tmp', 'wb') as f:
            f.write(data)
        os.rename(name + '.tmp', name)

    def run(self):
        code = self.act('greeting', self.peer, '220 fake.example')
        rcpts, tried, mail = [], [], False
        while True:
            l = self.line()
            say(self.n, '> ' + l)
            if 'PIPELINING' not in a.ext and self.buf:
                say(self.n, '! pipelined')
            v = l.split(' ')[0].upper()
            if v in ('EHLO', 'LHLO', 'HELO'):
                if v == 'HELO':
                    self.act('helo', l, '250 fake.example')
                else:
                    e = [x.replace('_', ' ') for x in a.ext.split(',') if x]
                    self.act('ehlo', l, '|'.join(['250-fake.example'] +
                        ['250-' + x for x in e[:-1]] + ['250 ' + (e or ['HELP'])[-1]]
                        if e else ['250 fake.example']))
            elif v == 'MAIL':
                mail = self.act('mail', l, '250 2.1.0 sender fine')[0] == '2'
                rcpts, tried = [], []
            elif v == 'RCPT':
                tried.append(l)
                if self.act('rcpt', l, '250 2.1.5 recipient fine' if mail
                        else '503 5.5.1 no MAIL')[0] == '2':
                    rcpts.append(l)
            elif v == 'DATA':
                if self.act('data', ' '.join(tried), '354 go on' if rcpts
                        else '503 5.5.1 no recipient')[0] == '3':
                    self.store()
                    say(self.n, 'dot')
                    for r in rcpts if a.lmtp else [' '.join(rcpts)]:
                        self.act('dot', r, '250 2.0.0 stored')
                mail = False
            elif v == 'RSET':
                mail = False
                self.act('rset', l, '250 2.0.0 reset')
            elif v == 'QUIT':
                self.act('quit', l, '221 2.0.0 bye')
                raise Gone('quit')
            else:
                self.reply('500 5.5.1 what')

    def serve(self):
        why = 'error'
        try:
            self.run()
        except Gone as e:
            why = str(e)
        except OSError as e:
            why = 'error %s' % e.strerror
        say(self.n, why)
        self.s.close()

if a.unix:
    l = socket.socket(socket.AF_UNIX)
    l.bind(a.unix)
else:
    l = socket.socket(socket.AF_INET6 if ':' in a.listen else socket.AF_INET)
    l.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if a.rcvbuf:
        l.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, a.rcvbuf)
    l.bind((a.listen, a.port))
l.listen(1000)
with open(a.dir + '/port.tmp', 'w') as f:
    f.write('%s\n' % (l.getsockname()[1] if not a.unix else 0))
os.rename(a.dir + '/port.tmp', a.dir + '/port')
while True:
    s, peer = l.accept()
    connections += 1
    if not a.unix:
        s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    peer = peer[0] if not a.unix else 'unix'
    say(connections, 'from %s' % peer)
    threading.Thread(target=Conn(s, connections, peer).serve, daemon=True).start()
