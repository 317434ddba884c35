#!/bin/sh
# What dkim-sign signs is good for others: awkward messages in each canonical
# form, with RSA, ed25519 and both, verified by dkimpy, Mail::DKIM, OpenDKIM
# and dkim-verify.  Mail::DKIM and OpenDKIM of Debian 12 know no ed25519.
. "$(dirname "$0")/../lib.sh"
python=python3
$python -c 'import dkim, nacl' 2>/dev/null || python=/usr/bin/python3
cd "$T" || exit 1
umask 077
mkdir keys signed
openssl genrsa -out keys/rsa.pem 2048 2>/dev/null
openssl genpkey -algorithm ed25519 -out keys/ed.pem
rsa=$(openssl rsa -in keys/rsa.pem -pubout -outform DER 2>/dev/null | base64 -w0)
ed=$(openssl pkey -in keys/ed.pem -pubout -outform DER | tail -c 32 | base64)
echo "r._domainkey.example.org v=DKIM1; k=rsa; p=$rsa" >dns
printf '{"r._domainkey.example.org": {"TXT": "v=DKIM1; k=rsa; p=%s"}, "e._domainkey.example.org": {"TXT": "v=DKIM1; k=ed25519; p=%s"}}\n' "$rsa" "$ed" >zone.json
python3 "$top/tests/tools/awkward.py" messages
for h in relaxed simple; do for b in relaxed simple; do
	r="example.org domain=example.org selector=r key=rsa.pem canon=$h/$b"
	e="example.org domain=example.org selector=e key=ed.pem algorithm=ed25519-sha256 canon=$h/$b"
	echo "$r" >rules.rsa; echo "$e" >rules.ed25519; printf '%s\n%s\n' "$e" "$r" >rules.both
	for k in rsa ed25519 both; do
		for m in messages/*; do
			# as it goes over the wire
			dkim-sign -K keys -k rules.$k <"$m" >one || echo "dkim-sign: $m" >&2
			sed 's/$/\r/' one >"signed/$k+$h+$b+${m##*/}"
			[ "$(tail -c 1 one | od -An -tx1)" = " 0a" ] || printf '\n' >>"signed/$k+$h+$b+${m##*/}"
		done
	done
done; done
n=$(ls messages | wc -l)
[ "$n" -ge 30 ]; ok "$n messages, 12 ways" $?

