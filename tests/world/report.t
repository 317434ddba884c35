#!/bin/sh
# A day in the world, and the reports about TLS of it: they say what the servers
# have seen, and reach the web server.
. "$(dirname "$0")/../lib.sh"
. "$top/tests/world/lib.sh"
cat >"$T/receivers" <<'X'
good
tlsawrong   tlsa=wrong
expired     cert=expired
nostarttls  starttls=no
ststest     sts=testing cert=self
sts404      sts=404 cert=self
strip       proxy=strip
X
days() {
	# three times of a day
	for hours in 0 8 8; do
		[ $hours = 0 ] || {
			: >"$T/world.out"
			start_world --later $((hours * 3600)) || return
		}
		world mail -n 3 joe@good.may.test joe@good.dane.test joe@good.sts.test || return
		world mail joe@tlsawrong.dane.test joe@expired.sts.test joe@nostarttls.sts.test joe@ststest.sts.test \
			joe@sts404.sts.test joe@strip.dane.test || return
		n=$((n + 15))
		wait_for 60 each_has_an_event || return
		stop_world
	done
}
each_has_an_event() { [ "$(python3 -B "$top/tests/world/said.py" "$T/w" | wc -l)" -eq "$n" ]; }
n=0
mkdir "$T/conf"
# nothing is tried again while reports are made
echo 'intervals=2d' >"$T/conf/retry"
start_world --clock 10 --receivers "$T/receivers" --conf "$T/conf"; ok "the world can be made" $?
days; ok "mail at three times of a day" $?
: >"$T/world.out"
start_world; ok "and once more" $?
mkdir "$T/reports"
# shellcheck disable=SC2046
status "reports" 0 world run tls-report -r 198.18.0.1@53 -w 600 -s "$T/w/sts" -D "$T/reports" -o World -m tls@here.test \
	$(find "$T/w/log" -name current -o -name '@*')
sed 's/^/# /' "$T/err"
cut -f2 "$T/out" | sort >"$T/domains"
is "of each domain that was spoken to" "$(cat "$T/domains")" "expired.sts.test
good.dane.test
good.may.test
good.sts.test
nostarttls.sts.test
strip.dane.test
sts404.sts.test
ststest.sts.test
tlsawrong.dane.test"
sent=0
for u in "$T"/reports/*.url; do
	world run https-post -r 198.18.0.1@53 -i 198.18.0.4 -w 600 -f "$u" 2>"$T/err" && sent=$((sent + 1))
	sed 's/^/# /' "$T/err"
done
is "the web server takes them" "$sent" 9
is "as what they are" "$(grep -c 'method:POST.*code:201.*type:application/tlsrpt+gzip' "$T/w/world/log/https")" 9
for f in "$T"/w/world/log/https.report.*; do
	python3 -B "$top/tests/tools/tlsreport.py" check "$f" || echo "$f: not as RFC 8460 has it"
done >"$T/checked"
sed 's/^/# /' "$T/checked"
is "each as RFC 8460 has it" "$(grep -c 'not as' "$T/checked")" 0
cat >"$T/compare.py" <<'X'
# what reports say of a domain, and how many connections its server had
import collections, gzip, json, sys
sys.path.insert(0, sys.argv[1])
import ltsv
folder = sys.argv[2] + "/world/log/"
opened = collections.Counter()
for name in sys.argv[4:]:
    # a connection without TLS has no name: these have one domain each
    for l in ltsv.read(folder + name):
        if l["what"] == "open" and name != "good":
            opened[name] += 1
        if l["what"] == "tls" and name == "good":
            opened["good." + l["sni"].split(".")[2]] += 1
found = {}
for i in range(1, int(sys.argv[3]) + 1):
    with open("%shttps.report.%d" % (folder, i), "rb") as f:
        report = json.loads(gzip.decompress(f.read()))
    for p in report["policies"]:
        good, bad = (p["summary"]["total-%s-session-count" % k] for k in ("successful", "failure"))
        found.setdefault(p["policy"]["policy-domain"], []).append(
            (p["policy"]["policy-type"], good, bad, sorted({f["result-type"] for f in p.get("failure-details", [])})))
for domain, lines in sorted(found.items()):
    name = domain.split(".")[0]
    n = opened[name] if name != "good" else opened["good." + domain.split(".")[1]]
    for kind, good, bad, why in lines:
        print(domain, kind, "all good" if not bad else "all bad" if not good else "%d of %d" % (good, good + bad), *why)
    # a policy that was not to be had is told beside its sessions
    total = sum(good + bad for _, good, bad, why in lines if why != ["sts-policy-fetch-error"])
    if total != n:
        print("%s: %d sessions, and %d connections" % (domain, total, n))
X
is "what they say is what the servers have seen" "$(python3 -B "$T/compare.py" "$top/tests/world" "$T/w" 9 good tlsawrong expired nostarttls ststest sts404 strip)" \
	"expired.sts.test sts all bad certificate-expired
good.dane.test tlsa all good
good.may.test no-policy-found all good
good.sts.test sts all good
nostarttls.sts.test sts all bad starttls-not-supported
strip.dane.test tlsa all bad starttls-not-supported
sts404.sts.test sts all bad sts-policy-fetch-error
sts404.sts.test no-policy-found all good
ststest.sts.test sts all bad certificate-not-trusted
tlsawrong.dane.test tlsa all bad tlsa-invalid"
stop_world; is "it stops" $? 0
done_testing
