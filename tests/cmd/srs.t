#!/bin/sh
# srs: forwarded mail gets a return path of ours, and what comes back to it is
# handed on
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
tab=$(printf '\t')
mkdir c
echo mail.example.org >c/me
printf 'example.org\nfwd.example.org\n' >c/local
cat >c/aliases <<'X'
joe@example.org: joe@far.example
in@example.org: ann@example.org
X
cat >c/routes <<'X'
to:@old.example rewrite:@far.example
to:@far.example host:[192.0.2.1]
to:@gate.example host:[192.0.2.2]
to:@net.example host:[192.0.2.3]
to:@box.example lmtp:/run/box
to:ann@example.org host:[192.0.2.4]
X
conf-build c || exit 1
token-check -n keys || exit 1
D=fwd.example.org
people() { srs -n -k keys $D "$@"; }
status "for people" 0 people ann@net.example
path=$(sed 's/.*: //' out)
like "a return path" "$path" "^SRS0=[a-z2-7]{6}=[a-z2-7]{2}=net.example=ann@$D$"
is "and back" "$(people "$path")" "$path: ann@net.example"
upper=$(printf %s "${path%@*}" | tr a-z A-Z | sed s/=/+/)@$D
is "in other letters" "$(people "$upper")" "$upper: ANN@NET.EXAMPLE"
second=$(people 'SRS0=abcd=XY=net.example=ann@relay.example' | sed 's/.*: //')
like "a relay's" "$second" "^SRS1=[a-z2-7]{6}=relay.example==abcd=XY=net.example=ann@$D$"
is "back to the relay" "$(people "$second" | sed 's/.*: //')" 'SRS0=abcd=XY=net.example=ann@relay.example'
# computed anew, after the comment in fix/srs.h: the day before the present one
# by so many
cat >path.py <<'X'
import base64, hashlib, hmac, sys, time
DIGITS = "abcdefghijklmnopqrstuvwxyz234567"
def put(u, n):
    return "".join(DIGITS[u >> 5 * i & 31] for i in reversed(range(n)))
