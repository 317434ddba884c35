#!/bin/sh
# A milter that does what a script says: each answer and each change, and
# everything that can go wrong with it.
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
mkdir tmp conf
export TMPDIR="$T/tmp"
echo mx.test >conf/me
# fake NAME OPTION...: a milter at the socket NAME, with the script NAME.do, which
# writes NAME.log
fake() {
	fake_name=$1
	shift
	[ -e "$fake_name.do" ] || : >"$fake_name.do"
	bg python3 "$tools/fakemilter.py" "$@" "$T/$fake_name" "$fake_name.do" "$fake_name.log"
	wait_for 20 test -e "$fake_name"
}
# parcel FROM TO [LINE...]: one with the message of the file msg
parcel() {
	{ printf 'from %s\nto %s\n' "$1" "$2"; shift 2
	[ $# -eq 0 ] || printf '%s\n' "$@"
	echo; cat msg; } >content
	printf '%d:' "$(wc -c <content)"; cat content; printf ,
}
# link ARGUMENT...: the parcels of `in` through milter-run; receipts in out
link() {
	rm -rf got; mkdir got
	timeout 60 milter-run -C conf "$@" -- python3 "$tools/fakeinject.py" got K <in >out 2>err
}
# single ARGUMENT...: the same for one message, with a lighter next link
cat >sink.sh <<'Y'
cat >got/raw
[ ! -s got/raw ] || printf 9:Kfake0001,
Y
single() {
	rm -rf got; mkdir got
	timeout 60 milter-run -C conf "$@" -- sh sink.sh <in >out 2>err
	single_status=$?
	if [ -s got/raw ]; then
		head -c -1 got/raw | sed '1s/^[0-9]*://' >got/parcel
		sed '/^$/,$d' got/parcel >got/1.env
		sed '1,/^$/d' got/parcel >got/1.msg
	fi
	rm -f got/raw got/parcel
	return $single_status
}
# one LINE... : a script of these lines, one message, asked at `m`
one() {
	printf '%s\n' "$@" >m.do
	single "unix:m${options-}"
}
receipt() { sed 's/^[0-9]*://; s/,$//' out; }
verdict() { sed -n 's/.*	verdict:\([a-z]*\).*/\1/p' err | tr '\n' ' '; }
head_of() { sed '/^$/q' got/1.msg | head -n -1; }
printf 'Received: from client\nSubject: hello\nX:  1\n  2\nsubject: second\n\nbody\n\n.dot\n' >msg
parcel a@b.example c@d.example 'client 192.0.2.1' 'client-name h.example' 'port 1234' 'helo me.example' 'proto ESMTP' 'body 7bit' 'uuid u1' >in

fake m
one ''
is "it passes" "$? $(receipt)" "0 Kfake0001"
cmp -s got/1.msg msg; ok "as it is" $?
like "an event" "$(cat err)" 'ev:verdict	prog:milter-run	source:milter	name:m	verdict:pass	id:fake0001	client:192.0.2.1	from:a@b.example	job:u1	ms:[0-9]+$'
is "and no more" "$(wc -l <err)" 1
is "what it was told" "$(cut -d ' ' -f 2- m.log | grep -v -e ^O -e ^sum)" "D b'Cj\\x00mx.test\\x00v\\x00rohrpost\\x00{daemon_name}\\x00rohrpost\\x00_\\x00h.example [192.0.2.1]\\x00{client_addr}\\x00192.0.2.1\\x00{client_name}\\x00h.example\\x00{client_ptr}\\x00h.example\\x00{client_port}\\x001234\\x00{client_resolve}\\x00OK\\x00'
C b'h.example\\x004\\x04\\xd2192.0.2.1\\x00'
H b'me.example\\x00'
D b'M{mail_addr}\\x00a@b.example\\x00{mail_host}\\x00b.example\\x00i\\x00u1\\x00'
M b'<a@b.example>\\x00SIZE=$(wc -c <msg)\\x00'
D b'R{rcpt_addr}\\x00c@d.example\\x00{rcpt_host}\\x00d.example\\x00'
R b'<c@d.example>\\x00'
D b'Ti\\x00u1\\x00'
T b''
L b'Subject\\x00hello\\x00'
L b'X\\x00 1\\n  2\\x00'
L b'subject\\x00second\\x00'
D b'Ni\\x00u1\\x00'
N b''
B b'body\\r\\n\\r\\n.dot\\r\\n'
D b'Ei\\x00u1\\x00'
E b''
K b''
Q b''
end "

# answers at each step: STEP ANSWER: what comes up, and the event
while IFS='|' read -r script want; do
	one "$script"
	is "${script%%\\*}" "$(receipt) $(verdict)" "$want "
done <<'Y'
C accept|Kfake0001 pass
C reject|D5.7.1 refused by m reject
C tempfail|Z4.7.1 m asks to try again later defer
H reject|D5.7.1 refused by m reject
H accept|Kfake0001 pass
M reject|D5.7.1 refused by m reject
M code 550 5.1.8 who is that?|D5.1.8 who is that? reject
M accept|Kfake0001 pass
R reject|D5.7.1 <c@d.example>: refused reject
R tempfail|Z4.7.1 <c@d.example>: refused defer
R code 550 5.1.1 unknown|D5.1.1 <c@d.example>: unknown reject
R code 450 4.2.0 greylisted|Z4.2.0 <c@d.example>: greylisted defer
R accept|Kfake0001 pass
T reject|D5.7.1 refused by m reject
T discard|Kdiscarded discard
L=Subject reject|D5.7.1 refused by m reject
N tempfail|Z4.7.1 m asks to try again later defer
B reject|D5.7.1 refused by m reject
B discard|Kdiscarded discard
E continue|Kfake0001 pass
E accept|Kfake0001 pass
E reject|D5.7.1 refused by m reject
E tempfail|Z4.7.1 m asks to try again later defer
E discard|Kdiscarded discard
E code 554-5.7.1 spam:\r\n554-5.7.1 100%% sure\r\n554 5.7.1 bye\r\n|D5.7.1 spam: 100% sure bye reject
E code 421 4.3.2 closing|Z4.3.2 closing defer
E raw 0000000134|Z4.7.1 m asks to try again later defer
E raw 0000000166|Z4.7.1 m asks to try again later defer
L progress|Kfake0001 pass
Y
is "nothing of what was refused went on" "$(ls got)" "1.env
1.msg"
one 'E discard'
is "discarded: nothing goes on" "$(ls got)" ""

# changes
changes() { # NAME HEADER SCRIPT...: the header then
	changes_name=$1 changes_want=$2; shift 2
	one "$@"
	is "$changes_name" "$(receipt) $(head_of)" "Kfake0001 $changes_want"
	is "$changes_name: the body stays" "$(sed '1,/^$/d' got/1.msg)" "$(sed '1,/^$/d' msg)"
}
rest='Received: from client
Subject: hello
X:  1
  2
subject: second'
changes "add" "$rest
New: one" 'E add New one'
changes "add, in lines" "$rest
New: one
 two
	three" 'E add New one\n two\r\nthree'
changes "insert on top" "New: one
$rest" 'E ins 0 New one'
changes "behind ours" "Received: from client
New: one
$(echo "$rest" | tail -n +2)" 'E ins 1 New one'
changes "at the end" "$rest
New: one" 'E ins 99 New one'
changes "change the second" "Received: from client
Subject: hello
X:  1
  2
Subject: other" 'E chg 2 Subject other'
changes "delete both, the last first" "Received: from client
X:  1
  2" 'E chg 2 Subject ' 'E chg 1 Subject '
changes "ours is not theirs" "$rest
Received: new" 'E chg 1 Received new'
changes "no name of a field" "$rest" 'E add No:Name x'
like "it is counted" "$(cat err)" '	undone:1	'
one 'E rcpt <e@f.example>' 'E rcpt <g@h.example> NOTIFY=NEVER' 'E rcpt <C@d.example>' 'E norcpt <c@d.example>'
is "recipients" "$(grep ^to got/1.env | tr '\n' ' ')" "to e@f.example to g@h.example NOTIFY=NEVER to C@d.example "
like "changes are counted" "$(cat err)" '	changes:4	'
one 'E norcpt <c@d.example>'
is "the last recipient is taken away" "$(receipt) $(verdict) $(ls got)" "Kdiscarded discard  "
one 'E from <new@b.example> RET=HDRS'
is "another sender" "$(grep -e ^from -e ^ret got/1.env | tr '\n' ' ')" "from new@b.example ret HDRS "
one 'E from <>'
is "the null sender" "$(head -1 got/1.env)" "from"
printf 'new\r\nbody\r\n..\r\n' >body
one 'E body body' 'E add New one'
is "another body" "$(head_of; sed '1,/^$/d' got/1.msg)" "$rest
New: one
new
body
.."
: >body
one 'E body body'
cmp -s got/1.msg msg; ok "no packet of a body: it stays" $?
one 'E raw 0000000162'
is "an empty one: none" "$(sed '1,/^$/d' got/1.msg)" ""
now=$(date +%s)
one 'E hold looks odd' 'E add New one'
is "quarantine: it passes" "$(receipt) $(verdict)" "Kfake0001 hold "
is "with a tag" "$(grep ^tag got/1.env)" "tag quarantine=m"
until=$(sed -n 's/^hold-until //p' got/1.env)
[ "$until" -ge $((now + 259200)) ] && [ "$until" -le $((now + 259300)) ]; ok "and is held 3 days" $?
like "and the reason is in the log" "$(cat err)" 'verdict:hold.*	text:looks odd$'
options=,name=x
one 'E hold y'
is "by its name" "$(grep ^tag got/1.env)" "tag quarantine=x"
options=
printf 'E hold y\n' >m.do
single -H 1h unix:m
until=$(sed -n 's/^hold-until //p' got/1.env)
[ "$until" -ge $((now + 3600)) ] && [ "$until" -le $((now + 3700)) ]; ok "-H: an hour" $?

# it fails: FAIL SCRIPT: what comes up
while IFS='|' read -r opts script want; do
	# shellcheck disable=SC2086
	printf '%s\n' "$script" >m.do
	# shellcheck disable=SC2086
	single $opts unix:m
	is "$opts $script" "$(receipt) $(verdict)" "$want "
done <<'Y'
-t 1|O die|Z4.3.0 m cannot say now, try again later defer
-t 1|O hang|Z4.3.0 m cannot say now, try again later defer
-t 1|O raw 485454502f312e3120343030|Z4.3.0 m cannot say now, try again later defer
-t 1|O raw 0000000163|Z4.3.0 m cannot say now, try again later defer
-t 1|O raw 0000000d4f0000000700000000000000|Z4.3.0 m cannot say now, try again later defer
-t 1|C hang|Z4.3.0 m cannot say now, try again later defer
-t 1|C die|Z4.3.0 m cannot say now, try again later defer
-t 1|B hang|Z4.3.0 m cannot say now, try again later defer
-t 1|B die|Z4.3.0 m cannot say now, try again later defer
-T 1|E hang|Z4.3.0 m cannot say now, try again later defer
-t 1|E die|Z4.3.0 m cannot say now, try again later defer
-t 1|E raw ffffffff|Z4.3.0 m cannot say now, try again later defer
-t 1|E raw 000000013f|Z4.3.0 m cannot say now, try again later defer
-t 1|E raw 0000000268|Z4.3.0 m cannot say now, try again later defer
-t 1|M raw 0000000568410042004200|Z4.3.0 m cannot say now, try again later defer
-t 1|M skip|Z4.3.0 m cannot say now, try again later defer
-e take -t 1|C hang|Kfake0001 unasked
-e take -t 1|E die|Kfake0001 unasked
-e refuse -t 1|C die|D5.7.1 m cannot say reject
-e later -t 1|C die|Z4.3.0 m cannot say now, try again later defer
Y
printf 'E add A b\nE die\n' >m.do
single -e take unix:m
cmp -s got/1.msg msg; ok "half of its changes are none" $?
like "it is said" "$(cat err)" '^milter-run: warning: milter m: it has hung up$'
like "and in the event" "$(cat err)" 'verdict:unasked.*	text:it has hung up$'
single -e take unix:none
is "not there, take" "$(receipt) $(verdict)" "Kfake0001 unasked "
single unix:none,fail=take
is "by its own word" "$(receipt) $(verdict)" "Kfake0001 unasked "
single "127.0.0.1:$(free_port)"
like "nobody there, TCP" "$(receipt) $(cat err)" '^Z4.3.0 127.0.0.1:[0-9]* cannot say now'
like "it is said" "$(cat err)" 'warning: milter 127.0.0.1:[0-9]*: Connection refused$'
# progress: more than the answer may take, but it says that it is at work
one 'E slow 5'
single -T 1 unix:m
is "slow, with progress" "$(receipt) $(verdict)" "Kfake0001 pass "
like "it took its time" "$(cat err)" '	ms:1[5-9][0-9][0-9]|	ms:[2-9][0-9][0-9][0-9]'

# several: what one has made the next one sees
: >m.do
fake second
fake tcp.port
printf 'E add One 1\nE rcpt <e@f.example>\nE norcpt <c@d.example>\nE body b1\n' >m.do
printf 'E chg 1 One 2\nE add Two 2\n' >second.do
printf 'body of one\r\n' >b1
: >second.log
single unix:m unix:second,name=two "127.0.0.1:$(cat tcp.port),name=three"
is "three in turn" "$(receipt) $(verdict)" "Kfake0001 pass pass pass "
is "header" "$(head_of | tail -2)" "One: 2
Two: 2"
is "body" "$(sed '1,/^$/d' got/1.msg)" "body of one"
is "the second sees what the first has made" "$(grep -E "^[0-9]+ [RLB] " second.log | cut -d ' ' -f 2- | grep -E 'One|^R|^B')" "R b'<e@f.example>\\x00'
L b'One\\x001\\x00'
B b'body of one\\r\\n'"
is "the third, too" "$(grep -c -e "Two" -e "One.x002" tcp.port.log)" 2
printf 'E reject\n' >m.do
: >second.log
single unix:m unix:second
is "the first refuses: the second is not asked" "$(receipt) $(verdict)$(cat second.log)" "D5.7.1 refused by m reject "

# what it asks for
: >second.do
rm -f second.do
# neither wanted nor answered: one packet after the other
fake quiet -s fff80
: >quiet.do
single unix:quiet
is "no answers but the last" "$(receipt)" Kfake0001
fake few -s 7f -m 0=j -m '2={client_addr} i' -m '5='
single unix:few
is "steps and macros that it wants" "$(cut -d ' ' -f 2- few.log | grep -v -e ^O -e ^sum)" "D b'Cj\\x00mx.test\\x00'
D b'M{client_addr}\\x00192.0.2.1\\x00i\\x00u1\\x00'
D b'Ti\\x00u1\\x00'
T b''
D b'Ni\\x00u1\\x00'
E b''
K b''
Q b''
end "
fake lead -s 100000
printf 'E add New  two\nE add Tight x\nE chg 1 X \\ty\n' >lead.do
single unix:lead
is "leading blanks" "$(grep -c -F "L b'X\\x00  1" lead.log) $(head_of | tail -n +3)" "1 X:	y
subject: second
New: two
Tight:x"
fake old -v 2 -a 3f -s 0
single unix:old unix:old,version=2
is "version 2" "$(receipt) $(grep -c ' T ' old.log) $(grep -c ' K ' old.log) $(grep -c ' Q ' old.log)" "Kfake0001 0 0 2"
fake skip -s 400
printf 'B skip\n' >skip.do
{ printf 'Subject: x\n\n'; seq 1 100000; } >msg
parcel a@b c@d >in
single unix:skip
is "the body is skipped" "$(receipt) $(grep -c ' B ' skip.log)" "Kfake0001 1"
cmp -s got/1.msg msg; ok "but passes whole" $?

# 30 MB through, in large packets, and back, in bounded memory
fake big -s 20080000
python3 - <<'Y'
import hashlib
with open("msg", "wb") as m, open("big.body", "wb") as b:
    m.write(b"Subject: big\n\n")
    d = hashlib.sha256()
    line = b"0123456789" * 7
    for i in range(430000):
        text = line + b"%d" % i
        m.write(text + b"\n")
        d.update(text + b"\r\n")
        b.write(text[::-1] + b"\r\n")
open("sum", "w").write(d.hexdigest())
Y
parcel a@b c@d >in
printf 'E body big.body\n' >big.do
limit='prlimit --data=33554432:unlimited' free='prlimit --data=unlimited:unlimited'
rm -rf got; mkdir got
# shellcheck disable=SC2086
timeout 60 $limit milter-run -C conf unix:big -- $free python3 "$tools/fakeinject.py" got K <in >out 2>err
is "30 MB" "$(receipt) $(verdict)" "Kfake0001 pass "
is "it has all of it" "$(sed -n 's/.* sum [0-9]* //p' big.log)" "$(cat sum)"
sed '1,/^$/d' got/1.msg >got/body
tr -d '\r' <big.body | cmp -s - got/body; ok "and has made another one" $?
is "no file is left" "$(ls tmp)" ""
rm -f big.body got/*

# many at once, each answered in its place
cat >many.py <<'Y'
import sys
for i in range(400):
    b = b"from a@b\nto u%d@c\n\nX-N: %d\n\n%s" % (i, i, b"hello\n" * (i % 50))
    sys.stdout.buffer.write(b"%d:%s," % (len(b), b))
Y
python3 many.py >in
printf 'L=3\0 reject\nE add X-M yes\n' | tr -d '\0' >m.do
: >m.log
link -n 4 unix:m
cat >check.py <<'Y'
import glob, re
out = open("out", "rb").read()
kinds = []
while out:
    n, rest = out.split(b":", 1)
    kinds.append(rest[:int(n)]); out = rest[int(n) + 1:]
bad = 0
for i, k in enumerate(kinds):
    bad += k != b"D5.7.1 refused by m" if "3" in str(i) else not k.startswith(b"Kfake")
seen = set()
for f in glob.glob("got/*.msg"):
    t = open(f).read()
    i = int(re.match(r"X-N: (\d+)\n", t).group(1))
    env = open(f[:-3] + "env").read()
    bad += t != "X-N: %d\nX-M: yes\n\n%s" % (i, "hello\n" * (i % 50)) or env != "from a@b\nto u%d@c\n" % i
    seen.add(i)
print(len(kinds), len(seen), bad)
Y
is "each answered in its place, each with its own message" "$(python3 check.py)" "400 $(seq 0 399 | grep -cv 3) 0"
n=$(sed 's/ .*//' m.log | sort -u | wc -l)
[ "$n" -lt 200 ]; ok "connections are used again: $n for 400" $?
# how many at once
printf 'E wait go\n' >m.do
: >m.log
python3 - <<'Y'
data = open("in", "rb").read()
out = b""
for _ in range(12):
    n, rest = data.split(b":", 1)
    out += n + b":" + rest[:int(n) + 1]
    data = rest[int(n) + 1:]
open("in", "wb").write(out)
Y
four() { [ "$(grep -c ' E ' m.log)" -ge 3 ]; }
rm -f go
(wait_for 20 four; grep -c ' E ' m.log >atonce; : >go) &
opener=$!
link -n 3 unix:m
wait $opener
is "-n 3: three at once" "$(cat atonce) $(grep -c Kfake out) $(grep -o 'Kfake' out | wc -l)" "3 1 12"

# a connection that the milter has closed meanwhile: the message goes over a new one
printf 'Subject: x\n\ny\n' >msg
parcel a@b c@d >in1
mkfifo pipe
printf 'C used\n' >m.do
: >m.log
rm -rf got; mkdir got
timeout 60 milter-run -C conf unix:m -- python3 "$tools/fakeinject.py" got K <pipe >out 2>err &
link=$!
exec 9>pipe
for i in 1 2 3; do
	cat in1 >&9
	answered() { [ "$(grep -o Kfake out | wc -l)" -ge $i ]; }
	wait_for 20 answered
done
exec 9>&-
wait $link
is "a lost connection that was used before" "$? $(grep -o 'K[a-z0-9]*\|Z4.3.0' out | tr '\n' ' ')" "0 Kfake0001 Kfake0002 Kfake0003 "
is "goes over new ones" "$(grep -c ' O ' m.log) $(grep -c ' C ' m.log)" "3 5"

# -o, probes, headers that are too long
: >m.do
{ parcel a@b c@d 'origin inside'; parcel a@b c@d; } >in
printf 'E reject\n' >m.do
link -o unix:m
is "-o: only from outside" "$(receipt | cut -c 1-30)" "Kfake0001,19:D5.7.1 refused by"
: >m.do
parcel a@b c@d 'probe 1' >in
link unix:m
is "a probe is asked about, and not logged" "$(receipt) $(verdict)" "Kfake0001 "
{ printf 'Subject: '; head -c 1300000 /dev/zero | tr '\0' x; printf '\n\ny\n'; } >msg
parcel a@b c@d >in
link unix:m
is "a header that is too long" "$(receipt)" "D5.6.0 header too long"
{ printf 'X: '; head -c 100000 /dev/zero | tr '\0' x; printf '\n\ny\n'; } >msg
parcel a@b c@d >in
: >m.log
link unix:m
is "a long field" "$(receipt) $(sed -n "s/.* L b'X.x00//p" m.log | wc -c)" "Kfake0001 65538"
cmp -s got/1.msg msg; ok "passes whole" $?
# refusals of one client
printf 'Subject: x\n\ny\n' >msg
for i in $(seq 25); do parcel a@b.example c@d.example 'client 192.0.2.7'; done >in
printf 'C reject\n' >m.do
link unix:m
is "20 are told" "$(grep -c 'ev:verdict.*verdict:reject' err)" 20
is "the others as a sum" "$(grep count: err | cut -f 2- | tr '\t' ' ')" \
	"ev:rejected prog:milter-run client:192.0.2.7 count:5 code:550 text:refusals that were not told one by one"

# alone
printf 'E add New one\nE ins 0 Top 1\nE rcpt <e@f>\n' >m.do
milter-run -C conf unix:m <msg >out 2>err
is "alone" "$? $(cat out)" "0 Top: 1
Subject: x
New: one

y"
sed 's/$/\r/' msg | milter-run -C conf unix:m >out 2>err
is "alone, CRLF" "$(cat out)" "$(printf 'Top: 1\r\nSubject: x\r\nNew: one\r\n\r\ny\r')"
milter-run -v -C conf -E 'from a@b' -E 'to c@d' unix:m <msg >out 2>err
is "-v: envelope" "$(grep info err)" "milter-run: info: from a@b
milter-run: info: to c@d
milter-run: info: to e@f"
like "-v: verdict" "$(cat err)" 'verdict:pass.*changes:3'
printf 'E body b1\n' >m.do
milter-run -C conf unix:m <msg >out 2>err
is "alone, another body" "$? $(cat out)" "0 Subject: x

body of one"
: >m.do
printf 'a\r\nb\n' | milter-run -C conf unix:m >out 2>err
is "alone, unchanged: each byte" "$(od -An -c out | tr -d ' ')" 'a\r\nb\n'
printf 'E reject\n' >m.do
milter-run -C conf unix:m <msg >out 2>err
is "alone, refused" "$? $(cat out)" "100 "
printf 'E discard\n' >m.do
milter-run -C conf unix:m <msg >out 2>err
is "alone, discarded" "$? $(cat out)" "0 "
milter-run -C conf unix:none <msg >out 2>err
is "alone, not there" "$? $(cat out)" "111 "

# the next link dies
parcel a@b c@d >in
: >m.do
timeout 20 milter-run -C conf unix:m -- sh -c 'exit 1' <in >out 2>err
is "the next link dies" $? 111
TMPDIR=/no/such/place
{ printf 'Subject: x\n\n'; seq 1 200000; } >msg
parcel a@b c@d >in
link unix:m
like "no room for a file: not now" "$(receipt)" '^Z4.3.0 '
TMPDIR=$T/tmp
is "no file is left" "$(ls tmp)" ""

status "no milter" 100 milter-run
status "no next link behind --" 100 milter-run unix:m --
status "no address" 100 milter-run what
like "it says so" "$(cat err)" 'milter-run: fatal: what: want unix:PATH, IP:PORT or'
status "no option" 100 milter-run unix:m,x=y
status "no action" 100 milter-run -e drop unix:m
status "no time" 100 milter-run -t 0 unix:m
status "too much time" 100 milter-run -T 3601 unix:m
status "too many connections" 100 milter-run -n 501 unix:m
status "no time to hold" 100 milter-run -H 0 unix:m
status "too long" 100 milter-run -H 366d unix:m
# shellcheck disable=SC2046
status "17 milters" 100 milter-run $(seq -f unix:%g 17)
# shellcheck disable=SC2046
milter-run -e take $(seq -f unix:%g 16) <msg >out 2>err
is "16 milters" "$?" 0
status "-E and a next link" 100 milter-run -E 'from a' unix:m -- cat
status "-v and a next link" 100 milter-run -v unix:m -- cat
status "-E, no line" 100 milter-run -E 'From a' unix:m
is "is said" "$(cat err)" "milter-run: fatal: -E From a: no key"
status "no conf" 111 milter-run -C none unix:m
: >m.do
milter-run unix:m <msg >/dev/full 2>err
is "/dev/full" $? 111
milter-run unix:m <&- >out 2>err
is "0 closed" $? 111
milter-run unix:m <msg >&- 2>err
is "1 closed" $? 111
done_testing
