#!/bin/sh
# DMARC of a From field that only lenient readers can read: mail-auth with a
# domain that asks for reject.  What might be shown as from there is refused;
# honest mail passes, however old its program is.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir conf
echo mx.test >conf/me
printf 'dmarc-reject reject\ndmarc-quarantine tag\nexcept lax.test\n' >conf/auth
conf-build conf; ok "a configuration" $?
cat >zone.json <<'X2'
{"_dmarc.bank.test": {"TXT": ["v=DMARC1; p=reject"]}, "bank.test": {"TXT": ["v=spf1 ip4:192.0.2.7 -all"], "A": "192.0.2.7"},
 "_dmarc.xn--bnk-qla.test": {"TXT": ["v=DMARC1; p=reject"]},
 "_dmarc.soso.test": {"TXT": ["v=DMARC1; p=quarantine"]},
 "_dmarc.lax.test": {"TXT": ["v=DMARC1; p=reject"]},
 "junk.test": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]}}
X2
fake_dns zone.json
# name FROM: for the test's own output
name() { printf '%s' "$1" | tr '\\' '/'; }
# judge IP SENDER <message
judge() { mail-auth -C conf -r "$dns" -i "$1" -f "$2" -h h.junk.test >out 2>err; }
# refused BYTES...: the forged From, as printf has it
refused() {
	printf 'From: %b\nSubject: x\n\nhi\n' "$1" | judge 192.0.2.1 a@junk.test
	is "refused: $(name "$1")" "$?" 100
	grep -q 'dmarc=pass' out; is "  and does not pass" "$?" 1
}
refused 'The Boss <boss@bank.test>'
for from in 'boss@bank.test.' '<boss@bank.test.>' 'big..boss@bank.test' '.boss@bank.test' 'boss.@bank.test' \
    'The Boss boss@bank.test' '<x@junk.test> <boss@bank.test>' 'boss@bank.test, x@junk.test' \
    'x@junk.test, boss@bank.test' 'g: x@junk.test, boss@bank.test;' '"The Boss <boss@bank.test>' \
    '<x@junk.test>boss@bank.test' '<x@junk.test> boss@bank.test' '<x@junk.test> "boss@bank.test"' \
    'boss@bank.test <x@junk.test>' 'boss@bank.test: x@junk.test;' '<@bank.test:x@junk.test>' \
    '<boss@bank.test' 'Boss <boss@bank.test (x) <x@junk.test>' '<<boss@bank.test>>' 'boss@@bank.test' \
    'boss@bank..test' 'boss@"bank.test"' 'boss@ bank\n . test, <' '(x@junk.test boss@bank.test' \
    '=?utf-8?q?boss=40bank.test?=' '=?utf-8?b?Ym9zc0BiYW5rLnRlc3Q=?=' '=?utf-8?q?boss=40bank.test=00?=@junk.test' \
    '"boss@bank.test\0001" <x@junk.test>' '"boss@bank.test\0000" <x@junk.test>' 'boss@ba\0001nk.test' \
    'boss\0357\0274\0240bank.test' 'boss@bank\0343\0200\0202test' 'boss@b\0303\0244nk.test' \
    '<x@junk.test> boss@b\0303\0244nk.test' 'x@junk.test\nFrom: boss@bank.test' \
    'boss@bank.test\nX: y\nno field\nfrom : x@junk.test' '\nFrom: boss@bank.test' \
    'a@1.b b@2.b c@3.b d@4.b e@5.b f@6.b g@7.b h@8.b i@9.b'; do
	refused "$from"
done
like "who asked for it is told" "$(printf 'From: boss@bank.test.\n\nhi\n' | judge 192.0.2.1 a@junk.test; cat err)" \
    '5\.7\.1 no domain in From, and bank\.test asks to reject what is not its own'
like "and in the log" "$(grep ev:verdict err)" \
    'header-from:	.*dmarc:permerror	reason:no domain in From	mentioned:bank\.test	policy:reject	dmarc-domain:bank\.test	disposition:reject'
# passed WORD FROM [IP SENDER]: what is not refused, and how it is judged
passed() {
	printf 'From: %b\nSubject: x\n\nhi\n' "$2" | judge "${3:-192.0.2.1}" "${4:-a@junk.test}"
	is "taken: $(name "$2")" "$?" 0
	is "  dmarc=$1" "$(tr -d '\n' <out | grep -o 'dmarc=[a-z]*')" "dmarc=$1"
}
for from in 'X <x@junk.test>' 'x@junk.test' '"boss@bank.test" <x@junk.test>' 'J. R. Boss <x@junk.test>' \
    '"Boss <boss@bank.test> via List" <x@junk.test>' '=?utf-8?q?boss=40bank.test?= <x@junk.test>' \
    'J\0366rg <x@junk.test>' 'J\0303\0266rg <x@junk.test>' 'x@junk.test (The Boss)' 'x@junk.test <x@junk.test>' \
    '[News] the: Boss <x@junk.test>' 'us: x@junk.test, y@junk.test;'; do
	passed none "$from"
done
passed pass 'boss@bank.test' 192.0.2.7 boss@bank.test
# none that is strictly one, of who is proven to have sent it
for from in 'boss@bank.test.' 'big..boss@bank.test' 'Boss, The <boss@bank.test>'; do
	passed permerror "$from" 192.0.2.7 boss@bank.test
done
passed permerror 'x@soso.test.'
like "a milder policy, too" "$(cat out)" 'dmarc=permerror \(p=quarantine dis=quarantine\)$'
passed permerror 'x@lax.test.'
refused 'boss@bank.test, x@lax.test'
passed permerror 'nobody'
passed permerror ''
# the sender as people have it before them
printf 'From: a@bank.test\n\nhi\n' | judge 192.0.2.7 '<a@bank.test>'
like "mail-auth -f '<a@b>'" "$(cat out)" 'spf=pass smtp.mailfrom=a@bank.test;'
like "spf-check -f '<a@b>'" "$(spf-check -r "$dns" -i 192.0.2.7 -f '<a@bank.test>')" '^pass'
like "dmarc-check -f '<a@b>'" "$(dmarc-check -r "$dns" -s bank.test -f '<a@bank.test>')" '^pass.*reject'
echo 'sender resolve reject' >conf/clients; conf-build conf
like "client-check -f '<a@b>'" "$(client-check -C conf -r "$dns" -i 192.0.2.7 -f '<a@bank.test>')" '^pass.*nothing against it'
echo 'from:a@bank.test add:"X-Rule: yes"' >conf/fix; conf-build conf
like "mail-fix -f '<a@b>'" "$(printf 'Subject: x\n\nhi\n' | mail-fix -C conf -f '<a@bank.test>')" '^X-Rule: yes'
echo 'dmarc-permerror reject' >>conf/auth; conf-build conf
printf 'Subject: x\n\nhi\n' | judge 192.0.2.1 a@junk.test
is "an action for all of them" "$?" 100
like "says why" "$(cat err)" '5\.7\.1 no From \(DMARC\)'
printf 'From: boss@bank.test.\n\nhi\n' | judge 192.0.2.7 boss@bank.test
is "also for who is proven" "$?" 100
sed -i 's/^dmarc-permerror.*/dmarc-permerror report/' conf/auth; conf-build conf
printf 'From: boss@bank.test.\n\nhi\n' | judge 192.0.2.1 a@junk.test
is "or none" "$?" 0
done_testing
