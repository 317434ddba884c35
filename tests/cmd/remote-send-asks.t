#!/bin/sh
# What a message asks of the next host, and what this one can take: MT-PRIORITY,
# DELIVERBY, reports of success, LIMITS
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n' >msg
tab=$(printf '\t')
mx() {
	mx_dir=$T/$1; shift
	mkdir "$mx_dir"
	bg python3 "$tools/fakemx.py" "$@" "$mx_dir"
	wait_for 10 [ -e "$mx_dir/port" ]
	port=$(cat "$mx_dir/port")
}
# job ID N TO [LABEL:VALUE...]
job() {
	printf 'id:%s\tn:%s\tfrom:a@x.example\tto:%s\tsize:%s\tfile:%s\tmx:%s' \
		"$1" "$2" "$3" "$(wc -c <msg)" "$T/msg" "${hosts:-mx.y.example/$port/127.0.0.1}"
	shift 3
	for job_l; do printf '\t%s' "$job_l"; done
	echo
}
short() {
	while IFS= read -r line; do
		for l in id n status code esc class dsn; do
			printf '%s' "$line" | tr '\t' '\n' | sed -n "s/^$l://p" | tr '\n' ' '
		done
		echo
	done <out | sed 's/ $//' | sort
}
said() { sed -n 's/^[0-9]* > MAIL FROM:<a@x.example> *//p' "$1/log"; }

mx all --ext MT-PRIORITY,DELIVERBY
mx nothing --ext PIPELINING
: >jobs
i=0
for p in -9 -1 -0 0 9 10 -10 x '' 1x; do
	job p$i 0 b@y.example "mt-priority:$p" >>jobs
	i=$((i + 1))
done
port=$(cat all/port)
sed "s|mx:[^$tab]*|mx:h/$port/127.0.0.1|" jobs >jobs.all
status "priorities" 0 remote-send -s 1 -e 10 <jobs.all
is "all sent" "$(grep -c status:sent out)" 10
is "said as they are, where they are some" "$(said all)" "MT-PRIORITY=-9
MT-PRIORITY=-1
MT-PRIORITY=0
MT-PRIORITY=0
MT-PRIORITY=9"
: >nothing/log
port=$(cat nothing/port)
job p 0 b@y.example mt-priority:3 "deliver-by:$(($(date +%s) + 1000)) N" >jobs
status "where nothing of it is offered" 0 remote-send -e 10 <jobs
is "nothing is said" "$(short), $(said nothing)" "p 0 sent 250 2.0.0, "

: >all/log
now=$(date +%s)
port=$(cat all/port)
{
	job n 0 b@y.example "deliver-by:$((now + 1000)) N"
	job nt 0 b@y.example "deliver-by:$((now + 1000)) NT"
	job late 0 b@y.example "deliver-by:$((now - 1000)) N"
	job r 0 b@y.example "deliver-by:$((now + 1000)) R"
	job over 0 b@y.example "deliver-by:$((now - 5)) R"
	job none 0 b@y.example "deliver-by:x"
} >jobs
status "until when" 0 remote-send -s 1 -e 10 <jobs
is "all sent" "$(grep -c status:sent out)" 6
left=$(said all | sed -n 's/^BY=\([0-9]*\);N$/\1/p')
ok "what is left of it is said" $((left < 900 || left > 1000))
is "in each form" "$(said all | sed 's/=[89][0-9][0-9];/=9;/; s/=1000;/=9;/; s/-1[01][0-9][0-9];/-1;/')" "BY=9;N
BY=9;NT
BY=-1;N
BY=9;R
BY=1;R"
mx least --ext DELIVERBY_5000
job r 0 b@y.example "deliver-by:$((now + 1000)) R" >jobs
status "a server that is not so fast" 0 remote-send -e 10 <jobs
is "does not get what is to be returned" "$(short)" "r 0 bounced 550 5.3.3 policy"
job r 0 b@y.example "deliver-by:$((now + 6000)) R" >jobs
status "with more time" 0 remote-send -e 10 <jobs
is "it does" "$(short)" "r 0 sent 250 2.0.0"
port=$(cat nothing/port)
job r 0 b@y.example "deliver-by:$((now + 1000)) R" >jobs
status "nor does who promises nothing" 0 remote-send -e 10 <jobs
is "it is returned" "$(short)" "r 0 bounced 550 5.3.3 policy"
like "in words" "$(cat out)" "text:550 5.3.3 the server does not promise to deliver it in time"

