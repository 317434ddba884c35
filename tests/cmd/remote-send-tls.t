#!/bin/sh
# remote-send under TLS, against servers that do what they are told
. "$(dirname "$0")/../lib.sh"
tools=$top/tests/tools
cd "$T" || exit 1
printf 'Subject: x\n\nhello\n.dot\nend\n' >msg
printf 'Subject: x\r\n\r\nhello\r\n..dot\r\nend\r\n.\r\n' >wire
tab=$(printf '\t')
python3 "$tools/pki.py" . <<'X'
ca ca=1
other ca=1
mx issuer=ca names=mx.y.example
self names=mx.y.example
wrong issuer=ca names=mx.z.example
old issuer=ca names=mx.y.example from=-9d until=-1d
rsa issuer=ca names=*.y.example key=rsa2048
inter issuer=other ca=1
leaf issuer=inter names=mx.y.example
site issuer=inter names=y.example
X
cert=mx

# mx NAME [OPTION...] [-- RULE...]: a server, port in $port
mx() {
	mx_dir=$T/$1; shift
	mkdir "$mx_dir"
	mx_opt=
	while [ $# -gt 0 ] && [ "$1" != -- ]; do mx_opt="$mx_opt $1"; shift; done
	[ $# -eq 0 ] || shift
	# shellcheck disable=SC2086
	bg python3 "$tools/fakemx.py" --tls "$cert.pem" $mx_opt "$mx_dir" "$@"
	wait_for 10 [ -e "$mx_dir/port" ]
	port=$(cat "$mx_dir/port")
}
# job ID [LABEL:VALUE...]; $hosts or the last server
job() {
	job_id=$1; shift
	printf 'id:%s\tn:0\tfrom:a@x.example\tto:%s@y.example\tsize:%s\tfile:%s\tmx:%s' \
		"$job_id" "$job_id" "$(wc -c <"${file:-msg}")" "$T/${file:-msg}" "${hosts:-mx.y.example/$port/127.0.0.1}"
	for job_l; do printf '\t%s' "$job_l"; done
	echo
}
# get LABEL [LINE-NUMBER [FILE]]
get() { sed -n "${2:-1}p" "${3:-out}" | tr '\t' '\n' | sed -n "s/^$1://p"; }
# the results, sorted: id status code esc class tls-policy, kind of tls
short() {
	while IFS= read -r line; do
		for l in id status code esc class doubt tls-policy tls tls-fail; do
			printf '%s' "$line" | tr '\t' '\n' | sed -n "s/^$l://p" | sed 's/^TLSv1.2,.*/TLS/' | tr '\n' ' '
		done
		echo
	done <out | sed 's/ $//' | sort
}
events() { grep -c "ev:tls$tab" err; }

# one message: what goes over the wire, and what is said of it
mx one --ext PIPELINING,SIZE_10 --tlsext DSN
job m1 domain:y.example tls-from:default >jobs
status "one message" 0 remote-send -e 10 <jobs
is "sent under TLS" "$(short)" "m1 sent 250 2.0.0 may TLS"
like "version and suite" "$(get tls)" '^TLSv1\.2,ECDHE-ECDSA-[A-Z0-9-]+$'
is "the certificate's verdict" "$(get tls-cert)" incomplete
is "why" "$(get tls-from) $(get tls-fail) $(get tls-text)" "default  "
cmp -s one/msg.1 wire; ok "as it is" $?
is "EHLO twice, and only what was offered under TLS" "$(sed -n 's/^1 > //p' one/log | sed 's/EHLO .*/EHLO/')" "EHLO
STARTTLS
EHLO
MAIL FROM:<a@x.example>
RCPT TO:<m1@y.example>
DATA
QUIT"
like "the host's name is said" "$(cat one/log)" '^1 tls TLSv1\.2 ECDHE-ECDSA-[A-Z0-9-]* new mx\.y\.example$'
is "one event" "$(events)" 1
is "of it" "$(for l in prog domain host ip from-ip result tls-policy tls-from; do get $l 1 err; done | tr '\n' ' ')" \
	"remote-send y.example mx.y.example 127.0.0.1 127.0.0.1 ok may default "
is "with the same words" "$(get tls 1 err) $(get tls-cert 1 err)" "$(get tls) $(get tls-cert)"
hosts="127.0.0.1/$port/127.0.0.1" job m2 >jobs
status "a host without a name" 0 remote-send -e 10 <jobs
like "says none" "$(cat one/log)" '^2 tls TLSv1\.2 [A-Z0-9-]* new -$'

# certificates: the verdict is told, and under may and must has no consequence
cat other.crt ca.crt >both.pem
cert_of() { openssl x509 -in "$1.crt" -outform DER | sha256sum | cut -d' ' -f1; }
key_of() { openssl x509 -in "$1.crt" -noout -pubkey | openssl pkey -pubin -outform DER | sha256sum | cut -d' ' -f1; }
for c in mx:pkix rsa:pkix self:self-signed wrong:name old:expired; do
	cert=${c%:*}
	mx "cert-$cert"
	echo "$port" >"$cert.port"
	{ job may; job must tls:must; } >jobs
	status "certificate $cert" 0 remote-send -a both.pem -e 10 <jobs
	is "is taken" "$(short)" "may sent 250 2.0.0 may TLS
must sent 250 2.0.0 must TLS"
	is "and found to be" "$(get tls-cert 1) $(get tls-cert 2) $(get tls-cert 1 err)" "${c#*:} ${c#*:} ${c#*:}"
done
# and under these it has
while read -r cert host name wild sts key pin; do
	port=$(cat "$cert.port")
	{
		job host tls:verify tls-names:hostname
		job name tls:verify 'tls-names:mx.z.example mx.x.example'
		job wild tls:verify tls-names:.y.example
		job sts tls:sts
		job key tls:fingerprint "tls-pins:key:$(key_of $cert)"
		job pin tls:fingerprint "tls-pins:cert:$(cert_of mx) cert:$(cert_of wrong)"
	} >jobs
	status "certificate $cert, verified" 0 remote-send -a both.pem -e 10 <jobs
	for p in "host $host" "name $name" "wild $wild" "sts $sts" "key $key" "pin $pin"; do
		line=$(grep "^id:${p%% *}$tab" out)
		field() { printf '%s' "$line" | tr '\t' '\n' | sed -n "s/^$1://p"; }
		is "$p" "$(field status) $(field tls-cert) $(field tls-fail)" "$(case $p in
			*' +'*) echo "sent ${p#* +} " ;; *) echo "deferred ${p#* }" | tr / ' ' ;; esac)"
	done
