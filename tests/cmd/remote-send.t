#!/bin/sh
# remote-send against servers that do what they are told
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n.dot\nend\n' >msg
wire='Subject: x\r\n\r\nhello\r\n..dot\r\nend\r\n.\r\n'
tab=$(printf '\t')

# mx NAME [fakemx options and rules]: starts a server, port in $port
mx() {
	mx_dir=$T/$1; shift
	mkdir "$mx_dir"
	bg python3 "$tools/fakemx.py" "$@" "$mx_dir"
	mx_pid=$bg_pid
	wait_for 10 [ -e "$mx_dir/port" ]
	port=$(cat "$mx_dir/port")
}
# mxr NAME RULES...: with rules, which argparse wants behind the directory
mxr() {
	mx_dir=$T/$1; shift
	mkdir "$mx_dir"
	bg python3 "$tools/fakemx.py" $mx_opt "$mx_dir" "$@"
	mx_opt=
	mx_pid=$bg_pid
	wait_for 10 [ -e "$mx_dir/port" ]
	port=$(cat "$mx_dir/port")
}
mx_opt=
# job ID N TO [LABEL:VALUE...]; $hosts or the last server; in clear, what is with
# TLS stands in remote-send-tls.t
job() {
	job_id=$1 job_n=$2 job_to=$3; shift 3
	printf 'id:%s\tn:%s\tfrom:%s\tto:%s\tsize:%s\ttry:0\tfile:%s\toff:%s\tsite:%s\tvia:p1\tmx:%s' \
		"$job_id" "$job_n" "${from-a@x.example}" "$job_to" "${size:-$(wc -c <msg)}" "${file:-$T/msg}" "${off:-0}" "${site:-y.example}" \
		"${hosts:-mx.y.example/$port/127.0.0.1}"
	for job_l; do printf '\t%s' "$job_l"; done
	printf '\ttls:none\n'
}
# get LABEL [LINE-NUMBER]: from the results in $T/out
get() { sed -n "${2:-1}p" out | tr '\t' '\n' | sed -n "s/^$1://p"; }
# short: id n status code esc class of all results, sorted
short() {
	while IFS= read -r line; do
		for l in id n status code esc class doubt; do
			printf '%s' "$line" | tr '\t' '\n' | sed -n "s/^$l://p" | tr '\n' ' '
		done
		echo
	done <out | sed 's/ $//' | sort
}
log_has() { grep -q "$2" "$T/$1/log"; }

# one message, and how it looks over the wire
mx one
job m1 0 b@y.example >jobs
status "one message" 0 remote-send -e 10 <jobs
is "nothing is complained of" "$(cat err)" ""
is "sent" "$(short)" "m1 0 sent 250 2.0.0"
is "host" "$(get host) $(get ip) $(get site) $(get via)" "mx.y.example 127.0.0.1 y.example p1"
is "text" "$(get text)" "250 2.0.0 stored"
like "ms" "$(get ms)" '^[0-9]+$'
printf "$wire" >want; cmp -s one/msg.1 want; ok "CR LF and dots" $?
is "commands" "$(sed -n 's/^1 > //p' one/log | grep -v EHLO)" "$(printf 'MAIL FROM:<a@x.example> SIZE=27\nRCPT TO:<b@y.example>\nDATA\nQUIT')"

# offsets, 8 bits, NUL, no last newline, parameters
printf 'HEADSubject: \344\n\n\377\200\0\n.' >m8
file=$T/m8 size=17 off=4 job m2 0 b@y.example body:8bit notify:NEVER 'orcpt:rfc822;b@y.example' ret:HDRS envid:E1 helo:me.example >jobs
status "8-bit message" 0 remote-send -e 10 <jobs
printf 'Subject: \344\r\n\r\n\377\200 \r\n..\r\n.\r\n' >want
cmp -s one/msg.2 want; ok "bytes, a blank for NUL" $?
like "EHLO name" "$(cat one/log)" '^2 > EHLO me\.example$'
like "MAIL parameters" "$(cat one/log)" '^2 > MAIL FROM:<a@x.example> SIZE=17 BODY=8BITMIME RET=HDRS ENVID=E1$'
like "RCPT parameters" "$(cat one/log)" '^2 > RCPT TO:<b@y.example> NOTIFY=NEVER ORCPT=rfc822;b@y.example$'

