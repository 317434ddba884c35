#!/bin/sh
# Messages signed and sealed by dkimpy, Mail::DKIM and OpenDKIM pass here, in
# all forms and of all kinds; changed ones do not.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
python=python3
$python -c 'import dkim, nacl' 2>/dev/null || python=/usr/bin/python3
openssl genrsa -out rsa.pem 2048 2>/dev/null
openssl rsa -in rsa.pem -pubout -outform DER 2>/dev/null | base64 -w 0 >rsa.pub

# odd messages, CRLF; those that are signed by python go to list: FILE NAME
cat >messages.py <<'X'
import os
head = (b"Received: from a (b [192.0.2.1])\r\n\tby c with ESMTP id d;\r\n\tMon, 1 Jan 2024 00:00:00 +0000\r\n"
        b"From: Joe <joe@example.com>\r\nTo: Ann <ann@example.net>,\r\n Bob <bob@example.net>\r\n"
        b"Subject: a test\r\nDate: Mon, 1 Jan 2024 00:00:00 +0000\r\nMessage-ID: <1@example.com>\r\n")
text = b"Hello,\r\n\r\nthis is a test.\r\n"
M = {
    "plain": head + b"\r\n" + text,
    "empty body": head + b"\r\n",
    "no empty line": head,
    "one empty line as body": head + b"\r\n\r\n",
    "empty lines only": head + b"\r\n" + b"\r\n" * 5,
    "empty lines at the end": head + b"\r\n" + text + b"\r\n" * 4,
    "empty lines in front": head + b"\r\n\r\n\r\n" + text,
    "lines of blanks": head + b"\r\n \r\n" + text + b"\t\r\n  \r\n",
    "only lines of blanks": head + b"\r\n \r\n\t\r\n",
    "blanks at ends of lines": head + b"\r\na \r\nb\t\r\nc \t \r\n",
    "blanks and tabs within": head + b"\r\n  a  b\t\tc \t d\r\n\te\r\n",
    "no last line end": head + b"\r\n" + text[:-2],
    "no last line end, a blank": head + b"\r\nabc ",
    "one byte": head + b"\r\nx",
    "dots": head + b"\r\n.\r\n..\r\n.a\r\n",
    "From in the body": head + b"\r\nFrom here\r\n>From there\r\n",
    "8-bit": head + b"\r\n" + "Gr\u00fc\u00dfe\r\n".encode() + b"\xff\xfe\x80\r\n",
    "long line": head + b"\r\n" + b"abcdefghi " * 2000 + b"\r\n",
    "100 KB": head + b"\r\n" + b"The quick brown fox  jumps over it.\r\n" * 2800,
    "folded": head.replace(b"Subject: a test", b"Subject:\r\n a\r\n\t  very \r\n  folded\ttest ") + b"\r\n" + text,
    "no blank behind colons": head.replace(b": ", b":") + b"\r\n" + text,
    "blanks behind colons": head.replace(b"Subject: ", b"Subject:  \t ") + b"\r\n" + text,
    "empty subject": head.replace(b"Subject: a test", b"Subject:") + b"\r\n" + text,
    "capitals": head.replace(b"Subject:", b"SUBJECT:").replace(b"From:", b"fROM:") + b"\r\n" + text,
    "repeated fields": head + b"Received: two\r\nReceived: three\r\nSubject: another\r\nTo: c@example.net\r\n\r\n" + text,
    "8-bit header": head.replace(b"a test", "Gr\u00fc\u00dfe".encode()) + b"\r\n" + text,
    "NUL": head + b"\r\na\x00b\r\n",
}
X
cat >dkimpy.py <<'X'
import base64, dkim, json, nacl.signing
from messages import M, head, text
key = nacl.signing.SigningKey(b"7" * 32)
ed, rsa = base64.b64encode(bytes(key)), open("rsa.pem", "rb").read()
json.dump({"ed._domainkey.example.com": {"TXT": ["v=DKIM1; k=ed25519; p=" + base64.b64encode(bytes(key.verify_key)).decode()]},
           "rsa._domainkey.example.com": {"TXT": ["v=DKIM1; k=rsa; p=" + open("rsa.pub").read()]}}, open("zone.json", "w"))
out = open("list.dkimpy", "w")
bad = open("list.changed", "w")
count = 0
def write(l, name, data):
    global count
    count += 1
    # each second one with LF
    if count % 2:
        data = data.replace(b"\r\n", b"\n")
    open("p%d" % count, "wb").write(data)
    l.write("p%d %s\n" % (count, name))
def sign(m, algorithm, h, b, **more):
    s = b"rsa" if algorithm == "rsa" else b"ed"
    return dkim.sign(m, s, b"example.com", rsa if algorithm == "rsa" else ed, canonicalize=(h.encode(), b.encode()),
                     signature_algorithm=algorithm.encode() + (b"-sha256" if algorithm == "rsa" else b""), **more) + m
