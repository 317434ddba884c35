#!/bin/sh
# Every case of the ARC suite's validation part through arc-verify: each
# scenario with its own name server.
. "$(dirname "$0")/../lib.sh"
data=${ROHRPOST_TESTDATA:-$top/../shared/testdata}/arc
cases=$data/arc-draft-validation-tests-part.yml
python=python3
$python -c 'import yaml' 2>/dev/null || python=/usr/bin/python3
if [ ! -e "$cases" ] || ! $python -c 'import yaml' 2>/dev/null; then
	skip "no test data, or no python3-yaml"
	done_testing
	exit
fi
cd "$T" || exit 1
# a folder a scenario: zone.json, list (NAME CV), NAME.eml
cat >split.py <<'X'
import json, os, sys, yaml
n = 0
for d in yaml.safe_load_all(open(sys.argv[1])):
    if not d.get("tests"):
        continue
    n += 1
    os.mkdir("s%02d" % n)
    os.chdir("s%02d" % n)
    json.dump({k: {"TXT": [v]} for k, v in (d["txt-records"] or {}).items()}, open("zone.json", "w"))
    with open("list", "w") as f:
        for name, t in d["tests"].items():
            open(name + ".eml", "wb").write(t["message"].replace("\n", "\r\n").encode())
            f.write("%s %s\n" % (name, (t.get("cv") or "None").lower()))
    os.chdir("..")
X
$python split.py "$cases"
ok "the cases can be read" $?
count=0
for s in s[0-9]*; do
	fake_dns "$s/zone.json"
	while read -r name cv; do
		got=$(arc-verify -r "$dns" <"$s/$name.eml" 2>&1)
		is "$name: ${got#*	}" "${got%%	*}" "$cv"
		count=$((count + 1))
	done <"$s/list"
	kill "$dns_pid"
done
[ "$count" -gt 0 ]
ok "$count cases" $?
done_testing
