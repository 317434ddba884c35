#!/bin/sh
# The examples of RFC 6376 and RFC 8463, and Mail::DKIM's corpus, through
# dkim-verify: by today's rules, and with -o as old ones want it.
. "$(dirname "$0")/../lib.sh"
data=${ROHRPOST_TESTDATA:-$top/../shared/testdata}/dkim
if [ ! -d "$data" ]; then
	skip "no test data"
	done_testing
	exit
fi
cd "$T" || exit 1
cat >zone.py <<'X'
import glob, json, re, sys
zone = {}
for l in open(sys.argv[1] + "/mail-dkim-corpus/FAKE_DNS.dat", encoding="latin-1"):
    l = l.rstrip("\n")
    if not l or l.startswith("#"):
        continue
    name, text = re.split(r"\s+", l, 1)
    if "timed out" in text or "SERVFAIL" in text:
        zone[name] = "SERVFAIL"
    elif text != "NXDOMAIN":
        zone[name] = {"TXT": ["" if text == '""' else text]}
for path in glob.glob(sys.argv[1] + "/*.dns.tsv"):
    for l in open(path):
        name, kind, text = l.rstrip("\n").split("\t")
        zone.setdefault(name, {"TXT": []})["TXT"].append(text)
json.dump(zone, open("zone.json", "w"))
X
python3 zone.py "$data"
ok "the records can be read" $?
fake_dns zone.json

# the words of all signatures, one behind the other
words() { dkim-verify -r "$dns" "$@" 2>&1 | cut -f 1 | tr '\n' ' ' | sed 's/ $//'; }
is "RFC 6376 appendix A" "$(words <"$data/rfc6376-appendix-a.eml")" pass
is "RFC 8463 appendix A" "$(words <"$data/rfc8463-appendix-a.eml")" "pass pass"
is "RFC 8463: whose they are" "$(dkim-verify -r "$dns" <"$data/rfc8463-appendix-a.eml")" \
    "pass	d=football.example.com	s=brisbane	ed25519-sha256
pass	d=football.example.com	s=test	rsa-sha256 1024 bits"
is "the same with LF" "$(tr -d '\r' <"$data/rfc8463-appendix-a.eml" | words)" "pass pass"

# what the corpus expects is met with -o, but for signatures of drafts of
# before v=1, which are neutral: VIOLATIONS.md, DKIM-DRAFTS
class() {
	case $1 in
	*pass*) echo pass ;;
	fail) echo fail ;;
	*) echo invalid ;;
	esac
}
today() {
	case $1 in
	goodkey_ed25519.txt) echo pass ;; # the others: 512 bits, rsa-sha1
	*_ietf0*|no_body_3.txt|badkey_[45].txt) echo neutral ;;
	multiple_1.txt) echo neutral neutral neutral neutral ;;
	ignore_7.txt) echo fail ;; # expired
	badkey*) echo permerror ;;
	*) echo policy ;;
	esac
}
count=0
tail -n +2 "$data/mail-dkim-corpus/expected.tsv" | cut -f 1,2,4 >list
while IFS="$(printf '\t')" read -r file expected v1; do
	f=$data/mail-dkim-corpus/$file
	old=$(words -o <"$f")
	if [ "${v1%/*}" -lt "${v1#*/}" ]; then
		is "$file -o: $expected wanted, DKIM-DRAFTS" "$old" "$(today "$file")"
	elif [ "$(today "$file")" = fail ]; then
		is "$file -o: no pass, $expected wanted" "$old" fail
	else
		is "$file -o: $expected" "$(class "$old")" "$expected"
	fi
	is "$file today" "$(words <"$f")" "$(today "$file")"
	count=$((count + 1))
done <list
[ "$count" -gt 0 ]
ok "$count messages of the corpus" $?
done_testing
