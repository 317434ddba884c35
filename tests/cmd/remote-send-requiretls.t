#!/bin/sh
# remote-send and messages that ask for TLS on all their way, RFC 8689
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
key=$(openssl x509 -in self.crt -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1)
# mx NAME CERTIFICATE [OPTION...] [-- RULE...]: a server, its port in NAME.port
mx() {
	mx_dir=$T/$1 mx_name=$1 mx_opt=
	[ "$2" = - ] || mx_opt="--tls $2.pem"
	shift 2
	mkdir "$mx_dir"
	while [ $# -gt 0 ] && [ "$1" != -- ]; do mx_opt="$mx_opt $1"; shift; done
	[ $# -eq 0 ] || shift
	# shellcheck disable=SC2086
	bg python3 "$tools/fakemx.py" $mx_opt "$mx_dir" "$@"
	wait_for 10 [ -e "$mx_dir/port" ]
	cp "$mx_dir/port" "$mx_name.port"
}
# job ID HOST,... [LABEL:VALUE...]: hosts by the names of mx, or ports
job() {
	job_id=$1 job_mx=
	for h in $(echo "$2" | tr , ' '); do
		[ ! -e "$h.port" ] || h=$(cat "$h.port")
		job_mx="$job_mx${job_mx:+ }mx.y.example/$h/127.0.0.1"
	done
	shift 2
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:%s@y.example\tsize:%s\tfile:%s\tmx:%s' \
		"$job_id" "$job_id" "$(wc -c <msg)" "$T/msg" "$job_mx"
	for job_l in ${plain:-requiretls:1} "$@"; do printf '\t%s' "$job_l"; done
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
send() { remote-send -a ca.crt -e 10 "$@"; }

mx good mx --tlsext PIPELINING,REQUIRETLS
mx key self --tlsext REQUIRETLS
{
	job unsaid good
	job none good tls:none
	job may good tls:may
	job must good tls:must
	job sts good tls:sts
	job dane good tls:dane tls-else:may
	job unusable good tls:dane tls-else:may "tlsa:mx.y.example==?"
	job tlsa key tls:dane tls-else:may "tlsa:mx.y.example==3.1.1.$key"
	job pin key tls:fingerprint "tls-pins:key:$key"
	plain=x:y job other good
} >jobs
status "where it is offered" 0 send <jobs
is "sent" "$(short)" "dane sent 250 2.0.0 must+requiretls TLS
may sent 250 2.0.0 must+requiretls TLS
must sent 250 2.0.0 must+requiretls TLS
none sent 250 2.0.0 must+requiretls TLS
other sent 250 2.0.0 may TLS
pin sent 250 2.0.0 fingerprint+requiretls TLS
sts sent 250 2.0.0 sts+requiretls TLS
tlsa sent 250 2.0.0 dane+requiretls TLS
unsaid sent 250 2.0.0 must+requiretls TLS
unusable sent 250 2.0.0 dane+requiretls TLS"
is "and said" "$(cat good/log key/log | grep -c 'MAIL FROM:<a@x.example> REQUIRETLS')" 9
is "but not of another" "$(cat good/log key/log | grep -c 'MAIL FROM:<a@x.example>$')" 1

# a report says it where it is offered, and goes anyway
mx open -
mx self-too self --tlsext REQUIRETLS
{
	plain=requiretls:may job wish good
	plain=requiretls:may job wish-self self-too
	plain=requiretls:may job wish-open open
} >jobs
status "a report" 0 send <jobs
is "goes by each" "$(short)" "wish sent 250 2.0.0 may TLS
wish-open sent 250 2.0.0 may none starttls-not-supported
wish-self sent 250 2.0.0 may TLS"
is "with the word where it is known" "$(grep -c REQUIRETLS$ good/log) $(grep -c REQUIRETLS$ self-too/log) $(grep -c REQUIRETLS$ open/log)" "8 1 0"

# who will not do, for good or for now
mx without mx
mx self self --tlsext REQUIRETLS
mx clear -
mx never mx -- 'starttls=501 no'
mx later mx -- 'starttls=454 later'
mx closes mx -- 'handshake=close'
mx new mx --tls-set=1.3
{
	job without without
	job self self
	job clear clear tls:may
	job never never tls:none
	job later later
	job closes closes
	job new new
	job nobody 1
	job without-self without,self
	job without-nobody without,1
	job nobody-without 1,without
	job self-later self,later
	job self-good self,good
} >jobs
status "where it is not" 0 send <jobs
none=starttls-not-supported
is "bounced when all have said so" "$(short)" "clear bounced 550 5.7.10 tls must+requiretls $none
closes deferred 4.7.5 tls must+requiretls validation-failure
later deferred 4.7.4 tls must+requiretls $none
never bounced 550 5.7.10 tls must+requiretls $none
new bounced 550 5.7.10 tls must+requiretls validation-failure
nobody deferred 4.4.1 connect must+requiretls
nobody-without deferred 4.7.30 tls must+requiretls
self bounced 550 5.7.10 tls must+requiretls certificate-not-trusted
self-good sent 250 2.0.0 must+requiretls TLS
self-later deferred 4.7.4 tls must+requiretls $none
without bounced 550 5.7.30 tls must+requiretls
without-nobody deferred 4.4.1 connect must+requiretls
without-self bounced 550 5.7.10 tls must+requiretls certificate-not-trusted"
is "no message was said" "$(cat without/log self/log clear/log never/log later/log closes/log new/log | grep -c MAIL)" 0
is "in words" "$(text without), $(text clear)" "REQUIRETLS: it is not offered, REQUIRETLS: STARTTLS is not offered"
is "a host that was good" "$(grep -c 'MAIL' good/log)" 10

# what is remembered is as final; a message without it goes
: >out1
after() { wait_for 10 grep -q "id:$1$tab" out1; }
(
	job m1 without; after m1
	job m2 without site:two; after m2
	job m3 self; after m3
	job m4 self site:three; after m4
	plain=x:y job m5 without
) | send >out1
cp out1 out
is "remembered" "$(short)" "m1 bounced 550 5.7.30 tls must+requiretls
m2 bounced 550 5.7.30 tls must+requiretls
m3 bounced 550 5.7.10 tls must+requiretls certificate-not-trusted
m4 bounced 550 5.7.10 tls must+requiretls certificate-not-trusted
m5 sent 250 2.0.0 may TLS"
like "and said" "$(text m4)" '^REQUIRETLS: remembered: handshake: '
job m1 good >jobs
status "no authorities here" 0 remote-send -a none -e 10 <jobs
is "is our fault" "$(short | cut -d' ' -f1-4)" "m1 deferred 4.7.5 tls"
bg python3 "$tools/fakemx.py" --lmtp --unix "$T/lmtp.sock" "$(mkdir lmtp; echo lmtp)"
wait_for 10 [ -e lmtp/port ]
job m1 good proto:lmtp | sed "s|mx:[^$tab]*|mx:box/0/$T/lmtp.sock|" >jobs
status "where it is delivered" 0 send <jobs
is "nothing is required" "$(short)" "m1 sent 250 2.0.0 none none"
done_testing
