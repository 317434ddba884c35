#include "recv/access.h"
#include "base/clock.h"
#include "base/die.h"
#include <errno.h>
#include <string.h>

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
	if (a->senders.path != NULL && softtable_check(&a->senders)) {
		info("%s is in force", a->senders.path);
		a->wept = 0;
	}
	if (a->certs.path != NULL && softtable_check(&a->certs))
		info("%s is in force", a->certs.path);
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

int
access_local_form(struct access *a, const char *domain, size_t n,
    struct slice *form)
{
	check(a);
	return local_form(&a->locals, domain, n, form);
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
access_relay(struct access *a, const char *ip, struct relay_rule *rule)
{
	struct lookup l = softtable_lookup(&a->relay);
	enum relay_verdict v;

	memset(rule, 0, sizeof *rule);
	check(a);
	if (a->relay.state != 1)
		return a->relay.state == 0 ? RELAY_NONE : RELAY_BROKEN;
	v = relay_find(&l, ip, NULL, rule);
	if (v == RELAY_BROKEN && !a->complained) {
		warn("nobody may relay: %s is damaged", a->relay.path);
		a->complained = 1;
	}
	return v;
}

/* said once */
static void
no_senders(struct access *a, const char *why)
{
	if (!a->wept)
		warn("nobody may send: %s: %s", a->senders.path, why);
	a->wept = 1;
}

void
access_open_senders(struct access *a, const char *dir)
{
	if (softtable_open(&a->senders, dir, "senders") == -1 &&
	    a->senders.state == -1)
		no_senders(a, strerror(errno));
}

enum senders_verdict
access_may_send(struct access *a, const char *me, const char *login,
    struct slice address)
{
	struct lookup l = softtable_lookup(&a->senders);
	enum senders_verdict v;

	if (a->senders.path == NULL)
		return SENDERS_YES;
	check(a);
	if (a->senders.state != 1)
		return a->senders.state == 0 ? SENDERS_YES : SENDERS_UNKNOWN;
	v = senders_may(&l, me, login, address);
	if (v == SENDERS_UNKNOWN)
		no_senders(a, "it is damaged");
	return v;
}

void
access_open_certs(struct access *a, const char *dir)
{
	softtable_open(&a->certs, dir, "certs");
}

int
access_cert_login(struct access *a, const unsigned char cert[CERTS_LEN],
    struct slice *login)
{
	struct lookup l = softtable_lookup(&a->certs);

	if (a->certs.path == NULL)
		return 0;
	check(a);
	return a->certs.state != 1 ? a->certs.state
				   : certs_login(&l, cert, login);
}