# recipients of one message share a transaction; verdicts differ
mxr mixed 'rcpt~<no@=550 5.1.1 nobody' 'rcpt~<wait@=450 4.2.1 wait'
{ job m1 0 b@y.example; job m1 1 no@y.example; job m1 2 wait@y.example; job m1 3 c@y.example; job m2 0 d@y.example; } >jobs
status "mixed verdicts" 0 remote-send -s 1 -e 10 <jobs
is "each its own" "$(short)" "m1 0 sent 250 2.0.0
m1 1 bounced 550 5.1.1 rcpt
m1 2 deferred 450 4.2.1 rcpt
m1 3 sent 250 2.0.0
m2 0 sent 250 2.0.0"
is "one connection, two transactions" "$(grep -c from mixed/log) $(grep -c '> MAIL' mixed/log)" "1 2"

# domains of one site whose other hosts are not the same: a connection takes
# what its host is for, in turns
mx a; a=$port
mx b; b=$port
dead=$(free_port)
# jobs a b a ...: one for each word, m1 and up
jobs() {
	i=0
	for x; do
		i=$((i + 1))
		p=$a
		[ $x = a ] || p=$b
		hosts="best.y.example/$dead/127.0.0.1 $x.y.example/$p/127.0.0.1" job m$i 0 u$i@$x.example
	done >jobs
}
repeat() { i=0; while [ $i -lt $1 ]; do printf '%s ' $2; i=$((i + 1)); done; }
for s in 1 2 10; do
	: >a/log; : >b/log
	jobs $(repeat 10 'a b')
	status "a site of two domains, $s connections" 0 remote-send -s $s -e 10 <jobs
	is "all are sent" "$(grep -c status:sent out)" 20
	is "to hosts of theirs" "$(for h in a b; do grep -hc "> RCPT TO:<u[0-9]*@$h" a/log b/log; done | tr '\n' ' ')" "10 0 0 10 "
done
# which hosts they went to, in the order of the results
order() { sed -n 's/.*host:\([ab]\)\..*/\1/p' out | uniq -c | tr -s ' \n' ' '; }
jobs a $(repeat 15 b) a
status "fifteen for another host in between" 0 remote-send -s 1 -e 10 <jobs
is "are passed over" "$(order)" " 2 a 15 b "
jobs a $(repeat 16 b) a
status "sixteen" 0 remote-send -s 1 -e 10 <jobs
is "are not" "$(order)" " 1 a 16 b 1 a "
jobs a b $(repeat 20 a)
status "one, and twenty behind it" 0 remote-send -s 1 -e 10 <jobs
is "it is passed over sixteen times" "$(order)" " 17 a 1 b 4 a "

# the limit of recipients a transaction
mx limit
i=0; while [ $i -lt 5 ]; do job m1 $i r$i@y.example; i=$((i + 1)); done >jobs
status "five recipients, two a transaction" 0 remote-send -r 2 -s 1 -e 10 <jobs
is "three transactions" "$(grep -c '> MAIL' limit/log) $(grep -c sent out)" "3 5"

# what is no reply is told all the same
mxr codes 'greeting=220-mx.example ESMTP|521 5.7.1 blocked, see list.example'
job m1 0 a@y.example >jobs
status "a greeting of two codes" 0 remote-send -e 5 <jobs
like "the server's words" "$(get text)" '^unexpected reply: 220-mx.example ESMTP 521 5.7.1 blocked, see list.example'

# server's own limit: those beyond come later
mxr many 'rcpt~r3=452 4.5.3 too many recipients'
i=0; while [ $i -lt 4 ]; do job m1 $i r$i@y.example; i=$((i + 1)); done >jobs
status "too many recipients" 0 remote-send -e 10 <jobs
is "later" "$(short | tail -1)" "m1 3 later 452 4.5.3 limit"
like "with next" "$(grep later out)" "${tab}next:[0-9]+\.[0-9]{3}"

# not pipelined; HELO
mx_opt="--ext HELP"; mxr plain 'rset=250 ok'
{ job m1 0 b@y.example; job m2 0 c@y.example; } >jobs
status "no PIPELINING" 0 remote-send -s 1 -e 10 <jobs
is "sent" "$(grep -c status:sent out)" 2
grep -q pipelined plain/log; is "one command at a time" $? 1
mxr old 'ehlo=502 5.5.1 what'
job m1 0 b@y.example >jobs
status "no EHLO" 0 remote-send -e 10 <jobs
is "HELO" "$(short) $(grep -c '> HELO' old/log)" "m1 0 sent 250 2.0.0 1"