for name, m in M.items():
    for algorithm in ("rsa", "ed25519-sha256"):
        for h in ("simple", "relaxed"):
            for b in ("simple", "relaxed"):
                # dkimpy takes blanks away only before CRLF (RFC 6376 section 3.4.4 a: at the end of a line)
                if name == "no last line end, a blank" and b == "relaxed":
                    continue
                signed = sign(m, algorithm, h, b)
                write(out, "%s, %s %s/%s" % (name, algorithm[:7], h, b), signed)
for name in ("plain", "empty body", "no last line end", "empty lines at the end", "blanks and tabs within", "100 KB"):
    for b in ("simple", "relaxed"):
        signed = sign(M[name], "rsa", "relaxed", b, length=True)
        write(out, "%s, l=, %s" % (name, b), signed)
        write(out, "%s, l=, %s, a line more" % (name, b), signed + b"more\r\n") if name in ("plain", "100 KB") else None
for h in (["from"], ["from", "from"], ["from", "subject", "subject", "to", "to", "none"],
          ["From", "TO", "sUBJECT"], ["from", "from", "none", "mime-version"]):
    write(out, "h= of " + ":".join(h), sign(M["repeated fields"], "ed25519-sha256", "relaxed", "relaxed", include_headers=h))
write(out, "i= below d=", sign(M["plain"], "rsa", "relaxed", "relaxed", identity=b"a@b.example.com"))
two = sign(sign(M["plain"], "rsa", "simple", "simple"), "ed25519-sha256", "relaxed", "relaxed")
write(out, "two signatures", two)
for h in ("simple", "relaxed"):
    for b in ("simple", "relaxed"):
        s = sign(M["plain"], "rsa", h, b)
        f = " %s/%s" % (h, b)
        write(bad, "a letter of the body" + f, s.replace(b"this is", b"thus is"))
        write(bad, "a line more" + f, s + b"x\r\n")
        write(bad, "a letter of a field" + f, s.replace(b"Subject: a", b"Subject: b"))
        write(bad, "a letter's case in a value" + f, s.replace(b"Subject: a", b"Subject: A"))
        write(bad, "a tag of the signature" + f, s.replace(b"q=dns/txt;", b"q=dns/txt; l=0;"))
        write(bad, "another From" + f, s.replace(b"\r\n\r\n", b"\r\nFrom: me@example.org\r\n\r\n", 1))
write(bad, "a blank in the body, simple", sign(M["plain"], "rsa", "simple", "simple").replace(b"is a", b"is  a"))
write(bad, "a blank in a field, simple", sign(M["plain"], "rsa", "simple", "simple").replace(b"Subject: ", b"Subject:  "))
write(out, "a blank in both, relaxed", sign(M["plain"], "rsa", "relaxed", "relaxed").replace(b"is a", b"is  a ").replace(b"Subject: ", b"Subject:\r\n  "))
write(out, "a field's name in capitals, relaxed", sign(M["plain"], "rsa", "relaxed", "relaxed").replace(b"Subject: ", b"SUBJECT: "))
X
cat >arc.py <<'X'
import dkim
from messages import M
rsa = open("rsa.pem", "rb").read()
out, bad = open("list.arc", "w"), open("list.arcbad", "w")
n = 0
def write(l, name, m):
    global n
    n += 1
    open("a%d" % n, "wb").write(m if n % 2 else m.replace(b"\r\n", b"\n"))
    l.write("a%d %s\n" % (n, name))
def seal(m):
    if m.startswith(b"ARC-Seal"):
        m = m.replace(b"Authentication-Results: example.com; arc=none; spf=pass\r\n", b"")
        m = m.replace(b"\r\nAuthentication-Results: example.com; arc=pass; spf=pass\r\n", b"\r\n")
    m = b"Authentication-Results: example.com; arc=%s; spf=pass\r\n" % (b"pass" if b"ARC-Seal" in m else b"none") + m
    return b"".join(dkim.arc_sign(m, b"rsa", b"example.com", rsa, b"example.com")) + m
for name in ("plain", "empty body", "repeated fields", "folded", "blanks and tabs within", "no last line end", "8-bit"):
    m = M[name]
    for i in range(1, 4):
        # dkimpy asks the DNS for the chain so far; here the answer is ours
        m = seal(m)
        write(out, "%s, %d" % (name, i), m)
        if name == "plain":
            write(bad, "a letter of the body, %d" % i, m.replace(b"Hello", b"Hallo"))
            write(bad, "a letter of a result, %d" % i, m.replace(b"i=1; example.com", b"i=1; exbmple.com"))
            write(bad, "a letter of From, %d" % i, m.replace(b"From: Joe", b"From: Jim"))