done <<'X'
mx +pkix name/certificate-host-mismatch +pkix +pkix +fingerprint +fingerprint
rsa +pkix name/certificate-host-mismatch +pkix +pkix +fingerprint pkix/validation-failure
self self-signed/certificate-not-trusted self-signed/certificate-not-trusted self-signed/certificate-not-trusted self-signed/certificate-not-trusted +fingerprint self-signed/certificate-not-trusted
wrong name/certificate-host-mismatch +pkix name/certificate-host-mismatch name/certificate-host-mismatch +fingerprint +fingerprint
old expired/certificate-expired expired/certificate-expired expired/certificate-expired expired/certificate-expired +fingerprint expired/certificate-expired
X
cert=mx port=$(cat self.port)
job m1 tls:sts >jobs
status "not verified" 0 remote-send -a both.pem -e 10 <jobs
is "nothing of the message was said" "$(tail -4 cert-self/log | grep -c MAIL)" 0
like "why" "$(get code) $(get esc) $(get class) $(get text)" '^ 4\.7\.5 tls TLS is required: handshake: .*'
good=$(cat mx.port) bad=$port
hosts="mx.y.example/$bad/127.0.0.1 mx.y.example/$good/127.0.0.1"
: >out1
(job m1 tls:sts; wait_for 10 grep -q id:m1 out1; job m2 tls:sts site:other) | remote-send -a both.pem -e 10 >out1 2>err
is "the next host does" "$(grep -c "status:sent.*tls-policy:sts" out1)" 2
is "and the first is remembered" "$(grep -c result:certificate-not-trusted err)" 1
: >out1
hosts="mx.y.example/$bad/127.0.0.1"
(job m1 tls:sts; wait_for 10 grep -q id:m1 out1; job m2 tls:sts site:other; job m3 tls:must) | remote-send -a both.pem -e 10 >out1 2>err
is "for its policy" "$(cp out1 out; short)" "m1 deferred 4.7.5 tls sts certificate-not-trusted
m2 deferred 4.7.5 tls sts certificate-not-trusted
m3 sent 250 2.0.0 must TLS"
like "in words" "$(grep id:m2 out | tr '\t' '\n')" '^text:TLS is required: remembered: handshake'
hosts=
mx changing
: >garbage
job m1 >jobs
: >said
for a in none: garbage: other.crt:incomplete; do
	status "authorities: $a" 0 remote-send -a "${a%:*}" -e 10 <jobs
	is "the verdict" "$(short), $(get tls-cert)" "m1 sent 250 2.0.0 may TLS, ${a#*:}"
	grep -v ev:tls err >>said
