#!/bin/sh
# The cases of ../shared/testdata/dmarc through dmarc-check: result, policy to
# be applied, where the record stands, and whether it is a test.
. "$(dirname "$0")/../lib.sh"
data=${ROHRPOST_TESTDATA:-$top/../shared/testdata}/dmarc
if [ ! -d "$data" ]; then
	skip "no test data"
	done_testing
	exit
fi
cd "$T" || exit 1
cat >cases.py <<'X'
import json, glob, shlex, sys
n = 0
for f in sorted(glob.glob(sys.argv[1] + "/*.json")):
    for c in json.load(open(f)):
        zone = {k: {t: v for t, v in r.items()} for k, r in c["zone"].items()}
        json.dump(zone, open(f"zone.{n}", "w"))
        args = ["-v", "-f", c["headerFrom"]]
        for d in c["dkimDomains"]:
            args += ["-d", d if isinstance(d, str) else d["domain"]]
        for d in c["spfDomains"]:
            args += ["-s", d if isinstance(d, str) else d["domain"]]
        e = c["expected"]
        want = [e["result"]]
        if "policy" in e:
            want += [e["policy"], e["policyDomain"], "y" if e["testMode"] else "n"]
        open(f"args.{n}", "w").write(" ".join(map(shlex.quote, args)))
        open(f"want.{n}", "w").write("\n".join(want))
        open(f"name.{n}", "w").write(c["name"])
        n += 1
X
python3 cases.py "$data" || exit 1
n=0
while [ -e "zone.$n" ]; do
	fake_dns "zone.$n"
	eval "dmarc-check -r $dns $(cat args.$n)" >out 2>err
	kill $dns_pid
	{
		cut -f 1,2 out | head -1 | tr '\t' '\n'
		sed -n 's/^domain	//p; s/^testing	//p' out
	} | head -n "$(($(wc -l <want.$n) + 1))" >got
	is "$(cat name.$n)" "$(cat got err)" "$(cat want.$n)"
	n=$((n + 1))
done
[ $n -gt 0 ]; ok "there are cases" $?
done_testing
