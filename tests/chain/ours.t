#!/bin/sh
# Our own people's mail is ours by every way in: by SMTP, by sendmail, by
# sendmail -bs.  It is completed and, with --sign, signed; what comes from
# outside and what is forwarded stays as it is.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
# hand NAME FILE: the message FILE in, to NAME@example.org, each way
by_smtp() { python3 - "$port" "${3:-127.0.0.1}" "$1" "$2" <<'Y'
import smtplib, sys
s = smtplib.SMTP("127.0.0.1", int(sys.argv[1]), source_address=(sys.argv[2], 0))
s.sendmail("ann@example.org", [sys.argv[3] + "@example.org"], open(sys.argv[4], "rb").read().replace(b"\n", b"\r\n"))
s.quit()
Y
}
by_sendmail() { ROHRPOST_DIR=$I sendmail -f ann@example.org "$1@example.org" <"$2"; }
by_bs() {
	{ printf 'EHLO x\nMAIL FROM:<ann@example.org>\nRCPT TO:<%s@example.org>\nDATA\n' "$1"; cat "$2"; printf '.\nQUIT\n'; } |
	    sed 's/$/\r/' | ROHRPOST_DIR=$I sendmail -bs >"$T/bs.out"
	grep -q '^250 2.0.0 ok' "$T/bs.out"
}
# fields MAILBOX: how often what is of interest stands in its one message
fields() { python3 - "$I/mail/$1/new" <<'Y'
import email, os, sys
d = sys.argv[1]
(name,) = os.listdir(d)
m = email.message_from_bytes(open(os.path.join(d, name), "rb").read())
print(" ".join("%s=%d" % (f, len(m.get_all(f, []))) for f in
      ("Date", "Message-ID", "Bcc", "Resent-Bcc", "Return-Path", "Subject")), m.get_payload().strip())
Y
}
printf 'From: ann@example.org\nBcc: secret@x\nSubject: s\nbcc: t\n u\nResent-Bcc: v\nReturn-Path: <old@x>\n\nhi\n' >"$T/bare"
printf 'From: ann@example.org\nDate: Mon, 1 Jan 2024 00:00:00 +0000\nMessage-ID: <mine@x>\nSubject: s\n\nhi\n' >"$T/full"

# boxes NAME...: their Maildirs
boxes() { for b; do mkdir -p "$I/mail/$b/tmp" "$I/mail/$b/new" "$I/mail/$b/cur"; done; }

# an untouched instance, but that only 127.0.0.1 is one of ours
new_instance plain --local example.org || exit 1
printf '127.0.0.1:allow,RELAYCLIENT=""\n:allow\n' >"$I/conf/relay"
conf-build "$I/conf" || exit 1
boxes smtp sendmail bs fullsmtp fullsendmail fullbs outside uid rulesmtp rulesendmail rulebs ruleout norule again
start_instance || exit 1
for way in smtp sendmail bs; do
	"by_$way" "$way" "$T/bare"; ok "taken by $way" $?
	wait_for 10 at_least 1 "$I/mail/$way"
	is "completed" "$(fields "$way")" "Date=1 Message-ID=1 Bcc=0 Resent-Bcc=0 Return-Path=1 Subject=1 hi"
	"by_$way" "full$way" "$T/full"
	wait_for 10 at_least 1 "$I/mail/full$way"
	is "what it has is kept" "$(grep -E '^(Date|Message-ID):' "$I/mail/full$way"/new/*)" "$(grep -E '^(Date|Message-ID):' "$T/full")"