# Every phase: refused, closed, silent, garbage, endless.  One server, one
# remote-send; each case has a site, and addresses that its rules ask for.
timeouts="-t connect=1 -t greeting=1 -t helo=1 -t mail=1 -t rcpt=1 -t data=1 -t dot=1 -t block=1"
ph=0
set --
# phase NAME WANT PHASE=ACTION...
phase() {
	ph=$((ph + 1))
	echo "p$ph 0 $2" >>ph.want
	echo "$1" >>ph.names
	shift 2
	for r; do
		case $r in
		ehlo=*) c="~p$ph.x" ;;
		helo=*) c="~p$ph.x" ;;
		*) c="~<p$ph@" ;;
		esac
		printf '%s\n' "${r%%=*}$c=${r#*=}" >>ph.rules
	done
}
phase "ehlo 4xx" "deferred 450 4.0.0 helo" 'ehlo=450 no'
phase "ehlo and helo 5xx" "deferred 550 4.7.1 helo" 'ehlo=550 no' 'helo=550 5.7.1 no'
phase "ehlo closed" "deferred 4.4.2 lost" ehlo=close
phase "ehlo silent" "deferred 4.4.2 timeout" ehlo=hang
phase "mail 4xx" "deferred 450 4.7.0 mail" 'mail=450 4.7.0 no'
phase "mail 5xx" "bounced 550 5.7.0 mail" 'mail=550 5.7.0 no'
phase "mail 421" "deferred 421 4.0.0 421" 'mail=421 no'
phase "mail garbage" "deferred 4.5.0 protocol" 'mail=hello'
phase "mail closed" "deferred 4.4.2 lost" mail=close
phase "mail silent" "deferred 4.4.2 timeout" mail=hang
phase "mail endless" "deferred 4.5.0 protocol" mail=long
phase "mail, a byte now and then" "deferred 4.4.2 timeout" mail=drip
phase "rcpt 4xx" "deferred 450 4.0.0 rcpt" 'rcpt=450 no'
phase "rcpt 5xx" "bounced 550 5.0.0 rcpt" 'rcpt=550 no'
phase "rcpt 421" "deferred 421 4.0.0 421" 'rcpt=421 no'
phase "rcpt closed" "deferred 4.4.2 lost" rcpt=close
phase "rcpt silent" "deferred 4.4.2 timeout" rcpt=hang
phase "data 4xx" "deferred 451 4.0.0 data" 'data=451 no'
phase "data 5xx" "bounced 554 5.0.0 data" 'data=554 no'
phase "data closed" "deferred 4.4.2 lost" data=close
phase "data silent" "deferred 4.4.2 timeout" data=hang
phase "no recipient, yet 354" "bounced 550 5.0.0 rcpt" 'rcpt=550 no' 'data=354 go'
phase "reply during the message" "deferred 4.5.0 protocol" 'data=354 go|552 too large'
phase "dot 4xx" "deferred 451 4.0.0 dot" 'dot=451 no'
phase "dot 5xx" "bounced 554 5.6.0 dot" 'dot=554 5.6.0 spam'
phase "dot 421" "deferred 421 4.0.0 421" 'dot=421 no'
phase "dot garbage" "deferred 4.5.0 protocol 1" 'dot=hm'
phase "dot closed" "deferred 4.4.2 dot 1" dot=close
phase "dot reset" "deferred 4.4.2 dot 1" dot=reset
phase "dot silent" "deferred 4.4.2 dot 1" dot=hang
phase "quit closed" "sent 250 2.0.0" quit=close
phase "quit silent" "sent 250 2.0.0" quit=hang
phase "several lines, control characters" "bounced 550 5.1.1 rcpt" "rcpt=550-5.1.1 a$(printf '\033')|550 5.1.1 b"
set --
while IFS= read -r r; do set -- "$@" "$r"; done <ph.rules
mxr phases "$@"
i=0
while [ $i -lt $ph ]; do
	i=$((i + 1))
	from=p$i@x.example site=p$i job p$i 0 p$i@y.example helo:p$i.x
