#!/bin/sh
# What stands in front of a message ends with us: messages that begin with
# anything, through every program that puts a field before them.  Another
# parser (Python's) and our own must see our fields, with exactly our values.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
cat >zone.json <<'X'
{"a.test": {"TXT": ["v=spf1 -all"]}, "c.test": {"A": "192.0.2.1"},
 "s._domainkey.ours.test": "TIMEOUT",
 "1.2.0.192.in-addr.arpa": {"PTR": ["c.test"]}}
X
fake_dns zone.json
mkdir conf keys in mail smtp auth
echo ours.test >conf/me
echo b.test >conf/local
conf-build conf >build.out || cat build.out
dkim-key generate keys ours.test s >/dev/null
cat >make.py <<'X'
"""messages in/N (LF line ends), N.fits where the first line is a field; their
parcels and jobs; the same over SMTP.  Every first line that is none says
STRANGER, and so do its continuations."""
import os, random
r = random.Random(7)
pieces = [b" ", b"\t", b";", b" ;", b"(", b")", b'"', b"\\", b":", b"X", b"x-y", b"From ",
          b">From ", b"\xc3\xa4", b"\x80", b"\x01", b"\x0b", b"\x0c", b"\x7f", b"=", b"dkim=pass",
          b"pass", b"Authentication-Results", b"Subject", b"ours.test", b","]
name = set(range(33, 127)) - {ord(":")}
def field(line):
    i = line.find(b":")
    n = line[:i].rstrip(b" \t")
    return i >= 0 and 0 < len(n) and set(n) <= name
fixed = [b" ;\n dkim=pass header.d=bank.test", b"\tfor <x@y>; Thu, 1 Jan 1970 00:00:00 +0000",
         b"From a@b.test Thu Jan  1 00:00:00 1970", b": x", b"text", b"X Y: z", b"\xc3\xa4: z",
         b"Subject: s", b"Subject : s", b"X" * 1200, b"X" * 998 + b": y", b"X" * 999 + b": y", b" ", b""]
texts = []
for i in range(150):
    first = fixed[i] if i < len(fixed) else b"".join(r.choice(pieces) for _ in range(r.randint(1, 7)))
    fits = field(first.split(b"\n")[0]) or first == b""
    if not fits:
        first += b" STRANGER"
        fits = field(first.split(b"\n")[0])
    rest = r.choice([b"", b"\n dkim=pass STRANGER"] if not fits else [b""])
    rest += r.choice([b"\nFrom: f@a.test\nTo: t@b.test\n\nbody\n", b"\n\nbody\n", b"\n", b"\n\tmore STRANGER\n" if not fits else b"\n"])
    texts.append((first + rest, fits))
smtp = [b"EHLO c.test\r\n"]
parcels, jobs = [], []
for i, (t, fits) in enumerate(texts, 1):
    open("in/%d" % i, "wb").write(t)
    if fits:
        open("in/%d.fits" % i, "wb")
    smtp.append(b"MAIL FROM:<f@a.test>\r\nRCPT TO:<t@b.test>\r\nDATA\r\n" + t.replace(b"\n", b"\r\n") + b".\r\n")
    p = b"from f@a.test\nto t%d@b.test\nclient 192.0.2.1\nhelo c.test\n\n" % i + t
    parcels.append(b"%d:%s," % (len(p), p))
    jobs.append("id:m%d\tn:0\tfrom:f@a.test\tto:t%d@b.test\tuser:t%d\tfile:in/%d\toff:0\tsize:%d\n" % (i, i, i, i, len(t)))
open("smtp.in", "wb").write(b"".join(smtp) + b"QUIT\r\n")
open("parcels", "wb").write(b"".join(parcels))
open("jobs", "w").writelines(jobs)
X
cat >look.py <<'X'
"""look.py N FIELD=REGEX... <MESSAGE: its first fields are these, and then
comes in/N as it was, behind an empty line if it did not begin with a field;
by smtp-recv a mailbox's line with a header behind it is a field, too"""
import email, os, re, sys
def look(n, got, want):
    text = open("in/%s" % n, "rb").read()
    gap = b"" if os.path.exists("in/%s.fits" % n) else b"\n"
    if re.match(rb">?From .*\n[!-9;-~]+[ \t]*:", text) and got.endswith(b"\nX-Mailbox-Line: " + text):
        gap, text = b"", b"X-Mailbox-Line: " + text
    if not got.endswith(b"\n" + gap + text):
        return "the message is not at the end"
    m = email.message_from_bytes(got)
    for (name, value), w in zip(m.items(), want):
        field, regex = w.split("=", 1)
        value = " ".join(str(value).split())
        if name != field or not re.fullmatch(regex, value) or "STRANGER" in value:
            return "%s: %s" % (name, value)
    if len(m.items()) < len(want):
        return "not all fields"
    if gap and (len(m.items()) != len(want) or m.defects):
        return "more than our fields %s" % m.items()
    return None
