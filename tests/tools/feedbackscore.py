#!/usr/bin/env python3
"""How well `feedback` reads reports that somebody else has labelled.

usage: feedbackscore.py [-v] own FOLDER | bounces FOLDER | arf FOLDER

own: FOLDER has NAME.eml and expected.tsv; each row that is not met is printed.
bounces: FOLDER as ../shared/testdata/README.md describes it: prints
"fields GOT OF", "recipient GOT OF", "type GOT OF", "reason GOT OF" and
"not-bounces GOT OF" (taken for none, of all).
arf: what is missing of each feedback report's fields.
-v: what is not met, line by line.
"""
import glob
import os
import re
import subprocess
import sys

# what others call a reason, and the classes of ours that say the same
REASONS = {
    'userunknown': 'unknown-user', 'hostunknown': 'unknown-host',
    'mailboxfull': 'mailbox-full', 'suspend': 'mailbox-disabled',
    'filtered': 'unknown-user blocked policy mailbox-disabled',
    'blocked': 'blocked', 'badreputation': 'blocked',
    'rejected': 'policy blocked bad-address auth-failure',
    'spamdetected': 'spam-content', 'expired': 'expired network temporary',
    'networkerror': 'network unknown-host',
    'notaccept': 'unknown-host policy no-relay network system mailbox-disabled',
    'securityerror': 'policy tls auth-failure',
    'requireptr': 'blocked policy auth-failure',
    'policyviolation': 'policy content blocked', 'onhold': 'other temporary',
    'toomanyconn': 'rate-limited', 'speeding': 'rate-limited',
    'mailererror': 'system other', 'authfailure': 'auth-failure',
    'systemerror': 'system', 'syntaxerror': 'other bad-address system policy',
    'norelaying': 'no-relay', 'hasmoved': 'unknown-user',
    'notcompliantrfc': 'content policy', 'mesgtoobig': 'too-large',
    'systemfull': 'system', 'contenterror': 'content',
    'feedback': 'complaint', 'delivered': 'delivered'}
REASONS = {k: v.split() for k, v in REASONS.items()}
verbose = False


def tell(*words):
    if verbose:
        print('#', *words)


def unescape(v):
    v = re.sub(rb'\\x([0-9a-f]{2})', lambda m: bytes([int(m[1], 16)]), v)
    return v.replace(b'\\t', b'\t').replace(b'\\\\', b'\\').decode('utf-8', 'replace')


def events(path):
    with open(path, 'rb') as f:
        out = subprocess.run(['feedback'], stdin=f, stdout=subprocess.PIPE,
                             check=True).stdout
    found = []
    for line in out.splitlines():
        e = {}
        for field in line.split(b'\t'):
            k, _, v = field.partition(b':')
            e.setdefault(k.decode(), []).append(unescape(v))
        found.append(e)
    return found


def first(e, *labels):
    for label in labels:
        if label in e:
            return e[label][0]
    return ''


def rows(path, columns):
    with open(path, encoding='utf-8') as f:
        for line in f.read().split('\n')[1:]:
            r = line.split('\t') + [''] * columns
            if line and r[1]:
                yield r


def own(folder):
    want = {}
    with open(folder + '/expected.tsv', encoding='utf-8') as f:
        for line in f:
            if not line.startswith('#'):
                name, rest = line.split(None, 1)
                want.setdefault(name, []).append(rest.split())
    for path in sorted(glob.glob(folder + '/*.eml')):
        name = os.path.basename(path)[:-4]
        got = []
        for e in events(path):
            got.append([first(e, x, y) or '-' for x, y in (
                ('ev', 'ev'), ('to', 'to'), ('action', 'kind'),
                ('failure', 'failure'), ('failure-type', 'failure-type'))])
            if got[-1][0] == 'complaint':
                got[-1][2] = first(e, 'feedback-type')
            if name == 'group':
                got[-1][3:] = ['-', '-']
        if got != want.pop(name, None):
            print(name, got)
    for name in want:
        print(name, 'is not there')


class Count:
    def __init__(self, name):
        self.name, self.got, self.of = name, 0, 0

    def add(self, good, *words):
        self.of += 1
        self.got += bool(good)
        if not good:
            tell(self.name, *words)

    def show(self):
        print(self.name, self.got, self.of)


def fields(folder, all_events):
    count = Count('fields')
    for r in rows(folder + '/dsn-fields.tsv', 10):
        address = (r[3] or r[2]).split(';', 1)[-1].strip().strip('<>').strip()
        status = re.match(r'\S*', r[5]).group()
        good = any(first(e, 'to').lower() == address.lower() and
                   first(e, 'action') == (r[4].lower() or 'failed') and
                   (first(e, 'esc') == status or not status)
                   for e in all_events[r[0]])
        count.add(good, r[0], address, r[4], r[5])
    count.show()


def agreed(folder, all_events):
    recipient, kind, reason = Count('recipient'), Count('type'), Count('reason')
    for r in rows(folder + '/expected.tsv', 18):
        if r[16] != 'both':
            continue
        found = all_events[r[0]]
        # a placeholder for a recipient that the report does not have
        same = [e for e in found if first(e, 'to').lower() == r[2].lower() or
                ('undisclosed' in r[2] and not first(e, 'to').strip())]
        e = same[0] if same else (found + [{}] * 9)[int(r[1]) - 1]
        recipient.add(same, r[0], r[2])
        kind.add((first(e, 'failure-type') == 'hard') == (r[7] == '1'),
                 r[0], r[2], r[6], first(e, 'text'))
        name = first(e, 'failure') or first(e, 'ev').replace('oob-bounce', 'delivered')
        reason.add(name in REASONS.get(r[6], []), r[0], r[6], name, first(e, 'text'))
    for c in (recipient, kind, reason):
        c.show()


def bounces(folder):
    all_events = {os.path.basename(p): events(p) for p in
                  sorted(glob.glob(folder + '/eml/*.eml'))}
    fields(folder, all_events)
    agreed(folder, all_events)
    none = Count('not-bounces')
    for p in glob.glob(folder + '/not-bounces/*.eml'):
        none.add(all(first(e, 'ev') != 'oob-bounce' for e in events(p)), p)
    none.show()


def arf(folder):
    paths = glob.glob(folder + '/*.eml') + glob.glob(folder + '/*/*.eml')
    for p in sorted(paths):
        with open(p, encoding='latin-1') as f:
            text = f.read().replace('\r', '')
        part = re.search(r'(?is)^content-type: *message/feedback-report\n(?:\S.*\n)*\n(.*?)^--',
                         text, re.M)
        found = events(p)
        if part is None or not found or first(found[0], 'ev') != 'complaint':
            print(p, 'is not read')
            continue
        for m in re.finditer(r'(?m)^([A-Za-z-]+):((?:.*\n)(?:[ \t].*\n)*)', part[1]):
            label, value = m[1].lower(), ' '.join(m[2].split())
            label = {'authentication-results': 'authres',
                     'received-date': 'arrival-date',
                     'original-rcpt-to': 'to'}.get(label, label)
            if label == 'to':
                value = value.strip('<>')
            if not any(value in e.get(label, []) for e in found):
                print(p, label, value)


args = sys.argv[1:]
if args and args[0] == '-v':
    verbose = True
    args = args[1:]
{'own': own, 'bounces': bounces, 'arf': arf}[args[0]](args[1])
