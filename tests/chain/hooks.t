#!/bin/sh
# Each kind of hook as a plug-in, in the shell, Python and C, as hooks(7) names
# them and doc/hooks has them.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
from=$top/doc/hooks
for f in "$from"/*; do
	n=$(grep -c '' "$f")
	[ "$n" -lt 20 ]; ok "${f##*/} has less than 20 lines: $n" $?
done
for f in "$from"/*.c; do
	b=${f##*/} b=${b%.c}
	"${CC:-cc}" -std=gnu11 -Wall -o "$b" "$f" 2>cc.err; ok "$b.c is compiled" $?
	is "without a word" "$(cat cc.err)" ""
done
mkdir conf
echo mx.test >conf/me
echo local.test >conf/local

# session LINE...: what the server says, one code a line
session() {
	printf '%s\r\n' "$@" | TCPREMOTEIP=192.0.2.66 TCPLOCALPORT=25 smtp-recv -C conf $auth \
		python3 "$top/tests/tools/fakeinject.py" parcels K 2>err | tr -d '\r' >out
	sed -n 's/^\([0-9][0-9][0-9]\) .*/\1/p' out | tr '\n' ' '
}
# at STAGE ATTRIBUTE PATTERN: that server is asked there
at() {
	echo "$1 run:\"$policy $2 '$3' 'REJECT not this one'\" who=all wait=20s" >conf/hooks
	conf-build conf
}
mail() { session 'EHLO c.test' "MAIL FROM:<$1>" "RCPT TO:<$2>" DATA x . QUIT; }
mkdir -m 700 logins parcels
echo secret | auth-user -s add logins ann
bg sock-serve -w "unix:$T/auth" auth-cdb logins 2>auth.err
wait_for 10 test -S "$T/auth"
ann="AUTH PLAIN $(printf '\0ann\0secret' | base64)"
job="id:m1	n:0	from:a@b.example	to:joe@slow.example	size:3"
auth=

for lang in sh py c; do
	case $lang in
	sh) run() { echo "sh $from/$1.sh"; } ;;
	py) run() { echo "python3 $from/$1.py"; } ;;
	c) run() { echo "$T/$1"; } ;;
	esac
	policy=$(run policy)
	at connect client_address '192.0.2.6*'
	is "$lang: connection" "$(mail a@b.example c@local.test)" "554 "
	at helo helo_name localhost
	is "$lang: HELO" "$(session 'EHLO localhost' 'EHLO c.test' QUIT)" "220 554 250 221 "
	at auth sasl_username ann
	auth="-o plain-auth -P unix:$T/auth"
	is "$lang: authentication" "$(session 'EHLO c.test' "$ann" QUIT)" "220 250 535 221 "
	at auth sasl_username berta
	is "$lang: another's" "$(session 'EHLO c.test' "$ann" QUIT)" "220 250 235 221 "
	auth=
	at mail sender '*@bad.example'
	is "$lang: MAIL" "$(session 'EHLO c.test' 'MAIL FROM:<a@bad.example>' 'MAIL FROM:<a@good.example>' QUIT)" "220 250 554 250 221 "
	at rcpt recipient 'closed@*'
	is "$lang: RCPT" "$(session 'EHLO c.test' 'MAIL FROM:<a@b.example>' 'RCPT TO:<closed@local.test>' 'RCPT TO:<open@local.test>' QUIT)" \
		"220 250 250 554 250 221 "
	at data recipient_count 1
	is "$lang: DATA" "$(session 'EHLO c.test' 'MAIL FROM:<a@b.example>' 'RCPT TO:<c@local.test>' DATA QUIT)" "220 250 250 250 554 221 "
	mkdir "grey.$lang"
	echo "rcpt run:\"$(run greylist) $T/grey.$lang 0\" wait=20s" >conf/hooks
	conf-build conf
	is "$lang: greylisting" "$(session 'EHLO c.test' 'MAIL FROM:<a@b.example>' 'RCPT TO:<c@local.test>' 'RCPT TO:<c@local.test>' QUIT)" \
		"220 250 250 450 250 221 "
	like "$lang: in its words" "$(cat out)" "^450 4.7.1 come again"
	: >conf/hooks
	conf-build conf

	# security: a program on each message
	for subject in hello 'buy Pills now'; do
		printf 'from a@b.example\nto c@local.test\n\nSubject: %s\n\nx\n' "$subject" >parcel
		# shellcheck disable=SC2046
		{ printf '%s:' "$(wc -c <parcel)"; cat parcel; printf ,; } |
			filter -c { $(run security) pills } python3 "$top/tests/tools/fakeinject.py" parcels K 2>err
		echo
	done | sed 's/^[0-9]*:\(.\)[^ ]*/\1/' >out
	is "$lang: security" "$(sed 's/^K.*/K/' out)" "K
D nothing about pills, please,"

	# queue and routing: a link before others
	is "$lang: queue" "$(echo "$job" | eval "$(run jobs) 'to:*@slow.example' prio:9")" "$job	prio:9"
	is "$lang: another job" "$(echo "$job" | eval "$(run jobs) 'to:*@fast.example' prio:9")" "$job"
	is "$lang: routing" "$(echo "$job" |
		tap copy sh -c "$(run jobs) 'to:*@slow.example' via:slow | exec dispatch via:slow { answer status:deferred } { answer status:sent }" 2>/dev/null |
		tr '\t' ' ')" "id:m1 n:0 via:slow status:deferred"
	# delivery: the last link
	like "$lang: delivery" "$(echo "$job" | tap copy $(run deliver) "$T/who.$lang" 2>/dev/null | tr '\t' ' ')" "^id:m1 n:0 status:sent"
	is "$lang: is written down" "$(cat "who.$lang")" "m1 joe@slow.example"
	is "$lang: what cannot be" "$(echo "$job" | $(run deliver) "$T/no/such" 2>/dev/null | tr '\t' ' ')" "id:m1 n:0 status:later"
	# storage: a command of a mailbox
	mkdir -p "mail/bob" "store.$lang"
	echo "|$(run store) $T/store.$lang" >mail/bob/forward
	printf 'Subject: hello\n\nhello\n' >msg
	printf 'id:m1\tn:0\tfrom:a@example.org\tto:bob@localhost\tsize:22\tfile:%s/msg\toff:0\tuser:bob\n' "$T" >job
	# it stops what runs when its input ends
	rm -f jobs.in result
	mkfifo jobs.in
	exec 5<>jobs.in
	bg sh -c 'exec local-deliver mail <jobs.in >result 2>err 5>&-'
	cat job >&5
	wait_for 30 grep -q status: result
	exec 5>&-
	is "$lang: storage" "$(grep -o 'status:[a-z]*' result)" "status:sent"
	like "$lang: is stored" "$(cat "store.$lang"/*.eml)" "^Delivered-To: bob@localhost"
done
done_testing