if __name__ == "__main__":
    bad = 0
    pattern, want = sys.argv[1], sys.argv[2:]
    for n in range(1, 151):
        try:
            why = look(n, open(pattern % n, "rb").read(), want)
        except OSError as e:
            why = str(e)
        if why:
            bad += 1
            print("# %d: %s" % (n, why))
    sys.exit(bad > 0)
X
python3 make.py
results='ours\.test; spf=fail .* policy\.iprev=(pass|[0-9.]*)'
received='from c\.test \(\[192\.0\.2\.1\]\) by ours\.test with ESMTP; [A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} \+0000'
sink="python3 $top/tests/tools/fakeinject.py"

TCPREMOTEIP=192.0.2.1 smtp-recv -C conf $sink smtp K <smtp.in >smtp.out 2>smtp.err
python3 look.py smtp/%d.msg "Received=$received"; ok "smtp-recv" $?

# parcels go on in the order in which they are judged
mail-auth -n ours.test -r "$dns" $sink auth K <parcels >auth.out 2>auth.err
for e in auth/*.env; do mv "${e%.env}.msg" "auth/$(sed -n 's/^to t\([0-9]*\)@.*/\1/p' "$e")"; done
python3 look.py auth/%d "Authentication-Results=$results"; ok "mail-auth" $?

mkdir both
TCPREMOTEIP=192.0.2.1 smtp-recv -C conf mail-auth -n ours.test -r "$dns" $sink both K <smtp.in >both.out 2>both.err
python3 look.py both/%d.msg "Authentication-Results=$results" "Received=$received"; ok "smtp-recv and mail-auth" $?

# one at a time, as in the shell; with CRLF the same
mkdir alone
for n in $(seq 1 150); do
	[ "$n" -le 20 ] || { [ -e alone/1 ] && cp "auth/$n" "alone/$n"; continue; }
	mail-auth -n ours.test -r "$dns" -i 192.0.2.1 -f f@a.test -h c.test <"in/$n" >"alone/$n"
done
python3 look.py alone/%d "Authentication-Results=$results"; ok "mail-auth alone" $?
bad=0
for n in $(seq 1 20); do
	sed 's/$/\r/' "in/$n" | mail-auth -n ours.test -r "$dns" -i 192.0.2.1 -f f@a.test -h c.test | tr -d '\r' >crlf
	cmp -s crlf "alone/$n" || { bad=1; echo "# $n"; }
done
ok "with CRLF" $bad

local-deliver -c mail <jobs >results
is "local-deliver" "$(grep -c 'status:sent' results)" 150
mkdir maildir
for n in $(seq 1 150); do cat "mail/t$n"/new/* >"maildir/$n"; done
python3 look.py maildir/%d "Return-Path=<f@a\.test>" "Delivered-To=t[0-9]*@b\.test"; ok "its fields" $?

# our own parser, of the same
for n in $(seq 1 150); do mail-show <"both/$n.msg" | grep '^field:' | head -2 | cut -f 1; done | sort | uniq -c | tr -s ' ' >names
is "mail-show: the same names" "$(cat names)" ' 150 field:Authentication-Results
 150 field:Received'
is "and no word of a stranger in them" "$(for n in $(seq 1 150); do mail-show <"both/$n.msg" | grep -E '^field:(Authentication-Results|Received)	' | head -2; done | grep -c STRANGER)" 0

# what was forged is not sealed
printf ' ;\n dkim=pass header.d=bank.test\nFrom: f@a.test\n\nhi\n' >forged
mail-auth -n ours.test -r "$dns" -i 192.0.2.1 -f f@a.test -h c.test <forged |
    arc-seal -K keys -n ours.test -d ours.test -S s -f ours.test/s.pem -r "$dns" >sealed 2>seal.err
like "arc-seal seals what was found" "$(sed '/^$/q' sealed | tr -d '\n')" 'ARC-Authentication-Results: i=1; ours.test;[^:]*spf=fail'
is "and no forged pass" "$(sed '/^$/q' sealed | grep -c bank.test)" 0
done_testing
