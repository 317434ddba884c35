#!/bin/sh
# The whole receiving chain: smtp-recv, mail-auth, queue-inject, with a name
# server of our own and mail by swaks.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
mkdir conf keys
echo mx.test >conf/me
echo local.test >conf/local
echo 127.0.0.9:allow,RELAYCLIENT=\"\" >conf/relay
printf '%s\n' 'dmarc-reject reject' 'dmarc-quarantine tag' >conf/auth
conf-build conf; ok "a configuration" $?
queue-check -i q >/dev/null; ok "a queue" $?
openssl genrsa -traditional -out keys/rsa 2048 2>/dev/null
chmod go-rwx keys/rsa
cat >zone.json <<X
{"s._domainkey.good.example": {"TXT": ["v=DKIM1; k=rsa; p=$(openssl rsa -in keys/rsa -pubout -outform DER 2>/dev/null | base64 -w0)"]},
 "good.example": {"TXT": ["v=spf1 ip4:127.0.0.1 -all"], "A": "127.0.0.1"},
 "_dmarc.good.example": {"TXT": ["v=DMARC1; p=reject"]},
 "bad.example": {"TXT": ["v=spf1 -all"]},
 "_dmarc.bad.example": {"TXT": ["v=DMARC1; p=reject"]},
 "_dmarc.soso.example": {"TXT": ["v=DMARC1; p=quarantine"]},
 "slow.example": "TIMEOUT", "_dmarc.slow.example": "TIMEOUT", "s._domainkey.slow.example": "TIMEOUT",
 "slower.example": "TIMEOUT", "1.0.0.127.in-addr.arpa": {"PTR": ["good.example"]}}
