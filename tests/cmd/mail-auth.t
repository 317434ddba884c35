#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
# RFC 8463 appendix A.3: one message, signed with ed25519
printf '%s\n' 'DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;' \
 ' d=football.example.com; i=@football.example.com;' \
 ' q=dns/txt; s=brisbane; t=1528637909; h=from : to :' \
 ' subject : date : message-id : from : subject : date;' \
 ' bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;' \
 ' b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus' \
 ' Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==' \
 'From: Joe SixPack <joe@football.example.com>' \
 'To: Suzie Q <suzie@shopping.example.net>' \
 'Subject: Is dinner ready?' \
 'Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)' \
 'Message-ID: <20030712040037.46341.5F8J@football.example.com>' '' \
 'Hi.' '' 'We lost the game.  Are you hungry yet?' '' 'Joe.' >good
sed 's/hungry/angry/' good >broken
printf 'From: Ann <ann@example.org>\nSubject: x\n\nhi\n' >plain
cat >zone.json <<'X'
{"brisbane._domainkey.football.example.com": {"TXT": ["v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="]},
 "_dmarc.example.com": {"TXT": ["v=DMARC1; p=reject; sp=quarantine; rua=mailto:d@example.com"]},
 "football.example.com": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]},
 "example.org": {"TXT": ["v=spf1 ip4:192.0.2.1 ip6:2001:db8::1 -all"], "A": "192.0.2.1"},
 "_dmarc.example.org": {"TXT": ["v=DMARC1; p=reject"]},
 "_dmarc.testing.example": {"TXT": ["v=DMARC1; p=reject; t=y"]},
 "_dmarc.none.example": {"TXT": ["v=DMARC1; p=none"]},
 "silent.example": "TIMEOUT", "_dmarc.silent.example": "TIMEOUT",
 "_dmarc.mute.example": {"TXT": ["v=DMARC1; p=reject"]},
 "mute.example": {"TXT": "SERVFAIL"},
 "x._domainkey.mute.example": "SERVFAIL",
 "1.2.0.192.in-addr.arpa": {"PTR": ["mx.example.org"]}, "mx.example.org": {"A": "192.0.2.1"},
 "2.2.0.192.in-addr.arpa": {"PTR": ["mx.example.org"]},
 "3.2.0.192.in-addr.arpa": "SERVFAIL"}
X
fake_dns zone.json
auth="mail-auth -n me.example -r $dns"
# field MESSAGE OPTION...: the new field on one line, blanks between
field() { f=$1; shift; $auth "$@" <"$f" | awk '/^[^ \t]/ && NR > 1 { off = 1 } !off' | tr -s '\n\t ' '   ' | sed 's/ $//'; }

is "everything good" "$(field good -i 192.0.2.1 -f joe@football.example.com -h mx.example.org -t 1600000000)" \
    "Authentication-Results: me.example; spf=pass smtp.mailfrom=joe@football.example.com; dkim=pass header.d=football.example.com header.i=@football.example.com header.s=brisbane header.a=ed25519-sha256 header.b=\"/gCrinpc\"; dmarc=pass (p=quarantine dis=none) header.from=football.example.com polrec.p=reject polrec.domain=example.com; arc=none smtp.remote-ip=192.0.2.1; iprev=pass (mx.example.org) policy.iprev=192.0.2.1"
out=$(field broken -i 192.0.2.2 -f joe@football.example.com -h mx.example.org)
like "everything bad: spf" "$out" '; spf=fail reason=".*" smtp.mailfrom=joe@football.example.com;'
like "dkim" "$out" '; dkim=fail reason="the body hash differs" header.d=football.example.com '
like "dmarc" "$out" '; dmarc=fail \(p=quarantine dis=none\) reason=".*" header.from=football.example.com polrec.p=reject polrec.domain=example.com;'
like "iprev" "$out" '; iprev=fail policy.iprev=192.0.2.2$'
like "the empty sender: HELO" "$(field plain -i 192.0.2.1 -f '' -h example.org)" \
    'spf=pass smtp.helo=example.org;.* dmarc=pass '
like "IPv6" "$(field plain -i 2001:db8::1 -f a@example.org)" \
    'spf=pass .*smtp.remote-ip="2001:db8::1"; iprev=permerror policy.iprev="2001:db8::1"'
