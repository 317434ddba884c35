#!/bin/sh
# limits(7) and the source agree: every constant NAME_MAX (and the like) of a
# header or program is listed with its value.
. "$(dirname "$0")/../lib.sh"
cd "$top" || exit 1
page=doc/man/limits.7
[ -e $page ]; ok "limits(7) exists" $?
names=$(grep -hoE '\<[A-Z][A-Z0-9_]+_(MAX|LIMIT|BYTES|MARK|SLOTS|MS|SECS)\>[[:space:]]*=' lib/*/*.h cmd/*.c | tr -d ' \t=' | sort -u)
missing=
for n in $names; do grep -qw "$n" $page || missing="$missing $n"; done
is "every named limit stands in limits(7)" "$missing" ""
gone=
for n in $(sed -n 's/^\.It Dv \([A-Z0-9_]*\).*/\1/p' $page); do
	grep -qw "$n" lib/*/*.h lib/*/*.c cmd/*.c || gone="$gone $n"
done
is "limits(7) lists nothing that is gone" "$gone" ""
done_testing