done >jobs
status "every phase" 0 remote-send -e 20 $timeouts <jobs
short >ph.got
i=0
while IFS= read -r name; do
	i=$((i + 1))
	is "$name" "$(grep "^p$i " ph.got)" "$(sed -n ${i}p ph.want)"
done <ph.names
is "text in one line" "$(grep "id:p$ph$tab" out | tr '\t' '\n' | grep ^text:)" "text:550 5.1.1 a? b"

# the same for the greeting, which is before all names
greeting() {
	mxr "gr$tap_n" "greeting=$2"
	job m1 0 b@y.example >jobs
	status "greeting $2" 0 remote-send -e 20 $timeouts <jobs
	is "greeting $2: result" "$(short)" "m1 0 $1"
	kill $mx_pid
}
greeting "deferred 450 4.0.0 greeting" '450 busy'
greeting "deferred 554 4.7.1 greeting" '554 5.7.1 no'
greeting "deferred 421 4.3.2 greeting" '421 4.3.2 no'
greeting "deferred 4.5.0 protocol" 'SSH-2.0'
greeting "deferred 4.4.2 lost" close
greeting "deferred 4.4.2 lost" reset
greeting "deferred 4.4.2 timeout" hang
greeting "deferred 4.5.0 protocol" long

# hosts in turn
p_bad=$(free_port)
mxr busy 'greeting=421 4.3.2 full'; p_busy=$port
mx good
hosts="no.y.example/$p_bad/127.0.0.1 busy.y.example/$p_busy/127.0.0.1 good.y.example/$port/127.0.0.1"
job m1 0 b@y.example >jobs
status "third host" 0 remote-send -e 10 <jobs
is "sent there" "$(short) $(get host)" "m1 0 sent 250 2.0.0 good.y.example"
hosts="no.y.example/$p_bad/127.0.0.1"
job m1 0 b@y.example >jobs
status "no host" 0 remote-send -e 10 <jobs
is "deferred" "$(short) $(get host)" "m1 0 deferred 4.4.1 connect no.y.example"
hosts="junk also/junk/1 good.y.example/$port/127.0.0.1"
job m1 0 b@y.example >jobs
status "hosts that are none are passed over" 0 remote-send -e 10 <jobs
is "sent" "$(short)" "m1 0 sent 250 2.0.0"

# a dead host is remembered: strace counts
hosts="no.y.example/$p_bad/127.0.0.1 good.y.example/$port/127.0.0.1"
i=0; while [ $i -lt 20 ]; do job m$i 0 b@y.example; i=$((i + 1)); done >jobs
(head -1 jobs; wait_for 10 grep -q m0 "$T/out2"; tail -n +2 jobs) |
	strace -f -e trace=connect -o trace remote-send -s 1 -m 1 -e 10 >out2 2>err
is "all are sent" "$(grep -c status:sent out2)" 20
is "the dead host is tried once" "$(grep -c "htons($p_bad)" trace)" 1
(head -1 jobs; wait_for 10 grep -q m0 "$T/out3"; tail -n +2 jobs) |
	strace -f -e trace=connect -o trace remote-send -d 0 -s 1 -m 1 -e 10 >out3 2>err
is "unless there is no memory" "$(grep -c "htons($p_bad)" trace)" 20
# so is one that takes connections and never greets, or never to the end
cat >silent.py <<'X'
import socket, sys, threading
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen(100)
open(sys.argv[1], "w").write(str(s.getsockname()[1]))
kept = []
while True:
    c, _ = s.accept()
    kept.append(c)
    if sys.argv[2:]:
        c.sendall(sys.argv[2].encode() + b"\r\n")
X
for greeting in '' 220-wait; do
	rm -f silent
	# shellcheck disable=SC2086
	bg python3 silent.py silent $greeting
	wait_for 10 test -s silent
	p_silent=$(cat silent)
	hosts="silent.y.example/$p_silent/127.0.0.1 good.y.example/$port/127.0.0.1"
	i=0; while [ $i -lt 5 ]; do job m$i 0 b@y.example; i=$((i + 1)); done >jobs
	(head -1 jobs; wait_for 10 grep -q m0 "$T/out4"; tail -n +2 jobs) |
		strace -f -e trace=connect -o trace remote-send -t connect=1 -t greeting=1 -s 1 -m 1 -e 10 >out4 2>err
	is "all are sent by the next host" "$(grep -c status:sent out4)" 5
	is "one that says '$greeting' is tried once" "$(grep -c "htons($p_silent)" trace)" 1
	rm -f out4
	kill "$bg_pid"
