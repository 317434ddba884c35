#!/bin/sh
# A fault that is over: `status` says it as long as it may come back, and not
# a minute longer.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../instance.sh"
new_instance site || exit 1
cp "$I/service/smtp/run" "$T/run"
# a reporter that ends while this file is there
cat >"$T/reporter" <<X2
#!/bin/sh
[ ! -e "$T/broken" ] || { echo 'reporter: fatal: no luck' >&2; exit 111; }
exec bounce -C "$I/conf" unix:"$I/sock/inject.sock"
X2
chmod 755 "$T/reporter"
sed -i "s,-b 'bounce[^']*',-b '$T/reporter'," "$I/service/deliver/run"
start_instance; ok "up" $?
wait_for 10 rohrpost status "$I"; ok "all is well" $?

# a service in a crash loop
sed 's,unix:[^ ]*/inject.sock,no-such-program,' "$T/run" >"$I/service/smtp/run"
sv -w 1 force-restart "$I/service/smtp" >/dev/null 2>&1
deaths() { [ "$(grep -ac 'smtp-recv: fatal' "$I/log/smtp/current")" -ge "$1" ]; }
wait_for 20 deaths 4; ok "it dies again and again" $?
status "status while it does" 1 rohrpost status "$I"
like "says so" "$(cat "$T/out")" "^  smtp: (dies|died) .*no-such-program"
cp "$T/run" "$I/service/smtp/run"
wait_for 10 rohrpost ping "$I"; ok "repaired: ping" $?
t0=$(date +%s)
rohrpost status "$I" >"$T/out" # for a moment it may be said yet
takes=$(($(date +%s) - t0))
is "with the time of the last death, if it is said" "$(grep '^  smtp: died' "$T/out" | grep -vc 'until [0-2][0-9]:[0-5][0-9]:[0-5][0-9]: ')" 0
t0=$(date +%s)
wait_for 60 rohrpost status "$I"; ok "status is well" $?
# but for what the command itself takes: the last that said so, and the first
# that does not
[ $(($(date +%s) - t0 - 2 * takes)) -le 21 ]; ok "within 20 seconds" $?

# what a service runs beside it
: >"$T/broken"
pkill -P "$(cat "$I/service/deliver/supervise/pid")" -x bounce
ends() { [ "$(grep -ac 'has ended, status 111; starting it again' "$I/log/deliver/current")" -ge "$1" ]; }
wait_for 20 ends 2; ok "a reporter ends again and again" $?
status "status while it does" 1 rohrpost status "$I"
like "says so, and when" "$(cat "$T/out")" "^  deliver: [0-2][0-9]:[0-5][0-9]:[0-5][0-9]: queue-run: warning: .* has ended, status 111; starting it again \(reporter: fatal: no luck\)"
wait_for 20 ends 4
status "status when it has ended four times" 1 rohrpost status "$I"
is "the service itself did not die" "$(grep -c '^  deliver: died' "$T/out")" 0
rm "$T/broken"
wait_for 40 rohrpost status "$I"; ok "repaired: status is well" $?
stop_instance
done_testing
