#!/bin/sh
# Every case of the ARC suite's sealing part: the three fields, compared tag by
# tag, the signatures among them.
. "$(dirname "$0")/../lib.sh"
data=${ROHRPOST_TESTDATA:-$top/../shared/testdata}/arc
cases=$data/arc-draft-sign-tests-part.yml
python=python3
$python -c 'import yaml' 2>/dev/null || python=/usr/bin/python3
if [ ! -e "$cases" ] || ! $python -c 'import yaml' 2>/dev/null; then
	skip "no test data, or no python3-yaml"
	done_testing
	exit
fi
cd "$T" || exit 1
# a folder a scenario: zone.json, keys/key, list (NAME TIME DOMAIN SELECTOR
# ID HEADERS), NAME.eml, and NAME.want as show.py prints it
cat >show.py <<'X'
import re
def tags(text):
    """tags in any order and folding, or the results as they stand"""
    text = re.sub(r"\s+", " ", text).strip().rstrip(";")
    parts = [p.strip() for p in text.split(";")]
    if not any(p.startswith("b=") for p in parts):
        return "; ".join(parts)
    pairs = [p.split("=", 1) for p in parts]
    return "; ".join(sorted("%s=%s" % (k.strip(), re.sub(r"\s", "", v)) for k, v in pairs))
def show(fields):
    return "".join("%s: %s\n" % (k, tags(fields.get(k) or "")) for k in ("AS", "AMS", "AAR"))
if __name__ == "__main__":
    import sys
    names = {"arc-seal": "AS", "arc-message-signature": "AMS", "arc-authentication-results": "AAR"}
    header = sys.stdin.buffer.read().decode("latin-1").replace("\r\n", "\n").split("\n\n")[0]
    got = {}
    for name, value in re.findall(r"^([A-Za-z-]+):(.*(?:\n[ \t].*)*)", header, re.M):
        # the newest set stands in front; one for each kind, or none is new
        if name.lower() in names:
            got.setdefault(names[name.lower()], value)
    sys.stdout.write(show(got))
X
cat >split.py <<'X'
import json, os, sys, yaml
from show import show
n = 0
for d in yaml.safe_load_all(open(sys.argv[1])):
    if not d.get("tests"):
        continue
    n += 1
    os.makedirs("s%02d/keys" % n)
    os.chdir("s%02d" % n)
    json.dump({k: {"TXT": [v]} for k, v in (d["txt-records"] or {}).items()}, open("zone.json", "w"))
    with os.fdopen(os.open("keys/key", os.O_WRONLY | os.O_CREAT, 0o600), "w") as f:
        f.write(d["privatekey"])
    with open("list", "w") as f:
        for name, t in d["tests"].items():
            open(name + ".eml", "wb").write(t["message"].replace("\n", "\r\n").encode())
            open(name + ".want", "w").write(show(t))
            f.write("%s %s %s %s %s %s\n" % (name, t["t"], d["domain"], d["sel"], t["srv-id"], t["sig-headers"]))
    os.chdir("..")
X
$python split.py "$cases"
ok "the cases can be read" $?
count=0
for s in s[0-9]*; do
	fake_dns "$s/zone.json"
	while read -r name time domain selector id headers; do
		arc-seal -K "$s/keys" -f key -d "$domain" -S "$selector" -n "$id" -h "$headers" \
		    -t "$time" -r "$dns" <"$s/$name.eml" 2>err | $python show.py >got
		is "$name" "$(cat got err)" "$(cat "$s/$name.want")"
		count=$((count + 1))
	done <"$s/list"
	kill "$dns_pid"
done
[ "$count" -gt 0 ]
ok "$count cases" $?
done_testing
