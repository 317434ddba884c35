#!/bin/sh
# Mail in 8 bit, from our people to a server that does not take 8BITMIME: with
# a rule seven-bit it is quoted-printable before it is signed, so that the
# server gets what it can take and the signature holds; without one it goes
# as it came.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
mkdir "$T/mx"
bg python3 "$top/tests/tools/fakemx.py" --ext PIPELINING,SIZE "$T/mx"
wait_for 10 test -s "$T/mx/port"; ok "a server without 8BITMIME" $?
new_instance site --local example.org --auth --sign example.org || exit 1
printf 'to:@old.test host:[127.0.0.1]:%s\n' "$(cat "$T/mx/port")" >"$I/conf/routes"
echo 'from:ann@example.org seven-bit' >>"$I/conf/fix"
conf-build "$I/conf"; ok "conf-build" $?
python3 - "$I/keys/records" >"$T/zone.json" <<'Y'
import json, re, sys
zone = {}
for line in open(sys.argv[1]):
    name, text = re.match(r'(\S+)\. IN TXT \( (.*) \)', line).groups()
    zone[name] = {"TXT": ["".join(re.findall(r'"([^"]*)"', text))]}
print(json.dumps(zone))
Y
fake_dns "$T/zone.json" || exit 1
echo "$dns" >"$I/conf/resolver"
start_instance; ok "instance is up" $?

cat >"$T/send.py" <<'Y'
"""send.py PORT FROM <MESSAGE: as 8BITMIME"""
import smtplib, sys
s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]))
s.sendmail(sys.argv[2], ["joe@old.test"], sys.stdin.buffer.read().replace(b"\n", b"\r\n"), ["BODY=8BITMIME"])
s.quit()
Y
n=0
# given FROM FILE: it is sent; what the server got is in $T/got
given() {
	n=$((n + 1))
	python3 "$T/send.py" "$port" "$1@example.org" <"$2"; ok "$3: taken" $?
	wait_for 20 test -s "$T/mx/msg.$n"; ok "$3: arrives" $?
	# as it was on the wire
	tr -d '\r' <"$T/mx/msg.$n" | sed '$d; s/^\.//' >"$T/got"
	dkim-verify -r "$dns" <"$T/got" >"$T/verdicts"
}
verdicts() { cut -f 1 "$T/verdicts" | sort | uniq -c | tr -s ' \n' ' '; }
high() { LC_ALL=C grep -c "$(printf '[\200-\377]')" "$T/got"; }
head='Date: Mon, 1 Jan 2024 00:00:00 +0000
Message-ID: <m@example.org>
MIME-Version: 1.0'
printf 'From: ann@example.org\n%s\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGr\303\274\303\237e aus K\303\266ln \n.und\nFrom dort\n' "$head" >"$T/plain"
printf 'From: ann@example.org\n%s\nContent-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: 8bit\n\n--b\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\nGr\303\274\303\237e\n--b\nContent-Type: message/rfc822\nContent-Transfer-Encoding: 8bit\n\nSubject: within\n\nf\303\274r dich\n--b--\n' "$head" >"$T/parts"

given ann "$T/plain" "text"
is "text: nothing above 127" "$(high)" 0
is "text: quoted-printable" "$(sed -n '/^$/,$p' "$T/got")" '
Gr=C3=BC=C3=9Fe aus K=C3=B6ln=20
=2Eund
=46rom dort'
is "text: says so" "$(grep -c '^Content-Transfer-Encoding: quoted-printable$' "$T/got")" 1
is "text: the same" "$(mail-show -p 0 <"$T/got")" "$(mail-show -p 0 <"$T/plain")"
is "text: the signatures hold" "$(verdicts)" " 2 pass "
given ann "$T/parts" "parts"
is "parts: nothing above 127" "$(high)" 0
is "parts: none says 8bit" "$(grep -c '8bit' "$T/got")" 0
is "parts: the same" "$(mail-show -p 1 <"$T/got") $(mail-show -p 2.1 <"$T/got")" "$(printf 'Gr\303\274\303\237e f\303\274r dich')"
is "parts: the signatures hold" "$(verdicts)" " 2 pass "
{ echo 'DKIM-Signature: v=1; a=rsa-sha256; d=other.test; s=s; h=From; bh=x; b=x'; cat "$T/plain"; } >"$T/foreign"
given ann "$T/foreign" "signed already"
is "signed already: as it came" "$(sed -n '/^$/,$p' "$T/got")" "$(sed -n '/^$/,$p' "$T/plain")"
sed 's/ann@/bob@/' "$T/plain" >"$T/other"
given bob "$T/other" "no rule"
is "no rule: as it came" "$(sed -n '/^$/,$p' "$T/got")" "$(sed -n '/^$/,$p' "$T/plain")"
is "no rule: the signatures hold" "$(verdicts)" " 2 pass "
is "the server was never asked for 8BITMIME" "$(grep -c 'BODY=' "$T/mx/log")" 0
wait_for 10 queue_empty; ok "the queue is empty" $?
stop_instance
status "nothing is lost" 0 audit
done_testing
