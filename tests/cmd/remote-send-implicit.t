#!/bin/sh
# remote-send where TLS comes before the greeting
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n' >msg
tab=$(printf '\t')
python3 "$tools/pki.py" . <<'X'
ca ca=1
mx issuer=ca names=mx.y.example
self names=mx.y.example
X
printf 'relay user pass\n' >logins
chmod 600 logins
mx() {
	mx_dir=$T/$1; shift
	mkdir "$mx_dir"
	mx_opt=
	while [ $# -gt 0 ] && [ "$1" != -- ]; do mx_opt="$mx_opt $1"; shift; done
	[ $# -eq 0 ] || shift
	# shellcheck disable=SC2086
	bg python3 "$tools/fakemx.py" --tls "${cert:-mx}.pem" --login user:pass $mx_opt "$mx_dir" "$@"
	wait_for 10 [ -e "$mx_dir/port" ]
	port=$(cat "$mx_dir/port")
}
job() {
	job_id=$1; shift
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:%s@y.example\tsize:%s\tfile:%s\tmx:%s\timplicit:1' \
		"$job_id" "$job_id" "$(wc -c <msg)" "$T/msg" "${hosts:-mx.y.example/$port/127.0.0.1}"
	for job_l; do printf '\t%s' "$job_l"; done
	echo
}
short() {
	while IFS= read -r line; do
		for l in id status code esc class tls-policy tls tls-fail; do
			printf '%s' "$line" | tr '\t' '\n' | sed -n "s/^$l://p" | sed 's/^TLSv1.2,.*/TLS/' | tr '\n' ' '
		done
		echo
	done <out | sed 's/ $//' | sort
}
text() { grep "^id:$1$tab" out | tr '\t' '\n' | sed -n 's/^text://p'; }

mx all --implicit --ext PIPELINING,AUTH_PLAIN
{
	job unsaid
	job none tls:none
	job may tls:may
	job verify tls:verify tls-names:hostname
	job login tls:sts login:relay
	job dane tls:dane tls-else:may
	job lmtp proto:lmtp
} >jobs
status "TLS first" 0 remote-send -a ca.crt -L logins -e 10 <jobs
is "sent under TLS, whatever the policy" "$(short)" "dane sent 250 2.0.0 must TLS
lmtp sent 250 2.0.0 must TLS
login sent 250 2.0.0 sts TLS
may sent 250 2.0.0 must TLS
none sent 250 2.0.0 must TLS
unsaid sent 250 2.0.0 must TLS
verify sent 250 2.0.0 verify TLS"
is "one EHLO each, and no STARTTLS" "$(grep -c '> [EL]HLO' all/log) $(grep -c STARTTLS all/log)" "7 0"
is "a login" "$(grep -c '> AUTH' all/log)" 1
is "an event each" "$(grep "ev:tls$tab" err | grep -c "result:ok$tab")" 7
i=0; while [ $i -lt 30 ]; do job m$i; i=$((i + 1)); done >jobs
: >all/log
status "thirty messages" 0 remote-send -s 1 -e 10 <jobs
is "over one connection" "$(grep -c status:sent out) $(grep -c from all/log)" "30 1"

# what may be wrong
n=10
: >rules; : >want
wrong() {
	n=$((n + 1))
	echo "m$n $1" >>want
	shift
	for r; do echo "$r" | sed "s/@/127.0.0.$n/" >>rules; done
}
fails="deferred 4.7.5 tls must validation-failure"
wrong "$fails" 'handshake~@=close'
wrong "$fails" 'handshake~@=hang'
wrong "$fails" 'handshake~@=220 clear.example'
wrong "deferred 554 4.0.0 greeting must" 'greeting~@=554 no'
wrong "deferred 4.4.2 lost must" 'greeting~@=close'
wrong "deferred 4.4.2 timeout must" 'greeting~@=hang'
wrong "deferred 4.4.2 lost must" 'tlsehlo~@=close'
wrong "deferred 4.5.0 protocol must" 'greeting~@=hello'
set --
while IFS= read -r r; do set -- "$@" "$r"; done <rules
mx wrong --implicit -- "$@"
i=10
while [ $i -lt $n ]; do
	i=$((i + 1))
	job m$i site:s$i src:s$i bind:127.0.0.$i
done >jobs
status "what a server may do wrong" 0 remote-send -e 10 -t tls=1 -t greeting=1 <jobs
is "is deferred, and never goes in clear" "$(short)" "$(cat want)"
is "a connection each" "$(grep -c from wrong/log)" 8
is "in words" "$(text m12)" "TLS is required: timeout (tls)"
cert=self mx self --implicit
job m1 tls:sts >jobs
status "another certificate" 0 remote-send -a ca.crt -e 10 <jobs
is "will not do" "$(short)" "m1 deferred 4.7.5 tls sts certificate-not-trusted"
mkdir clear
bg python3 "$tools/fakemx.py" clear
wait_for 10 [ -e clear/port ]
port=$(cat clear/port)
job m1 >jobs
status "a server that speaks in clear" 0 remote-send -e 10 -t tls=5 <jobs
is "gets nothing" "$(short), $(grep -c '> [A-Z]' clear/log)" "m1 $fails, 0"
port=1
job m1 >jobs
status "nobody there" 0 remote-send -e 10 <jobs
is "is no fault of TLS" "$(short)" "m1 deferred 4.4.1 connect must"
hosts="mx.y.example/1/127.0.0.1 mx.y.example/$(cat all/port)/127.0.0.1" job m1 >jobs
status "another host" 0 remote-send -e 10 <jobs
is "has it" "$(short)" "m1 sent 250 2.0.0 must TLS"
done_testing