done
by_smtp outside "$T/bare" 127.0.0.2
wait_for 10 at_least 1 "$I/mail/outside"
is "from outside: as it came, but for its return path" "$(fields outside)" "Date=0 Message-ID=0 Bcc=2 Resent-Bcc=1 Return-Path=1 Subject=1 hi"
# what a program of this machine says of itself does not count
printf 'from ann@example.org\nuid 4711\norigin outside\nto uid@example.org\n\nSubject: s\n\nhi\n' >"$T/parcel"
python3 - "$I/sock/submit.sock" "$T/parcel" <<'Y'
import socket, sys
s = socket.socket(socket.AF_UNIX)
s.connect(sys.argv[1])
p = open(sys.argv[2], "rb").read()
s.sendall(b"%d:%s," % (len(p), p))
print(s.recv(100)[2:4])
Y
wait_for 10 at_least 1 "$I/mail/uid"
is "it is one of ours" "$(fields uid | cut -d ' ' -f 1-2)" "Date=1 Message-ID=1"
like "and the log knows who" "$(grep 'ev:accepted.*uid@example' "$I"/log/*/current)" "	uid:4711(	|\$)"
# rules of conf/fix are in force for all of them within a second
echo 'from:@example.org set:"X-Ours: yes"' >"$I/conf/fix"
conf-build "$I/conf"; sleep 0.5
for way in smtp sendmail bs; do
	"by_$way" "rule$way" "$T/full"
	wait_for 10 at_least 1 "$I/mail/rule$way"
	is "by the rules: $way" "$(grep -c '^X-Ours: yes' "$I/mail/rule$way"/new/*)" 1
done
by_smtp ruleout "$T/full" 127.0.0.2
wait_for 10 at_least 1 "$I/mail/ruleout"
is "not from outside" "$(grep -c '^X-Ours' "$I"/mail/ruleout/new/*)" 0
: >"$I/conf/fix"; conf-build "$I/conf"; sleep 0.5
by_sendmail norule "$T/full"
wait_for 10 at_least 1 "$I/mail/norule"
is "and gone when they are" "$(grep -c '^X-Ours' "$I"/mail/norule/new/*)" 0
# the service that takes mail in is started again: sendmail finds it
sv restart "$I/service/smtp" >/dev/null 2>&1
again() { by_sendmail again "$T/full" 2>/dev/null; }
wait_for 10 again; ok "after a restart" $?
stop_instance
audit >"$T/audit"; ok "the audit is clean" $?

# one that signs
new_instance signing --local example.org --sign example.org || exit 1
printf '127.0.0.1:allow,RELAYCLIENT=""\n:allow\n' >"$I/conf/relay"
conf-build "$I/conf" || exit 1
python3 - "$I/keys/records" >"$T/zone.json" <<'Y'
import json, re, sys
zone = {}
for line in open(sys.argv[1]):
    name, text = re.match(r'(\S+)\. IN TXT \( (.*) \)', line).groups()
    zone[name] = {"TXT": ["".join(re.findall(r'"([^"]*)"', text))]}
print(json.dumps(zone))
Y
fake_dns "$T/zone.json" || exit 1
boxes smtp sendmail bs nulsmtp nulsendmail nulout fwd forwarded
echo forwarded@example.org >"$I/mail/fwd/forward"
start_instance || exit 1
for way in smtp sendmail bs; do
	"by_$way" "$way" "$T/bare"; ok "taken by $way" $?
	wait_for 10 at_least 1 "$I/mail/$way"
	is "completed" "$(fields "$way")" "Date=1 Message-ID=1 Bcc=0 Resent-Bcc=0 Return-Path=1 Subject=1 hi"
	is "both signatures hold" "$(cat "$I/mail/$way"/new/* | dkim-verify -r "$dns" | cut -f1,2 | tr '\n\t' '  ')" "pass d=example.org pass d=example.org "
done
# NUL: what is signed is what arrives, and none does
printf 'From: ann@example.org\nSubject: s\n\na\0\0b\n\0.\nc\n' >"$T/nul"
nuls() { cat "$I/mail/$1"/new/* | tr -dc '\0' | wc -c; }
for way in smtp sendmail; do
	"by_$way" "nul$way" "$T/nul"
	wait_for 10 at_least 1 "$I/mail/nul$way"
	is "no NUL, by $way" "$(nuls "nul$way") $(tail -n 3 "$I/mail/nul$way"/new/* | tr '\n ' '|_')" "0 a__b|_.|c|"
	is "signed without it" "$(cat "$I/mail/nul$way"/new/* | dkim-verify -r "$dns" | cut -f1 | tr '\n' ' ')" "pass pass "
done
by_smtp nulout "$T/nul" 127.0.0.2
wait_for 10 at_least 1 "$I/mail/nulout"
is "nor from outside" "$(nuls nulout)" 0
by_smtp fwd "$T/full" 127.0.0.2
wait_for 10 at_least 1 "$I/mail/forwarded"
is "from outside and forwarded: not signed" "$(grep -c '^DKIM-Signature' "$I"/mail/forwarded/new/*)" 0
stop_instance
done_testing