# opendkim -t hands its filter the fields without the blanks behind the colon
# and puts one blank there again: simple forms of others cannot match
unseen() {
	case $1,$2 in
	opendkim,*+simple+*+blanks-around-colon | opendkim,*+simple+*+empty-subject | \
	opendkim,*+simple+*+folded-at-colon | opendkim,*+simple+*+folded-references | \
	opendkim,*+simple+*+no-blank-behind-colon) return 0 ;;
	esac
	return 1
}
# told NAME FILES: each signed file is a line "FILE good" of verdicts.NAME
told() {
	for f in signed/$2; do
		f=${f#signed/}
		if unseen "$1" "$f"; then
			echo "# $1: $f: it does not see the blanks"
			continue
		fi
		is "$1: $f" "$(grep -F "$f " "verdicts.$1" | cut -d' ' -f2- | head -1)" good
	done
}

if peer "python3-dkim, with python3-nacl" $python -c 'import dkim, nacl'; then
	$python - <<'X' >verdicts.dkimpy
import dkim, json, os, re
zone = {k.encode() + b".": v["TXT"].encode() for k, v in json.load(open("zone.json")).items()}
for f in sorted(os.listdir("signed")):
    d = dkim.DKIM(open("signed/" + f, "rb").read())
    want = 2 if f.startswith("both") else 1
    ok = []
    for i in range(want):
        try:
            ok.append(d.verify(idx=i, dnsfunc=lambda name, timeout=5: zone.get(name)))
        except Exception as e:
            ok.append(str(e))
    print(f, "good" if ok == [True] * want else ok)
X
	told dkimpy '*'
fi

if peer Mail::DKIM perl -MMail::DKIM::Verifier -e 1; then
	cat >verify.pl <<'X'
use strict; use warnings;
use Mail::DKIM::Verifier; use Mail::DKIM::PublicKey;
my %zone = map { chomp; my ($n, $t) = split / /, $_, 2; ($n => $t) } do { open my $z, '<', 'dns' or die; <$z> };
no warnings 'redefine';
*Mail::DKIM::PublicKey::fetch_async = sub {
	my ($class, %a) = @_;
	my $t = $zone{"$a{Selector}._domainkey.$a{Domain}"};
	my $found = ($a{Callbacks} || {})->{Success} || sub { $_[0] };
	return sub { $found->() } unless defined $t;
	my $k = $class->parse($t);
	@$k{qw(Selector Domain)} = @a{qw(Selector Domain)};
	$k->check;
	return sub { $found->($k) };
};
for my $f (sort glob "signed/*") {
	my $v = Mail::DKIM::Verifier->new;
	open my $h, '<:raw', $f or die;
	local $/;
	$v->PRINT(scalar <$h>);
	$v->CLOSE;
	my @r = map { $_->result } grep { $_->domain eq 'example.org' && $_->selector eq 'r' } $v->signatures;
	my ($n) = $f =~ m{([^/]*)$};
	print "$n ", (@r == 1 && $r[0] eq 'pass' ? "good" : "@r"), "\n";
}
X
	perl verify.pl >verdicts.Mail::DKIM
	told Mail::DKIM 'rsa*'
	told Mail::DKIM 'both*'
fi

if peer opendkim command -v opendkim; then
	printf 'Mode v\nTestDNSData file:%s/dns\nSyslog no\n' "$T" >opendkim.conf
	for f in signed/*; do
		opendkim -x opendkim.conf -t "$f" 2>&1 | tr -d '\0' |
		    grep -q 'verification (s=r, d=example.org, 2048-bit key) succeeded' && echo "${f#signed/} good"
	done >verdicts.opendkim
	told opendkim 'rsa*'
	told opendkim 'both*'
fi

fake_dns zone.json || exit 1
for f in signed/*; do
	want=1
	case $f in signed/both*) want=2 ;; esac
	got=$(dkim-verify -r "$dns" <"$f" 2>&1)
	[ "$(printf '%s\n' "$got" | grep -c '^pass.*example.org')" = $want ] && echo "${f#signed/} good" || echo "${f#signed/} $got"
done >verdicts.dkim-verify
told dkim-verify '*'

# the keys that RFC 8463 has published
data=${ROHRPOST_TESTDATA:-$top/../shared/testdata}/dkim
if [ -e "$data/rfc8463-appendix-a.eml" ]; then
	cp "$data/rfc8463-rsa-private.pem" keys/test.pem
	cp "$data/rfc8463-ed25519-private.b64" keys/ed
	cat >rfc <<-X
	football.example.com domain=football.example.com selector=brisbane key=ed algorithm=ed25519-sha256
	football.example.com domain=football.example.com selector=test key=test.pem
	X
	tr -d '\r' <"$data/rfc8463-appendix-a.eml" | sed '/^From/,$!d' | dkim-sign -k rfc -K keys >out
	cat >verify.py <<'X'
import dkim, sys
zone = {l.split("\t")[0].encode() + b".": l.rstrip("\n").split("\t")[2].encode() for l in open(sys.argv[1])}
d = dkim.DKIM(sys.stdin.buffer.read().replace(b"\n", b"\r\n"))
for i in range(2):
    print(d.verify(idx=i, dnsfunc=lambda name, timeout=5: zone.get(name)))
X
	$python verify.py "$data/rfc8463-appendix-a.dns.tsv" <out >verdicts
	is "RFC 8463: the published keys verify what we sign" "$(cat verdicts)" "True
True"
else
	skip "no test data"
fi
done_testing