done
is "what is wrong with them" "$(cat said)" "remote-send: warning: none: No such file or directory; no authority is known
remote-send: warning: garbage: no authority in it; no authority is known"

# many on one connection, pipelined; a large one to a reader that is not fast
mx many
i=0; while [ $i -lt 50 ]; do job m$i; i=$((i + 1)); done >jobs
status "fifty messages" 0 remote-send -s 1 -e 10 <jobs
is "all sent under TLS" "$(grep -c "status:sent.*tls:TLSv1" out)" 50
is "one connection, one handshake, one event" "$(grep -c from many/log) $(grep -c tls many/log) $(events)" "1 1 1"
for f in many/msg.*; do cmp -s "$f" wire || echo "$f"; done >differ
is "all as they are" "$(cat differ)" ""
mx tight --hash --rcvbuf 4096 --slow 0.001
yes '.a line that begins with a dot' | head -c 500000 >big.msg
{ file=big.msg job a; job b; file=big.msg job c; } >jobs
status "a receiver with little room" 0 remote-send -s 1 -e 60 <jobs
is "sent" "$(short)" "a sent 250 2.0.0 may TLS
b sent 250 2.0.0 may TLS
c sent 250 2.0.0 may TLS"
is "unharmed" "$(cat tight/msg.1)" "$({ sed 's/^\./../; s/$/\r/' big.msg | head -c -1; printf '\r\n.\r\n'; } | sha256sum | cut -d' ' -f1)"

