#!/bin/sh
# rohrpost upgrade: an instance of an older version is brought up to date in place.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
need_runit
cd "$T" || exit 1
tab=$(printf '\t')
# all that an instance has but what differs each time
state() {
	(cd "$I" && find . \( -path ./service/.made -o -path ./log/acts -o -path ./keys -o -path ./tls -o -path './log/*/config' \) -prune -o -type f ! -name '*.cdb' -exec sha256sum {} + | sort -k 2
		for f in log/*/config; do echo "$f" && sort "$f"; done
		find . -path ./service/.made -prune -o -type d -printf '%p %m\n' | sort)
}
# as an older version left it: without a folder, a service, kinds of events and an
# option of the chain; its templates' record said the same, or there was none
age() {
	rm -rf "$I/trace" "$I/service/drop" "$I"/log/drop* "$I/service/.made/drop"
	sed -i "/${tab}ev:order-/d" "$I"/log/*/config
	sed -i 's| -X [^ ]*/trace/orders||' "$I/service/deliver/run" "$I/service/.made/deliver/run"
}

new_instance one --ledger || exit 1
state >as.new
status "one that is new" 0 rohrpost upgrade "$I"
is "is up to date" "$(cat out)" "$I is up to date"
state >now; cmp as.new now; ok "and nothing is changed" $?

age
state >as.old
status "an old one, -n" 0 rohrpost upgrade "$I" -n
sed '/^    /d' out >told
is "is told what it lacks" "$(cat told)" "trace: new
service/drop: new
service/deliver/run: renewed
log/*/config: more kinds of events: order-begun order-ended
nothing has been changed: that is what rohrpost upgrade $I would do"
grep -q "^    +.* -X $I/trace/orders" out; ok "with the lines that differ" $?
state >now; cmp as.old now; ok "and nothing is changed" $?
status "an old one" 0 rohrpost upgrade "$I"
is "has the same told" "$(cat out)" "$(sed '$d' told)"
state >now; cmp as.new now; ok "and is as a new one" $?
status "once more" 0 rohrpost upgrade "$I"
is "there is nothing to do" "$(cat out)" "$I is up to date"

# what the site has changed stays
age
sed -i '2i # our own words' "$I/service/deliver/run"
sed -i 's/^s10000000$/s5000000/' "$I/log/deliver/config"
echo '# more' >>"$I/service/smtp/run"
cp "$I/service/smtp/run" smtp.ours
status "one that the site has changed" 0 rohrpost upgrade "$I"
like "is told" "$(cat out | tr '\n' ';')" 'service/smtp/run: the site has changed it, and it stays; nothing is new;.*service/deliver/run: renewed, with what the site has changed in it;'
sed -n 2p "$I/service/deliver/run" | grep -qx '# our own words' && grep -q -- ' -X ' "$I/service/deliver/run"
ok "ours and theirs are put together" $?
cmp -s "$I/service/smtp/run" smtp.ours; ok "a change where nothing is new stays" $?
is "and the size of a log" "$(sed -n 1p "$I/log/deliver/config")" s5000000
grep -q 'ev:order-begun' "$I/log/deliver/config"; ok "whose list has grown" $?
is "it can still be run" "$(sh -n "$I/service/deliver/run" 2>&1; stat -c %a "$I/service/deliver/run")" 755
# in the same place
sed -i 's| -X [^ ]*/trace/orders||' "$I/service/.made/deliver/run"
sed -i 's| -X [^ ]*/trace/orders| -m 5|' "$I/service/deliver/run"
cp "$I/service/deliver/run" deliver.ours
status "both have changed one line" 0 rohrpost upgrade "$I"
like "is told" "$(cat out | tr '\n' ';')" 'service/deliver/run: stays as it is, .*run.new beside it'
cmp -s "$I/service/deliver/run" deliver.ours; ok "the site's stays" $?
grep -q -- ' -X ' "$I/service/deliver/run.new"; ok "the new one is beside it" $?
status "and once more" 0 rohrpost upgrade "$I"
like "is told again" "$(cat out | tr '\n' ';')" 'service/deliver/run: stays as it is'
status "-f" 0 rohrpost upgrade "$I" -f
grep -q -- ' -X ' "$I/service/deliver/run" && cmp -s "$I/service/deliver/run.before" deliver.ours && [ ! -e "$I/service/deliver/run.new" ]
ok "takes it, and keeps the other" $?

# made before there was a record
new_instance two || exit 1
age
rm -rf "$I/service/.made"
status "one without a record" 0 rohrpost upgrade "$I"
like "a script that differs may be the site's" "$(cat out | tr '\n' ';')" 'service/deliver/run: stays as it is'
[ -d "$I/trace" ] && [ -d "$I/service/drop" ]; ok "folders and services are there" $?
status "taken" 0 rohrpost upgrade "$I" -f
status "then" 0 rohrpost upgrade "$I"
is "it is up to date" "$(cat out)" "$I is up to date"

# services are added, while it is up
start_instance; ok "it is up" $?
status "more services" 0 rohrpost upgrade "$I" --ledger --suppress --submission "127.0.0.1:$(free_port)" --ship 'copy file dir=/tmp'
like "are told" "$(cat out | tr '\n' ';')" 'service/submission: new;.*service/ship: new;.*service/suppress: new;service/ledger: new;.*conf/ship: 1 line\(s\) more;.*rohrpost restart '"$I"' deliver'
is "once" "$(grep -c '^copy file dir=/tmp$' "$I/conf/ship")" 1
rises() { sv status "$I/service/submission" | grep -q ^run:; }
wait_for 20 rises; ok "and one of them runs" $?
rohrpost upgrade "$I" >out 2>err
is "they are known the next time" "$(cat out)" "$I is up to date"

# limits that are shared: where, and of how many
status "--machines alone" 100 rohrpost upgrade "$I" --machines 2
status "--share alone" 100 rohrpost upgrade "$I" --share 127.0.0.1:6379
echo hush >login
status "shared limits" 0 rohrpost upgrade "$I" --share "unix:$T/nobody" --machines 2 --share-login login
is "are told" "$(cat out)" "share: new
sock/share: new
share/login: as it was given
service/deliver/run: renewed
service/share: new
what has changed holds from: rohrpost restart $I deliver"
is "the password is nobody else's" "$(cat "$I/share/login") $(stat -c %a "$I/share/login")" "hush 600"
wait_for 20 test -S "$I/sock/share/sock"; ok "and it runs" $?
status "the same once more" 0 rohrpost upgrade "$I" --share "unix:$T/nobody" --machines 2 --share-login login
is "is there" "$(cat out)" "$I is up to date"
status "one machine more" 0 rohrpost upgrade "$I" --machines 3
is "is told" "$(cat out)" "service/share/run: renewed
what has changed holds from: rohrpost restart $I share"
grep -q -- " -a $I/share/login -n 3 -r unix:$T/nobody\$" "$I/service/share/run"; ok "and is there" $?
status "another Redis" 0 rohrpost upgrade "$I" --share 127.0.0.1:6379/2
grep -q -- " -a $I/share/login -d 2 -n 3 -r 127.0.0.1:6379\$" "$I/service/share/run"; ok "is there" $?
status "then" 0 rohrpost upgrade "$I"
is "it is up to date" "$(cat out)" "$I is up to date"
sed -i 's/ -n 3 / -n 5 /' "$I/service/share/run"
status "a number that the site has changed" 0 rohrpost upgrade "$I"
grep -q ' -n 5 ' "$I/service/share/run"; ok "stays" $?
sed -i 's/ -r 127/ \\\n&/' "$I/service/share/run"
status "what cannot be understood" 100 rohrpost upgrade "$I"
like "is said" "$(cat err)" 'service/share/run does not end in -n MACHINES -r REDIS'
stop_instance

status "no instance" 100 rohrpost upgrade "$T"
status "an option that it does not take" 100 rohrpost upgrade "$I" --relay a:25
done_testing
