#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
fake=$top/tests/tools/fakeinject.py
mkdir in DIR DIR/conf DIR/sock
echo me.example >DIR/conf/me
export ROHRPOST_DIR="$T/DIR"
user=$(id -un)@me.example
taking() { ROHRPOST_INJECT="$fake $T/in $1"; export ROHRPOST_INJECT; rm -f in/*; }
# send INPUT ARGUMENTS...: what printf makes of INPUT; status in $st
send() {
	rm -f in/*
	printf "$1" >input; shift
	sendmail "$@" <input 2>err; st=$?
}
env() { grep -v '^uid ' in/1.env; }
body() { sed '1,/^$/d' in/1.msg; }

# no bad usage 100: its callers know the codes of sysexits
taking K
status "no recipients" 64 sendmail </dev/null
like "usage is said" "$(cat err)" '^sendmail: fatal: usage: sendmail '
status "unknown option" 64 sendmail -Z a@b </dev/null
status "-f without value" 64 sendmail -f </dev/null
status "-N junk" 64 sendmail -N sometimes a@b </dev/null
status "-N never with others" 64 sendmail -N never,delay a@b </dev/null
status "-N empty" 64 sendmail -N '' a@b </dev/null
status "-R junk" 64 sendmail -R some a@b </dev/null
status "-B junk" 64 sendmail -B 9BIT a@b </dev/null
status "-b junk" 64 sendmail -bd a@b </dev/null
status "-V empty" 64 sendmail -V '' a@b </dev/null
status "-V at the limit" 0 sendmail -V "$(printf '%0100d' 0)" a@b </dev/null
status "-V one above" 64 sendmail -V "$(printf '%0101d' 0)" a@b </dev/null
status "-V not ASCII" 64 sendmail -V 'ö' a@b </dev/null
status "bad sender" 64 sendmail -f 'a b' a@b </dev/null
status "two senders" 64 sendmail -f 'a@b,c@d' a@b </dev/null
status "bad recipient" 65 sendmail 'a b' </dev/null
status "a domain that is none" 65 sendmail 'a@b/c' </dev/null
status "local part at the limit of a path" 0 sendmail "$(printf '%0508d' 0)@b" </dev/null
status "local part one above" 65 sendmail "$(printf '%0509d' 0)@b" </dev/null
status "sender one above" 64 sendmail -f "$(printf '%0509d' 0)@b" a@b </dev/null
rm -f in/*
status "one of two is bad" 65 sendmail a@b 'c@' </dev/null
is "nothing was handed over for these" "$(ls in | grep -c '^[2-9]')" 0

# the plain case
send 'Subject: s\nTo: x@y\nFrom: f@g\nDate: d\nMessage-ID: <m>\n\nbody\n' a@b c
is "taken" $st 0
is "silent" "$(cat err)" ""
is "envelope" "$(env)" "from $user
proto local
to a@b
to c@me.example"
is "uid" "$(grep '^uid' in/1.env)" "uid $(id -u)"
is "header" "$(sed '1,2d' in/1.msg)" 'Subject: s
To: x@y
From: f@g
Date: d
Message-ID: <m>

body'
like "Received" "$(sed 2q in/1.msg | tr -d '\n')" "^Received: by me.example \\(rohrpost, uid $(id -u)\\);.[A-Z][a-z][a-z], .* [-+][0-9]{4}\$"
send 'body\n' -v a@b
is "no header at all" "$st $(body)" "0 body"
like "-v tells the id" "$(cat err)" '^sendmail: info: queued as fake0001$'
is "fields are added" "$(sed '/^$/q' in/1.msg | sed -n 's/^\([A-Z][-A-Za-z]*\):.*/\1/p' | tr '\n' ' ')" \
    "Received From To Date Message-ID "
send '' a@b
is "empty input" "$st $(grep -c '^From: ' in/1.msg) $(body | wc -c)" "0 1 0"
send '\n' a@b
is "an empty line alone" "$st $(body | wc -c)" "0 0"
send 'Subject: s' a@b
is "no LF, no body" "$st $(grep -c '^Subject: s$' in/1.msg) $(body | wc -c)" "0 1 0"
send 'Subject: s\n\nbody' a@b
is "a last line without LF gets one" "$(body | od -c | head -1)" "$(printf 'body\n' | od -c | head -1)"
send 'From a@b Thu Jan 1\nSubject: s\n\nbody\n' a@b
is "a mailbox's From line is dropped" "$(grep -c '^From a' in/1.msg) $(grep -c '^Subject: s$' in/1.msg)" "0 1"
send '>From a@b Thu Jan 1\nSubject: s\n\nbody\n' a@b
is "and one that was quoted" "$(sed '1,/^$/d' in/1.msg) $(grep -c '^Subject: s$' in/1.msg)" "body 1"
send 'Subject: s\nno field\nmore\n' a@b
is "a line that is no field begins the body" "$(body)" 'no field
more'
send ' odd\nSubject: s\n\nx\n' a@b
is "a blank in front: all is body" "$(body)" ' odd
Subject: s

x'

# line ends, dots, bytes
send 'Subject: s\r\nTo: x\r\n\r\na\r\nb\nc\rd\r\n' a@b
is "CRLF, LF, CR" "$(body)" 'a
b
c d'
is "no CR is left" "$(tr -cd '\r' <in/1.msg | wc -c)" 0
send 'S: s\n\na\n.\nb\n' a@b
is "a lone dot ends it" "$(body)" a
send 'S: s\n\na\n.\r\nb\n' a@b
is "so with CRLF" "$(body)" a
for o in -i -oi; do
	send 'S: s\n\na\n.\nb\n' $o a@b
	is "not with $o" "$(body)" 'a
.
b'
done
send 'S: s\n.\nb\n' a@b
is "a lone dot in the header" "$st $(body | wc -c)" "0 0"
send 'S: s\n\n..\n.a\n' a@b
is "other dots stay" "$(body)" '..
.a'
send 'S: s\n\na\000b\n' a@b
is "NUL" "$(body)" "a b"
send 'S: s\n\ngr\303\274\303\237e\n' a@b
is "8 bit is noticed" "$(env | grep body)" "body 8bit"
send 'S: s\n\na\n' -B 8BITMIME a@b
is "-B 8BITMIME" "$(env | grep body)" "body 8bit"
send 'S: s\n\na\n' -B 7BIT a@b
is "-B 7BIT" "$(env | grep -c body)" 0
{ printf 'S: s\n\n'; head -c 998 /dev/zero | tr '\0' x; echo; head -c 999 /dev/zero | tr '\0' y; echo; } >input
rm -f in/*; sendmail a@b <input
is "lines of 998 and 999" "$(body | awk '{ print length($0) }' | tr '\n' ' ')" "998 998 1 "
{ printf 'Subject: '; i=0; while [ $i -lt 500 ]; do printf 'word%s ' $i; i=$((i + 1)); done; printf 'end\n\nx\n'; } >input
rm -f in/*; sendmail a@b <input
is "a long field is folded" "$(awk 'length($0) > 998' in/1.msg | wc -l) $(sed -n '/^Subject/,/end$/p' in/1.msg | tr -d '\n ' | md5sum)" \
    "0 $(sed -n '/^Subject/p' input | tr -d '\n ' | md5sum)"
# broken at blanks, never within a character, wherever the line stands
cat >lines.py <<'X'
"""lines.py FILE...: no line of FILE is longer than 998 bytes or has a part of
a character; prints a digest of all that is no white space"""
import hashlib, sys
for f in sys.argv[1:]:
    text = open(f, "rb").read()
    bad = 0
    for line in text.split(b"\n"):
        try:
            bad += len(line) > 998 or len(line.decode()) < 0
        except UnicodeDecodeError:
            bad += 1
    print(bad, hashlib.md5(b"".join(text.split())).hexdigest())
X
utf8() { python3 -c 'import sys; sys.stdout.buffer.write(eval(sys.argv[1]).encode())' "$1"; }
for x in '"x" + "\u00e4" * 1500' '"gr\u00f6\u00dfer " * 400' '"\U0001f600" * 1000' '"\u20ac" * 200000' '"w " * 300000'; do
	{ printf 'S: s\n\n'; utf8 "$x"; echo; } >input
	rm -f in/*; sendmail a@b <input
	body >got; sed 1,2d input >want
	is "a body of $x" "$(python3 lines.py got)" "0 $(python3 lines.py want | cut -d ' ' -f 2)"
	{ utf8 "$x"; echo; } >input
	rm -f in/*; sendmail a@b <input
	body >got
	is "without a header" "$(python3 lines.py got)" "0 $(python3 lines.py want | cut -d ' ' -f 2)"
done
is "words stay whole" "$(body | tr ' ' '\n' | sort -u | tr '\n' ' ')" " w "
for x in '"x" + "\u00e4" * 1500' '"gr\u00f6\u00dfer " * 400 + "x"'; do
	{ printf 'Subject: '; utf8 "$x"; printf '\n\nx\n'; } >input
	rm -f in/*; sendmail a@b <input
	sed -n '/^Subject/,/^From/p' in/1.msg | sed '$d' >got
	is "a field of $x" "$(python3 lines.py got)" "0 $(sed 1q input >want; python3 lines.py want | cut -d ' ' -f 2)"
done
for f in 'DKIM-Signature: v=1' 'Content-Type: multipart/signed; boundary=x'; do
	{ printf '%s\nSubject: ' "$f"; utf8 '"\u00e4" * 600'; printf '\n\n'; utf8 '"w " * 1000'; echo; } >input
	rm -f in/*; sendmail a@b <input
	is "lines that are signed stay: ${f%%:*}" "$(body | md5sum) $(grep ^Subject in/1.msg | md5sum)" "$(sed '1,/^$/d' input | md5sum) $(grep ^Subject input | md5sum)"
done
{ printf 'X: '; head -c 1048572 /dev/zero | tr '\0' x; printf '\n\nb\n'; } >input
rm -f in/*; status "header at the limit" 0 sendmail a@b <input
{ printf 'X: '; head -c 1048573 /dev/zero | tr '\0' x; printf '\n\nb\n'; } >input
status "header one above" 65 sendmail a@b <input
{ i=0; while [ $i -lt 20000 ]; do printf 'X: %060d\n' 0; i=$((i + 1)); done; printf '\nb\n'; } >input
status "many fields, too large" 65 sendmail a@b <input
{ printf 'S: s\n\n'; yes 'a line of a large message' | head -200000; } >input
rm -f in/*; status "5 MB" 0 sendmail a@b <input
is "all of it" "$(body | md5sum)" "$(sed '1,2d' input | md5sum)"
status "no room for a large one" 75 sh -c "TMPDIR=$T/nowhere sendmail a@b <input"

# -t
send 'To: Ann <a@b>, "x, y" <c@d>\nCc: e@f (x),\n g@h\nBcc: secret@i\nSubject: s\n\nx\n' -t
is "-t" "$(env | grep ^to)" 'to a@b
to c@d
to e@f
to g@h
to secret@i'
is "Bcc is removed" "$(grep -ic 'bcc\|secret' in/1.msg)" 0
send 'To: a@b\nBcc: c@d,\n e@f\nX: y\n\nx\n' -ti g@h a@b
is "-t and arguments: added, each once" "$(env | grep ^to)" 'to g@h
to a@b
to c@d
to e@f'
is "a folded Bcc is removed" "$(grep -c 'e@f' in/1.msg) $(grep -c '^X: y' in/1.msg)" "0 1"
send 'Bcc: a@b\nSubject: s\n\nx\n' -t
is "only Bcc" "$st $(grep '^To:' in/1.msg)" "0 To: undisclosed-recipients:;"
send 'Bcc: a@b\nSubject: s\n\nx\n' c@d
is "without -t: removed, not taken" "$(env | grep ^to) $(grep -c Bcc in/1.msg)" "to c@d 0"
send 'To: a@b\nResent-To: c@d\nResent-Bcc: e@f\nSubject: s\n\nx\n' -t
is "Resent-" "$(env | grep ^to | tr '\n' ' ')$(grep -c Resent-Bcc in/1.msg)" "to c@d to e@f 0"
send 'To: undisclosed-recipients:;\nSubject: s\n\nx\n' -t
is "no recipients" "$st $(ls in)" "65 "
send 'Subject: s\n\nx\n' -t
is "no fields of recipients" $st 65
send 'To: a b c\n\nx\n' -t
is "bad address" "$st $(cat err)" "65 sendmail: warning: bad address in the header: a b c
sendmail: fatal: the header names no good recipients"
# send_odd ANSWERS INPUT ARGUMENTS...: the message is in/1, the report in/2
send_odd() {
	a=$1; shift
	rm -f "$T/s"
	bg "$fake" -l "$T/s" "$T/in" "$a"
	wait_for 20 test -S "$T/s"
	was=$ROHRPOST_INJECT ROHRPOST_INJECT="unix:$T/s"
	send "$@"
	ROHRPOST_INJECT=$was
	kill "$bg_pid"; wait "$bg_pid" 2>/dev/null
}
odd='To: a@b, c d e, <f@g, H <i@j>, "x y\nCc: k@, l@m/n, o@p\nSubject: s\n\nx\n'
send_odd K "$odd" -t
is "odd ones do not refuse the others" "$st $(env | grep ^to | tr '\n' ' ')" "0 to a@b to i@j to o@p "
is "and are said" "$(cat err)" 'sendmail: warning: bad address in the header: c d e
sendmail: warning: bad address in the header: <f@g
sendmail: warning: bad address in the header: "x y
sendmail: warning: bad address in the header: k@
sendmail: warning: bad address in the header: l@m/n'
is "and their sender gets a report" "$(cat in/2.env)" "from
to $user
proto local
uid $(id -u)"
is "of all of them" "$(sed -n 's/^Final-Recipient: rfc822; //p' in/2.msg)" 'c d e
<f@g
"x y
k@
l@m/n'
is "failed for good" "$(grep -c '^Action: failed$' in/2.msg) $(grep -c '^Status: 5.1.3$' in/2.msg)" "5 5"
is "with the header" "$(sed -n '/rfc822-headers/,$p' in/2.msg | grep -c '^Subject: s$')" 1
send_odd K "$odd" -t -f s@t
is "to the envelope's sender" "$(grep ^to in/2.env)" "to s@t"
send_odd K "$odd" -t -f s@t c@d
is "an argument is no odd one" "$st $(env | grep ^to | head -1) $(grep -c ^Final in/2.msg)" "0 to c@d 5"
# how it is told: -oe, or -e
for m in m:0:2:5 e:0:2:0 p:65:1:5 w:65:1:5 q:65:1:0 x:0:2:5; do
	send_odd K "$odd" "-oe${m%%:*}" -t
	is "-oe${m%%:*}" "$st:$(ls in/*.msg | wc -l):$(wc -l <err)" "${m#*:}"
done
send_odd K "$odd" -ep -t
is "-ep" "$st:$(ls in/*.msg | wc -l)" "65:1"
send_odd K "$odd" -e q -t
is "-e q" "$st:$(ls in/*.msg | wc -l):$(wc -l <err)" "65:1:0"
send_odd K "$odd" -oe -t
is "-oe alone" "$st:$(ls in/*.msg | wc -l)" "0:2"
send_odd K "$odd" -t -f '<>'
is "nobody to tell" "$st:$(ls in/*.msg | wc -l):$(wc -l <err)" "65:1:5"
for a in KD KZ KX KJ; do
	send_odd $a "$odd" -t
	is "the report is not taken, $a: not to be sent again" "$st" 65
	like "and said" "$(tail -1 err)" '^sendmail: warning: no report of bad addresses: '
done
send_odd D "$odd" -t
is "the message is refused: no report" "$st:$(ls in/*.msg | wc -l)" "69:1"
send_odd K 'To: a@b\nCc: Gr\303\266\303\237e c\n\nx\n' -t
is "8 bit in an odd one" "$st $(grep '^Final' in/2.msg)" "0 Final-Recipient: utf-8; Gr????e c"
send_odd K 'To: a@b, c\n\td\001e\n\nx\n' -t
is "control bytes and folding in an odd one" "$(grep '^Final' in/2.msg)" "Final-Recipient: rfc822; c  d e"
send_odd K 'To: a b, c d\n\nx\n' -t e@f
is "with a good argument" "$st $(env | grep ^to) $(wc -l <err)" "0 to e@f 2"
for n in 10 11; do
	{ printf 'To: e@f'; i=0; while [ $i -lt $n ]; do printf ', a b'; i=$((i + 1)); done; printf '\n\nx\n'; } >input
	rm -f in/*; sendmail -t <input 2>err
	is "$n odd ones are said" "$? $(wc -l <err)" "0 10"
done
for n in 1000 1001; do
	i=$(yes ', a b' | head -$n | tr -d '\n')
	send_odd K "To: e@f$i\n\nx\n" -t
	is "$n odd ones are told of" "$st $(grep -c '^Final' in/2.msg)" "0 1000"
done
for n in 200 201; do
	send_odd K "To: e@f, a $(printf "%0$((n - 2))d" 0)\n\nx\n" -t
	is "$n bytes of an odd one" "$st $(sed -n 's/^Final.*; //p' in/2.msg | wc -c)" "0 201"
done
send 'To: Friends: a@b, bob;, c@d\n\nx\n' -t
is "a group" "$(env | grep ^to | tr '\n' ' ')" "to a@b to bob@me.example to c@d "
{ printf 'To: a@b'; i=0; while [ $i -lt 5000 ]; do printf ',\n u%s@example.org' $i; i=$((i + 1)); done; printf '\n\nx\n'; } >input
rm -f in/*; sendmail -t <input
is "5001 recipients" "$(grep -c ^to in/1.env)" 5001
{ printf 'To: "a\\"b c"@d\n\nx\n'; } >input; rm -f in/*; sendmail -t <input
is "quoted" "$(env | grep ^to)" 'to "a\\"b c"@d'
send 'To: b\303\266@d\n\nx\n' -t
is "UTF-8 address" "$(env | grep -c 'smtputf8 1')" 1

send 'TLS-Required: No\nTo: a@b\n\nx\n' -t
is "TLS-Required: No" "$(env | grep tls-optional)" "tls-optional 1"
send 'TLS-Required: Yes\nTo: a@b\n\nTLS-Required: No\n' -t
is "another, and one in the body" "$(env | grep tls-optional)" ""

# addresses without a domain, fields that say nothing
send 'From: root (Cron Daemon)\nTo: root\nCc: "Carl C." <carl>,\n\td@e\nX-Cron-Env: <LOGNAME=root>\nSubject: root\n\nFrom: root\n' root
is "names get this host's domain" "$(sed '1,2d; /^Date/,/^Message-ID/d' in/1.msg)" 'From: root@me.example (Cron Daemon)
To: root@me.example
Cc: "Carl C." <carl@me.example>,
	d@e
X-Cron-Env: <LOGNAME=root>
Subject: root

From: root'
send 'From:\nTo: a@b\nDate: \nMessage-ID :\nCc:\nSubject:\n\nx\n' -t
is "empty fields are missing" "$(sed '1,2d; /^$/q' in/1.msg | sed 's/:.*:.*/: ./; s/: <.*/: ./')" "To: a@b
Subject:
From: $(sed -n 's/^From: //p' in/1.msg)
Date: .
Message-ID: ."
send 'From: "" <>\nTo: a@b\nDate: ""\nMessage-ID: <>\n\nx\n' -t
is "so are empty brackets" "$(sed '1,2d; /^$/q' in/1.msg | sed 's/:.*:.*/: ./; s/: <.*/: ./')" "To: a@b
From: $(sed -n 's/^From: //p' in/1.msg)
Date: .
Message-ID: ."
like "and From says who it is" "$(sed -n 's/^From: //p' in/1.msg)" "@"
send 'Resent-To:\nTo: a@b\n\nx\n' -t
is "an empty Resent-To is none" "$st $(env | grep ^to)" "0 to a@b"
send 'To: a@b\nCc: <>\nBcc: "" <>\nResent-To: <>\n\nx\n' -t
is "nor are empty brackets, and nobody complains" "$st $(env | grep ^to) $(cat err)" "0 to a@b "

# sender, name, DSN
for f in s@t 'Name <s@t>' '<s@t>'; do
	send 'x\n' -f "$f" a@b
	is "-f '$f'" "$(env | grep ^from)" "from s@t"
done
send 'x\n' -fs a@b
is "-f without domain" "$(env | grep ^from)" "from s@me.example"
send 'x\n' -r s@t a@b
is "-r" "$(env | grep ^from)" "from s@t"
for f in '' '<>'; do
	send 'x\n' -f "$f" a@b
	is "-f '$f'" "$(env | grep ^from)" "from"
	like "with a From field all the same" "$(cat in/1.msg)" "^From: .*$user"
done
send 'x\n' -F 'J. Doe' -f s@t a@b
like "-F" "$(cat in/1.msg)" '^From: "J\. Doe" <s@t>$'
send 'From: z@z\n\nx\n' -F 'J. Doe' a@b
is "-F adds no second From" "$(grep -c ^From: in/1.msg)" 1
send 'x\n' -F 'evil
Bcc: x@y' a@b
is "-F with a LF" "$(grep -c '^Bcc' in/1.msg)" 0
send 'x\n' -N success,Failure -R HDRS -V 'a+b=c d' a@b
is "-N -R -V" "$(env)" "from $user
proto local
ret HDRS
envid a+2Bb+3Dc+20d
to a@b NOTIFY=SUCCESS,FAILURE"
send 'x\n' -N never -R full a@b
is "-N never -R full" "$(env | sed 1,2d)" "ret FULL
to a@b NOTIFY=NEVER"
send 'x\n' -oem -odb -om -Am -G -n -L tag -h 3 -O x=y -U -p esmtp -bm -d -- -a@b
is "options of others" "$st $(env | grep ^to)" "0 to -a@b"
send 'x\n' -O tag=campaign=spring -O key=k7 -Osend-at=1800000000 -O expire=2027-03-01T00:00:00Z -O Timeout=1h a@b
is "-O" "$(env | sed 1,2d)" "tag campaign=spring
key k7
hold-until 1800000000
expire 1803859200
to a@b"
send 'x\n' -O send-at=tomorrow a@b
is "-O with a fault" "$st $(sed '2,$d' err)" "64 sendmail: warning: no time: say 2026-12-24T18:00:00Z, or +2h"
send 'x\n' -O key=a -O key=b a@b
is "-O twice" "$st $(sed '2,$d' err)" "64 sendmail: warning: stands twice"
send 'x\n' a@b -t
is "behind a recipient all are recipients" "$(env | grep ^to | tr '\n' ' ')" "to a@b to -t@me.example "

# the queue
for x in Z:75 D:69 X:75 J:75; do
	taking "${x%%:*}"
	send 'x\n' a@b
	is "receipt ${x%%:*}" "$st" "${x#*:}"
	is "said in one line" "$(wc -l <err)" 1
done
taking D; send 'x\n' a@b
is "the reason is told" "$(cat err)" "sendmail: fatal: refused: 5.7.1 refused"
ROHRPOST_INJECT=/nonexistent/command; send 'x\n' a@b
is "no such command" $st 75
ROHRPOST_INJECT="unix:$T/nowhere"; send 'x\n' a@b
is "no such socket" $st 75
ROHRPOST_INJECT="false"; yes | head -c 3000000 >input
status "a command that dies, a large message" 75 sendmail a@b <input
unset ROHRPOST_INJECT
send 'x\n' a@b
is "the instance's socket, not there" $st 75
bg "$fake" -l "$T/DIR/sock/submit.sock" "$T/in" K
wait_for 5 test -S DIR/sock/submit.sock
send 'x\n' a@b
is "the instance's socket" "$st $(ls in)" "0 1.env
1.msg"
rm -f in/*; status "-C" 0 sh -c 'unset ROHRPOST_DIR; echo x | sendmail -C "$0" a@b' "$T/DIR"
status "the instance is not there" 75 sh -c 'echo x | ROHRPOST_DIR=/nonexistent sendmail a@b'
taking K
status "its own chain needs no instance" 0 sh -c 'echo x | ROHRPOST_DIR=/nonexistent sendmail a@b'
status "/dev/full" 0 sh -c 'echo x | sendmail -v a@b >/dev/full 2>/dev/full'
status "descriptor 0 closed" 75 sh -c 'sendmail a@b <&-'
rm -f in/*; status "1 and 2 closed" 0 sh -c 'echo x | sendmail a@b >&- 2>&-'
is "and nothing odd is sent" "$(body)" x
status "the input is a directory" 75 sh -c 'sendmail a@b </'

# real messages, against Python's reading of them
data=${ROHRPOST_TESTDATA:-$top/../shared/testdata}/bounces
if [ -d "$data" ]; then
	like "a corpus of real messages" "$("$top/tests/tools/corpus.py" "$(command -v sendmail)" "$fake" "$data" | head -5 | tr '\n' ' ')" '^same [1-9]'
else
	skip "no test data"
fi

# other names, other modes
mkdir bin
cp "$(command -v sendmail)" bin/sendmail
ln -s sendmail bin/mailq; ln -s sendmail bin/newaliases
for p in queue-list smtp-recv conf-build queue-ctl; do
	printf '#!/bin/sh\necho "%s $* ${RELAYCLIENT-none}"\n' $p >bin/$p
	chmod +x bin/$p
done
is "-bp" "$(bin/sendmail -bp)" "queue-list $T/DIR/queue none"
is "mailq" "$(bin/mailq)" "queue-list $T/DIR/queue none"
is "-bi" "$(bin/sendmail -bi)" "conf-build $T/DIR/conf none"
is "newaliases" "$(bin/newaliases)" "conf-build $T/DIR/conf none"
for q in :all 30m:all Rexample.org:domain:example.org Ra@b:to:a@b Sc@d:from:c@d Iabc:id:abc; do
	is "-q${q%%:*}" "$(bin/sendmail -v "-q${q%%:*}")" "queue-ctl $T/DIR/queue retry ${q#*:} none"
done
is "-q is silent without -v" "$(bin/sendmail -q)" ""
unset ROHRPOST_INJECT
is "-bs" "$(bin/sendmail -bs </dev/null)" "smtp-recv -C $T/DIR/conf $T/bin/sendmail -C $T/DIR -bk "
is "-bs, ROHRPOST_INJECT a socket" "$(ROHRPOST_INJECT=unix:/x/y bin/sendmail -bs </dev/null)" "smtp-recv -C $T/DIR/conf unix:/x/y "
is "-bs, ROHRPOST_INJECT a command" "$(ROHRPOST_INJECT='a b' bin/sendmail -bs </dev/null)" "smtp-recv -C $T/DIR/conf /bin/sh -c exec a b "
status "-bs with descriptor 0 closed" 75 sh -c 'bin/sendmail -bs <&-'
for m in -bp -bi -q; do
	status "$m with 0, 1 and 2 closed" 0 sh -c "bin/sendmail $m <&- >&- 2>&-"
done
# as a link
p='19:from a@b\nto c@d\n\nx\n,'
taking K
is "-bk" "$(printf "$p$p" | sendmail -bk)" "9:Kfake0001,9:Kfake0001,"
is "-bk: the parcel as it came" "$(cat in/1.env)" "from a@b
to c@d"
is "-bk without a parcel" "$(sendmail -bk </dev/null)" ""
taking Z
like "-bk, put off" "$(printf "$p" | sendmail -bk 2>err)" '^[0-9]*:Z4\.'
like "is said" "$(cat err)" '^sendmail: warning: not taken: 4\.'
taking D
like "-bk, refused" "$(printf "$p$p" | sendmail -bk 2>err)" '^[0-9]*:D5\..*,[0-9]*:D5\..*,$'
taking X
like "-bk, no receipt" "$(printf "$p" | sendmail -bk 2>err)" '^[0-9]*:Z4\.3\.0 no service takes mail now,$'
taking K
for bad in x '19:from a@b' '19:from a@b\nto c@d\n\nx\n.' 2000000000:; do
	status "-bk, no parcel: $bad" 75 sh -c "printf '$bad' | sendmail -bk"
	is "-bk, no parcel: no receipt" "$(cat out)" ""
done
status "-bk, /dev/full" 75 sh -c "printf '$p' | sendmail -bk >/dev/full"
unset ROHRPOST_INJECT
# what they exit with, as sysexits
for p in queue-list smtp-recv conf-build queue-ctl; do
	printf '#!/bin/sh\nexit $STATUS\n' >bin/$p
done
for x in 0:0 99:0 100:69 111:75 1:75; do
	for m in -bp -bs -q -qRa.example; do
		STATUS=${x%:*} status "$m, exit ${x%:*}" "${x#*:}" bin/sendmail $m </dev/null
	done
done
STATUS=100 status "-bi, a file is wrong" 78 bin/sendmail -bi
STATUS=111 status "newaliases" 75 bin/newaliases
# -bv: is there somebody, and a way?  nothing is read and nothing is sent
mkdir -p V/conf V/mail/ann/new V/mail/ann/cur V/mail/ann/tmp
echo me.example >V/conf/me
echo local.example >V/conf/local
printf 'staff: ann\ngone: nobody\nboth: ann, x@y\n' >V/conf/aliases
printf 'to:@relay.example host:[192.0.2.1]\nto:@closed.example reject:closed\nto:@paused.example defer:later\n' >V/conf/routes
status "a configuration for -bv" 0 conf-build V/conf
while IFS='|' read -r address want; do
	sendmail -C V -bv "$address" </dev/null >out 2>err
	is "-bv $address" "$?: $(tail -1 out)" "$want"
done <<'X'
ann|0: ann@me.example... deliverable
Ann <ann@local.example>|0: ann@local.example... deliverable
ann+x|0: ann+x@me.example... deliverable
staff|0: staff@me.example... deliverable
both|0: both@me.example... deliverable
x@relay.example|0: x@relay.example... deliverable
bob@local.example|67: bob@local.example... undeliverable: 5.1.1 no such user here
gone|67: gone@me.example... undeliverable: 5.1.1 no such user here
x@closed.example|67: x@closed.example... undeliverable: 5.7.1 closed
x@paused.example|75: x@paused.example... not now
ann, bob, x@paused.example|67: x@paused.example... not now
ann, x@paused.example|75: x@paused.example... not now
X
like "with the steps of route" "$(sendmail -C V -bv staff)" '^aliases:[0-9]*: staff@me.example is ann@me.example$'
is "each is said" "$(sendmail -C V -bv ann bob | grep -c '^[a-z@.]*\.\.\. ')" 2
status "-bv without address" 64 sendmail -C V -bv
status "-bv, no address" 65 sendmail -C V -bv 'a b'
status "-bv, no instance" 75 sendmail -C /nonexistent -bv ann
status "-bv, descriptor 0 closed" 0 sh -c 'sendmail -C V -bv ann <&-'
mkdir halfway && cp "$(command -v sendmail)" halfway
printf '#!/bin/sh\necho "mx far.example"\nkill -9 $$\n' >halfway/route && chmod +x halfway/route
is "half of what route says is nothing" "$(halfway/sendmail -C V -bv ann@far.example 2>err | tail -1)" "ann@far.example... not now"
status "-bv, descriptor 1 closed" 0 sh -c 'sendmail -C V -bv ann >&-'
status "-bv, /dev/full" 75 sh -c 'sendmail -C V -bv ann >/dev/full'
mv V/mail V/gone
status "-bv, the Maildirs are not there now" 75 sendmail -C V -bv ann
mv V/gone V/mail
rm bin/queue-list
status "the other program is not there" 75 bin/mailq
for m in -bp -bi -q -qRa.example; do
	status "$m, no instance" 75 sh -c "ROHRPOST_DIR=/nonexistent sendmail $m"
done
queue-check -i q >/dev/null
printf 'EHLO me\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: s\r\n\r\nx\r\n.\r\nQUIT\r\n' |
	ROHRPOST_INJECT="queue-inject $T/q" sendmail -bs >out 2>err
like "-bs hands in where it is told" "$(cat out)" '^250 2.0.0 ok'
is "to that queue" "$(queue-list -l q | wc -l)" 1
done_testing
