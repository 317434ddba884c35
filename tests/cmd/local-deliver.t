#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
fake=$top/tests/tools/fakeinject.py
tab=$(printf '\t')
mkdir mail in
printf 'queue head of some bytes\n' >head
printf 'From: a@example.org\nSubject: hello\n\nbody\n' >body
cat head body >msg
off=$(($(wc -c <head))) size=$(($(wc -c <body)))
# job N LABELS...
job() {
	printf 'id:m1\tn:%s\tfrom:a@example.org\tto:b@example.net\tsize:%s\ttry:0\tbirth:1.0\tfile:%s/msg\toff:%s\tsite:here\tvia:local' \
	    "$1" "$size" "$T" "$off"
	shift
	for j; do printf '\t%s' "$j"; done
	printf '\n'
}
# answered ARGUMENT...: what local-deliver says of j, in r; its input stays open
# so long, since the end of it leaves little time for what runs
all_answered() { [ "$(wc -l <r)" -ge "$(grep -c '^id:' j)" ]; }
answered() { : >r; { cat j; wait_for 60 all_answered; } | local-deliver "$@" >r; }
# label NAME FILE: its values
label() { tr '\t' '\n' <"$2" | sed -n "s/^$1://p"; }

# usage and surroundings
status "no argument" 100 local-deliver
like "usage is said" "$(cat err)" '^local-deliver: fatal: usage: local-deliver '
status "unknown option" 100 local-deliver -Z mail
status "commands: one above the limit" 100 local-deliver -n 257 mail </dev/null
status "commands: at the limit" 0 local-deliver -n 256 mail </dev/null
status "time limit 0" 100 local-deliver -t 0 mail
status "Maildirs not there" 111 local-deliver nowhere </dev/null
status "descriptor 0 closed" 111 sh -c 'local-deliver mail <&-'
status "descriptor 1 closed" 111 sh -c 'local-deliver mail >&-'
status "nothing to do" 0 local-deliver mail </dev/null
job 0 user:bob >j
status "/dev/full" 111 sh -c 'local-deliver -c mail <j >/dev/full'
rm -rf mail/bob