key = base64.urlsafe_b64decode(open("keys").readline().strip() + "==")
for n in sys.argv[1:]:
    rest = put((int(time.time()) // 86400 - int(n)) % 1024, 2) + "=net.example=ann"
    h = hmac.new(key, b"rohrpost srs\0" + b"0" + rest.encode(), hashlib.sha256).digest()
    print("SRS0=%s=%s@fwd.example.org" % (put(int.from_bytes(h[:5], "big"), 6), rest))
X
python3 path.py 0 21 22 >paths
is "another program makes the same" "$(sed -n 1p paths)" "$path"
late=$(sed -n 3p paths)
is "it is good for 21 days" "$(people "$(sed -n 2p paths)" | sed 's/.*: //')" ann@net.example
like "and no longer" "$(people "$late")" ': this return path has expired$'
is "longer, with -d" "$(srs -n -d 22 -k keys $D "$late" | sed 's/.*: //')" ann@net.example
long=$(printf '%045d' 0)
like "a local part of 64 bytes" "$(people "$long@b.c")" "=b.c=$long@"
like "one of 65" "$(people "0$long@b.c")" ': stays$'
like "with -l" "$(srs -n -l 65 -k keys $D "0$long@b.c")" "=b.c=0$long@"
status "forged" 100 people "SRS0=aaaaaa=aa=net.example=ann@$D"
like "is said" "$(cat out)" ': this return path was not made here$'
cp -p keys old && token-check -N keys
is "a second key: the old one is good" "$(people "$path")" "$path: ann@net.example"
[ "$(people ann@net.example | sed 's/.*: //')" != "$path" ]; ok "the new one makes" $?
head -1 keys >new && chmod 600 new
like "without the old one" "$(srs -n -k new $D "$path")" ': this return path was not made here$'
cp -p old keys

job() { # ID FROM TO [LABEL...]
	printf 'id:%s\tn:0\tfrom:%s\tto:%s' "$1" "$2" "$3"
	shift 3
	for f; do printf '\t%s' "$f"; done
	echo
}
{
	job alias ann@net.example joe@example.org
	job rewrite ann@net.example joe@old.example
	job copy ann@net.example joe@gate.example of:m0
	job through ann@net.example joe@gate.example
	job inside ann@net.example joe@example.org origin:inside
	job ours bob@example.org joe@example.org
	job null '' joe@example.org
	job box ann@net.example joe@box.example of:m0
	job domain ann@net.example in@example.org
	job local ann@net.example bob@example.org of:m0
	job label ann@net.example joe@gate.example srs:evil@example.com
	job nulled '' joe@example.org srs:evil@example.com
	job odd '"a b"@net.example' joe@example.org
	job back '' "$path"
	job again ann@net.example "$upper"
	job mailer auto@net.example "$path"
	job report '' "$upper"
	job master '' "postmaster@$D"
	job forged '' "SRS0=aaaaaa=aa=net.example=ann@$D"
	job late '' "$late"
	job other '' "joe@$D"
	job asks ann@net.example joe@example.org explain:m1/0
	job asked '' "joe@$D" explain:m1/0
} >jobs
srs -k keys -C c $D route c sh -c 'cat >down' <jobs >out 2>err
down() { sed -n "/^id:$1$tab/{ s/.*$tab$2:\([^$tab]*\).*/\1/p; q; }" down; }
for i in alias rewrite copy asks; do is "$i: from the return path" "$(down $i from)" "$path"; done
for i in through inside box domain local label; do
	is "$i: from the sender" "$(down $i from)" ann@net.example
done
is "our own people" "$(down ours from)" bob@example.org
is "nobody" "$(down null from)$(down nulled from)" ""
is "who needs quotes" "$(down odd from)" '"a b"@net.example'
is "the label goes no further" "$(grep -c "${tab}srs:" down)" 0
is "back to the sender" "$(down back to)" ann@net.example
is "to his host" "$(down back mx)" 192.0.2.3/25/192.0.2.3
is "in other letters" "$(down again to)" ANN@NET.EXAMPLE
like "from somebody it is forwarded" "$(down mailer from)" "=net.example=auto@$D$"
is "to the sender" "$(down mailer to)" ann@net.example
is "from nobody it stays so" "$(down report from)" ""
is "the postmaster of the domain" "$(down master user)" postmaster
like "the reason can be asked for" "$(down asks why-route)" 'srs: forwarded, from SRS0='
answered() { grep "^id:$1$tab" out; }
like "forged" "$(answered forged)" "status:bounced${tab}code:550${tab}esc:5.1.1${tab}class:rcpt${tab}text:this return path was not made here$"
like "too late" "$(answered late)" 'esc:5.1.1.*this return path has expired$'
like "no other of the domain" "$(answered other)" 'esc:5.1.1.*no such user here$'
like "who asks is told" "$(answered asked)" "status:explained.*would:bounced.*why-srs:no such user here"
is "each goes down or is answered by us" "$(cut -f 1 down; grep 5.1.1 out | cut -f 1)" "$(grep -vE '^id:(forged|late|other|asked)' jobs | cut -f 1
	for i in forged late other asked; do echo "id:$i"; done)"
# as a program of rcpt-check
{
	job 1 '' "$path" verify:1 ask:program
	job 2 '' "SRS0=aaaaaa=aa=net.example=ann@$D" verify:1 ask:program
} | srs -k keys -C c $D answer status:sent >out
like "asked before mail comes: he is there" "$(cat out)" "^id:1${tab}n:0${tab}status:sent"
like "nobody is" "$(cat out)" "^id:2${tab}n:0${tab}status:bounced.*esc:5.1.1${tab}class:rcpt"
# a new key is in force while it runs
mkfifo in
srs -k keys -C c $D tap seen answer status:sent <in >/dev/null 2>&1 &
pid=$!
exec 9>in
job 1 ann@net.example joe@example.org >&9
wait_for 20 grep -q '^> id:1' seen
token-check -N keys
newest() {
	job 2 ann@net.example joe@example.org >&9
	grep -qF "srs:$(people ann@net.example | sed 's/.*: //')" seen
}
wait_for 20 newest; ok "by a new key while it runs" $?
exec 9>&-
wait "$pid"; ok "the link ends with its input" $?
# long jobs and tables
{ printf 'id:long\tn:0\tfrom:ann@net.example\tto:joe@example.org\tx:'; head -c 65470 /dev/zero | tr '\0' x; echo; } |
    srs -k keys -C c $D answer status:sent >out
like "a job that has no room" "$(cat out)" 'status:deferred.*the job is too long with what srs adds$'
echo garbage >c/local.cdb
job 1 ann@net.example joe@example.org | srs -k keys -C c $D answer status:sent >out 2>err
like "a damaged table" "$(cat out err)" 'local.* damaged'
rm c/local.cdb
status "one that is not compiled" 111 srs -k keys -C c $D answer status:sent </dev/null

srs -n -k keys $D a@b.example >/dev/full 2>err
is "/dev/full" $? 111
srs -n -k keys $D a@b.example >&- 2>err
is "closed descriptor" $? 111
status "no arguments" 100 srs
status "no next link" 100 srs -k keys -C c $D
status "no keys" 100 srs -C c $D cat
status "no such keys" 111 srs -k none -C c $D cat
status "no domain" 100 srs -k keys -C c a..b cat
for o in "-d 0" "-d 366" "-l 63" "-l 256" -x; do
	# shellcheck disable=SC2086
	status "srs $o" 100 srs $o -k keys -C c $D cat
done
done_testing