is "no client: what the message says" "$(field plain -f a@example.org)" \
    'Authentication-Results: me.example; dkim=none; dmarc=fail (p=reject dis=none) reason="neither DKIM nor SPF passed" header.from=example.org polrec.p=reject; arc=none'
like "nobody's policy" "$(printf 'From: a@nothing.example\n\n' >m; field m -i 192.0.2.1 -f a@nothing.example)" \
    'spf=none .*dmarc=none reason="[^"]*" header.from=nothing.example;'
like "the DNS fails for the client's name" "$(field plain -i 192.0.2.3)" 'iprev=temperror'
like "testing" "$(printf 'From: a@testing.example\n\n' >m; field m)" 'dmarc=fail \(p=reject t=y dis=none\)'

# From
for c in 'several From:From: a@example.org\nFrom: a@example.org\n' \
    'no From:Subject: x\n' 'no domain in From:From: undisclosed:;\n' \
    'several domains in From:From: a@example.org, b@example.com\n'; do
	# shellcheck disable=SC2059
	printf "${c#*:}\n" >m
	like "${c%%:*}" "$(field m)" "; dmarc=permerror reason=\"${c%%:*}\";"
done
printf 'From: a@EXAMPLE.org, "b@x" <b@example.org>\n\n' >m
like "two of one domain" "$(field m)" "; dmarc=fail .*header.from=example.org"

# who could not be asked might have vouched; a stranger could not
printf 'From: a@mute.example\n\n' >m
like "SPF of the domain is unknown" "$(field m -i 192.0.2.1 -f a@mute.example)" \
    '; spf=temperror .*; dmarc=temperror \(p=reject dis=none\) reason="SPF or DKIM of the domain is unknown"'
like "SPF of another is unknown" "$(field plain -i 192.0.2.2 -f a@mute.example)" \
    '; spf=temperror .*; dmarc=fail '
sig='DKIM-Signature: v=1; a=ed25519-sha256; d=mute.example; s=x; h=from; bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=; b=AAAA'
{ echo "$sig"; sed 1q m; sed '1,/^$/d' good | sed '1s/^/\n/'; } >n
like "a key of the domain is unknown" "$(field n)" '; dkim=temperror .*; dmarc=temperror '
{ echo "$sig"; sed 1q plain; sed '1,/^$/d' good | sed '1s/^/\n/'; } >n
like "a key of another is unknown" "$(field n)" '; dkim=temperror .*; dmarc=fail '

# the field is ours
cat >forged <<'X'
Authentication-Results: ME.Example; spf=pass
Received: a;
	b
Authentication-Results: (c) "me.example" 1;
 dkim=pass
no field
Authentication-Results: you.example; dkim=pass
 header.d=x