# reports of success, where the next host makes none
{
	job a 0 b@y.example notify:SUCCESS
	job a 1 c@y.example notify:FAILURE,DELAY
	job a 2 d@y.example notify:failure,success "orcpt:rfc822;d@y.example"
	job a 3 e@y.example notify:NEVER orcpt:rfc822\;SUCCESS@y.example
	job a 4 f@y.example
} >jobs
status "a server without DSN" 0 remote-send -e 10 <jobs
is "will not tell of success" "$(short)" "a 0 sent 250 2.0.0 relayed
a 1 sent 250 2.0.0
a 2 sent 250 2.0.0 relayed
a 3 sent 250 2.0.0
a 4 sent 250 2.0.0"
mx dsn --ext DSN
sed "s|mx:[^$tab]*|mx:h/$port/127.0.0.1|" jobs >jobs.dsn
status "one with it" 0 remote-send -e 10 <jobs.dsn
is "will" "$(short | cut -d' ' -f3,6 | sort -u)" "sent"

# only whether a recipient would be taken: no message, and one is sent behind it
verify() {
	printf 'id:%s\tn:%s\tfrom:\tto:%s\tverify:1\tmx:%s\n' "$1" "$2" "$3" "${4:-h/$port/127.0.0.1}"
}
mkdir verify
bg python3 "$tools/fakemx.py" "$T/verify" rcpt~nobody='550 5.1.1 no such user' rcpt~full='452 4.2.2 full'
wait_for 10 [ -e verify/port ]
port=$(cat verify/port)
{
	verify a 0 b@y.example
	verify a 1 nobody@y.example
	verify a 2 full@y.example
	verify b 0 c@y.example
	job m 0 d@y.example
} >jobs
sed -i "s|mx:[^$tab]*|mx:h/$port/127.0.0.1|" jobs
status "asked for recipients" 0 remote-send -s 1 -e 10 <jobs
is "each has his answer" "$(short)" "a 0 sent 250 2.1.5
a 1 bounced 550 5.1.1 rcpt
a 2 deferred 452 4.2.2 rcpt
b 0 sent 250 2.1.5
m 0 sent 250 2.0.0"
is "over one connection, and nothing is begun that is not ended" "$(sed -n '/EHLO/d; s/^1 > //p' verify/log | cut -c 1-10 | tr '\n' ' ')" \
	"MAIL FROM: RCPT TO:<b RCPT TO:<n RCPT TO:<f RSET MAIL FROM: RCPT TO:<c RSET MAIL FROM: RCPT TO:<d DATA QUIT "
is "one message comes" "$(ls verify | grep -c msg)" 1
verify a 0 b@y.example "localhost/0//$T/lmtp/sock" | sed 's/$/\tproto:lmtp/' >jobs
mx lmtp --lmtp --unix "$T/lmtp/sock"
status "by LMTP" 0 remote-send -e 10 <jobs
is "the same" "$(short), $(ls lmtp | grep -c msg)" "a 0 sent 250 2.1.5, 0"
printf 'id:a\tn:0\tfrom:\tto:b@y.example\tverify:1\tfile:/none\tsize:3\tmx:h/%s/127.0.0.1\n' "$(cat verify/port)" >jobs
status "with a file it is a message" 0 remote-send -e 10 <jobs
is "which is not there" "$(short)" "a 0 deferred 4.3.0 local"

