#!/bin/sh
. "$(dirname "$0")/../lib.sh"
cd "$T" || exit 1
sasl() { python3 "$top/tests/tools/sasl.py" "$@"; }
serve() { bg sock-serve -w unix:sock auth-cdb "$@" 2>>log; pid=$bg_pid; wait_for 10 test -S sock; }
end() { kill "$pid"; wait "$pid"; }
# user ARG...: auth-user, until the server has its table, which is soon
forced() { [ "$(grep -c 'is in force' log)" -gt "$forced" ]; }
user() { forced=$(grep -c 'is in force' log); auth-user "$@"; wait_for 2 forced || echo "# not in force"; }
mkdir -m 700 logins
serve logins
wait_for 10 grep -q "warning" log
is "without a table nobody may log in" "$(cat log)" "auth-cdb: warning: nobody may log in: logins/passwd.cdb: No such file or directory"
is "which is no name of anybody" "$(sasl sock plain:ann:secret)" "FAIL ann"
echo secret | user add logins ann
wait_for 2 grep -q "info: logins/passwd.cdb is in force" log; ok "a table counts within a second" $?
is "PLAIN" "$(sasl sock plain:ann:secret plain:Ann:secret plain:ann:Secret)" "OK ann
OK ann
FAIL ann"
is "LOGIN" "$(sasl sock login:ann:secret login:ann:x login:eve:secret)" "OK ann
FAIL ann
FAIL eve"
is "what there is" "$(sasl sock mechs)" "PLAIN LOGIN"

# changes count at once, and connections hear of mechanisms
echo other | user add logins ann
is "another password" "$(sasl sock plain:ann:secret plain:ann:other)" "FAIL ann
OK ann"
user off logins ann
is "off" "$(sasl sock plain:ann:other plain:ann:x)" "FAIL ann user_disabled
FAIL ann"
user on logins ann
echo other | auth-user -s add logins ann
has_scram() { [ "$(sasl sock mechs)" = "PLAIN LOGIN SCRAM-SHA-256" ]; }
wait_for 5 has_scram; ok "SCRAM, when all have keys" $?
is "SCRAM" "$(sasl sock scram:ann:other scram:ann:x scram:ANN:other scram:eve:other)" "OK ann
FAIL ann
OK ann
FAIL eve"
user off logins ann
is "who is off" "$(sasl sock scram:ann:other scram:ann:x)" "FAIL ann user_disabled
FAIL ann"
user on logins ann
echo pw | user add logins bob
is "connections end when one has none" "$(timeout 10 python3 -c '
import sys; sys.argv = ["", "sock"]
exec(open("'"$top"'/tests/tools/sasl.py").read().replace("\nmain()\n", ""))
c = Client("sock")
while "SCRAM-SHA-256" in c.mechs:
    try: c.line()
    except EOFError: c = Client("sock")
print(" ".join(c.mechs))')" "PLAIN LOGIN"
is "names that are none" "$(sasl sock 'plain:a b:x' plain:ann::x "plain:ann:$(printf '%0257d' 0)")" "FAIL a b
FAIL ann
FAIL ann"
end
is "TERM ends it" $? 0

# a thousand logins of an application
: >log; serve logins
is "the first is compared, the others are known" "$(sasl sock plain:ann:other@192.0.2.1 many:1000:ann:other@192.0.2.1)" "OK ann
OK 1000 FAIL 0"
children() { for p in $(pgrep -P "$pid"); do [ "$(cat "/proc/$p/comm" 2>/dev/null)" = auth-hash ] && echo "$p"; done; }
end
: >log; serve -k 0 -n 1 logins
is "one child, and no cache" "$(sasl sock plain:ann:other@192.0.2.1 many:4:ann:other@192.0.2.1)" "OK ann
OK 4 FAIL 0"
is "never more children than -n" "$(children | wc -l)" 1
kill -9 "$(children)"
wait_for 10 grep -q "warning: auth-hash has ended" log; ok "a child that is killed is told" $?
is "and there is another" "$(sasl sock plain:ann:other@192.0.2.1)" "OK ann"
end

# guesses: those of one address wait, others do not
: >log; serve logins
sasl sock many:8:ann:x@198.51.100.7 >many
is "eight wrong ones" "$(cat many)" "OK 0 FAIL 8"
sasl -t sock plain:ann:x@198.51.100.7 plain:ann:x@198.51.100.7 >slow &
is "another address meanwhile" "$(sasl sock plain:ann:other@198.51.100.8)" "OK ann"
wait $!
tail -1 slow | awk '{ exit !($NF >= 1.9) }'; ok "the tenth begins two seconds behind the ninth" $?
end
like "are told in a sum" "$(cat log)" "info: 10 wrong passwords in a minute, 10 of 198.51.100.7, the most of one"

# a table that is damaged
: >log; serve logins
echo damaged >logins/new; mv logins/new logins/passwd.cdb
said_later() { [ "$(sasl sock plain:ann:other)" = "FAIL ann temp" ]; }
wait_for 5 said_later || : # the old one stays in force when it cannot be opened
head -c 2100 /dev/zero | tr '\0' '\377' >logins/new; mv logins/new logins/passwd.cdb
wait_for 5 said_later; ok "a damaged table is not now" $?
like "and said" "$(cat log)" "warning: logins/passwd.cdb is damaged"
end
echo x | auth-user add logins ann

# names that are there and names that are not take as long
: >log; serve -k 0 -n 1 logins
sasl sock plain:ann:x@10.2.0.1 >/dev/null
cpu() { awk '{ print $14 + $15 }' "/proc/$(children)/stat"; }
for i in 1 2 3 4 5; do
	for n in ann eve; do
		c=$(cpu); echo "$(sasl sock "plain:$n:wrong@10.$i.0.1") $(($(cpu) - c))"
	done
done >times
awk '{ t[$2] += $3 } END { exit !(t["ann"] < 1.5 * t["eve"] && t["eve"] < 1.5 * t["ann"] && t["ann"] > 5) }' times
ok "in the processor's time" $?
is "all wrong" "$(cut -d' ' -f1 times | sort -u)" FAIL
end

status "no socket" 100 auth-cdb logins
is "is said" "$(cat err)" "auth-cdb: fatal: descriptor 0 is no listening socket"
status "no folder" 111 sock-serve -w unix:sock2 auth-cdb none
like "is said" "$(cat err)" "auth-cdb: fatal: unable to open none: No such file"
for o in "-n 0" "-n 65" "-k 86401" "-n x" -x; do
	# shellcheck disable=SC2086
	status "bad $o" 100 auth-cdb $o logins
done
status "no argument" 100 auth-cdb
status "nobody to hear it" 100 sh -c 'auth-cdb 2>/dev/full'
status "closed input" 111 sh -c 'auth-cdb logins <&-'
done_testing
