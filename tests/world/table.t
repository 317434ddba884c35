#!/bin/sh
# Receivers x policies: what becomes of mail for each of the world's servers
# under each policy, as the RFCs demand.  What that is stands in `outcomes`.
. "$(dirname "$0")/../lib.sh"
W=$top/tests/world
ROHRPOST_CLOCK=$(PYTHONPATH=$W python3 -Bc 'import clock; print(clock.value(10))')
export ROHRPOST_CLOCK
python3 "$W/table.py" "$W/outcomes" "$W/receivers" "$T"