done
hosts=

# reuse
mx reuse
i=0; while [ $i -lt 50 ]; do job m$i 0 b@y.example; i=$((i + 1)); done >jobs
status "fifty messages" 0 remote-send -s 2 -e 10 <jobs
is "all sent" "$(grep -c status:sent out)" 50
is "two connections" "$(grep -c from reuse/log)" 2
: >reuse/log
status "ten a connection" 0 remote-send -s 1 -m 10 -e 10 <jobs
is "five connections" "$(grep -c from reuse/log) $(grep -c status:sent out)" "5 50"
: >reuse/log
sed 's/$/	msgs-per-conn:25/' jobs >jobs2
status "by label" 0 remote-send -s 1 -e 10 <jobs2
is "two connections for 25 each" "$(grep -c from reuse/log) $(grep -c status:sent out)" "2 50"
: >reuse/log
sed 's/$/	conn:3/' jobs >jobs2
status "connections by label" 0 remote-send -e 10 <jobs2
is "three connections" "$(grep -c from reuse/log) $(grep -c status:sent out)" "3 50"
: >reuse/log
{ job a 0 b@y.example src:s1; job b 0 b@y.example src:s2; } >jobs2
status "another source" 0 remote-send -e 10 <jobs2
is "another connection" "$(grep -c from reuse/log)" 2
: >reuse/log
(job a 0 b@y.example; wait_for 10 grep -q id:a "$T/out4"; job b 0 b@y.example; wait_for 10 grep -q id:b "$T/out4"
 wait_for 10 log_has reuse '1 quit\|> QUIT') | remote-send -t idle=1 >out4 2>err
is "an idle connection takes the next, then says QUIT" "$(grep -c from reuse/log) $(grep -c '> QUIT' reuse/log) $(grep -c sent out4)" "1 1 2"

# a kept connection that the server gave up: the message goes to a new one
mxr stale 'mail@2=421 4.4.2 idle too long' 'mail@4=close'
{ job a 0 b@y.example; job b 0 b@y.example; job c 0 b@y.example; job d 0 b@y.example; } >jobs
status "stale connections" 0 remote-send -s 1 -e 10 <jobs
is "are no fault" "$(short | cut -d' ' -f1-3)" "a 0 sent
b 0 sent
c 0 sent
d 0 sent"
# lost behind a dot: doubt for one, the other goes on
mxr doubt 'dot@1=close'
{ job a 0 b@y.example; job b 0 b@y.example; } >jobs
status "lost after the final dot" 0 remote-send -s 1 -e 10 <jobs
is "touches one" "$(short)" "a 0 deferred 4.4.2 dot 1
b 0 sent 250 2.0.0"

# source address, IPv6, Unix socket
mx src
{ job a 0 b@y.example bind:127.0.0.2 src:s; } >jobs
status "source address" 0 remote-send -e 10 <jobs
like "seen" "$(cat src/log)" 'from 127\.0\.0\.2'
{ job a 0 b@y.example bind:192.0.2.1 src:s; } >jobs
status "foreign source address" 0 remote-send -e 10 <jobs
is "is our fault" "$(short)" "a 0 deferred 4.3.0 source"
is "the source is named" "$(get src)" s
like "and its address" "$(get text)" "^unable to bind 192\.0\.2\.1: Cannot assign requested address$"
if mx six --listen ::1; [ -e six/port ]; then
	hosts="six.y.example/$port/::1" job a 0 b@y.example bind:127.0.0.2 bind6:::1 >jobs
	status "IPv6" 0 remote-send -e 10 <jobs
	is "sent" "$(short) $(get ip)" "a 0 sent 250 2.0.0 ::1"
else
	skip "no IPv6 here"