# What a server may do wrong, by the address that a client comes from: under
# may it goes in clear, over the same connection or a second one; under must it
# does not go.
n=10
: >rules; : >names; : >want.may; : >want.must
# wrong NAME MAY MUST CONNECTIONS RULE...; @ is the client's address
wrong() {
	n=$((n + 1))
	echo "$n $4 $1" >>names
	echo "m$n $2" >>want.may
	echo "m$n $3" >>want.must
	shift 4
	for r; do echo "$r" | sed "s/@/127.0.0.$n/" >>rules; done
}
clear='sent 250 2.0.0 may none'
never='deferred 4.7.5 tls must validation-failure'
not='starttls-not-supported'
wrong "not now" "$clear $not" "deferred 4.7.4 tls must $not" 1 'starttls~@=454 4.7.0 not now'
wrong "never" "$clear $not" "deferred 4.7.4 tls must $not" 1 'starttls~@=501 no'
wrong "closed at STARTTLS" "$clear validation-failure" "$never" 2 'starttls~@=close'
wrong "reset at STARTTLS" "$clear validation-failure" "$never" 2 'starttls~@=reset'
wrong "silent at STARTTLS" "$clear validation-failure" "$never" 2 'starttls~@=hang'
wrong "no reply" "$clear validation-failure" "$never" 2 'starttls~@=hello'
wrong "354" "$clear validation-failure" "$never" 2 'starttls~@=354 go'
wrong "more behind the 220" "$clear validation-failure" "$never" 2 'starttls~@=220 go|250 injected'
wrong "the end, in good order" "deferred 421 4.3.2 helo may" "deferred 421 4.3.2 helo must" 1 'starttls~@=421 4.3.2 bye'
wrong "closed at the handshake" "$clear validation-failure" "$never" 2 'handshake~@=close'
wrong "silent at the handshake" "$clear validation-failure" "$never" 2 'handshake~@=hang'
wrong "no TLS" "$clear validation-failure" "$never" 2 'handshake~@=250 what is this'
wrong "closed at the EHLO behind it" "$clear validation-failure" "$never" 2 'tlsehlo~@=close'
wrong "no reply to the EHLO behind it" "$clear validation-failure" "$never" 2 'tlsehlo~@=hm'
wrong "silent at it" "$clear validation-failure" "$never" 2 'tlsehlo~@=hang'
wrong "refused there" "deferred 550 4.7.1 helo may" "deferred 550 4.7.1 helo must" 1 'tlsehlo~@=550 5.7.1 no'
set --
while IFS= read -r r; do set -- "$@" "$r"; done <rules
mx wrong -- "$@"
for policy in may must; do
	: >wrong/log
	i=10
	while [ $i -lt $n ]; do
		i=$((i + 1))
		job m$i tls:$policy site:s$i src:s$i bind:127.0.0.$i
	done >jobs
	status "what a server may do wrong, $policy" 0 remote-send -e 20 -t starttls=1 -t tls=1 -t helo=1 <jobs
	short >got.$policy
	mv out out.$policy
	mv err err.$policy
	cp wrong/log log.$policy
done
while read -r i conns name; do
	for policy in may must; do
		is "$policy: $name" "$(grep "^m$i " got.$policy)" "$(grep "^m$i " want.$policy)"
	done
	is "connections, $name" "$(grep -c "from 127.0.0.$i\$" log.may) $(grep -c "from 127.0.0.$i\$" log.must)" "$conns 1"
done <names
is "no message in clear under must" "$(grep -c MAIL log.must)" 0
is "an event for each session whose TLS failed" "$(grep -o 'result:.*' err.may | cut -f1 | sort | uniq -c | tr -s ' \n' ' ')" \
	" 1 result:ok 2 result:starttls-not-supported 12 result:validation-failure "
words() { sed -n "s/^id:$1$tab.*tls-text:\([^$tab]*\).*/\1/p" out.may; }
is "not now, in words" "$(words m11)" "STARTTLS: 454 4.7.0 not now"
is "closed, in words" "$(words m20)" "handshake: connection closed"
is "silence, in words" "$(words m21)" "timeout (starttls)"
is "injected, in words" "$(words m18)" "spoken before the handshake"
like "under must they are the text" "$(grep id:m20 out.must)" "text:TLS is required: handshake: connection closed$tab"

# TLS fails once, and in clear nothing is taken: it will come under TLS
for rule in 'starttls@1=454 4.7.0 not now' 'handshake@1=close'; do
	mx "wanted-${rule%%@*}" -- "$rule" 'mail@1=530 5.7.0 STARTTLS first'
	: >out1
	(job m1; wait_for 10 grep -q id:m1 out1; job m2 site:other) | remote-send -e 10 >out1 2>err
	cp out1 out
	like "$rule, and 530: it is put off, and TLS tried again" "$(short | tr '\n' ';')" \
		'^m1 deferred 530 4\.7\.0 tls may none [a-z-]+;m2 sent 250 2\.0\.0 may TLS;$'
done
mx refuses -- 'mail=530 5.7.0 STARTTLS first'
job m1 tls:none >jobs
status "530 where TLS was not tried" 0 remote-send -e 10 <jobs
is "is for good" "$(short)" "m1 bounced 530 5.7.0 mail none none"

