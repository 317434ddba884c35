#include "recv/access.h"
#include "base/clock.h"
#include "base/die.h"

static void
check(struct access *a)
{
	int64_t now = clock_mono_ms();

	if (now - a->checked_ms < TABLE_CHECK_MS)
		return;
	a->checked_ms = now;
	if (softtable_check(&a->local))
		info("%s is in force", a->local.path);
	rcpt_check(&a->rcpt);
	if (a->relay.path == NULL)
		return;
	if (softtable_check(&a->relay)) {
		info("%s is in force", a->relay.path);
		a->complained = 0;
	}
}

int
access_is_local(struct access *a, const char *domain, size_t n)
{
	check(a);
	return local_has(&a->locals, domain, n);
}

void
access_open(struct access *a, const char *dir, const char *me,
    const char *maildirs, int relay)
{
	if (softtable_open(&a->local, dir, "local") == -1 && relay)
		warn("no local domains but our own names: %s: %m",
		    a->local.path);
	a->locals =
	    local_by_default(&a->by_default, me, softtable_lookup(&a->local));
	rcpt_open(&a->rcpt, dir, maildirs, a->locals);
	a->checked_ms = clock_mono_ms();
	if (relay && softtable_open(&a->relay, dir, "relay") == -1)
		warn("nobody may relay: %s: %m", a->relay.path);
}

enum relay_verdict
access_relay(struct access *a, const char *ip, char *suffix)
{
	struct lookup l = softtable_lookup(&a->relay);
	enum relay_verdict v;

	check(a);
	if (a->relay.state != 1)
		return a->relay.state == 0 ? RELAY_NONE : RELAY_BROKEN;
	v = relay_find(&l, ip, NULL, suffix);
	if (v == RELAY_BROKEN && !a->complained) {
		warn("nobody may relay: %s is damaged", a->relay.path);
		a->complained = 1;
	}
	return v;
}