fi
mx_opt="--lmtp --unix $T/lmtp.sock"; mxr lmtp 'dot~<no@=550 5.2.2 full' 'dot~<wait@=450 4.2.2 wait'
hosts="box/0/$T/lmtp.sock"
{ job a 0 b@y.example proto:lmtp; job a 1 no@y.example proto:lmtp; job a 2 wait@y.example proto:lmtp; job b 0 c@y.example proto:lmtp; } >jobs
status "LMTP over a Unix socket" 0 remote-send -s 1 -e 10 <jobs
is "a reply for each" "$(short)" "a 0 sent 250 2.0.0
a 1 bounced 550 5.2.2 dot
a 2 deferred 450 4.2.2 dot
b 0 sent 250 2.0.0"
like "LHLO" "$(cat lmtp/log)" '> LHLO'
hosts=

# what a server cannot take
mx_opt="--ext PIPELINING,SIZE_26"; mxr small
job a 0 b@y.example >jobs
status "larger than SIZE" 0 remote-send -e 10 <jobs
is "bounced unasked" "$(short) $(grep -c MAIL small/log)" "a 0 bounced 552 5.3.4 size 0"
size=26 job a 0 b@y.example >jobs
status "exactly SIZE" 0 remote-send -e 10 <jobs
is "sent" "$(short)" "a 0 sent 250 2.0.0"
printf 'Subject: \303\274\n\nx\n' >utf8.msg
{ size=20 job a 0 b@y.example smtputf8:1; file=$T/utf8.msg size=15 job b 0 b@y.example smtputf8:1; } >jobs
status "SMTPUTF8 asked for" 0 remote-send -e 10 <jobs
is "by a header that needs it, and by one that does not" "$(short)" "a 0 sent 250 2.0.0
b 0 bounced 550 5.6.7 smtputf8"
size=20 job a 0 "$(printf 'b\303\274@y.example')" >jobs
status "SMTPUTF8 needed" 0 remote-send -e 10 <jobs
is "bounced" "$(short)" "a 0 bounced 550 5.6.7 smtputf8"
mx_opt="--ext PIPELINING,SMTPUTF8"; mxr utf8
status "SMTPUTF8 there" 0 sh -c "sed 's,/[0-9]*/127,/$port/127,' jobs | remote-send -e 10"
is "sent" "$(short)" "a 0 sent 250 2.0.0"
like "parameter" "$(cat utf8/log)" 'MAIL FROM:<a@x.example> SMTPUTF8'

# a place among all connections: sites take turns
mx turns
for st in a b c d; do
	i=0; while [ $i -lt 30 ]; do site=$st job $st$i 0 b@y.example; i=$((i + 1)); done
done >jobs
status "four sites, two connections" 0 remote-send -c 2 -e 20 <jobs
is "all sent" "$(grep -c status:sent out)" 120
[ "$(grep -n 'id:d0' out | cut -d: -f1)" -lt 60 ]; ok "the last site does not come last" $?
# a site at its limit does not fill the line of all
mxr line 'mail~<slow@=sleep:0.3:250 ok'
{ i=0; while [ $i -lt 30 ]; do from=slow@x.example site=slow job s$i 0 b@y.example; i=$((i + 1)); done
  i=0; while [ $i -lt 30 ]; do site=f$i job f$i 0 b@y.example; i=$((i + 1)); done; } >jobs
status "a slow site and others" 0 remote-send -s 1 -q 20 -e 1 <jobs
is "the others are sent" "$(grep -c 'id:f.*status:sent' out)" 30
like "the slow one's come later" "$(grep later out)" "id:s.*status:later.*class:limit.*${tab}room:[0-9]*${tab}.*site:slow"
is "each once" "$(cut -f1 out | sort -u | wc -l)" "$(cat out | wc -l)"
head -30 jobs >jobs2
status "no connection in time" 0 remote-send -s 1 -t line=1 -e 6 <jobs2
like "comes later" "$(grep later out)" "class:limit${tab}text:no connection in time"

# jobs that are none, addresses that would be commands, files that are not there
mx odd
{ job a 0 'b@y.example>\r\nRCPT TO:<c@y.example'; job b 0 'b c@y.example'; job c 0 ''; file=$T/none job d 0 b@y.example
  size=1000 job e 0 b@y.example; printf 'id:f\tn:0\tto:x@y\n'; printf 'id:g\tn:x\n'; job h 0 'b@y.example\0c'; } >jobs
