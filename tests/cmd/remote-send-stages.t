#!/bin/sh
# How long the stages of an attempt took, against servers that take their time.
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n' >msg
python3 "$tools/pki.py" . <<'X'
ca ca=1
mx issuer=ca names=mx.y.example key=rsa2048
X
# job ID [LABEL:VALUE...]
job() {
	job_id=$1; shift
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:%s@y.example\tsize:%s\tfile:%s\tmx:mx.y.example/%s/127.0.0.1' \
		"$job_id" "$job_id" "$(wc -c <msg)" "$T/msg" "$port"
	for job_l; do printf '\t%s' "$job_l"; done
	echo
}
# get LABEL ID: of its result
get() { grep "^id:$2	" out | tr '\t' '\n' | sed -n "s/^$1://p"; }
# took LABEL ID FROM TO: is it there, and between these?
took() {
	took_ms=$(get "$1" "$2")
	[ -n "$took_ms" ] && [ "$took_ms" -ge "$3" ] && [ "$took_ms" -le "$4" ]
	ok "$1 of $2, $took_ms, is between $3 and $4" $?
}

# what is late is told: the greeting, the text's answer
bg python3 "$tools/fakemx.py" --tls mx.pem "$T" "greeting=sleep:0.3:220 mx" "dot@1=sleep:0.2:250 2.0.0 ok"
wait_for 10 test -s port; port=$(cat port)
{ job one ms-dns:17; job two ms-dns:9; job three ms-dns:x; } >jobs
status "three messages on one connection" 0 remote-send -s 1 -e 20 <jobs
is "are sent" "$(grep -c status:sent out)" 3
took ms-connect one 300 20000
took ms-tls one 1 20000
took ms-data one 200 20000
took ms one 500 60000
is "what route said is passed on" "$(get ms-dns one)" 17
is "the others found a connection" "$(get ms-connect two)$(get ms-tls two) $(get ms-dns two)" " 9"
is "what is no number is not passed on" "$(get ms-dns three)" ""
parts=$(($(get ms-connect one) + $(get ms-tls one) + $(get ms-data one)))
[ "$parts" -le "$(get ms one)" ]; ok "the stages are parts of the attempt" $?

# a host that refuses before the text: there is no such stage
mkdir d; bg python3 "$tools/fakemx.py" "$T/d" "greeting=sleep:0.1:220 mx" "rcpt=550 5.1.1 no"
wait_for 10 test -s d/port; port=$(cat d/port)
job four >jobs
status "a refusal" 0 remote-send -e 20 <jobs
is "is one" "$(get status four)" bounced
took ms-connect four 100 20000
is "without a text" "$(get ms-data four)$(get ms-tls four)" ""

# TLS that comes first is not counted twice
mkdir i; bg python3 "$tools/fakemx.py" --tls mx.pem --implicit "$T/i" "greeting=sleep:0.2:220 mx"
wait_for 10 test -s i/port; port=$(cat i/port)
job five tls:must implicit:1 >jobs
status "implicit TLS" 0 remote-send -e 20 <jobs
took ms-connect five 200 20000
took ms-tls five 1 20000
[ $(($(get ms-connect five) + $(get ms-tls five))) -le "$(get ms five)" ]; ok "parts here, too" $?

done_testing
