#!/bin/sh
# A program on each message: its exit statuses, its output, many at once,
# and everything that can go wrong with it.
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
mkdir tmp home
export TMPDIR="$T/tmp" HOME="$T/home"
# parcel FROM TO [LINE...]: one with the message of the file msg
parcel() {
	{ printf 'from %s\nto %s\n' "$1" "$2"; shift 2
	[ $# -eq 0 ] || printf '%s\n' "$@"
	echo; cat msg; } >content
	printf '%d:' "$(wc -c <content)"; cat content; printf ,
}
# link ARGUMENT...: the parcels of `in` through filter; receipts in out
link() {
	rm -rf got; mkdir got
	# one that hangs ends; how long a thousand programs take is the machine's
	timeout 300 filter "$@" python3 "$tools/fakeinject.py" got K <in >out 2>err
}
verdicts() { grep -o 'verdict:[a-z]*' err | tr '\n' ' '; }
printf 'Subject: hello\nX: 1\n\nbody\n\n.dot\n' >msg
parcel a@b.example c@d.example >in

link { sed s/body/mind/ }
is "a program between" "$? $(cat out)" "0 9:Kfake0001,"
is "the message" "$(cat got/1.msg)" "$(sed s/body/mind/ msg)"
is "the envelope" "$(cat got/1.env)" "$(printf 'from a@b.example\nto c@d.example')"
like "an event" "$(cat err)" 'ev:verdict	prog:filter	source:filter	name:sed	verdict:pass	id:fake0001	from:a@b.example	exit:0	ms:[0-9]+$'
is "and no more" "$(wc -l <err)" 1
link { cat }
cmp -s got/1.msg msg; ok "cat changes nothing" $?
link { sh -c 'echo "X-Filtered: yes"; cat' }
is "a field is added" "$(head -2 got/1.msg | tr '\n' '|')" "X-Filtered: yes|Subject: hello|"
link -c { true }
cmp -s got/1.msg msg; ok "-c: passes as it is" $?
link -c { sh -c 'cat >/dev/null; echo other' }
cmp -s got/1.msg msg; ok "-c: whatever it writes" $?
like "-c: its first line is in the event" "$(cat err)" '	text:other$'
link -c { sh -c 'yes | head -c 3000000' }
cmp -s got/1.msg msg; ok "-c: and however much" $?
# shellcheck disable=SC2016
link -r { sh -c 'od -c | grep -c "\\\\r" >&2; printf "Subject: x\r\n\r\ny\r\n"' }
like "-r: lines end in CRLF" "$(cat err)" 'text:[1-9]'
is "and come back as LF" "$(od -An -c <got/1.msg | tr -d ' \n')" 'Subject:x\n\ny\n'
link { printf 'Subject: x\n\na\rb' }
is "no CR gets in" "$(tail -1 got/1.msg)" 'a b'
link { printf 'Subject: x\n\n.\n' }
is "a dot is a dot" "$(tail -1 got/1.msg)" .

# many of one address are refused
for i in $(seq 25); do parcel a@b.example c@d.example 'client 192.0.2.7'; done >in
link -c -e 1=reject { false }
is "each is refused" "$(grep -o 'D5.7.1' out | wc -l)" 25
is "20 are told" "$(grep -c 'ev:verdict.*verdict:reject' err)" 20
is "the others as a sum" "$(grep count: err | cut -f 2- | tr '\t' ' ')" \
	"ev:rejected prog:filter client:192.0.2.7 count:5 code:550 text:refusals that were not told one by one"
link -c { true }
is "who passes is told always" "$(grep -c 'ev:verdict.*verdict:pass' err)" 25
parcel a@b.example c@d.example >in

# the shell: one message
filter { sed s/body/mind/ } <msg >out 2>err
is "alone" "$? $(cat out)" "0 $(sed s/body/mind/ msg)"
sed 's/$/\r/' msg | filter { sed s/body/mind/ } >out 2>err
is "alone, CRLF" "$(cat out)" "$(sed 's/$/\r/; s/body/mind/' msg)"
filter -c -e 1=reject { false } <msg >out 2>err
is "alone, refused" "$? $(cat out)" "100 "
filter { false } <msg >out 2>err
is "alone, not now" "$? $(cat out)" "111 "

# exit statuses: STATUS OPTIONS: what comes up
while read -r status opts want; do
	# shellcheck disable=SC2086
	link $opts { sh -c "cat; exit $status" }
	is "exit $status $opts" "$(cut -c 1-60 out | sed 's/^[0-9]*:\(......\).*/\1/') $(verdicts)" "$want "
done <<'Y'
0 -c Kfake0 verdict:pass
100 -c D5.7.1 verdict:reject
99 -c Z4.3.0 verdict:defer
111 -c Z4.3.0 verdict:defer
1 -c Z4.3.0 verdict:defer
75 -c Z4.3.0 verdict:defer
255 -c Z4.3.0 verdict:defer
1 -e1=reject D5.7.1 verdict:reject
1 -e1=pass Kfake0 verdict:pass
1 -e1=tag:spam=yes Kfake0 verdict:tag
0 -e0=reject D5.7.1 verdict:reject
0 -e0=defer Z4.3.0 verdict:defer
100 -e100=pass Kfake0 verdict:pass
7 -e1=reject Z4.3.0 verdict:defer
Y
link -e 1=tag:spam=yes { sh -c 'sed s/body/mind/; exit 1' }
is "a tag" "$(tail -1 got/1.env)" 'tag spam=yes'
is "and what it wrote" "$(cat got/1.msg)" "$(sed s/body/mind/ msg)"
link { sh -c 'echo >&2; echo "  not this	one" >&2; echo more >&2; exit 100' }
is "the reason: its first line on 2" "$(cat out)" '19:D5.7.1 not this one,'
link -c { sh -c 'echo >&2 second; echo first; exit 100' }
is "-c: its first line on 1" "$(cat out)" '12:D5.7.1 first,'
link -c -t virus { sh -c 'exit 100' }
is "no reason" "$(cat out)" '23:D5.7.1 refused by virus,'
link { sh -c 'printf "a\377\033[1m\n" >&2; exit 100' }
is "the reason is printable" "$(cat out)" '13:D5.7.1 a??[1m,'
link { sh -c 'yes x | head -c 100000 | tr -d "\n" >&2; exit 100' }
is "and not long" "$(wc -c <out)" 212
link { sh -c 'i=0; while [ $((i += 1)) -le 300 ]; do echo "line $i of many words that nobody should miss"; done >&2; printf "the\tend\033[1m" >&2; exit 100' }
is "all that it says is logged, line by line" \
	"$(grep -c '^filter: info: sh[[][0-9]*[]]: line [0-9]* of many words that nobody should miss$' err)" 300
is "with no control byte" "$(grep 'the' err | sed 's/[0-9]//g')" 'filter: info: sh[]: the\xend\xb[m'
link { sh -c 'yes "some more" | head -c 300000 >&2; cat' }
is "as much as is allowed" "$(grep -c 'info: sh[[]' err) $(verdicts)" "6554 verdict:pass "
like "then it is said" "$(grep warning err)" '^filter: warning: sh.[0-9]+.: said more than 65536 bytes, the rest is left out$'
cp in one; cat one one one one >in
link -n 4 { sh -c 'i=0; while [ $((i += 1)) -le 100 ]; do echo "$$ $i"; done >&2; cat' }
is "four at once: no line is mixed" "$(sed -n 's/^filter: info: sh[[]\([0-9]*\)[]]: \1 [0-9]*$/x/p' err | wc -l)" 400
cp one in
link { sh -c 'kill -9 $$' }
like "killed: not now" "$(cat out)" ':Z4.3.0 sh cannot say now, try again later,'
like "and why" "$(cat err)" 'verdict:defer.*text:the program was killed'
link { no-such-program }
like "no such program: not now" "$(cat out)" ':Z4.3.0 '
like "it is said" "$(cat err)" 'filter: warning: unable to run no-such-program: No such file'
link { sh -c 'cat >/dev/null' }
like "no output: not now" "$(cat out)" ':Z4.3.0 '
like "and why" "$(cat err)" 'text:the program wrote no message'
link -w 1 { sh -c 'echo $$ >group; sleep 1000 & wait' }
like "too slow: not now" "$(cat out)" ':Z4.3.0 '
like "and why" "$(cat err)" 'text:the program took too long'
# shellcheck disable=SC2046
gone() { ! kill -0 -- "-$(cat group)" 2>/dev/null; }
wait_for 10 gone; ok "nothing of it is left" $?
link -c { sh -c 'ls /proc/self/fd | tr "\n" " "' }
like "no other descriptors" "$(cat err)" 'text:0 1 2 3$'
link -c { sh -c 'exec 0<&-; echo early' }
is "it need not read" "$(cat out)" '9:Kfake0001,'
link { sh -c 'exec >&-; cat >/dev/null; exit 0' }
like "it closes its output: not now" "$(cat out)" ':Z4.3.0 '
# in lines that are not short: a quarter of a gigabyte goes through
link { yes "$(printf %0900d 0)" }
like "output without end: not now" "$(cat out)" ':Z4.3.0 '
like "and why" "$(cat err)" 'text:the program wrote too much'
is "no file is left" "$(ls tmp)" ""

# no shell looks at anything
link -c { printf '%s\n' '$(touch evil) ; touch evil' '*' }
[ ! -e evil ]; ok "no shell" $?

# the envelope
parcel 'x y\\@b.example' 'c@d.example NOTIFY=NEVER' 'to e@f.example' 'client 192.0.2.1' \
	'client-name h.example' 'helo a\tb`id`' 'user joe' 'tenant t' 'proto ESMTP' >in
# shellcheck disable=SC2016
USER=wrong ORIGIN=wrong link -c { sh -c 'printf "%s|" "$SENDER" "$RECIPIENT" "$RECIPIENTS" "$RECIPIENT_COUNT" "$CLIENT" "$CLIENT_NAME" "$HELO" "$USER" "$TENANT" "$PROTO" "$ORIGIN" | tr "\n" ,' }
like "envelope in the environment" "$(cat err)" \
	'text:x y\\\\@b.example\|c@d.example\|c@d.example,e@f.example\|2\|192.0.2.1\|h.example\|a\?b`id`\|joe\|t\|ESMTP\|\|'
parcel a@b c@d 'probe 1' >in
# shellcheck disable=SC2016
PROBE=wrong link -c -e 1=reject { sh -c '[ "$PROBE" = 1 ]' }
is "a probe goes through the program" "$(cat out)" "9:Kfake0001,"
is "which has no verdict in the log" "$(grep -c ev:verdict err)" 0
parcel a@b c@d 'probe 1' >in
link -c -e 1=reject { false }
like "but its refusal has" "$(cat err)" 'ev:verdict.*verdict:reject'

# -o: ours are not looked at
{ parcel a@b c@d 'origin inside'; parcel a@b c@d; } >in
link -o -c -e 1=reject { false }
is "-o: only from outside" "$(cut -c 1-11 out)$(wc -c <out)" "9:Kfake0001$((12 + 27))"
is "one verdict" "$(grep -c verdict err)" 1
link -c -e 1=reject { false }
is "without: all" "$(grep -c verdict:reject err)" 2

# large, both ways
{ printf 'Subject: large\n\n'; seq 1 900000; } >msg
parcel a@b c@d >in
link { cat }
cmp -s got/1.msg msg; ok "6 MB through cat" $?
link { sh -c 'tac | tac' }
cmp -s got/1.msg msg; ok "6 MB through one that reads first" $?
link { sh -c 'head -c 6000000 /dev/zero | tr "\0" "x"; cat >/dev/null' }
is "6 MB out, nothing read before" "$(wc -c <got/1.msg)" 6000001
link -c { head -1 }
like "-c: 6 MB, one line read" "$(cat err)" 'text:Subject: large$'
is "no file is left" "$(ls tmp)" ""
# no room: not now, and nothing is lost
export TMPDIR=/no/such/place
link { cat }
like "no room for a file: not now" "$(cat out)" ':Z4.3.0 '
export TMPDIR="$T/tmp"

# a thousand, pipelined
cat >thousand.py <<'Y'
import sys
for i in range(1000):
    b = b"from a@b\nto u%d@c\n\nX-N: %d\n\n%s" % (i, i, b"hello\n" * (i % 50))
    sys.stdout.buffer.write(b"%d:%s," % (len(b), b))
Y
python3 thousand.py >in
# shellcheck disable=SC2016
link -n 8 -e 1=reject { sh -c 'read a b; [ $((b % 7)) -ne 3 ] || { echo no "$b" >&2; exit 1; }; echo "X-M: $b"; cat' }
is "a thousand parcels" "$?" 0
cat >check.py <<'Y'
import glob, re
out = open("out", "rb").read()
kinds = []
while out:
    n, rest = out.split(b":", 1)
    kinds.append(rest[:int(n)]); out = rest[int(n) + 1:]
bad = 0
for i, k in enumerate(kinds):
    bad += k != b"D5.7.1 no %d" % i if i % 7 == 3 else not k.startswith(b"Kfake")
seen = set()
for f in glob.glob("got/*.msg"):
    t = open(f).read()
    i = int(re.match(r"X-M: (\d+)\n", t).group(1))
    env = open(f[:-3] + "env").read()
    bad += t != "X-M: %d\n\n%s" % (i, "hello\n" * (i % 50)) or env != "from a@b\nto u%d@c\n" % i
    seen.add(i)
print(len(kinds), len(seen), bad)
Y
is "each answered in its place, each with its own message" "$(python3 check.py)" "1000 857 0"
is "a verdict for each" "$(grep -c ev:verdict err)" 1000

# how many run at once
printf 'Subject: x\n\ny\n' >msg
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do parcel a@b c@d; done >in
mkdir running
cat >count.sh <<'Y'
mkdir "running/$$"
set -- running/*
echo $#
# the others come, too, if they may
i=0
while [ $i -lt 20 ] && [ "$(set -- running/*; echo $#)" -le 3 ]; do i=$((i + 1)); sleep 0.01; done
rmdir "running/$$"
Y
link -c -n 3 { sh count.sh }
is "never more than three at once" "$(grep -o 'text:[0-9]*' err | sort -u | tail -1)" text:3

# the link dies: what it had is not passed, its programs end
mkfifo pipe
rm -rf got; mkdir got
(exec filter { sh -c 'echo $$ >pids.new; mv pids.new pids; exec sleep 1000' } python3 "$tools/fakeinject.py" got K) <pipe >out 2>err &
link=$!
exec 9>pipe
cat in >&9
wait_for 10 test -s pids; ok "programs run" $?
kill -9 $link
wait $link 2>/dev/null
gone() { ! kill -0 "$(cat pids)" 2>/dev/null; }
wait_for 10 gone; ok "killed: so are its programs" $?
exec 9>&-
is "nothing went on, nothing was answered" "$(ls got; cat out)" ""
# the program is killed: not now, each time, and the next ones go on
rm -f pids n
# shellcheck disable=SC2016
link -n 1 { sh -c 'n=$(cat n 2>/dev/null || echo 0); echo $((n + 1)) >n; [ $((n % 3)) -ne 0 ] || kill -9 $$; cat' }
is "every third is killed" "$(grep -o 'verdict:[a-z]*' err | sort | uniq -c | tr -s ' \n' ' ')" " 4 verdict:defer 8 verdict:pass "
is "what passed was filtered, the rest deferred" "$(ls got/*.msg | wc -l) $(grep -o 'Z4.3.0' out | wc -l)" "8 4"
# the next link dies
timeout 20 filter { cat } sh -c 'exit 1' <in >out 2>err
is "the next link dies" $? 111
ok "nothing is said to be safe" "$(grep -c K out)"
timeout 20 filter { sleep 1000 } sh -c 'exit 0' </dev/null >out 2>err
is "end of input" $? 0

status "no program" 100 filter
status "no braces" 100 filter cat
status "braces not closed" 100 filter { cat
status "nothing in them" 100 filter { } cat
status "no number" 100 filter -n 0 { cat }
status "too many programs" 100 filter -n 257 { cat }
status "no time" 100 filter -w 0 { cat }
status "too much time" 100 filter -w 86401 { cat }
status "no status" 100 filter -e 256=pass { cat }
status "no such action" 100 filter -e 1=explode { cat }
status "mail is not dropped" 100 filter -e 99=discard { cat }
like "it says so" "$(cat err)" 'filter: fatal: -e 99=discard: mail that was accepted is not dropped'
# by hand: what the program has and what comes of it
by_hand() { filter -v -e 3=tag:spam=yes -e 4=pass "$@" <msg >out 2>err; }
by_hand -E 'from a@b.example' -E 'to c@d.example NOTIFY=NEVER' -E 'to e@f' -E 'client 192.0.2.1' -E 'user ann' -E 'x-mine y' { sh -c 'env >vars; cat' }
is "by hand" "$? $(cmp out msg && tail -1 err | sed 's/[0-9]*[]]/]/')" "0 filter: info: sh: exit status 0: pass"
for v in SENDER=a@b.example RECIPIENT=c@d.example RECIPIENT_COUNT=2 CLIENT=192.0.2.1 CLIENT_NAME= HELO= PROTO= USER=ann TENANT= ORIGIN= PROBE=; do
	is "$v is set and said" "$(grep -c -x -e "$v" vars) $(grep -c -x "filter: info: $v" err)" "1 1"
done
like "all recipients" "$(cat err)" '^filter: info: RECIPIENTS=c@d.example.x0ae@f$'
while IFS='|' read -r program want; do
	by_hand -w 1 { sh -c "$program" }
	is "$program" "$? $(grep 'info: sh: ' err)" "${want%%|*}"
done <<'X'
cat; exit 3|0 filter: info: sh: exit status 3: tag spam=yes
cat; exit 4|0 filter: info: sh: exit status 4: pass
exit 100|100 filter: info: sh: exit status 100: reject
exit 5|111 filter: info: sh: exit status 5: defer
kill -9 $$|111 filter: info: sh: the program was killed: defer
sleep 100|111 filter: info: sh: the program took too long: defer
X
for l in 'prio 12: no digit' 'From a@b: no key' 'to <a@b>: an address stands without < and >'; do
	status "-E $l" 100 filter -E "${l%%: *}" { cat }
	is "is said" "$(cat err)" "filter: fatal: -E $l"
done
status "-E, two lines" 100 filter -E 'from a
to b' { cat }
status "-E twice the sender" 100 filter -E 'from a' -E 'from b' { cat }
status "-E and a next link" 100 filter -E 'from a' { cat } cat
status "-v and a next link" 100 filter -v { cat } cat
filter { cat } <msg >/dev/full 2>err
is "/dev/full" $? 111
filter { cat } <&- >out 2>err
is "0 closed" $? 111
filter { cat } <msg >&- 2>err
is "1 closed" $? 111
done_testing
