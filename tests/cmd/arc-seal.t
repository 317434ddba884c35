#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
mkdir keys
openssl genrsa -out keys/rsa 1024 2>/dev/null
openssl genrsa -out keys/other 1024 2>/dev/null
openssl genpkey -algorithm ed25519 -out keys/ed 2>/dev/null
chmod -R go-rwx keys
pub() { openssl pkey -in "keys/$1" -pubout -outform DER | tail -c "${2:-+1}" | base64 -w0; }
cat >zone.json <<X
{"r._domainkey.example.org": {"TXT": ["v=DKIM1; k=rsa; p=$(pub rsa)"]},
 "e._domainkey.example.org": {"TXT": ["v=DKIM1; k=ed25519; p=$(pub ed 32)"]},
 "o._domainkey.example.net": {"TXT": ["v=DKIM1; p=$(pub other)"]},
 "away._domainkey.example.org": "SERVFAIL"}
X
fake_dns zone.json
common="-K keys -n me.example -r $dns"
seal="arc-seal $common -d example.org -S r -f rsa"
cv() { arc-verify -r "$dns" | cut -f 1; }
field() { awk -v f="$1:" 'index($0, f) == 1 { on = 1; print; next } /^[^ \t]/ || /^$/ { on = 0 } on' | tr -s '\n\t ' '   ' | sed 's/ $//'; }

printf '%s\n' 'Authentication-Results: me.example;' '	spf=pass smtp.mailfrom=a@b;' \
    '	dkim=none' 'Authentication-Results: you.example; spf=fail' \
    'From: a@example.org' 'To: b@example.net' 'Subject: x' '' 'hello' >plain
$seal -t 1700000000 <plain >one
is "the first set: results" "$(field ARC-Authentication-Results <one)" \
    "ARC-Authentication-Results: i=1; me.example; spf=pass smtp.mailfrom=a@b; dkim=none"
like "the message" "$(field ARC-Message-Signature <one)" \
    '^ARC-Message-Signature: a=rsa-sha256; b=[A-Za-z0-9+/]*=*; bh=[A-Za-z0-9+/]*=; c=relaxed/relaxed; d=example.org; h=from:from:to:to:cc:subject:subject:date:[a-z:-]*; i=1; s=r; t=1700000000$'
like "the seal" "$(field ARC-Seal <one)" \
    '^ARC-Seal: a=rsa-sha256; b=[A-Za-z0-9+/]*=*; cv=none; d=example.org; i=1; s=r; t=1700000000$'
is "what came follows" "$(tail -n "$(wc -l <plain)" one)" "$(cat plain)"
is "it verifies" "$(cv <one)" pass
is "results and ARC fields are not signed" "$(field ARC-Message-Signature <one | grep -ciE 'authentication-results|arc-seal:|h=[^;]*arc-')" 0
$seal <one >two
is "the second set" "$(field ARC-Seal <two | grep -o 'cv=[a-z]*; d=example.org; i=[0-9]*' | tr '\n' ' ')" "cv=pass; d=example.org; i=2 cv=none; d=example.org; i=1 "
is "it verifies, too" "$(cv <two)" pass
arc-seal $common -d example.org -S e -f ed -A ed25519-sha256 <two >three
is "ed25519" "$(cv <three)" pass
is "another domain" "$(arc-seal $common -d example.net -S o -f other <three | cv)" pass
$seal -h 'from:subject:x-not-there' <plain >out
is "names that are said" "$(field ARC-Message-Signature <out | grep -o ' h=[^;]*')" " h=from:subject:x-not-there"
is "and hold" "$(cv <out)" pass
is "an added field that is signed as missing" "$({ echo 'X-Not-There: y'; cat out; } | cv)" fail
sed 's/$/\r/' plain | $seal >out
is "CRLF" "$(grep -c "$(printf '\r')$" out)" "$(wc -l <out)"
is "verifies" "$(cv <out)" pass

# chains that do not hold
sed 's/hello/hallo/' two | $seal >broken
is "a body that changed: cv=fail" "$(field ARC-Seal <broken | grep -o 'cv=[a-z]*' | tr '\n' ' ')" "cv=fail cv=pass cv=none "
is "the new seal is over the new set" "$(cv <broken)" fail
$seal <broken >out
cmp -s broken out; ok "a chain that has failed is not continued" $?
sed '/^ARC-Seal/,/^ARC-M/{/^ARC-M/!d;}' two | sed 's/i=1; me/i=7; me/' | $seal | field ARC-Seal >out
like "sets that are not whole" "$(cat out)" 'cv=fail; d=example.org; i=8'
sed 's/s=r;/s=away;/' one | $seal >out 2>err
is "the DNS does not answer: not continued" "$(grep -c '^ARC-Seal' out)" 1
like "and said" "$(cat err)" 'arc-seal: warning: a chain of 1 sets is not continued: '
{ echo 'ARC-Seal: i=50; cv=pass; b=x'; cat plain; } >m
$seal <m | cmp -s - m; ok "50 sets" $?
{ echo 'no field'; cat plain; } >m
$seal <m | cmp -s - m; ok "a line that is no field" $?