AUTHENTICATION-RESULTS : me.example.
X-Authentication-Results: me.example; none
Authentication-Results: (me.example; spf=pass

Authentication-Results: me.example; in the body
X
$auth <forged >out
sed '1,/^	arc=none$/d' out >rest
is "those in our name are gone, the rest stays" "$(cat rest)" "Received: a;
	b
no field
Authentication-Results: you.example; dkim=pass
 header.d=x
X-Authentication-Results: me.example; none

Authentication-Results: me.example; in the body"
sed 's/$/\r/' good >crlf
$auth <crlf >out
is "CRLF stays CRLF" "$(grep -c "$(printf '\r')$" out)" "$(wc -l <out)"
tail -n +5 out | cmp -s - crlf || { sed '1,/arc=none/d' out | cmp -s - crlf; }
ok "and all that came is as it was" $?
printf 'Subject: x' | $auth | sed '1,/arc=none/d' >out
is "no line end, no body" "$(cat out)" "Subject: x"
: | $auth >out; is "nothing at all" "$(sed 1q out)" "Authentication-Results: me.example;"
is "a name in capitals" "$(mail-auth -n ME.Example -r "$dns" <forged | sed '/^$/q' | grep -ci '^authentication-results: *me.example')" 1
mkdir conf; echo mx.example.net >conf/me; echo "$dns" | sed 's/^/# x\n/' >conf/resolver
is "the name and the resolver of a configuration" "$(mail-auth -C conf -i 192.0.2.1 -f a@example.org <plain | head -2 | tr -d '\n')" \
    "Authentication-Results: mx.example.net;${tab}spf=pass smtp.mailfrom=a@example.org;"

# DNS that is silent: in time, and nothing is refused
printf 'From: a@silent.example\n\nx\n' >m
start=$(date +%s)
out=$(field m -w 1 -i 192.0.2.1 -f a@silent.example)
[ $(($(date +%s) - start)) -le 4 ]; ok "a silent name server: it ends in time" $?
like "temperror" "$out" '; spf=temperror .*; dmarc=temperror .*; iprev=(pass|temperror) '

# several signatures
{ sed '/^From:/,$d' good; sed '/^From:/,$d' broken | sed 's/b=.g/b=BB/'; cat good; } >m
is "one each" "$(field m | grep -o 'dkim=[a-z]*' | tr '\n' ' ')" "dkim=pass dkim=fail dkim=pass "
i=0; while [ $i -lt 21 ]; do echo "$sig" | sed "s/s=x/s=x$i/"; i=$((i + 1)); done >m; cat plain >>m
is "at most 20, the rest is said" "$(field m | grep -o 'dkim=[a-z]* reason="1 more signatures"\|dkim=[a-z]*' | sort | uniq -c | sed 's/^ *//' | tail -1)" '1 dkim=policy reason="1 more signatures"'

# ---- the link ----
# parcel MESSAGE LINE...: one on stdout
parcel() { m=$1; shift; { printf '%s\n' "$@"; echo; cat "$m"; } >content; printf '%d:' "$(wc -c <content)"; cat content; printf ,; }
mkdir next
chain() { rm -f next/*; $auth "$@" python3 "$top/tests/tools/fakeinject.py" next "${answers:-K}" 2>err; }
from="from joe@football.example.com" to="to b@shopping.example.net" client="client 192.0.2.1"
is "a receipt" "$(parcel good "$from" "$to" "$client" "helo mx" "spf fail" "tenant t" | chain)" "9:Kfake0001,"
is "the words in the envelope" "$(cat next/1.env)" "$from
$to
$client
helo mx
tenant t
spf pass
dkim pass
dmarc pass
arc none
iprev pass"
is "the field in front" "$(sed 1q next/1.msg)" "Authentication-Results: me.example;"
sed '1,/iprev=/d' next/1.msg | cmp -s - good; ok "then what came" $?
is "the event" "$(tr '\t' '\n' <err | grep -v ^ts:)" "ev:verdict
prog:mail-auth
id:fake0001
client:192.0.2.1
from:joe@football.example.com
helo:mx
to-domain:shopping.example.net
header-from:football.example.com
spf:pass
spf-domain:football.example.com
spf-scope:mfrom
iprev:pass
dkim:pass:football.example.com:brisbane
arc:none
dmarc:pass
policy:quarantine
dmarc-domain:example.com
p:reject
sp:quarantine
np:quarantine
adkim:r
aspf:r
testing:n
rua:mailto:d@example.com
dkim-aligned:pass
spf-aligned:pass
disposition:none"
is "from inside" "$(parcel plain "$from" "$to" "origin inside" "$client" | chain)" "9:Kfake0001,"
cmp -s plain next/1.msg; ok "passes as it is" $?
is "with -a" "$(parcel plain "$from" "$to" "origin inside" "$client" | chain -a)" "9:Kfake0001,"
is "it is judged, too" "$(sed 1q next/1.msg)" "Authentication-Results: me.example;"
is "other keys stay" "$(grep -c '^origin inside' next/1.env)" 1
answers=ZDK
is "the next link's receipts" "$({ parcel plain "$from"; parcel plain "$from"; parcel plain "$from"; } | chain | tr ',' '\n' | sort)" \
    "14:D5.7.1 refused
20:Z4.3.1 queue is full
9:Kfake0003"
is "an event for what is in the queue" "$(grep -c ev:verdict err)" 1
answers=X
out=$({ parcel plain "$from"; parcel plain "$from"; } | chain; echo "$?")
like "the next link ends" "$out" '111$'
answers=K

# a slow domain: those behind it are judged meanwhile
{ parcel plain "from a@silent.example" "$client"; parcel plain "from a@example.org" "$client"; } |
	chain -w 2 >out
is "receipts in order" "$(tr ',' '\n' <out | tr -d '\n' | wc -c)" 22
is "both are there" "$(cat next/*.env | grep -c '^spf ')" 2

# what is done with mail that fails
rules() { printf '%s\n' "$@" >conf/auth; conf-build conf || exit 1; }
fails() { parcel "${1:-plain}" "from x@example.net" "to b@c" "client 192.0.2.2" "helo h" | chain -C conf; }
is "by default it passes" "$(fails)" "9:Kfake0001,"
like "and is reported" "$(cat err)" "dmarc:fail.*disposition:none"
rules 'dmarc-reject reject' 'dmarc-quarantine tag'
is "reject" "$(fails)" "75:D5.7.1 this is not from example.org, which asks to reject such mail (DMARC),"
is "the next link does not see it" "$(ls next)" ""
like "an event without id" "$(cat err)" "prog:mail-auth${tab}client:192.0.2.2.*disposition:reject"
mail-auth -C conf -i 192.0.2.2 -f a@example.org <plain >out 2>err
is "the same by hand" "$?,$(wc -c <out)" 100,0
like "says why" "$(cat err)" "5.7.1 this is not from example.org"
printf 'From: a@testing.example\n\n' >m
is "testing: one step milder" "$(fails m)" "9:Kfake0001,"
is "is tagged" "$(grep ^tag next/1.env)" "tag dmarc=quarantine"
is "and says so" "$(grep -c 'p=reject t=y dis=quarantine' next/1.msg)" 1
printf 'From: a@none.example\n\n' >m
is "no policy to apply" "$(fails m),$(grep -c ^tag next/1.env)" "9:Kfake0001,,0"
rules 'dmarc-reject hold' 'hold 1h'
is "hold" "$(fails)" "9:Kfake0001,"
is "with its tag" "$(grep ^tag next/1.env)" "tag dmarc=reject"
until=$(sed -n 's/^hold-until //p' next/1.env)
[ "$until" -gt $(($(date +%s) + 3500)) ] && [ "$until" -le $(($(date +%s) + 3600)) ]
ok "for an hour" $?
# a flood of what is refused is a few lines, and each counts in a report
rules 'dmarc-reject reject'
for i in $(seq 1 300); do
	parcel plain "from x$i@example.net" "to b@c" "client 192.0.2.2" "helo h$i"
done >flood
parcel plain "from x@example.net" "to b@c" "client 192.0.2.3" "helo h" >>flood
is "a flood is refused" "$(chain -C conf <flood | tr ',' '\n' | grep -c D5.7.1)" 301
is "and told in three lines" "$(grep -c ev:verdict err) $(grep -o 'count:[0-9]*' err)" "3 count:299"
is "which a report adds up" "$(sed 's/rua:/rua:mailto:d@example.org/' err >log; dmarc-report -d example.org -o Me -m a@b.example log | grep -o '<count>[0-9]*')" "<count>300
<count>1"
rules 'dmarc-reject reject' 'except example.org'
is "an exception" "$(fails)" "9:Kfake0001,"
like "is reported" "$(cat err)" "disposition:none${tab}override:local_policy"
rules 'dmarc-reject tag'
is "a milder policy of ours" "$(fails)" "9:Kfake0001,"
like "is an override" "$(cat err)" "disposition:quarantine${tab}override:local_policy"
rules 'dmarc-reject reject'
printf 'From: a@mute.example\n\n' >m
is "temperror is never refused" "$(parcel m "from a@mute.example" "$client" | chain -C conf)" "9:Kfake0001,"
rm conf/auth.cdb
status "a text without table" 111 mail-auth -C conf cat </dev/null

# a header that is too long: forged fields could stand behind what is read
{ echo 'From: a@example.org'; head -c 1100000 /dev/zero | tr '\0' x | fold -w 900 | sed 's/^/X: /'; echo; echo hi; } >long
is "a header that is too long" "$(parcel long "$from" | chain)" "22:D5.6.0 header too long,"
is "from inside it passes" "$(parcel long "$from" "origin inside" | chain)" "9:Kfake0001,"

status "bad option" 100 mail-auth -x
status "bad resolver" 100 mail-auth -r host
status "bad deadline" 100 mail-auth -w 0
status "deadline at the limit" 0 mail-auth -w 600 -r "$dns" </dev/null
status "one above" 100 mail-auth -w 601
status "an envelope for a link" 100 mail-auth -i 192.0.2.1 cat
status "no name" 100 mail-auth -n 'a b'
status "no next link" 111 mail-auth -n me no-such-program </dev/null
status "next link: bad usage" 100 mail-auth -n me answer </dev/null
$auth <plain >/dev/full 2>err
is "/dev/full" $? 111
$auth <&- >out 2>err
is "0 closed" $? 111
$auth <plain >&- 2>err
is "1 closed" $? 111
done_testing