X
# dkimpy looks for the keys of a chain in the DNS: give it them
cat >patched.py <<'X'
import json, sys
import dkim, dkim.dnsplug
zone = json.load(open("zone.json"))
def get(name, timeout=5):
    name = name.decode() if isinstance(name, bytes) else name
    return zone[name.rstrip(".")]["TXT"][0].encode()
dkim.get_txt = dkim.dnsplug.get_txt = get
for f in (dkim.DKIM.verify, dkim.ARC.verify):
    f.__defaults__ = tuple(get if callable(d) else d for d in f.__defaults__)
for f in (dkim.arc_verify, dkim.ARC.verify_sig if hasattr(dkim.ARC, "verify_sig") else dkim.arc_verify):
    if f.__defaults__:
        f.__defaults__ = tuple(get if callable(d) else d for d in f.__defaults__)
exec(open(sys.argv[1]).read())
X
# Mail::DKIM: FILE METHOD, as list.perl says
cat >sign.pl <<'X'
use strict; use Mail::DKIM::Signer; use Mail::DKIM::ARC::Signer;
open my $list, '<', 'list.perl' or die;
while (<$list>) {
	my ($in, $out, $method, $algorithm) = split;
	my $m = do { local $/; open my $f, "<:raw", $in or die; <$f> };
	my $s = $method eq 'arc' ? Mail::DKIM::ARC::Signer->new(Algorithm => 'rsa-sha256', Domain => 'example.com',
	    Selector => 'rsa', KeyFile => 'rsa.pem', Chain => 'none', SrvId => 'example.com') :
	    Mail::DKIM::Signer->new(Algorithm => $algorithm, Method => $method, Domain => 'example.com', Selector => 'rsa', KeyFile => 'rsa.pem');
	$s->PRINT($m); $s->CLOSE;
	open my $o, '>:raw', $out or die;
	print $o ($method eq 'arc' ? join('', map { "$_\r\n" } grep { length } $s->as_strings) : $s->signature->as_string . "\r\n") . $m;

}
X
count=0
# each of a list: FILE NAME
judge() { # LIST WANT PROGRAM
	while read -r file name; do
		# shellcheck disable=SC2086
		got=$($3 -r "$dns" <"$file" 2>&1 | cut -f 1 | sort -u | tr '\n' ' ')
		is "$1: $name" "${got% }" "$2"
		count=$((count + 1))
	done <"list.$1"
}
if peer "python3-dkim, with python3-nacl" $python -c 'import dkim, nacl'; then
	$python dkimpy.py 2>err
	is "dkimpy signs" "$?$(cat err)" 0
	fake_dns zone.json
	judge dkimpy pass dkim-verify
	judge changed fail dkim-verify
	if $python patched.py arc.py 2>err; then
		judge arc pass arc-verify
		judge arcbad fail arc-verify
	else
		is "dkimpy seals" "$(cat err)" ""
	fi
else
	echo "{\"rsa._domainkey.example.com\": {\"TXT\": [\"v=DKIM1; p=$(cat rsa.pub)\"]}}" >zone.json
	fake_dns zone.json
fi

python3 -c '
from messages import M
for i, (name, m) in enumerate(M.items()):
    open("m%d" % i, "wb").write(m)
    print("m%d" % i, name)' >list
if peer Mail::DKIM perl -MMail::DKIM::Signer -MMail::DKIM::ARC::Signer -e 1; then
	while read -r file name; do
		for m in simple/simple simple/relaxed relaxed/simple relaxed/relaxed; do
			# it adds no line end to a simple body (RFC 6376 section 3.4.3)
			case $name,$m in
			*"no last"*/simple|*"one byte"*/simple) continue ;;
			esac
			echo "$file ${m%/*}${m#*/}$file $m rsa-sha256" >>list.perl
			echo "${m%/*}${m#*/}$file $name, $m" >>list.Mail-DKIM
		done
	done <list
	for i in 0 1 5 8 10 19; do
		{ printf 'Authentication-Results: example.com; spf=pass\r\n'; cat m$i; } >arcm$i
		echo "arcm$i arcs$i arc x" >>list.perl
		echo "arcs$i $(sed -n "s/^m$i //p" list)" >>list.Mail-DKIM-ARC
	done
	perl sign.pl 2>err
	is "Mail::DKIM signs" "$?$(cat err)" 0
	judge Mail-DKIM pass dkim-verify
	judge Mail-DKIM-ARC pass arc-verify
fi
if peer opendkim-testmsg command -v opendkim-testmsg; then
	while read -r file name; do
		[ "$name" != "no empty line" ] || continue
		opendkim-testmsg -C -d example.com -s rsa -k rsa.pem <"$file" >"o$file" 2>err || continue
		echo "o$file $name" >>list.OpenDKIM
	done <list
	# it makes rsa-sha1
	judge OpenDKIM pass "dkim-verify -o"
	judge OpenDKIM policy dkim-verify
fi
[ "$count" -ge 150 ]
ok "$count messages" $?
done_testing
