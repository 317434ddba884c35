#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')

mkdir -m 700 keys

# generate
status "an RSA key" 0 dkim-key generate keys example.org r1
is "for its owner alone" "$(stat -c %a keys/example.org/r1.pem)" 600
is "in a folder for its owner alone" "$(stat -c %a keys/example.org)" 700
is "of 2048 bits" "$(openssl rsa -in keys/example.org/r1.pem -noout -text 2>/dev/null | grep -o '2048 bit')" "2048 bit"
like "its record is printed" "$(cat out)" '^r1\._domainkey\.example\.org\. IN TXT \( "v=DKIM1; k=rsa; p=[^"]*" "[^"]*" \)$'
is "in strings of 255" "$(grep -o '"[^"]*"' out | awk '{ print length - 2 }' | tr '\n' ' ')" "255 155 "
is "which is the key" "$(sed 's/" "//; s/.*p=//; s/".*//' out)" "$(openssl pkey -in keys/example.org/r1.pem -pubout -outform DER | base64 -w0)"
status "an ed25519 key" 0 dkim-key generate -a ed25519-sha256 keys example.org e1
is "its record" "$(cat out)" "e1._domainkey.example.org. IN TXT ( \"v=DKIM1; k=ed25519; p=$(openssl pkey -in keys/example.org/e1.pem -pubout -outform DER | tail -c 32 | base64)\" )"
cp keys/example.org/r1.pem before
status "never over another" 100 dkim-key generate keys example.org r1
like "is said" "$(cat err)" 'fatal: there is a key already: keys/example.org/r1.pem'
cmp -s before keys/example.org/r1.pem; ok "which stays" $?
status "1024 bits" 0 dkim-key generate -b 1024 keys example.org small
status "1023 bits" 100 dkim-key generate -b 1023 keys example.org smaller
status "8193 bits" 100 dkim-key generate -b 8193 keys example.org larger
if [ "$(id -u)" = 0 ]; then
	status "for a group" 0 dkim-key generate -g 12345 keys example.com g1
	is "which may read it" "$(stat -c '%a %g' keys/example.com/g1.pem)" "640 12345"
	is "and its folder" "$(stat -c '%a %g' keys/example.com)" "750 12345"
else
	skip "only root gives files away"; skip "the same"; skip "the same"
fi
status "no such group" 100 dkim-key generate -g nosuchgroup keys example.org x
status "no name" 100 dkim-key generate keys ../x s
status "no name either" 100 dkim-key generate keys example.org s/t
status "no folder" 111 dkim-key generate nokeys example.org s
is "nothing is left over" "$(find keys -name '.*' -type f)" ""
(ulimit -f 0; dkim-key generate keys example.org full) >out 2>err
is "no room for the key" $? 111
[ ! -e keys/example.org/full.pem ]; ok "leaves none" $?
is "and nothing else" "$(find keys -name '.*' -type f)" ""
printf '0000000000000000000000000000000000000000000000000000000000000000' >digest
r="ed25519-sha256 example.org/e1.pem $(cat digest)"
like "key-sign takes it" "$(printf '%d:%s,' ${#r} "$r" | key-sign keys)" ':K'

# record
status "record of a folder" 0 dkim-key record keys example.org e1
cp out one
status "record of a file" 0 dkim-key record keys/example.org/e1.pem
cmp -s out one; ok "the same" $?
status "of several" 0 dkim-key record keys/example.org/e1.pem keys/example.org/r1.pem
is "two" "$(wc -l <out)" 2
cp keys/example.org/e1.pem here.pem
status "of one elsewhere" 0 dkim-key record here.pem
like "its name is relative" "$(cat out)" '^here\._domainkey IN TXT'
status "no such key" 100 dkim-key record keys example.org none
like "is said" "$(cat err)" 'fatal: keys/example.org/none.pem: no such key'
chmod 644 here.pem
status "a key that others can read" 100 dkim-key record here.pem
openssl genrsa -traditional -out pkcs1.pem 2048 2>/dev/null; chmod 600 pkcs1.pem
status "PKCS 1" 0 dkim-key record pkcs1.pem
echo nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A= >seed; chmod 600 seed
status "a seed" 0 dkim-key record seed
is "RFC 8463: its record" "$(cat out)" 'seed._domainkey IN TXT ( "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=" )'

# check
txt() { dkim-key record keys example.org "$1" | sed 's/" "//; s/.*( "//; s/".*//'; }
for s in diff revoked bad several temp multi nosha odd; do cp keys/example.org/e1.pem keys/example.org/$s.pem; done
cat >zone.json <<X
{"r1._domainkey.example.org": {"TXT": "$(txt r1)"},
 "e1._domainkey.example.org": {"TXT": "$(txt e1)"},
 "diff._domainkey.example.org": {"TXT": "$(txt r1)"},
 "revoked._domainkey.example.org": {"TXT": "v=DKIM1; p="},
 "bad._domainkey.example.org": {"TXT": "hello"},
 "several._domainkey.example.org": {"TXT": [["$(txt e1)"], ["v=spf1 -all"]]},
 "temp._domainkey.example.org": "SERVFAIL",
 "nosha._domainkey.example.org": {"TXT": "$(txt e1); h=sha1"},
 "odd._domainkey.example.org": {"TXT": " v = DKIM1 ;k=ed25519;t=y; p = $(txt e1 | sed 's/.*p=//; s/=$/ =/') ; "},
 "small._domainkey.example.org": {"A": "192.0.2.1"}}
X
fake_dns zone.json || exit 1
checked() {
	status "check: $1" 0 dkim-key check -r "$dns" keys example.org "$1"
	is "says $2" "$(cat out)" "$2${tab}d=example.org${tab}s=$1${tab}$3"
}
checked r1 good ""
checked e1 good ""
checked small missing "there is no such record"
checked diff different "another key"
checked revoked revoked "p= is empty"
checked several different "there are several records"
checked nosha different "h= does not have sha256"
checked odd good ""
status "check: bad" 0 dkim-key check -r "$dns" keys example.org bad
like "is different" "$(cat out)" '^different'
status "check: temp" 0 dkim-key check -r "$dns" keys example.org temp
like "is temperror" "$(cat out)" '^temperror'
status "several selectors" 0 dkim-key check -r "$dns" keys example.org r1 e1 multi
is "a line each" "$(cut -f 1 out | tr '\n' ' ')" "good good missing "

# rotate, from the first key to the second
mkdir conf
echo example.org >conf/me
cat >conf/dkim <<X
# a comment
example.org domain=example.org  selector=r1	key=example.org/r1.pem expire=7d # tail
X
sed -i 's/ # tail//' conf/dkim
cat >>conf/dkim <<X
.example.org key=example.org/r1.pem domain=example.org selector=r1
example.org domain=example.org selector=e1 key=example.org/e1.pem algorithm=ed25519-sha256
other.example domain=other.example selector=r1 key=other.pem
X
conf-build conf || exit 1
cp conf/dkim dkim.0
day=86400
now=1800000000
touch -d @$now keys/example.org/r1.pem
rotate() { dkim-key rotate -r "$dns" -t "$1" conf keys example.org; }
status "a young key" 0 rotate $((now + day))
is "stays" "$(cat out)" "idle${tab}r1${tab}next key in 179 days"
now=$((now + 181 * day))
new=r$(date -u -d @$now +%Y%m%d)
status "an old one" 0 rotate $now
like "a new one is made, its record is to be published" "$(head -1 out)" "^publish${tab}$new${tab}missing: there is no such record"
is "which is printed" "$(sed 1d out)" "$(dkim-key record keys example.org "$new")"
cmp -s conf/dkim dkim.0; ok "nothing else happens" $?
status "again" 0 rotate $((now + day))
is "still to be published" "$(cut -f 1,2 out | head -1)" "publish${tab}$new"
is "no other key is made" "$(printf '%s\n' keys/example.org/r[0-9]*.pem | wc -l)" 2
printf 'From: a@example.org\n\nhi\n' | dkim-sign -k conf/dkim.cdb -K keys >signed 2>err
like "the old key signs" "$(cat signed)" ' s=r1;'

# published wrongly, then DNS trouble, then right
publish() { python3 - "$1" "$2" <<'X'
import json, sys
z = json.load(open("zone.json"))
z[sys.argv[1] + "._domainkey.example.org"] = sys.argv[2] if sys.argv[2] == "SERVFAIL" else {"TXT": sys.argv[2]}
json.dump(z, open("zone.json", "w"))
X
kill -HUP "$dns_pid"; }
publish "$new" "$(txt r1)"
status "published wrongly" 0 rotate $((now + day))
like "no change" "$(head -1 out)" "^publish${tab}$new${tab}different: another key"
publish "$new" SERVFAIL
status "no answer" 0 rotate $((now + day))
like "no change" "$(head -1 out)" "^publish${tab}$new${tab}temperror"
cmp -s conf/dkim dkim.0; ok "the lines are as they were" $?
publish "$new" "$(txt "$new")"
# the table cannot be made: the next run goes on
cp conf/dkim.cdb old.cdb
mkdir bin; printf '#!/bin/sh\nexit 111\n' >bin/conf-build; chmod +x bin/conf-build
PATH=$T/bin:$PATH dkim-key rotate -r "$dns" -t $((now + day)) conf keys example.org >out 2>err
is "conf-build fails" $? 111
like "is said" "$(cat err)" 'fatal: conf-build has failed'
cmp -s conf/dkim.cdb old.cdb; ok "the table is the old one" $?
status "published" 0 rotate $((now + 2 * day))
is "the lines are changed" "$(cat out)" "switched${tab}$new${tab}from r1"
sed "/ domain=example.org/{/ed25519/!{s,selector=r1,selector=$new,; s,key=example.org/r1.pem,key=example.org/$new.pem,}}" dkim.0 >want
is "just those" "$(cat conf/dkim)" "$(cat want)"
printf 'From: a@example.org\n\nhi\n' | dkim-sign -k conf/dkim.cdb -K keys >signed 2>err
like "the new key signs" "$(cat signed)" " s=$new;"
like "ed25519 goes on" "$(cat signed)" ' s=e1;'
status "the old key stays for a while" 0 rotate $((now + 3 * day))
is "so long" "$(cat out)" "overlap${tab}$new${tab}r1 is revoked in 6 days"
[ -e keys/example.org/r1.pem ]; ok "it is there" $?
status "then it goes" 0 rotate $((now + 10 * day))
is "its record, revoked" "$(cat out)" "revoke${tab}r1${tab}example.org/r1.pem is no longer used
r1._domainkey.example.org. IN TXT ( \"v=DKIM1; p=\" )"
[ ! -e keys/example.org/r1.pem ] && [ -e keys/example.org/r1.retired ]; ok "its file has another name" $?
[ ! -e keys/example.org/rotate-rsa-sha256 ]; ok "no state is left" $?
touch -d @$((now)) "keys/example.org/$new.pem"
status "and again from the start" 0 rotate $((now + 11 * day))
like "idle" "$(cat out)" "^idle${tab}$new${tab}"
status "-i 0: at once" 0 dkim-key rotate -i 0 -r "$dns" -t $((now + 11 * day)) conf keys example.org
like "a new one" "$(head -1 out)" '^publish'
status "ed25519 beside it" 0 dkim-key rotate -a ed25519-sha256 -i 0 -r "$dns" -t $((now + 11 * day)) conf keys example.org
like "has its own name" "$(head -1 out)" "^publish${tab}e"
status "the same day once more" 0 dkim-key rotate -i 0 -r "$dns" -t $((now + 11 * day)) conf keys example.org

# killed anywhere: the next run goes on, and no line names an unpublished key
state=$(cat keys/example.org/rotate-rsa-sha256); now=$((now + 11 * day))
new=$(echo "$state" | cut -d' ' -f3)
publish "$new" "$(txt "$new")"
cp -R conf conf.0; cp -R keys keys.0
bad=0 runs=0
for call in openat write fsync rename fchmod; do
	i=1
	while :; do
		rm -rf conf keys; cp -Rp conf.0 conf; cp -Rp keys.0 keys
		strace -f -qq -o trace -e trace=$call -e inject=$call:signal=KILL:when=$i \
		    dkim-key rotate -r "$dns" -t "$now" conf keys example.org >out 2>err
		grep -q 'killed by SIGKILL' trace || break
		runs=$((runs + 1))
		dkim-key rotate -r "$dns" -t "$now" conf keys example.org >out 2>err || bad=$((bad + 1))
		grep -q "selector=$new" conf/dkim || bad=$((bad + 1))
		[ "$(head -c 8 keys/example.org/rotate-rsa-sha256)" = "overlap " ] || bad=$((bad + 1))
		i=$((i + 1))
		[ "$call" != openat ] || i=$((i + 6))
		[ $i -lt 120 ] || break
	done
done
is "killed at $runs calls: the next run makes it good" "$bad" 0
ok "there were such calls" "$([ $runs -ge 10 ]; echo $?)"
rm -rf conf keys; cp -Rp conf.0 conf; cp -Rp keys.0 keys

echo garbage >keys/example.org/rotate-rsa-sha256
status "a damaged state" 111 rotate "$now"
like "is said" "$(cat err)" 'fatal: keys/example.org/rotate-rsa-sha256 is damaged'
rm keys/example.org/rotate-rsa-sha256
status "a domain without lines" 100 dkim-key rotate -r "$dns" conf keys none.example
like "is said" "$(cat err)" 'fatal: conf/dkim has no line for none.example with rsa-sha256'
rm conf/dkim
status "no lines at all" 111 rotate "$now"

status "no verb" 100 dkim-key
status "unknown verb" 100 dkim-key sign
status "bad option" 100 dkim-key check -x a b c
status "too few" 100 dkim-key generate keys example.org
status "too many" 100 dkim-key generate keys example.org s t
status "bad algorithm" 100 dkim-key generate -a rsa-sha1 keys example.org s
dkim-key record seed >/dev/full 2>err
is "/dev/full" $? 111
dkim-key record seed <&- >out 2>err
is "0 closed" $? 111
dkim-key record seed >&- 2>err
is "1 closed" $? 111
done_testing