printf 'x\ty\n' >>jobs
job i 0 b@y.example tls:must >>jobs
job j 0 b@y.example tls:may >>jobs
job k 0 b@y.example tls:dane >>jobs
job l 0 b@y.example tls:whatever >>jobs
job z 0 b@y.example >>jobs
status "odd jobs" 0 remote-send -e 10 <jobs
is "answered" "$(short)" "a 0 bounced 553 5.1.3 rcpt
b 0 bounced 553 5.1.3 rcpt
c 0 bounced 553 5.1.3 rcpt
d 0 deferred 4.3.0 local
e 0 deferred 4.3.0 local
f 0 deferred 4.3.5 local
h 0 deferred 4.3.5 local
i 0 deferred 4.7.4 tls
j 0 sent 250 2.0.0
k 0 deferred 4.7.5 tls
l 0 deferred 4.3.5 local
z 0 sent 250 2.0.0"
is "what cannot be answered is named" "$(grep -v ev:tls err)" "remote-send: warning: dropped: job: no id or n
remote-send: warning: dropped: job: no LTSV"

# no descriptors, no memory: ours, and never the message's fault
for e in socket:EMFILE socket:ENOMEM connect:ENOBUFS; do
	job a 0 b@y.example >jobs
	strace -o /dev/null -e inject=${e%:*}:error=${e#*:} remote-send -e 5 <jobs >out 2>err
	is "$e" "$(short)" "a 0 later 4.3.0 local"
done
for e in openat:EMFILE openat:EIO pread64:EIO; do
	strace -o /dev/null -P "$T/msg" -e inject=${e%:*}:error=${e#*:} remote-send -e 5 <jobs >out 2>err
	is "$e" "$(short)" "a 0 deferred 4.3.0 local"
done

# the end of input and TERM
mxr slow 'dot=when:go:250 2.0.0 late' 'mail~<h@=hang'
: >out
(job a 0 b@y.example; wait_for 10 log_has slow '1 dot'; job b 0 b@y.example) | remote-send -s 1 >out 2>err &
wait_for 10 grep -q status:later out
: >slow/go
wait $!
is "open ones end, those not begun come later" "$(short)" "a 0 sent 250 2.0.0
b 0 later local"
job a 0 b@y.example | sed 's/from:a@/from:h@/' >job.h
start=$(date +%s%N)
(cat job.h; wait_for 10 log_has slow '<h@x') | remote-send >out 2>err
ms=$((($(date +%s%N) - start) / 1000000))
is "before the final dot: later" "$(short)" "a 0 later local"
[ $ms -lt 3000 ]; ok "within its time ($ms ms)" $?
mxr stuck 'dot=hang'
(job a 0 b@y.example; wait_for 10 log_has stuck '1 dot') | remote-send >out 2>err
is "after the final dot: doubt" "$(short)" "a 0 deferred 4.4.2 dot 1"
mkfifo in
remote-send <in >out 2>err & rs=$!
exec 3>in
job a 0 b@y.example >&3
wait_for 10 log_has stuck '2 dot'
kill $rs; wait $rs; is "TERM ends it" $? 0
exec 3>&-
is "with the same words" "$(short)" "a 0 deferred 4.4.2 dot 1"
remote-send -e 1h <in >out 2>err & rs=$!
exec 3>in
job a 0 b@y.example >&3
wait_for 10 log_has stuck '3 dot'
exec 3>&-
kill $rs; wait $rs; is "TERM ends a drain, too" $? 0
is "with the same words again" "$(short)" "a 0 deferred 4.4.2 dot 1"
# the reader of the answers is gone
remote-send <in 2>err | : & rs=$!
exec 3>in
wait_for 10 sh -c "! kill -0 $rs 2>/dev/null"; ok "it ends when nobody reads" $?
exec 3>&-

# large: 100 MB with a reader that is not fast, in little memory
mx big --hash
yes 'a line of some text that is seventy characters long, more or less, here' | head -c 104857600 >big.msg
file=$T/big.msg size=104857600 job a 0 b@y.example >jobs
limit='ulimit -v 60000'
grep -q __asan_init "$(command -v remote-send)" && limit=:
status "100 MB" 0 sh -c "$limit; exec remote-send -e 60 <jobs"
is "sent" "$(short)" "a 0 sent 250 2.0.0"
is "unharmed" "$(cat big/msg.1)" "$({ sed 's/$/\r/' big.msg | head -c -1; printf '\r\n.\r\n'; } | sha256sum | cut -d' ' -f1)"
rm -f big.msg
mx tight --hash --rcvbuf 4096 --slow 0.001
yes '.a line that begins with a dot' | head -c 1000000 >big.msg
file=$T/big.msg size=1000000 job a 0 b@y.example >jobs
file=$T/msg size=$(wc -c <msg) job b 0 b@y.example >>jobs
status "a receiver with little room" 0 remote-send -s 1 -e 60 <jobs
is "sent" "$(short)" "a 0 sent 250 2.0.0
b 0 sent 250 2.0.0"
is "unharmed" "$(cat tight/msg.1)" "$({ sed 's/^\./../; s/$/\r/' big.msg | head -c -1; printf '\r\n.\r\n'; } | sha256sum | cut -d' ' -f1)"

# -Q: no message file but those below it
mx below
mkdir mess && cp msg mess/
{ file=$T/mess/msg job a 0 b@y.example; job b 0 b@y.example; } >jobs
status "-Q" 0 remote-send -Q mess -e 10 <jobs
if grep -q __asan_init "$(command -v remote-send)"; then
	skip "built with sanitizers"
else
	is "only what is below it goes" "$(short)" "a 0 sent 250 2.0.0
b 0 deferred 4.3.0 local"
	like "and it is said why" "$(get text 1)$(get text 2)" 'Permission denied'
fi

# usage
status "unknown option" 100 remote-send -Z </dev/null
status "an argument" 100 remote-send next </dev/null
for bad in '-c 0' '-c x' '-s 1000001' '-q 0' '-r 0' '-r 1001' '-m 0' '-t dot' '-t dott=1' '-t dot=x' '-t dot=2d' '-d x' '-d 5..x' '-e -1'; do
	status "usage: $bad" 100 remote-send $bad </dev/null
done
status "no job" 0 remote-send </dev/null
status "limits as large as they may be" 0 remote-send -c 1000000 -s 1000000 -q 1000000 -r 1000 -m 1000000 -t dot=1d </dev/null
mkdir conf
status "no me" 111 remote-send -C conf </dev/null
: >conf/me
status "empty me" 111 remote-send -C conf </dev/null
printf '# what we are called\n\n me.example \n' >conf/me
job a 0 b@y.example | sed "s,/[0-9]*/127,/$(cat one/port)/127," >jobs
status "me" 0 remote-send -C conf -e 10 <jobs
like "is said" "$(tail -8 one/log)" 'EHLO me\.example$'
sh -c 'remote-send <jobs >/dev/full 2>err'; is "full disk" $? 111
sh -c 'remote-send <&- >out 2>err'; is "closed input" $? 111
sh -c 'remote-send <jobs >&- 2>err'; is "closed output" $? 111
printf 'id:x' >half
status "a job cut short" 111 remote-send <half
# a greeting that begins in the time to connect, and ends in its own
cat >begun.py <<'X'
import os, socket, time
s = socket.create_server(("127.0.0.1", 0))
with open("begun.new", "w") as f:
    f.write(str(s.getsockname()[1]))
os.rename("begun.new", "begun.port")
c = s.accept()[0]
c.sendall(b"220-mx\r\n")
time.sleep(2.5)
c.sendall(b"220 and here is the rest\r\n")
in_data = False
try:
    for line in c.makefile("rb"):
        if in_data and line != b".\r\n":
            continue
        in_data = line[:4] == b"DATA"
        c.sendall(b"354 go\r\n" if in_data else b"250 2.0.0 ok\r\n")
except ConnectionError:
    pass  # the reply to QUIT has come too late
X
bg python3 begun.py
wait_for 10 [ -e begun.port ]
port=$(cat begun.port)
job m1 0 b@y.example >jobs
status "a greeting in two parts" 0 remote-send -t connect=1 -t greeting=20 -e 20 <jobs
is "has the time of a greeting" "$(short)" "m1 0 sent 250 2.0.0"

# more connections than descriptors
sh -c 'ulimit -n 300; exec remote-send -c 5000' </dev/null 2>err
is "-c above the limit of descriptors is told" "$(cat err)" "remote-send: warning: the limit of descriptors, 300, leaves 44 connections of 5000"
sh -c 'ulimit -n 300; exec remote-send -c 44' </dev/null 2>err
is "just what it allows is not" "$(cat err)" ""

done_testing
