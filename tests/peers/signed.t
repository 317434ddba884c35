#!/bin/sh
# What an instance signs on its way out, dkimpy verifies.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
python=/usr/bin/python3
peer python3-dkim $python -c 'import dkim' || { done_testing; exit 1; }
new_instance signed --local example.org --user bob --auth --sign example.org || exit 1
python3 - "$I/keys/records" >"$T/zone.json" <<'Y'
import json, re, sys
zone = {}
for line in open(sys.argv[1]):
    name, text = re.match(r'(\S+)\. IN TXT \( (.*) \)', line).groups()
    zone[name] = {"TXT": ["".join(re.findall(r'"([^"]*)"', text))]}
print(json.dumps(zone))
Y
start_instance || exit 1
swaks --server "127.0.0.1:$port" --from ann@example.org --to bob@example.org >"$T/swaks" 2>&1
ok "our own mail is taken" $?
wait_for 10 at_least 1 "$I/mail/bob"; ok "and delivered" $?
cat "$I"/mail/bob/new/* >"$T/message"
$python - "$T/message" "$T/zone.json" >"$T/peer" 2>&1 <<'Y'
import dkim, json, sys
zone = json.load(open(sys.argv[2]))
text = open(sys.argv[1], "rb").read().replace(b"\n", b"\r\n")
def txt(name, **_):
    return zone[name.decode().rstrip(".")]["TXT"][0].encode()
d = dkim.DKIM(text)
print(d.verify(0, txt), d.verify(1, txt))
Y
is "both signatures pass" "$(cat "$T/peer")" "True True"
stop_instance
done_testing