# what has no TLS 1.2 with forward secrecy
for set in 1.3 -1.1 AES128-SHA; do
	mx "set$set" "--tls-set=$set"
	{ job may; job must tls:must; } >jobs
	status "a server that has $set alone" 0 remote-send -e 10 <jobs
	is "gets it in clear, or not" "$(short)" "may $clear validation-failure
must $never"
done
mx none
hosts="mx.y.example/$port/127.0.0.1"
mx_none=$port
mkdir clear
bg python3 "$tools/fakemx.py" clear
wait_for 10 [ -e clear/port ]
port=$(cat clear/port) hosts=
{ job may; job must tls:must; job none tls:none; job said tls:whatever; } >jobs
status "a server without STARTTLS" 0 remote-send -e 10 <jobs
is "gets what may go in clear" "$(short)" "may $clear $not
must deferred 4.7.4 tls must $not
none sent 250 2.0.0 none none
said deferred 4.3.5 local"
is "over one connection each" "$(grep -c from clear/log)" 3
is "and is told of" "$(grep "ev:tls$tab" err | tr '\t' '\n' | grep '^tls-text' | sort -u)" "tls-text:STARTTLS is not offered"
hosts="one.y.example/$port/127.0.0.1 two.y.example/$mx_none/127.0.0.1" job m1 tls:must >jobs
status "another host has it" 0 remote-send -e 10 <jobs
is "so that one gets it" "$(short) $(get host)" "m1 sent 250 2.0.0 must TLS two.y.example"

# DANE, RFC 7672: the records decide, and nothing else
for cert in leaf site; do
	mx "cert-$cert"
	echo "$port" >$cert.port
done
cert=mx
ee="3.1.1.$(key_of self)"
ta="2.1.1.$(key_of inter)"
sha512="3.1.2.$(openssl x509 -in self.crt -noout -pubkey | openssl pkey -pubin -outform DER | sha512sum | cut -d' ' -f1)"
n=0
: >jobs; : >want
# dane NAME CERTIFICATE TLSA ELSE WANT [LABEL...]
dane() {
	n=$((n + 1))
	port=$clear_port
	[ "$2" = - ] || port=$(cat "$2.port")
	d_want=$5 d_else=$4 d_tlsa=$3
	echo "m$n $d_want # $1" >>want
	shift 5
	job m$n tls:dane ${d_tlsa:+"tlsa:$d_tlsa"} ${d_else:+"tls-else:$d_else"} "site:s$n" "$@" >>jobs
}
clear_port=$(cat clear/port)
dane "its key" self "mx.y.example==$ee" may "sent 250 2.0.0 dane TLS dane-ee"
dane "its key, by SHA-512" self "mx.y.example==$sha512" may "sent 250 2.0.0 dane TLS dane-ee"
dane "one of two" self "mx.y.example==$ta,$ee" may "sent 250 2.0.0 dane TLS dane-ee"
dane "another key" mx "mx.y.example==$ee" may "deferred 4.7.5 tls dane tlsa-invalid tlsa"
dane "which MTA-STS does not mend" mx "mx.y.example==$ee" sts "deferred 4.7.5 tls dane tlsa-invalid tlsa"
dane "the key of its authority" leaf "mx.y.example==$ta" may "sent 250 2.0.0 dane TLS dane-ta"
dane "but another name" site "mx.y.example==$ta" may "deferred 4.7.5 tls dane certificate-host-mismatch name"
dane "that of the destination" site "mx.y.example==$ta" may "sent 250 2.0.0 dane TLS dane-ta" domain:y.example mx-secure:1
dane "for which the DNS does not vouch" site "mx.y.example==$ta" may "deferred 4.7.5 tls dane certificate-host-mismatch name" domain:y.example mx-secure:0
dane "at another base" leaf "mx.y.example=alias.y.example=$ta" may "sent 250 2.0.0 dane TLS dane-ta"
dane "none that is usable" self "mx.y.example==?" may "sent 250 2.0.0 dane TLS self-signed"
dane "none that is usable, and no TLS" - "mx.y.example==?" may "deferred 4.7.4 tls dane starttls-not-supported"
dane "none that is usable, with MTA-STS" self "mx.y.example==?" sts "deferred 4.7.5 tls dane certificate-not-trusted self-signed"
dane "records, and no TLS" - "mx.y.example==$ee" may "deferred 4.7.4 tls dane starttls-not-supported"
dane "no records" self "mx2.y.example==$ee" may "sent 250 2.0.0 may TLS self-signed"
dane "no records, and no TLS" - "" may "sent 250 2.0.0 may none starttls-not-supported"
dane "no records, and MTA-STS" self "" sts "deferred 4.7.5 tls sts certificate-not-trusted self-signed"
dane "no records, and MTA-STS holds" mx "" sts "sent 250 2.0.0 sts TLS pkix"
dane "no records where there must be some" mx "" "" "deferred 4.7.5 tls dane dane-required"
dane "malformed" mx "mx.y.example==3.1.1.x" may "deferred 4.3.5 local dane"
status "DANE" 0 remote-send -a both.pem -e 20 <jobs
while read -r id rest; do
	line=$(grep "^id:$id$tab" out)
	got=
	for l in status code esc class tls-policy tls tls-fail tls-cert; do
		v=$(printf '%s' "$line" | tr '\t' '\n' | sed -n "s/^$l://p" | sed 's/^TLSv1.2,.*/TLS/')
		got="$got${v:+ $v}"
	done
	is "DANE: ${rest#*# }" "${got# }" "${rest% # *}"
