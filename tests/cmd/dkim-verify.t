#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
# RFC 8463 appendix A.3: one message, signed with ed25519
printf '%s\r\n' 'DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;' \
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
key=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=
cat >zone.json <<X
{"brisbane._domainkey.football.example.com": {"TXT": ["v=DKIM1; k=ed25519; p=$key"]},
 "away._domainkey.example.com": "SERVFAIL",
 "slow._domainkey.example.com": "TIMEOUT",
 "revoked._domainkey.example.com": {"TXT": ["v=DKIM1; p="]}}
X
fake_dns zone.json
status "a good message" 0 dkim-verify -r "$dns" <good
is "passes" "$(cat out)" "pass${tab}d=football.example.com${tab}s=brisbane${tab}ed25519-sha256"
is "nothing else is said" "$(cat err)" ""
tr -d '\r' <good >lf
is "with LF" "$(dkim-verify -r "$dns" <lf | cut -f 1)" pass
{ cat lf; printf '\n\n\n'; } >more
is "empty lines at the end" "$(dkim-verify -r "$dns" <more | cut -f 1)" pass
sed 's/hungry/angry/' lf >other
is "another body" "$(dkim-verify -r "$dns" <other)" \
    "fail${tab}d=football.example.com${tab}s=brisbane${tab}the body hash differs"
sed 's/dinner/lunch/' lf >other
is "another header" "$(dkim-verify -r "$dns" <other | cut -f 4)" "the signature does not match"
{ echo 'From: another one'; cat lf; } >other
is "From twice: h= has it twice" "$(dkim-verify -r "$dns" <other | cut -f 1)" fail
{ cat lf; printf 'more\n'; } >other
is "a line more" "$(dkim-verify -r "$dns" <other | cut -f 1)" fail
{ echo 'Received: x'; echo 'no field'; echo '>From y'; cat lf; } >other
is "lines that are no field" "$(dkim-verify -r "$dns" <other | cut -f 1)" pass
is "before it was made" "$(dkim-verify -r "$dns" -t 1528637608 <lf | cut -f 4)" "t= is in the future"
is "within the skew" "$(dkim-verify -r "$dns" -t 1528637609 <lf | cut -f 1)" pass

# signature SELECTOR [TAG...]: a message with a signature that cannot hold
signature() {
	s=$1; shift
	echo "DKIM-Signature: v=1; a=rsa-sha256; d=example.com; s=$s; h=from; bh=AAAA; b=AAAA; $*"
	printf 'From: <a@example.com>\n\nhello\n'
}
judged() { signature "$@" | dkim-verify -r "$dns" -t 1000000000 -w 1; }
is "no key" "$(judged none)" "permerror${tab}d=example.com${tab}s=none${tab}there is no key record"
is "revoked" "$(judged revoked | cut -f 1,4)" "permerror${tab}the key is revoked"
is "the DNS fails" "$(judged away | cut -f 1,4)" "temperror${tab}SERVFAIL"
is "the DNS is silent" "$(judged slow | cut -f 1,4)" "temperror${tab}no answer in time"
is "expired" "$(judged none x=999999999 | cut -f 1,4)" "fail${tab}expired"
is "expired, by another clock" "$(signature none x=999999999 | dkim-verify -r "$dns" -t 999999999 | cut -f 1)" permerror
is "a bad byte in s=" "$(signature "$(printf 'a\033b')" | dkim-verify -r "$dns" | cut -f 1-3)" \
    "neutral${tab}d=example.com${tab}s="
is "a byte that is not ASCII" "$(signature "$(printf 'a\303\274b')" | dkim-verify -r "$dns" | cut -f 1-3)" \
    "permerror${tab}d=example.com${tab}s=a??b"

: >two
for i in 1 2 3; do sed '/^From/,$d' good | sed "s/brisbane/s$i/" >>two; done
sed -n '/^From/,$p' good >>two
is "each signature a line, from the top" "$(dkim-verify -r "$dns" <two | cut -f 1,3 | tr '\n' ' ')" \
    "permerror${tab}s=s1 permerror${tab}s=s2 permerror${tab}s=s3 "
: >many
i=0
while [ $i -lt 22 ]; do sed '/^From/,$d' good >>many; i=$((i + 1)); done
sed -n '/^From/,$p' good >>many
dkim-verify -r "$dns" <many >out
is "20 signatures are looked at" "$(sed -n 20p out | cut -f 1)" pass
is "no more" "$(sed -n 21,22p out | sort | uniq -c | sed 's/^ *//')" \
    "2 policy${tab}d=${tab}s=${tab}more than 20 signatures"
is "one question for all of them" "$(: >dns.log; dkim-verify -r "$dns" <many >out; grep -c brisbane dns.log)" 1

is "no signature" "$(printf 'From: a\n\nb\n' | dkim-verify)" none
is "nothing at all" "$(dkim-verify </dev/null)" none
is "only a body" "$(printf '\nDKIM-Signature: v=1\n' | dkim-verify)" none
is "only a header" "$(printf 'DKIM-Signature: v=1' | dkim-verify)" "neutral${tab}d=${tab}s=${tab}no d="

# memory does not grow with the body
{ cat lf; head -c 100000000 /dev/zero | tr '\0' 'x' | fold -w 70; } >large
limit='ulimit -v 200000'
grep -q __asan_init "$(command -v dkim-verify)" && limit=:
is "100 MB in little memory" "$( ($limit; dkim-verify -r "$dns" <large) | cut -f 1,4)" \
    "fail${tab}the body hash differs"
{ printf 'A: '; head -c 1048572 /dev/zero | tr '\0' x; printf '\n\nb\n'; } >header
is "a header of 1 MB" "$(dkim-verify <header)" none
{ printf 'A: '; head -c 1048573 /dev/zero | tr '\0' x; printf '\n\nb\n'; } >header
status "of a byte more" 100 dkim-verify <header
is "which is said" "$(cat err)" "dkim-verify: fatal: the header is longer than 1048576 bytes"

status "bad option" 100 dkim-verify -x
status "an argument" 100 dkim-verify file
status "bad -t" 100 dkim-verify -t now </dev/null
is "which is said too" "$(cat err)" "dkim-verify: fatal: bad -t now: want seconds since 1970"
status "bad -w" 100 dkim-verify -w 0 </dev/null
status "bad -r" 100 dkim-verify -r nowhere </dev/null
dkim-verify -r "$dns" <good >/dev/full 2>err
is "/dev/full" $? 111
is "its message" "$(cat err)" "dkim-verify: fatal: unable to write: No space left on device"
dkim-verify <&- >out 2>err
is "0 closed" $? 111
dkim-verify <good >&- 2>err
is "1 closed" $? 111
status "0 is a folder" 111 dkim-verify <.
is "is said" "$(cat err)" "dkim-verify: fatal: unable to read the message: Is a directory"
done_testing
