#!/bin/sh
# Receivers x policies, by a whole instance: what became of mail, which policy
# held and why, stands in the first event of each message.
. "$(dirname "$0")/../lib.sh"
. "$top/tests/world/lib.sh"
# shellcheck disable=SC2034
world_up_s=300
start_world --clock 10; ok "the world can be made" $?
t0=$(date +%s)
python3 -B "$top/tests/world/events.py" "$top/tests/world/outcomes" "$T/w" >"$T/cells"; is "mail for each" $? 0
echo "# $(($(date +%s) - t0)) s"
tab=$(printf '\t')
while IFS=$tab read -r cell wrong; do
	is "$cell" "$wrong" ""
done <"$T/cells"
# a message that may go without: neither DANE nor MTA-STS holds
status "TLS-Required: No" 0 world mail -O joe@tlsawrong.auto.test joe@missingmx.auto.test joe@nostarttls.sts.test
optional() {
	python3 -B "$top/tests/world/said.py" "$T/w" tls-policy tls-from tls-cert | tail -n 3 | sort >"$T/said"
	[ "$(grep -c 'joe@missingmx.auto\|joe@nostarttls.sts\|joe@tlsawrong.auto' "$T/said")" -eq 3 ]
}
wait_for 60 optional
is "goes all the same, and the log says why" "$(cat "$T/said")" "joe@missingmx.auto.test: sent may tls-required-no pkix
joe@nostarttls.sts.test: sent may tls-required-no
joe@tlsawrong.auto.test: sent may tls-required-no pkix"
verdict "the verdict: what the log says of TLS is what the servers saw"
stop_world; is "it stops" $? 0
done_testing