# LIMITS
mx rcpts --ext PIPELINING,LIMITS_RCPTMAX=2
i=0
for to in b@y c@z d@y e@y f@z; do job a $i $to.example; i=$((i + 1)); done >jobs
status "two recipients at a time" 0 remote-send -e 10 <jobs
is "the others at once, by themselves" "$(short)" "a 0 sent 250 2.0.0
a 1 sent 250 2.0.0
a 2 later limit
a 3 later limit
a 4 later limit"
is "with no word about them" "$(grep -c '^1 > RCPT' rcpts/log)" 2
mx domains --ext LIMITS_RCPTDOMAINMAX=1
sed "s|mx:[^$tab]*|mx:h/$port/127.0.0.1|" jobs >jobs.d
status "one domain at a time" 0 remote-send -e 10 <jobs.d
is "the first" "$(short | cut -d' ' -f2,3 | tr '\n' ' ')" "0 sent 1 later 2 sent 3 sent 4 later "
mx mails --ext PIPELINING,LIMITS_MAILMAX=3
i=0; while [ $i -lt 10 ]; do job m$i 0 b@y.example; i=$((i + 1)); done >jobs
status "three messages a connection" 0 remote-send -s 1 -e 10 <jobs
is "all are sent" "$(grep -c status:sent out)" 10
is "over four" "$(grep -c from mails/log)" 4
is "none has a fourth" "$(sed -n 's/ > MAIL.*//p' mails/log | sort | uniq -c | awk '$1 > 3')" ""
mx bad --ext LIMITS_RCPTMAX=0_MAILMAX=x
i=0; for to in b c d; do job a $i $to@y.example; i=$((i + 1)); done >jobs
status "limits that are none" 0 remote-send -e 10 <jobs
is "are none" "$(grep -c status:sent out)" 3

# BDAT, where DATA is not known (RFC 3030)
printf '.dots\n..\n.\nend' >odd.msg
: >empty.msg
seq 100000 | sed 's/^/.line /' >large.msg
wire() { [ ! -s "$1" ] || { sed 's/$/\r/' "$1" | head -c -1; printf '\n'; }; }
# bdat ID FILE...: a job for each
bdat() {
	for f; do
		printf 'id:%s\tn:0\tfrom:a@x.example\tto:b@y.example\tsize:%s\tfile:%s\tmx:h/%s/127.0.0.1\n' \
			"${f%.msg}" "$(wc -c <"$f")" "$T/$f" "$port"
	done
}
for ext in PIPELINING,CHUNKING CHUNKING; do
	for code in 500 502 504; do
		d=bdat-$code-${ext%,*}
		mkdir "$d"
		bg python3 "$tools/fakemx.py" --ext $ext --rcvbuf 8192 "$d" "data=$code no such command" 'rcpt~<no@=550 5.1.1 no'
		wait_for 10 [ -e "$d/port" ]
		port=$(cat "$d/port")
		bdat odd.msg empty.msg large.msg msg >jobs
		status "$ext, $code" 0 remote-send -s 1 -e 30 <jobs
		is "all are sent" "$(grep -c status:sent out)" 4
		is "by BDAT, DATA was said once" "$(grep -c '> BDAT .* LAST' "$d/log") $(grep -c '> DATA' "$d/log") $(grep -c from "$d/log")" "4 1 1"
		{ printf '.dots\r\n..\r\n.\r\nend\r\n' | cmp - "$d/msg.1"; } && cmp "$d/msg.2" empty.msg &&
			sed 's/$/\r/' large.msg | cmp - "$d/msg.3"
		ok "as they are" $?
	done
done
{ job a 0 no@y.example; job a 1 b@y.example; job c 0 no@y.example; } >jobs
status "recipients refused" 0 remote-send -s 1 -e 10 <jobs
is "each has his answer" "$(short)" "a 0 bounced 550 5.1.1 rcpt
a 1 sent 250 2.0.0
c 0 bounced 550 5.1.1 rcpt"
mkdir bdat-no
bg python3 "$tools/fakemx.py" --ext CHUNKING bdat-no 'data=502 no' 'dot=552 5.2.2 full'
wait_for 10 [ -e bdat-no/port ]
port=$(cat bdat-no/port)
job a 0 b@y.example >jobs
status "refused after it" 0 remote-send -e 10 <jobs
is "bounced" "$(short)" "a 0 bounced 552 5.2.2 dot"
for how in "CHUNKING 554" "PIPELINING 502" "CHUNKING 503"; do
	d=no-${how% *}-${how#* }
	mkdir "$d"
	bg python3 "$tools/fakemx.py" --ext "${how% *}" "$d" "data=${how#* } no"
	wait_for 10 [ -e "$d/port" ]
	port=$(cat "$d/port")
	job a 0 b@y.example >jobs
	status "$how" 0 remote-send -e 10 <jobs
	is "is a refusal of the message" "$(short | cut -d' ' -f3-4) $(grep -c BDAT "$d/log")" "bounced ${how#* } 0"
done
done_testing