done <want
is "the records are told" "$(grep "ev:tls$tab" err | tr '\t' '\n' | grep "^tlsa:3 1 2" | cut -c1-20)" "$(echo "tlsa:$sha512" | tr . ' ' | cut -c1-20)"
port=$(cat site.port)
: >cert-site/log
{
	job m1 tls:dane "tlsa:mx.y.example==$ta" domain:y.example mx-secure:1
	job m2 tls:dane "tlsa:mx.y.example==$ta" domain:y.example mx-secure:1
} >jobs
status "by the destination's name" 0 remote-send -a both.pem -s 1 -e 10 <jobs
is "a connection takes one message" "$(grep -c status:sent out) $(grep -c from cert-site/log)" "2 2"
is "whether the DNS vouches is said" "$(get mx-secure)" 1
port=$(cat self.port)
: >cert-self/log
{
	job m1 tls:dane tls-else:may
	job m2 tls:dane tls-else:may "tlsa:mx.y.example==3.1.1.$(key_of mx)"
	job m3 tls:dane tls-else:may
} >jobs
status "records that came between" 0 remote-send -a both.pem -s 1 -e 10 <jobs
is "are not gone round by a connection that stands" "$(short)" "m1 sent 250 2.0.0 may TLS
m2 deferred 4.7.5 tls dane tlsa-invalid
m3 sent 250 2.0.0 may TLS"

# a session that is lost before EHLO is answered under it is not gone on with; the
# same records in other letters are another demand, which has not failed
cert=self
mx regret -- 'tlsehlo@1=end'
: >out1
after() { wait_for 10 grep -q "id:$1$tab" out1; }
upper="3.1.1.$(key_of self | tr a-f A-F)"
(
	job m1 tls:dane "tlsa:mx.y.example==$ee"; after m1
	job m2 tls:dane "tlsa:mx.y.example==$upper"; after m2
	job m3 tls:dane "tlsa:mx.y.example==$upper" site:two
) | remote-send -m 1 -e 10 >out1 2>err
cp out1 out
is "lost, and sent" "$(short)" "m1 deferred 4.7.5 tls dane validation-failure
m2 sent 250 2.0.0 dane TLS
m3 sent 250 2.0.0 dane TLS"
is "not by what was lost, but by what was good" "$(grep -o ' new \| resumed ' regret/log | tr -d ' \n')" "newnewresumed"
cert=mx