# what is in front ends there, and replaces an old Return-Path
in_front() { # MESSAGE: what lies in the Maildir
	printf '%b' "$1" >m.front
	printf 'id:m1\tn:0\tfrom:a@x\tto:b@y\tuser:front\tsize:%s\tfile:%s/m.front\toff:0\n' "$(($(wc -c <m.front)))" "$T" | local-deliver -c mail >r
	cat mail/front/new/*; rm -rf mail/front
}
ours='Return-Path: <a@x>
Delivered-To: b@y'
is "a first line that is no field" "$(in_front ' text\nmore\n')" "$ours

 text
more"
is "old return paths" "$(in_front 'A: 1\nReturn-Path: <o@x>\nB: 2\nreturn-path:\n <p@x>\nC: 3\n\nReturn-Path: text\n')" "$ours
A: 1
B: 2
C: 3

Return-Path: text"
is "nothing else" "$(in_front 'Return-Path: <o@x>\n\nhi\n')" "$ours

hi"
{ printf 'A:'; head -c 262100 /dev/zero | tr '\0' x | fold -w 70 | sed 's/^/ /'; printf '\nReturn-Path: <o@x>\n more\n\nhi\n'; } >big
is "one beyond what is read stays" "$(in_front "$(cat big)" | grep -c -i '^return-path:')" 2

is "NUL" "$(in_front 'A: 1\0\nReturn-Path: x\n\n\0.\nx\0\0y\n')" "$ours
A: 1 

 .
x  y"

# Maildir
answered mail
is "no Maildir at all: perhaps not mounted" "$(label status r) $(label esc r)" "deferred 4.3.0"
mkdir mail/eve
answered mail
is "no Maildir, no -c" "$(label status r) $(label esc r)" "bounced 5.1.1"
is "none is made" "$(ls mail)" eve
is "site and via come back" "$(label site r) $(label via r)" "here local"
answered -c mail
is "-c makes it" "$(label status r) $(label esc r)" "sent 2.0.0"
is "one file in new" "$(ls mail/bob/new | wc -l)" 1
is "none in tmp" "$(ls mail/bob/tmp | wc -l)" 0
f=$(echo mail/bob/new/*)
printf 'Return-Path: <a@example.org>\nDelivered-To: b@example.net\n' >want
cat body >>want
cmp -s want "$f"; ok "contents" $?
is "mode" "$(stat -c %a "$f") $(stat -c %a mail/bob)" "600 700"
like "the name has the size" "$f" ",S=$(wc -c <want)\$"
like "the result names the file" "$(label text r)" "^stored as $(basename "$f")\$"
for bad in .hidden a/b ../x '' 'a\nb' -rf '|id' ':x' .. / "$(printf '%0129d' 0)"; do
	job 0 "user:$bad" >j
	answered -c mail
	is "user name '$bad'" "$(label status r) $(label esc r)" "bounced 5.1.1"
done
u=$(printf '%0128d' 0); job 0 "user:$u" >j
answered -c mail
is "user name at the limit" "$(label status r)" sent
is "only good ones were made" "$(ls -A mail | tr '\n' ' ')" "$u bob eve "
rm -rf mail/bob
for i in 0 1 2 3 4 5 6 7 8 9; do job $i user:u$((i % 3)); done >j
answered -c mail
is "ten at once" "$(label status r | sort | uniq -c | tr -d ' ')" 10sent
is "each answered once" "$(label n r | sort -n | tr '\n' ' ')" "0 1 2 3 4 5 6 7 8 9 "
is "and stored" "$(ls mail/u?/new | grep -c S=)" 10
i=0; while [ $i -lt 130 ]; do job $i user:many; i=$((i + 1)); done >j
answered -c mail
is "130: more than two batches" "$(label status r | grep -c sent) $(ls mail/many/new | wc -l)" "130 130"
mkdir mail/half; job 0 user:half >j
answered mail
is "a folder made by hand is a mailbox" "$(label status r) $(ls mail/half/new | wc -l)" "sent 1"
ln -s nowhere mail/link; job 0 user:link >j
answered mail
is "a link to nowhere: later" "$(label status r) $(label esc r)" "deferred 4.3.0"
rm mail/link

# users who are known without one
mkdir conf
printf 'joe\nkim@example.net\n' >conf/users; conf-build conf
{ job 0 user:joe; job 1 user:kim domain:example.org; job 2 user:kim; job 3 user:lee; job 4 user:root; } >j
local-deliver -C conf mail <j | sort >r
is "conf/users" "$(label status r | tr '\n' ' ')$(label esc r | tr '\n' ' ')" "sent bounced sent bounced bounced 2.0.0 5.1.1 2.0.0 5.1.1 5.1.1 "
is "only they get one" "$(ls -d mail/joe mail/kim mail/lee mail/root 2>/dev/null | tr '\n' ' ')" "mail/joe mail/kim "
echo :system >conf/users; conf-build conf
{ job 0 user:root; job 1 user:no-such-user; } >j
local-deliver -C conf mail <j | sort >r
is ":system" "$(label status r | tr '\n' ' ')" "sent bounced "
echo junk >conf/users.cdb; job 0 user:lee >j
answered -C conf mail
is "a damaged list: later" "$(label status r) $(label esc r)" "deferred 4.3.0"
answered -C nowhere mail
is "no list" "$(label status r)" bounced
rm -rf conf mail/joe mail/kim mail/root
touch mail/file; job 0 user:file >j
answered -c mail
is "a file in its place" "$(label status r)" deferred
job 0 >j; answered mail
is "no user" "$(label status r) $(label esc r)" "deferred 4.3.5"
job 0 user:bob | sed 's,/msg,/gone,' >j; answered -c mail
is "message gone" "$(label status r)" deferred
job 0 user:bob | sed "s,size:[0-9]*,size:9999," >j; answered -c mail
is "message shorter than said" "$(label status r)" deferred
is "nothing of it is left" "$(find mail/bob -type f | wc -l)" 0
job 0 user:bob | sed "s,${tab}off:[0-9]*,," >j; answered -c mail
is "no off" "$(label status r)" deferred
printf 'junk\n' >j; job 3 user:bob >>j; answered -c mail 2>err
is "junk is skipped" "$(label n r) $(cat err)" "3 local-deliver: warning: request is no job"
job 0 user:bob | sed 's,from:a@example.org,from:,' >j; rm -rf mail/bob
answered -c mail
is "null sender" "$(sed 1q mail/bob/new/*)" "Return-Path: <>"
job 0 user:bob | sed 's,to:b@,to:b\\n@,' >j; answered -c mail
is "line feed in the address" "$(label status r) $(label esc r)" "bounced 5.1.3"
cp msg msg.kept
{ cat head; printf 'Delivered-To: B@Example.NET\n'; cat body; } >msg
size=$((size + 28)); job 0 user:bob >j; answered -c mail
is "loop" "$(label status r) $(label esc r) $(label class r)" "bounced 5.4.6 loop"
{ cat head; printf 'Delivered-To: B@Example.NE2\n'; cat body; } >msg
job 0 user:bob >j; answered -c mail
is "another's Delivered-To" "$(label status r)" sent
cp msg.kept msg; size=$((size - 28))

# commands
mkdir -p res
rm -rf mail/bob
job 0 "program:cat >$T/res/msg; echo said so; env >$T/res/env" >j
answered -c mail
is "command" "$(label status r) $(label text r)" "sent command: said so"
cmp -s want res/msg; ok "the command reads the message" $?
is "environment" "$(grep -E '^(SENDER|RECIPIENT|USER|LOCAL|HOST|ID)=' res/env | sort | tr '\n' ' ')" \
    "HOST=example.net ID=m1 LOCAL=b RECIPIENT=b@example.net SENDER=a@example.org USER=b "
is "nothing else of ours" "$(grep -c ROHRPOST res/env)" 0
for x in 0:sent:2.0.0 99:sent:2.0.0 100:bounced:5.3.0 112:bounced:5.3.0 65:bounced:5.6.0 67:bounced:5.1.1 \
    68:bounced:5.1.2 77:bounced:5.7.0 111:deferred:4.3.0 75:deferred:4.3.0 1:deferred:4.3.0 64:deferred:4.3.0 \
    70:deferred:4.3.0 78:deferred:4.3.0 127:deferred:4.3.0 126:deferred:4.3.0; do
	job 0 "program:exit ${x%%:*}" >j
	answered mail
	is "exit ${x%%:*}" "$(label status r):$(label esc r)" "${x#*:}"
done
job 0 'program:kill -9 $$' >j; answered mail
is "killed" "$(label status r) $(label text r)" "deferred command signal 9"
# who ran it is killed: so is it, for its job will be done again
mkfifo gone
bg sh -c 'exec local-deliver mail <gone >/dev/null'; deliver=$bg_pid
exec 8>gone
job 0 "program:echo \$\$ >$T/pid; exec sleep 60" >&8
wait_for 10 test -s pid; ok "a command runs" $?
kill -9 "$deliver"
ended() { ! kill -0 "$(cat pid)"; }
wait_for 10 ended 2>/dev/null; ok "and ends with local-deliver" $?
exec 8>&-
job 0 'program:sleep 20' >j; : >r
(cat j; wait_for 20 test -s r) | local-deliver -t 1 mail >r
is "too long" "$(label status r) $(label text r)" "deferred the command took too long"
job 0 'program:head -c 100000 /dev/zero | tr "\\\\0" x; exit 1' >j
answered mail
is "much output is cut" "$(label status r) $(label text r | wc -c)" "deferred 513"
job 0 'program:printf "a\\\\nb\\\\tc\\\\\\\\\\\\033"' >j; answered mail
is "output is escaped" "$(label text r)" 'command: a\nb\tc\\?'
# what does not fit there is in the log
cat >talk <<'X'
i=0
while [ $((i += 1)) -le 200 ]; do echo "line $i"; echo "fault $i" >&2; done
printf 'no end\033' >&2
X
job 0 "program:sh $T/talk" >j
answered mail 2>err
is "all that it says is logged" "$(grep -c '^local-deliver: info: m1[[][0-9]*[]]: \(line\|fault\) [0-9]*$' err)" 400
like "with no control byte" "$(tail -1 err)" ': no end.x1b$'
job 0 "program:yes 'some more' | head -c 300000" >j
answered mail 2>err
is "as much as is allowed" "$(label status r) $(grep -c 'info: m1' err)" "sent 6554"
like "then it is said" "$(tail -1 err)" '^local-deliver: warning: m1.[0-9]+.: said more than 65536 bytes, the rest is left out$'
{ cat head; head -c 2999997 /dev/zero | tr '\0' x | sed '1s/^/X: /'; } >msg; mv body body.kept
size=3000000
job 0 "program:wc -c >$T/res/n" >j; answered mail
is "large message" "$(label status r) $(tr -d ' ' <res/n)" "sent $((3000000 + $(sed 2q want | wc -c)))"
job 0 'program:exit 0' >j; answered mail
is "a command that reads nothing" "$(label status r)" sent
job 0 'program:cat >/dev/null' | sed 's,size:3000000,size:3000001,' >j; answered mail
is "a message cut short is not handed over as whole" "$(label status r)" deferred
mv body.kept body; cp msg.kept msg; size=$(($(wc -c <body)))
# one slow command and a full house do not hold others up
mkdir -p mail/quiet/tmp mail/quiet/new mail/quiet/cur
for x in forward: program: 'forward: '; do
	job 0 "$x" user:quiet >j
	answered mail
	is "$x says nothing: sent" "$(label status r)" sent
done
is "and it is in the mailbox" "$(find mail/quiet/new -type f | wc -l)" 3
job 0 forward: >j
answered mail
is "without a mailbox it waits" "$(label status r)$(label text r)" "deferredthe job names no mailbox"
{ job 0 'program:sleep 20'; job 1 'program:sleep 20'; job 2 'program:exit 0'; job 3 user:bob; } >j
s=$(date +%s)
mkfifo fifo
bg sh -c "local-deliver -n 2 -c mail <fifo >r2"; deliver=$bg_pid
exec 9>fifo; cat j >&9
wait_for 5 grep -q n:3 r2; ok "a Maildir beside two slow commands" $?
exec 9>&-
wait $deliver; is "ends in time" "$(($(date +%s) - s < 8))" 1
is "running: doubt" "$(grep -E "${tab}n:[01]${tab}" r2 | grep -c 'status:deferred.*doubt:1')" 2
like "waiting: later" "$(grep "${tab}n:2${tab}" r2)" "status:later"

# forwarding
job 0 'forward:c@example.net "x y"@example.com' prio:3 tag:a=1 tag:b=2 body:8bit >j
answered mail "$fake" "$T/in" K
is "forwarded" "$(label status r) $(label text r)" "sent forwarded as fake0001"
is "its envelope" "$(cat in/1.env)" 'from a@example.org
proto local
tag a=1
tag b=2
prio 3
body 8bit
of m1
to c@example.net
to "x y"@example.com'
{ echo 'Delivered-To: b@example.net'; cat body; } >want2
cmp -s want2 in/1.msg; ok "its message" $?
before=$(ls mail/kept/new 2>/dev/null | wc -l)
job 0 forward:c@example.net user:kept keep:1 >j
answered -c mail "$fake" "$T/in" K
is "forwarded and kept" "$(label status r) $(($(ls mail/kept/new | wc -l) - before))" "sent 1"
job 0 forward:c@example.net user:nobody keep:1 >j
sent=$(ls in | wc -l)
answered mail "$fake" "$T/in" K
is "kept for nobody: bounced" "$(label status r) $(label esc r)" "bounced 5.1.1"
is "and not forwarded" "$(ls in | wc -l)" "$sent"
job 0 forward:c@example.net notify:NEVER 'orcpt:rfc822;b@example.net' | sed s,from:a@example.org,from:, >j
answered mail "$fake" "$T/in" K
is "null sender and DSN parameters kept" "$(cat in/1.env)" 'from
proto local
of m1
to c@example.net NOTIFY=NEVER ORCPT=rfc822;b@example.net'
job 0 forward:c@example.net >j
answered mail "$fake" "$T/in" Z
is "queue is full" "$(label status r) $(label esc r)" "deferred 4.3.1"
answered mail "$fake" "$T/in" D
is "refused" "$(label status r) $(label esc r)" "bounced 5.7.1"
for a in X J; do
	answered mail "$fake" "$T/in" $a 2>err
	is "chain: $a" "$(label status r) $(label esc r)" "deferred 4.3.0"
done
answered mail /nonexistent/command 2>err
is "chain cannot be run" "$(label status r)" deferred
answered mail "unix:$T/nowhere" 2>err
is "socket not there" "$(label status r)" deferred
answered mail
is "no next link" "$(label status r) $(label esc r)" "deferred 4.3.5"
job 0 forward:c@example.net "program:echo \$USER in \$(basename \$PWD)" user:bob keep:1 >j
rm -f mail/bob/new/*
answered -c mail "$fake" "$T/in" K
like "an alias that keeps its own address" "$(label text r)" '^command: bob in bob; forwarded as fake0001; stored as '
is "is kept once" "$(ls mail/bob/new | wc -l)" 1
job 0 forward: program: user:bob keep:1 >j
answered mail
like "empty labels mean nothing" "$(label text r)" '^stored as '
bg "$fake" -l "$T/sock" "$T/in" K
wait_for 5 test -S sock
{ job 0 forward:c@example.net; job 1 forward:d@example.net; job 2 user:bob; } >j
answered mail "unix:$T/sock"
is "through a socket" "$(label status r | tr '\n' ' ')" "sent sent sent "
job 0 'forward:|touch${IFS}res/bad' >j
answered mail "unix:$T/sock"
is "a command in place of an address" "$(label status r) $(ls res | grep -c bad)" "deferred 0"
{ job 0 forward:c@example.net; job 1 forward:c@example.net; job 2 forward:c@example.net; } >j
answered mail "$fake" "$T/in" XK 2>err
is "dies and is started again, or defers" "$(label status r | sort -u | tr '\n' ' ')" "deferred "
mv msg msg.s; { cat head; head -c 1999997 /dev/zero | tr '\0' y | sed '1s/^/Y: /'; } >msg; size=2000000
i=0; while [ $i -lt 20 ]; do job $i forward:c@example.net; i=$((i + 1)); done >j
answered mail "$fake" "$T/in" K
is "20 large ones" "$(label status r | grep -c sent)" 20
is "all bytes" "$(wc -c <in/20.msg)" $((2000000 + 28))
mv msg.s msg; size=$(($(wc -c <body)))

# limits of resources: bounded memory, a file that may not grow
if (ulimit -v 100000 && local-deliver mail </dev/null 2>/dev/null); then
	i=0; while [ $i -lt 20000 ]; do echo; i=$((i + 1)); done | sed "s,.*,$(job 7 user:.no)," >j
	(ulimit -v 100000; local-deliver mail <j >r)
	is "20000 jobs in little memory" "$(label esc r | grep -c 5.1.1)" 20000
	i=0; while [ $i -lt 5000 ]; do echo; i=$((i + 1)); done | sed "s,.*,$(job 7 forward:c@example.net)," >j
	(ulimit -v 100000; answered mail "unix:$T/sock")
	is "5000 forwarded in little memory" "$(label status r | grep -c sent)" 5000
else
	skip "a build that needs much address space"
	skip "a build that needs much address space"
fi
{ cat head; head -c 100000 /dev/zero | tr '\0' x; } >msg; cp msg.kept m2
size=100000; job 0 user:bob >j; job 1 user:bob >>j
(ulimit -f 64; local-deliver -c mail <j >r)
is "a file that may not grow: deferred" "$(label status r | sort -u)" deferred
is "and nothing is left" "$(find mail/bob -size +60k | wc -l)" 0
mv m2 msg; size=$(($(wc -c <body)))

# the user's own file
job 0 user:bob >j
printf '# mine\n\n  c@example.net \nkeep\n|cat >%s/res/own; echo done\n' "$T" >mail/bob/forward
rm -f mail/bob/new/*
answered mail "$fake" "$T/in" K
is "all three" "$(label status r) $(ls mail/bob/new | wc -l) $(cmp res/own want && echo same)" "sent 1 same"
like "and said" "$(label text r)" '^command: done; forwarded as fake0001; stored as '
printf '|exit 99\nc@example.net\n' >mail/bob/forward; rm -f in/*
answered mail "$fake" "$T/in" K
is "99: no more" "$(label status r) $(ls in | wc -l)" "sent 0"
printf '|exit 111\nkeep\n' >mail/bob/forward; rm -f mail/bob/new/*
answered mail
is "a command that fails comes first" "$(label status r) $(ls mail/bob/new | wc -l)" "deferred 0"
printf '# nothing\n' >mail/bob/forward
answered mail
is "empty: kept" "$(label status r) $(ls mail/bob/new | wc -l)" "sent 1"
printf 'bad line here\n' >mail/bob/forward
answered mail
is "bad line" "$(label status r) $(label esc r)" "deferred 4.3.5"
i=0; while [ $i -lt 100 ]; do echo keep; i=$((i + 1)); done >mail/bob/forward
answered mail
is "100 lines" "$(label status r)" sent
echo keep >>mail/bob/forward
answered mail
is "101 lines" "$(label status r)" deferred
{ printf '#'; head -c 65534 /dev/zero | tr '\0' x; echo; } >mail/bob/forward
answered mail
is "size at the limit" "$(label status r)" sent
echo >>mail/bob/forward
answered mail
is "size one above" "$(label status r)" deferred
rm mail/bob/forward; mkfifo mail/bob/forward
answered mail
is "a FIFO does not block" "$(label status r | wc -l)" 1
# questions
mkdir -p "$T/ask/alice"
printf 'id:explain-000000000001\tn:0\texplain:m/0\tuser:%s\tdomain:d\n' alice bob ../x >"$T/asks"
is "questions are told of mailboxes" "$(local-deliver "$T/ask" <"$T/asks" | sed 's/.*status://' | tr '\t' ' ')" \
	"explained explain:m/0 domain:d why-local:mailbox alice: is there
explained explain:m/0 domain:d why-local:mailbox bob: no such mailbox
explained explain:m/0 domain:d why-local:mailbox ../x: no such mailbox"
is "nothing is made for them" "$(ls "$T/ask")" alice
done_testing
