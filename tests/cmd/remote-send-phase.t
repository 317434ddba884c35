#!/bin/sh
# How far an attempt came stands in each result, however it ended.
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n' >msg
python3 "$tools/pki.py" . <<'X'
ca ca=1
mx issuer=ca names=mx.y.example key=rsa2048
X
# the client's address says what happens where no command has been said
bg python3 "$tools/fakemx.py" --tls mx.pem "$T" \
	'greeting~127.0.1.1=450 4.3.2 no' 'greeting~127.0.1.2=close' 'greeting~127.0.1.3=hang' 'greeting~127.0.1.4=421 4.3.2 bye' \
	'ehlo~no.me=450 4.3.2 no' 'ehlo~gone.me=close' 'ehlo~421.me=421 4.3.2 bye' \
	'starttls~127.0.1.5=454 4.7.0 no' 'starttls~127.0.1.6=close' 'handshake~127.0.1.7=close' \
	'mail~<no@=450 4.1.8 no' 'mail~<gone@=close' 'mail~<421@=421 4.3.2 bye' 'mail~<hang@=hang' \
	'rcpt~<rno@=550 5.1.1 no' 'rcpt~<rgone@=close' \
	'data~<dno@=451 4.3.0 no' 'data~<dgone@=close' 'dot~<eno@=550 5.7.1 no' 'dot~<egone@=close' 'dot~<ehang@=hang'
mkdir b; bg python3 "$tools/fakemx.py" --rcvbuf 4096 b 'block=block:1000'
wait_for 10 test -s port; wait_for 10 test -s b/port
port=$(cat port) dead=$(free_port)
{ printf 'Subject: x\n\n'; head -c 16000000 /dev/zero | tr '\0' x | fold -w 70; } >large

# each a job of its own site: WANT, then the port, and what else the job has
awk -v dir="$T" -v port="$port" -v dead="$dead" -v block="$(cat b/port)" -v small="$(wc -c <msg)" -v large="$(wc -c <large)" '
{
	from = "a"; to = "b"; at = port; file = "msg"; size = small; more = ""
	for (i = 2; i <= NF; i++)
		if ($i ~ /^from=/) from = substr($i, 6)
		else if ($i ~ /^to=/) to = substr($i, 4)
		else if ($i == "dead") at = dead
		else if ($i == "block") { at = block; file = "large"; size = large }
		else more = more "\t" $i
	if (more !~ /\ttls:/) more = more "\ttls:none"
	printf "id:j%d\tn:0\tfrom:%s@x.example\tto:%s@y.example\tsize:%d\tfile:%s/%s\tsite:s%d\tmx:mx.y.example/%d/127.0.0.1%s\n", \
		NR, from, to, size, dir, file, NR, at, more
	print "id:j" NR " " $1 >(dir "/want")
}' >jobs <<'X'
connect:deferred:connect dead
greeting:deferred:greeting bind:127.0.1.1
greeting:deferred:lost bind:127.0.1.2
greeting:deferred:timeout bind:127.0.1.3
greeting:deferred:greeting bind:127.0.1.4
helo:deferred:helo helo:no.me
helo:deferred:lost helo:gone.me
helo:deferred:helo helo:421.me
starttls:deferred:tls bind:127.0.1.5 tls:must
starttls:deferred:tls bind:127.0.1.6 tls:must
tls:deferred:tls bind:127.0.1.7 tls:must
mail:deferred:mail from=no
mail:deferred:lost from=gone
mail:deferred:421 from=421
mail:deferred:timeout from=hang
rcpt:bounced:rcpt to=rno
rcpt:deferred:lost to=rgone
data:deferred:data to=dno
data:deferred:lost to=dgone
block:deferred:lost block
dot:bounced:dot to=eno
dot:deferred:dot to=egone
dot:deferred:dot to=ehang
dot:sent: to=good
rcpt:sent: to=good verify:1
X
# who only asks has no message
sed 's/	size:[^	]*	file:[^	]*\(.*verify:1\)/\1/' jobs >j && mv j jobs
status "servers that fail in each phase" 0 remote-send -e 60 -t connect=2 -t greeting=3 -t mail=2 -t dot=2 <jobs
awk -F '\t' '{
	split("", l)
	for (i = 1; i <= NF; i++) { at = index($i, ":"); l[substr($i, 1, at - 1)] = substr($i, at + 1) }
	print "id:" l["id"], l["phase"] ":" l["status"] ":" l["class"]
}' out | sort -V >got
is "say in which" "$(cat got)" "$(cat want)"

# and the last ten attempts are told to who asks, the last first
line() { sed -n "$1p" jobs | sed 's/id:j[0-9]*/id:k'"$2"'/; s/site:s[0-9]*/site:last/'; }
{ for i in 1 2 3 4 5 6 7 8 9 10 11; do line 16 $i; done
  wait_for 60 grep -q id:k11 last; line 24 12; wait_for 60 grep -q id:k12 last
  printf 'id:explain-0123456789ab\tn:0\texplain:x/0\tsite:last\tmx:h/1/127.0.0.1\tfrom:\tto:a@b\n'; } | remote-send -s 1 -e 60 >last 2>err
grep why-send last | sed 's/.*why-send://; s/\\n/\n/g' >why
is "ten, the last first" "$(grep -c '^tried' why) $(grep '^tried' why | head -1 | cut -d, -f1 | cut -d' ' -f3)" "10 sent"
like "with what each was told" "$(cat why)" '^tried 20.*: bounced, host mx.y.example 127.0.0.1, [0-9]+ ms, rcpt: 550 5.1.1 no'
done_testing