# sessions are resumed, under the same demand only
mx again
: >out1
(
	job m1 tls:may; after m1
	job m2 tls:may site:two; after m2
	job m3 tls:sts; after m3
	job m4 tls:sts site:two; after m4
	job m5 tls:verify tls-names:hostname; after m5
	hosts="mx2.y.example/$port/127.0.0.1" job m6 tls:may; after m6
	job m7 tls:may site:three
) | remote-send -a both.pem -m 1 -e 10 >out1 2>err
cp out1 out
is "all are sent under TLS" "$(grep -c 'status:sent.*tls:TLSv1' out)" 7
is "resumed where nothing else is demanded" "$(sort out | sed -n 's/.*tls:TLSv1.2,[A-Z0-9-]*\(,resumed\)*.*/\1/p' | tr '\n' ' ')" " ,resumed  ,resumed   ,resumed "
is "as the server saw it" "$(grep -c ' resumed ' again/log) $(grep -c ' new ' again/log)" "3 4"
is "the verdict is that of the first time" "$(sort out | sed -n 's/.*tls-cert:\([a-z]*\).*/\1/p' | tr '\n' ' ')" "pkix pkix pkix pkix pkix name pkix "

# memory: an address where TLS did not come about gets no STARTTLS for a while
mx memory -- 'handshake@1=close'
: >out1
(job m1; wait_for 10 grep -q id:m1 out1; job m2 site:other) | remote-send -e 10 >out1 2>err
is "remembered" "$(cp out1 out; short)" "m1 $clear validation-failure
m2 $clear validation-failure"
is "and said" "$(get tls-text 2)" "remembered: handshake: connection closed"
is "three connections, one STARTTLS, one event" "$(grep -c from memory/log) $(grep -c STARTTLS memory/log) $(events)" "3 1 1"
for t in 0 1..1; do
	mx memory$t -- 'handshake@1=close'
	: >out1
	(
		i=0
		until grep -q 'tls:TLSv1' out1 || [ $i = 200 ]; do
			i=$((i + 1))
			job m$i site:s$i
			wait_for 10 grep -q "id:m$i$tab" out1
		done
	) | remote-send -T $t -e 10 >out1 2>err
	is "-T $t: TLS again" "$(grep -c tls:TLSv1 out1)" 1
	clear_n=$(grep -c tls-text:remembered out1)
	[ $t != 0 ] || is "at once" "$clear_n $(wc -l <out1)" "0 2"
	[ $t = 0 ] || ok "after a while" $((clear_n < 1))
done

# lost under TLS
mx lost -- 'dot~<d1@=close' 'dot~<d2@=reset' 'dot~<d3@=hang' 'dot~<d4@=421 4.3.2 bye' 'quit=close'
for i in d1 d2 d3 d4 d5; do job $i site:$i; done >jobs
status "lost at the end" 0 remote-send -s 1 -e 10 -t dot=1 <jobs
is "doubt, where there is" "$(short)" "d1 deferred 4.4.2 dot 1 may TLS
d2 deferred 4.4.2 dot 1 may TLS
d3 deferred 4.4.2 dot 1 may TLS
d4 deferred 421 4.3.2 421 may TLS
d5 sent 250 2.0.0 may TLS"

# LMTP, and a socket in the file system
bg python3 "$tools/fakemx.py" --tls mx.pem --lmtp --unix "$T/lmtp.sock" "$(mkdir lmtp; echo lmtp)"
wait_for 10 [ -e lmtp/port ]
hosts="box/0/$T/lmtp.sock"
{ job a proto:lmtp; job b proto:lmtp tls:must; } >jobs
status "LMTP" 0 remote-send -e 10 <jobs
is "in clear, unless told otherwise" "$(short)" "a sent 250 2.0.0 none none
b sent 250 2.0.0 must TLS"

for bad in '-T x' '-T 5..x' '-T 2d' '-t tls=x' '-t starttls=2d'; do
	# shellcheck disable=SC2086
	status "usage: $bad" 100 remote-send $bad </dev/null
done
status "as long as it may be" 0 remote-send -T 1..1d -t tls=1d -t starttls=1d </dev/null
done_testing
