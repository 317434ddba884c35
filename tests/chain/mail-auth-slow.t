#!/bin/sh
# Many parcels at once through mail-auth while a name server does not answer
# for some of them.
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
cat >zone.json <<'X'
{"good.example": {"TXT": ["v=spf1 ip4:192.0.2.1 -all"]},
 "_dmarc.good.example": {"TXT": ["v=DMARC1; p=reject"]},
 "slow.example": "TIMEOUT", "_dmarc.slow.example": "TIMEOUT"}
X
fake_dns zone.json
# 500 parcels, every tenth from a domain of which nothing is heard
cat >make.py <<'X'
import sys
for i in range(500):
    d = b"slow" if i % 10 == 3 else b"good"
    c = b"from a@%s.example\nto b@c\nclient 192.0.2.1\nhelo h\n\nFrom: a@%s.example\nX-N: %d\n\nhi\n" % (d, d, i)
    sys.stdout.buffer.write(b"%d:%s," % (len(c), c))
X
python3 make.py >parcels
mkdir next
start=$(date +%s)
mail-auth -n me.example -r "$dns" -w 2 python3 "$top/tests/tools/fakeinject.py" next K <parcels >receipts 2>err
is "the end" $? 0
seconds=$(($(date +%s) - start))
# what goes at once waits for its slow ones once
[ $seconds -le 15 ]; ok "within 15 seconds ($seconds)" $?
is "all answered" "$(grep -o 'Kfake[0-9]*' receipts | wc -l)" 500
is "an event each" "$(grep -c ev:verdict err)" 500
# which parcel became which number, in the order of the parcels
for f in next/*.msg; do
	n=${f#next/} n=${n%.msg}
	printf '%s Kfake%04d\n' "$(sed -n 's/^X-N: //p' "$f")" "$n"
done | sort -n | cut -d' ' -f2 >want
grep -o 'Kfake[0-9]*' receipts >got
cmp -s got want; ok "receipts in the order of the parcels" $?
is "those that are known" "$(cat next/*.env | grep -c '^dmarc pass')" 450
is "those that are not" "$(cat next/*.env | grep -c '^dmarc temperror')" 50
# of the first 100, those with an answer went on before those without
sed -n 1,100p want | awk '{ n = substr($0, 6) + 0 }
	NR % 10 == 4 { if (!slow || n < slow) slow = n; next }
	n > fast { fast = n }
	END { exit !(fast < slow) }'
ok "a slow domain holds nobody else up" $?
done_testing