# several fields of results
{ echo 'Authentication-Results: (x) ME.example 1; dmarc=pass;'; echo 'Authentication-Results: me.example; none'; cat plain; } |
	$seal | field ARC-Authentication-Results >out
is "are put together" "$(cat out)" "ARC-Authentication-Results: i=1; me.example; dmarc=pass; spf=pass smtp.mailfrom=a@b; dkim=none"
printf 'From: a@b\n\nx\n' | $seal | field ARC-Authentication-Results >out
is "no field" "$(cat out)" "ARC-Authentication-Results: i=1; me.example; none"

# ---- the link ----
parcel() { m=$1; shift; { printf '%s\n' "$@"; echo; cat "$m"; } >content; printf '%d:' "$(wc -c <content)"; cat content; printf ,; }
mkdir next
chain() { rm -f next/*; "$@" python3 "$top/tests/tools/fakeinject.py" next K 2>err; }
is "receipts" "$({ parcel plain 'from a@b'; parcel one 'from a@b' 'to c@d'; } | chain $seal)" "9:Kfake0001,9:Kfake0002,"
is "they verify" "$(cv <next/1.msg) $(cv <next/2.msg)" "pass pass"
is "from inside: not sealed" "$(parcel plain 'from a@b' 'origin inside' | chain $seal; grep -c ^ARC next/1.msg)" "9:Kfake0001,0"
is "but with -a" "$(parcel plain 'from a@b' 'origin inside' | chain $seal -a; grep -c ^ARC next/1.msg)" "9:Kfake0001,3"
printf '%s\n' 'example.net domain=example.net selector=o key=other' '.example.org domain=example.org selector=r key=rsa' >table
is "a table: the first recipient's" "$(parcel plain 'from a@b' 'to a@example.net NOTIFY=NEVER' 'to b@x.example.org' |
	chain arc-seal $common -k table; cv <next/1.msg; field ARC-Seal <next/1.msg | grep -o ' d=[a-z.]*')" "9:Kfake0001,pass
 d=example.net"
is "no line for it" "$(parcel plain 'from a@b' 'to a@example.com' | chain arc-seal $common -k table; grep -c ^ARC next/1.msg)" "9:Kfake0001,0"
echo damaged >table.cdb
is "a damaged table: not now" "$(parcel plain 'from a@b' 'to a@example.net' | chain arc-seal $common -k table.cdb)" "45:Z4.3.5 unable to read the table of signatures,"
like "it is said" "$(cat err)" 'arc-seal: warning: table.cdb is missing or damaged'
is "from inside: it does not matter" "$(parcel plain 'from a@b' 'origin inside' | chain arc-seal $common -k table.cdb)" "9:Kfake0001,"
is "no such key: not now" "$(parcel plain 'from a@b' | chain arc-seal $common -d example.org -S r -f none)" "21:Z4.3.5 unable to seal,"
like "and said" "$(cat err)" 'arc-seal: warning: unable to seal for example.org: '
is "a key of another kind" "$(parcel plain 'from a@b' | chain arc-seal $common -d example.org -S r -f ed)" "21:Z4.3.5 unable to seal,"
{ echo 'From: a@example.org'; head -c 1100000 /dev/zero | tr '\0' x | fold -w 900 | sed 's/^/X: /'; echo; echo hi; } >long
is "a header that is too long passes" "$(parcel long 'from a@b' | chain $seal; cmp long next/1.msg && echo same)" "9:Kfake0001,same"

# key-sign at a socket
bg sock-serve "unix:$T/sock" key-sign keys 2>/dev/null
wait_for 5 test -S sock
is "keys at a socket" "$(arc-seal -s sock -n me.example -r "$dns" -d example.org -S r -f rsa <plain | cv)" pass
kill "$bg_pid"

status "bad option" 100 arc-seal -x
status "nothing said" 100 arc-seal
status "no keys" 100 arc-seal -d a -S b -f c
status "two places of keys" 100 arc-seal -d a -S b -f c -K keys -s sock
status "half of it" 100 arc-seal -d a -f c -K keys
status "a table and a domain" 100 arc-seal -d a -S b -f c -k table -K keys
status "bad algorithm" 100 arc-seal $common -d a -S b -f c -A rsa-sha1
status "bad domain" 100 arc-seal $common -d 'a;b' -S b -f c
status "a key elsewhere" 100 arc-seal $common -d a -S b -f ../c
status "bad time" 100 $seal -t x
status "ARC in the list" 100 $seal -h from:arc-seal
like "says why" "$(cat err)" 'ARC fields are not to be signed'
status "results in the list" 100 $seal -h from:Authentication-Results
status "no table" 111 arc-seal $common -k no-such-table
status "no next link" 111 $seal no-such-program </dev/null
$seal <plain >/dev/full 2>err
is "/dev/full" $? 111
$seal <&- >out 2>err
is "0 closed" $? 111
$seal <plain >&- 2>err
is "1 closed" $? 111
done_testing
