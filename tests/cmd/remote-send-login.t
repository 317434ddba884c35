#!/bin/sh
# remote-send logs in, at servers that do what they are told
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
cat >logins <<'X'
# whom we are where
relay us@x.example pass word
wrong us@x.example another
comma a,b=c se,cret
short onlyuser
shorter
relay2 us@x.example pass word
X
chmod 600 logins
key=$(openssl x509 -in self.crt -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1)

# mx NAME [OPTION...] [-- RULE...]: a server, port in $port
mx() {
	mx_dir=$T/$1; shift
	mkdir "$mx_dir"
	mx_opt=
	while [ $# -gt 0 ] && [ "$1" != -- ]; do mx_opt="$mx_opt $1"; shift; done
	[ $# -eq 0 ] || shift
	# shellcheck disable=SC2086
	bg python3 "$tools/fakemx.py" --tls "${cert:-mx}.pem" --login "${login:-us@x.example:pass word}" $mx_opt "$mx_dir" "$@"
	wait_for 10 [ -e "$mx_dir/port" ]
	port=$(cat "$mx_dir/port")
}
# job ID [LABEL:VALUE...]; $hosts or the last server
job() {
	job_id=$1; shift
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:%s@y.example\tsize:%s\tfile:%s\tmx:%s' \
		"$job_id" "$job_id" "$(wc -c <msg)" "$T/msg" "${hosts:-mx.y.example/$port/127.0.0.1}"
	for job_l; do printf '\t%s' "$job_l"; done
	echo
}
get() { sed -n "${2:-1}p" "${3:-out}" | tr '\t' '\n' | sed -n "s/^$1://p"; }
# the results, sorted: id status code esc class tls-policy, kind of tls
short() {
	while IFS= read -r line; do
		for l in id status code esc class tls-policy tls tls-fail; do
			printf '%s' "$line" | tr '\t' '\n' | sed -n "s/^$l://p" | sed 's/^TLSv1.2,.*/TLS/' | tr '\n' ' '
		done
		echo
	done <out | sed 's/ $//' | sort
}
verified='tls:verify tls-names:hostname'
# the message, authorities and logins each in a folder of its own
mkdir mess secrets authorities
mv msg mess/ && mv logins secrets/ && mv ca.crt authorities/
ln -s mess/msg msg && cp -p secrets/logins logins && ln -s authorities/ca.crt ca.crt
send() { remote-send -a authorities/ca.crt -L secrets/logins -Q "$T/mess" -e 20 "$@"; }

# each mechanism, right and wrong
for m in PLAIN:PLAIN LOGIN:LOGIN SCRAM-SHA-256:SCRAM-SHA-256 PLAIN_LOGIN:PLAIN LOGIN_PLAIN_SCRAM-SHA-256_CRAM-MD5:SCRAM-SHA-256; do
	offer=${m%:*}
	mx "mech-$offer" --tlsext "PIPELINING,AUTH_$offer"
	# shellcheck disable=SC2086
	job right $verified login:relay >jobs
	status "offered: $offer" 0 send <jobs
	is "in" "$(short)" "right sent 250 2.0.0 verify TLS"
	is "by the best of them" "$(sed -n 's/^1 > AUTH \([A-Z0-9-]*\).*/\1/p' "mech-$offer/log")" "${m#*:}"
	is "under TLS alone" "$(sed -n 's/^1 > \([A-Z]\{4,\}\)\( .*\)*$/\1/p' "mech-$offer/log" | head -4 | tr '\n' ' ')" "EHLO STARTTLS EHLO AUTH "
	# shellcheck disable=SC2086
	job wrong $verified login:wrong >jobs
	status "the wrong password" 0 send <jobs
	is "deferred" "$(short), $(get text)" "wrong deferred 535 4.7.8 auth verify, 535 5.7.8 wrong"
	is "nothing of the message was said" "$(grep -c '^2 > MAIL' "mech-$offer/log")" 0
done
login='a,b=c:se,cret' mx names --tlsext AUTH_SCRAM-SHA-256 --rounds 50000
# shellcheck disable=SC2086
job m1 $verified login:comma >jobs
status "a name with commas, and work in slices" 0 send <jobs
is "in" "$(short)" "m1 sent 250 2.0.0 verify TLS"

# who takes the login and does not know us all the same
mx forgets --tlsext AUTH_PLAIN -- 'mail=530 5.7.0 log in first'
{
	# shellcheck disable=SC2086
	job m1 $verified login:relay
	# shellcheck disable=SC2086
	job m2 $verified
} >jobs
status "530 behind a login" 0 send <jobs
is "is put off, and without one it is for good" "$(short)" "m1 deferred 530 4.7.0 auth verify TLS
m2 bounced 530 5.7.0 mail verify TLS"
# a rule of ours sends there: it is our configuration that lacks the login
job m3 smarthost:1 >jobs
status "530 of a smarthost, without a login" 0 send <jobs
is "is put off, too" "$(short)" "m3 deferred 530 4.7.0 auth may TLS"
is "and says what is missing" "$(get text)" "530 5.7.0 log in first (a rule sends it here, and tls-out has no login for this host)"

# ten at once: others have their turns, and one connection logs in once
mx many --tlsext PIPELINING,AUTH_SCRAM-SHA-256 --rounds 100000
i=0; while [ $i -lt 20 ]; do
	# shellcheck disable=SC2086
	job m$i $verified login:relay; i=$((i + 1)); done >jobs
status "twenty messages" 0 send -s 2 <jobs
is "all sent" "$(grep -c status:sent out)" 20
is "a login for each connection" "$(grep -c '> AUTH' many/log)" "$(grep -c from many/log)"
{
	# shellcheck disable=SC2086
	job a $verified login:relay
	# shellcheck disable=SC2086
	job b $verified
	# shellcheck disable=SC2086
	job c $verified login:relay2
} >jobs
status "another login, and none" 0 send <jobs
is "have connections of their own" "$(short | cut -d' ' -f1,2 | tr '\n' ' ') $(grep -c '> AUTH' many/log)" \
	"a sent b sent c sent  $(($(grep -c from many/log) - 1))"

# only where TLS is verified
mx plain --ext PIPELINING,AUTH_PLAIN
plain=$port
cert=self mx self --tlsext AUTH_PLAIN
self=$port
{
	port=$plain
	job none tls:none login:relay
	job may tls:may login:relay
	job must tls:must login:relay
	job unsaid login:relay
	job dane tls:dane tls-else:may login:relay
	job unusable tls:dane tls-else:may login:relay "tlsa:mx.y.example==?"
	port=$self
	# shellcheck disable=SC2086
	job name $verified login:relay
	job sts tls:sts login:relay
	job key tls:fingerprint "tls-pins:key:$key" login:relay
	job tlsa tls:dane login:relay "tlsa:mx.y.example==3.1.1.$key"
} >jobs
status "policies" 0 send <jobs
is "the password is told to who has shown who he is" "$(short)" "dane deferred 4.7.8 auth dane
key sent 250 2.0.0 fingerprint TLS
may deferred 4.7.8 auth may
must deferred 4.7.8 auth must
name deferred 4.7.5 tls verify certificate-not-trusted
none deferred 4.7.8 auth none
sts deferred 4.7.5 tls sts certificate-not-trusted
tlsa sent 250 2.0.0 dane TLS
unsaid deferred 4.7.8 auth may
unusable deferred 4.7.8 auth dane"
is "nobody else was connected" "$(grep -c from plain/log)" 0
is "why" "$(grep id:must out | tr '\t' '\n' | grep ^text)" "text:login: only where TLS is verified, and it is must"

# what a server may do wrong
n=10
: >rules; : >want
wrong() {
	n=$((n + 1))
	echo "m$n $1" >>want
	shift
	for r; do echo "$r" | sed "s/@/127.0.0.$n/" >>rules; done
}
wrong "deferred 454 4.7.0 auth verify" 'auth~@=454 4.7.0 not now'
wrong "deferred 535 4.0.0 auth verify" 'auth~@=535 no'
wrong "deferred 421 4.3.2 helo verify" 'auth~@=421 4.3.2 bye'
wrong "deferred 4.4.2 lost verify" 'auth~@=close'
wrong "deferred 4.4.2 timeout verify" 'auth~@=hang'
wrong "deferred 4.5.0 protocol verify" 'auth~@=hello'
wrong "deferred 4.7.8 auth verify" 'auth~@=334 more'
wrong "deferred 4.7.8 auth verify" 'challenge~@=334 !'
wrong "deferred 4.7.8 auth verify" 'challenge~@=235 in'
set --
while IFS= read -r r; do set -- "$@" "$r"; done <rules
mx wrong --tlsext AUTH_SCRAM-SHA-256 -- "$@"
i=10
while [ $i -lt $n ]; do
	i=$((i + 1))
	# shellcheck disable=SC2086
	job m$i $verified login:relay site:s$i src:s$i bind:127.0.0.$i
done >jobs
status "what a server may do wrong" 0 send -t auth=1 <jobs
is "is deferred" "$(short)" "$(cat want)"
is "nothing was sent" "$(grep -c 'MAIL' wrong/log)" 0
mx unoffered
# shellcheck disable=SC2086
job m1 $verified login:relay >jobs
status "a server without AUTH" 0 send <jobs
is "deferred" "$(short), $(get text)" "m1 deferred 4.7.8 auth verify, login: none of SCRAM-SHA-256, PLAIN and LOGIN is offered"
mx weak --tlsext AUTH_PLAIN_SCRAM-SHA-256 --rounds 1000
# shellcheck disable=SC2086
job m1 $verified login:relay >jobs
status "too few rounds" 0 send <jobs
is "deferred" "$(short), $(get text)" "m1 deferred 4.7.8 auth verify, login: its iterations are not between 4096 and 600000"

# a refusal is remembered for the login and its policy
mx memory --tlsext AUTH_PLAIN
: >out1
after() { wait_for 10 grep -q "id:$1$tab" out1; }
# shellcheck disable=SC2086
(
	job m1 $verified login:wrong; after m1
	job m2 $verified login:wrong site:two; after m2
	job m3 $verified login:relay; after m3
	job m4 $verified login:wrong site:three; after m4
) | send >out1
cp out1 out
is "remembered" "$(short)" "m1 deferred 535 4.7.8 auth verify
m2 deferred 4.7.8 auth verify
m3 sent 250 2.0.0 verify TLS
m4 deferred 4.7.8 auth verify"
is "and said" "$(get text 2)" "login: remembered: 535 5.7.8 wrong"
is "so two connections" "$(grep -c from memory/log)" 2
hosts="mx.y.example/$port/127.0.0.1 mx.y.example/$self/127.0.0.1 mx.y.example/$(cat mech-PLAIN/port)/127.0.0.1"
# shellcheck disable=SC2086
job m1 $verified login:wrong >jobs
status "each host is asked" 0 send <jobs
is "and the last one's word counts" "$(short)" "m1 deferred 535 4.7.8 auth verify"
hosts=

# the file
port=$(cat mech-PLAIN/port)
ln -s logins link
cp logins open
chmod 640 open
head -c 65537 /dev/zero | tr '\0' '\n' >large
printf 'relay u \0\n' >nul
chmod 600 large nul
mkfifo -m 600 fifo
# bad FILE NAME WORDS
bad() {
	# shellcheck disable=SC2086
	job m1 $verified login:"$2" >jobs
	status "$1, $2" 0 remote-send -a ca.crt -e 10 ${1:+-L "$1"} <jobs
	is "is said" "$(short), $(get text)" "m1 deferred 4.7.8 auth verify, login: $2: $3"
}
bad "" relay "there is no -L"
bad none relay "none: No such file or directory"
bad link relay "link: Too many levels of symbolic links"
bad open relay "open: others may read or write it: chmod 600"
bad large relay "large: too large"
bad nul relay "nul: a NUL in it"
bad fifo relay "fifo: no regular file"
bad . relay ".: no regular file"
bad logins nobody "logins: no such login in it"
bad logins short "logins: want NAME USER PASSWORD"
bad logins '#' "logins: no such login in it"
# shellcheck disable=SC2086
job m1 $verified login: >jobs
status "an empty name" 0 send <jobs
is "is none" "$(short)" "m1 sent 250 2.0.0 verify TLS"
for bad in '-L' '-t auth=x'; do
	# shellcheck disable=SC2086
	status "usage: $bad" 100 remote-send $bad </dev/null
done
done_testing
