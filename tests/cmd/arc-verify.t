#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
echo '{"away._domainkey.example.com": "SERVFAIL"}' >zone.json
fake_dns zone.json
# set INSTANCE CV [SELECTOR]
set_of() {
	echo "ARC-Seal: i=$1; a=rsa-sha256; cv=$2; d=example.com; s=${3:-none}; b=AAAA"
	echo "ARC-Message-Signature: i=$1; a=rsa-sha256; d=example.com; s=${3:-none};"
	echo " h=from; bh=AAAA; b=AAAA"
	echo "ARC-Authentication-Results: i=$1; example.com; none"
}
rest() { printf 'From: <a@example.com>\n\nhello\n'; }
judged() { arc-verify -r "$dns" -w 2 2>&1; }
status "no chain" 0 arc-verify </dev/null
is "is none" "$(cat out)" "none${tab}no chain"
is "nothing else is said" "$(cat err)" ""
is "no key" "$({ set_of 1 none; rest; } | judged)" "fail${tab}ARC-Message-Signature i=1: there is no key record"
is "the DNS fails" "$({ set_of 1 none away; rest; } | judged)" "fail${tab}temporary: ARC-Message-Signature i=1: SERVFAIL"
is "ended by the last hop" "$({ set_of 2 fail; set_of 1 none; rest; } | judged)" \
    "fail${tab}ARC-Seal i=2: says that the chain is broken"
is "a set is missing" "$({ set_of 2 pass; rest; } | judged)" "fail${tab}an ARC-Authentication-Results is missing"
is "the first with pass" "$({ set_of 1 pass; rest; } | judged)" "fail${tab}ARC-Seal i=1: cv= is not none"
is "the second with none" "$({ set_of 2 none; set_of 1 none; rest; } | judged)" "fail${tab}ARC-Seal i=2: cv= is not pass"
is "a set twice" "$({ set_of 1 none; set_of 1 none; rest; } | judged)" "fail${tab}two ARC-Seals of one instance"
is "50 sets" "$({ i=50; while [ $i -gt 1 ]; do set_of $i pass; i=$((i - 1)); done; set_of 1 none; rest; } | judged)" \
    "fail${tab}ARC-Message-Signature i=50: there is no key record"
is "51 sets" "$({ i=51; while [ $i -gt 1 ]; do set_of $i pass; i=$((i - 1)); done; set_of 1 none; rest; } | judged)" \
    "fail${tab}too many ARC sets"
is "CRLF" "$({ set_of 1 none; rest; } | sed 's/$/\r/' | judged)" "fail${tab}ARC-Message-Signature i=1: there is no key record"
is "one question for all of one key" "$(: >dns.log; { set_of 2 pass; set_of 1 none; rest; } | judged >out; grep -c '^none[.].* TXT' dns.log)" 1

status "bad option" 100 arc-verify -o
status "an argument" 100 arc-verify file
status "bad -t" 100 arc-verify -t 1x </dev/null
{ set_of 1 none; rest; } >message
arc-verify -r "$dns" <message >/dev/full 2>err
is "/dev/full" $? 111
is "its message" "$(cat err)" "arc-verify: fatal: unable to write: No space left on device"
arc-verify <&- >out 2>err
is "0 closed" $? 111
arc-verify <message >&- 2>err
is "1 closed" $? 111
done_testing