X
fake_dns zone.json
port=$(free_port)
bg smtp-recv -C conf -l "127.0.0.1:$port" mail-auth -C conf -r "$dns" -w 4 queue-inject q 2>log
up() { swaks --silent 3 --server "127.0.0.1:$port" --quit-after CONNECT; }
wait_for 10 up; ok "the chain is up" $?
# send MESSAGE-FILE FROM [OPTION...]: the last reply in $reply
send() {
	m=$1 f=$2; shift 2
	reply=$(swaks --timeout 20 --server "127.0.0.1:$port" --from "$f" --to user@local.test --ehlo good.example \
	    --data "@$m" --suppress-data "$@" 2>&1 | sed -n '/ lines sent/,$s/^<[-*~]* *\([245][0-9][0-9] .*\)/\1/p' | head -1)
	id=${reply##* }
	file=$(find q -type f -name "$id")
}
message() { sed '1,/^$/d' "$file"; }
field() { message | awk '/^[^ \t]/ && n++ > 0 { off = 1 } !off' | tr -s '\n\t\r ' '    ' | sed 's/ $//'; }
label() { grep "ev:$1.*id:$id" log | tr '\t' '\n' | sed -n "s/^$2://p"; }

printf 'From: Ann <ann@good.example>\r\nTo: user@local.test\r\nSubject: x\r\n\r\nhi\r\n' >plain
send plain ann@good.example
like "accepted" "$reply" '^250 .*ok'
out=$(field)
like "SPF and DMARC pass" "$out" '^Authentication-Results: mx.test; spf=pass smtp.mailfrom=ann@good.example; dkim=none; dmarc=pass \(p=reject dis=none\) header.from=good.example polrec.p=reject; arc=none smtp.remote-ip=127.0.0.1; iprev=pass \(good.example\) policy.iprev=127.0.0.1$'
is "the labels of accepted" "$(for l in spf dkim dmarc arc iprev; do label accepted $l; done | tr '\n' ' ')" "pass none pass none pass "
is "the event verdict" "$(for l in to-domain header-from spf-scope dmarc disposition; do label verdict $l; done | tr '\n' ' ')" "local.test good.example mfrom pass none "
is "the job's labels" "$(sed -n '/^spf \|^dmarc /p' "$file" | tr '\n' ' ')" "spf pass dmarc pass "

# fails
sed 's/good/bad/' plain >m
send m ann@bad.example
is "a policy that is enforced" "$reply" "554 5.7.1 this is not from bad.example, which asks to reject such mail (DMARC)"
like "in the log" "$(grep ev:rejected log)" "from:ann@bad.example.*esc:5.7.1"
like "and as a verdict" "$(grep 'ev:verdict.*disposition:reject' log)" "client:127.0.0.1.*header-from:bad.example.*spf:fail.*dmarc:fail"
sed 's/good/soso/' plain >m
send m ann@good.example
like "quarantine" "$reply" '^250'
like "is tagged" "$(sed '/^$/q' "$file")" '^tag dmarc=quarantine$'
is "in the log, too" "$(label accepted tag)" "dmarc=quarantine"
is "and as a verdict" "$(label verdict disposition)" quarantine

# who says he is us
{ printf 'Authentication-Results: MX.test;\r\n dmarc=pass header.from=bank.example\r\n'
  printf 'Authentication-Results: "mx.test" 1; spf=pass\r\nAuthentication-Results: other.test; spf=pass\r\n'; cat plain; } >m
send m ann@good.example
is "forged fields" "$(message | tr -d '\r' | sed '/^$/q' | grep -c '^Authentication-Results: [^o]')" 1
is "go, others stay" "$(message | tr -d '\r' | grep -c '^Authentication-Results: other.test; spf=pass$')" 1

# sign AUTHOR DOMAIN...: by each of them
sign() {
	author=$1; shift
	for d; do echo "$author domain=$d selector=s key=rsa canon=relaxed/simple foreign=yes"; done >signers
	dkim-sign -K keys -k signers
}
sign good.example good.example <plain >m
send m ann@elsewhere.example
like "a signature" "$(field)" 'dkim=pass \(2048-bit key\) header.d=good.example header.s=s header.a=rsa-sha256 header.b=[^ ]*; dmarc=pass '
sign good.example good.example other.example <plain >m
send m ann@elsewhere.example
is "two" "$(field | grep -o 'dkim=[a-z]*' | tr '\n' ' ')" "dkim=pass dkim=permerror "
is "each is in the event" "$(label verdict dkim)" "pass:good.example:s,permerror:other.example:s"
is "the best is the label" "$(label accepted dkim)" pass
sign good.example good.example <plain | sed 's/^hi/ho/' >m
send m ann@elsewhere.example
is "a broken one, and no SPF" "$reply" "554 5.7.1 this is not from good.example, which asks to reject such mail (DMARC)"
printf 'From: a@slow.example\r\n\r\nhi\r\n' | sign slow.example slow.example >m
start=$(date +%s)
send m a@slow.example
like "a name server that is silent" "$reply" '^250'
[ $(($(date +%s) - start)) -le 8 ]; ok "in time" $?
like "temperror" "$(field)" 'spf=temperror .* dkim=temperror .* dmarc=temperror '

# a chain that somebody sealed
sed 's/good/bad/' plain | arc-seal -K keys -f rsa -d good.example -S s -n good.example -r "$dns" >m
send m ann@bad.example
like "sealed by anybody" "$reply" '^554 5.7.1 '
printf '%s\n' 'dmarc-reject reject' 'dmarc-quarantine tag' 'trust good.example' >conf/auth
conf-build conf
through() { send m ann@bad.example; case $reply in 250*) ;; *) return 1 ;; esac; }
wait_for 5 through; ok "sealed by somebody we trust: the new table is in force" $?
like "arc" "$(field)" 'dmarc=fail \(p=reject dis=none\) .* arc=pass \(i=1, sealed by good.example\) smtp.remote-ip=127.0.0.1;'
is "is said" "$(label verdict override),$(label accepted arc)" "trusted_forwarder: arc=pass,pass"

# our own people
send plain ann@bad.example --local-interface 127.0.0.9
like "who may relay" "$reply" '^250'
is "is not judged" "$(message | grep -c '^Authentication-Results')" 0

# the last link is killed while a message is being judged
child() { ps -o stat=,pid= --ppid "$1" | awk '$1 !~ /^Z/ { print $2; exit }'; }
# smtp-recv starts its next links by a process of its own
starter=$(child "$bg_pid")
auth=$(child "$starter") inject=$(child "$auth")
printf 'From: a@slower.example\r\n\r\nhi\r\n' >m
(send m a@slower.example; echo "$reply" >reply) &
wait_for 5 grep -q '^slower.example' dns.log; ok "a message is on its way" $?
kill -9 "$inject"
wait $!
like "it is put off" "$(cat reply)" '^4[0-9][0-9] '
again() { send plain ann@good.example; case $reply in 250*) ;; *) return 1 ;; esac; }
wait_for 10 again; ok "the chain is there again" $?
is "by the same" "$(child "$bg_pid")" "$starter"
[ "$(child "$starter")" != "$auth" ]; ok "of new processes" $?
done_testing
