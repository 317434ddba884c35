#!/bin/sh
# An instance that judges what comes in and signs what goes out: rohrpost init
# --auth --sign; from SMTP to the Maildir, checked with our dkim-verify.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
new_instance signed --local example.org --user bob --auth --sign example.org || exit 1
like "init says what to publish" "$(cat "$T/init.out")" "^publish the DNS records in .*/keys/records"
is "nobody else may read the keys" "$(stat -c %a "$I/keys")" 700
# mail from 127.0.0.1 is inside, that of another address is not
printf '127.0.0.1:allow,RELAYCLIENT=""\n:allow\n' >"$I/conf/relay"
cat >>"$I/conf/fix" <<'Y'
from:@example.org set:"X-Report-Abuse: abuse@example.org" list-unsubscribe:"https://u.example.org/u/" one-click
Y
token-check -n "$I/conf/token" >/dev/null
chmod 600 "$I/conf/token"
sed -i "s|mail-fix -C|mail-fix -k $I/conf/token -C|" "$I/service/smtp/run"
conf-build "$I/conf" || exit 1
python3 - "$I/keys/records" >"$T/zone.json" <<'Y'
import json, re, sys
zone = {"out.test": {"TXT": ["v=spf1 ip4:127.0.0.2 -all"], "A": ["127.0.0.2"], "MX": [[10, "out.test"]]},
        "_dmarc.out.test": {"TXT": ["v=DMARC1; p=reject"]}}
for line in open(sys.argv[1]):
    name, text = re.match(r'(\S+)\. IN TXT \( (.*) \)', line).groups()
    zone[name] = {"TXT": ["".join(re.findall(r'"([^"]*)"', text))]}
print(json.dumps(zone))
Y
fake_dns "$T/zone.json" || exit 1
echo "$dns" >"$I/conf/resolver"
start_instance || exit 1

swaks --server "127.0.0.1:$port" --from ann@example.org --to bob@example.org >"$T/swaks" 2>&1
ok "our own mail is taken" $?
wait_for 10 at_least 1 "$I/mail/bob"; ok "and delivered" $?
cat "$I"/mail/bob/new/* >"$T/message"
dkim-verify -r "$dns" <"$T/message" >"$T/verdicts"
is "both signatures pass here" "$(cut -f1,2 "$T/verdicts" | tr '\n\t' '  ')" "pass d=example.org pass d=example.org "
like "what mail-fix added" "$(cat "$T/message")" "^X-Report-Abuse: abuse@example.org"
like "one-click" "$(cat "$T/message")" "^List-Unsubscribe-Post: List-Unsubscribe=One-Click"
like "is signed" "$(sed -n '/^DKIM-Sig/,/^ bh\| bh=/p' "$T/message" | tr -d ' \n')" "list-unsubscribe-post"
sed 's/List-Unsubscribe=One-Click/List-Unsubscribe=Two-Click/' "$T/message" | dkim-verify -r "$dns" >"$T/verdicts"
is "changed, it fails" "$(cut -f1 "$T/verdicts" | tr '\n' ' ')" "fail fail "

swaks --server "127.0.0.1:$port" --local-interface 127.0.0.2 --from eve@out.test --ehlo out.test --to bob@example.org >"$T/swaks" 2>&1
ok "mail from outside is taken" $?
wait_for 10 at_least 2 "$I/mail/bob"
grep -l eve@out.test "$I"/mail/bob/new/* | xargs cat >"$T/outside"
like "judged" "$(tr -d '\n' <"$T/outside")" "Authentication-Results: [^;]*;.*spf=pass.*dmarc=pass"
is "not signed as ours" "$(grep -c '^DKIM-Signature' "$T/outside")" 0
is "nor changed" "$(grep -c '^X-Report-Abuse' "$T/outside")" 0
wait_for 5 grep -q ev:verdict "$I"/log/smtp/current
like "the verdict is in the log" "$(cat "$I"/log/smtp/current)" "ev:verdict.*spf:pass.*dmarc:pass"

# without its keys nothing leaves unsigned
sv down "$I/service/sign" >/dev/null 2>&1
swaks --server "127.0.0.1:$port" --from ann@example.org --to bob@example.org >"$T/swaks" 2>&1
like "no keys: put off" "$(cat "$T/swaks")" "^<\*\* +4[0-9][0-9]"
sv up "$I/service/sign" >/dev/null 2>&1
again() { swaks --server "127.0.0.1:$port" --from ann@example.org --to bob@example.org >"$T/swaks" 2>&1; }
wait_for 15 again; ok "and taken when they are back" $?
stop_instance
audit >"$T/audit"; ok "the audit is clean" $?
done_testing
