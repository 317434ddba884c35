#include "recv/access.h"
#include "base/clock.h"
#include "base/die.h"
#include <errno.h>
#include <string.h>

const struct smtpin_reply access_no_table = { 451, "4.3.0",
	"configuration not readable, try again later" };

/* another one in force is told */
static void
look(struct softtable *t, unsigned char *told)
{
	if (t->path == NULL || !softtable_check(t))
		return;
	info("%s is in force", t->path);
	*told = 0;
}

static void
check(struct access *a)
{
	int64_t now = clock_mono_ms();

	if (now - a->checked_ms < TABLE_CHECK_MS)
		return;
	a->checked_ms = now;
	look(&a->local, &a->told_local);
	rcpt_check(&a->rcpt);
	look(&a->senders, &a->told_senders);
	look(&a->certs, &a->told_certs);
	look(&a->relay, &a->told_relay);
}

/* one that cannot be asked: said once, until another is in force */
static void
tell(unsigned char *told, const char *what, const struct softtable *t,
    const char *why)
{
	if (!*told)
		warn("%s: %s: %s", what, t->path, why);
	*told = 1;
}

/* which of them cannot be asked */

static void
no_local(struct access *a, const char *why)
{
	tell(&a->told_local, "no local domains but our own names", &a->local,
	    why);
}

static void
no_relay(struct access *a, const char *why)
{
	tell(&a->told_relay, "nobody may relay", &a->relay, why);
}

static void
no_senders(struct access *a, const char *why)
{
	tell(&a->told_senders, "nobody may send", &a->senders, why);
}

static void
no_certs(struct access *a, const char *why)
{
	tell(&a->told_certs, "nobody is known by a certificate", &a->certs,
	    why);
}

static const char unreadable[] = "it cannot be read",
		  damaged[] = "it is damaged";

/* r: what local.cdb has said */
static int
said_local(struct access *a, int r)
{
	if (r == -1)
		no_local(a, a->local.state == -1 ? unreadable : damaged);
	return r;
}

int
access_is_local(struct access *a, const char *domain, size_t n)
{
	check(a);
	return said_local(a, local_has(&a->locals, domain, n));
}

int
access_local_form(struct access *a, const char *domain, size_t n,
    struct slice *form)
{
	check(a);
	return said_local(a, local_form(&a->locals, domain, n, form));
}

void
access_open(struct access *a, const char *dir, const char *me,
    const char *maildirs, int relay)
{
	if (softtable_open(&a->local, dir, "local") == -1 && relay)
		no_local(a, strerror(errno));
	/* that there is none is another thing than one that comes unreadable */
	a->told_local &= a->local.state == -1;
	a->locals =
	    local_by_default(&a->by_default, me, softtable_lookup(&a->local));
	rcpt_open(&a->rcpt, dir, maildirs, a->locals);
	a->checked_ms = clock_mono_ms();
	if (relay && softtable_open(&a->relay, dir, "relay") == -1)
		no_relay(a, strerror(errno));
	a->told_relay = a->relay.state == -1;
}

void
access_look(struct access *a)
{
	check(a);
}

const struct smtpin_reply *
access_prohibited(struct access *a, enum prohibited_side side,
    struct slice address)
{
	check(a);
	return rcpt_prohibited(&a->rcpt, side, address);
}

enum relay_verdict
access_relay(struct access *a, const char *ip, struct relay_rule *rule)
{
	struct lookup l = softtable_lookup(&a->relay);
	enum relay_verdict v;

	memset(rule, 0, sizeof *rule);
	check(a);
	if (a->relay.state == 0)
		return RELAY_NONE;
	if (a->relay.state == -1) {
		no_relay(a, unreadable);
		return RELAY_BROKEN;
	}
	v = relay_find(&l, ip, NULL, rule);
	if (v == RELAY_BROKEN)
		no_relay(a, damaged);
	return v;
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
	if (a->senders.state == 0)
		return SENDERS_YES;
	if (a->senders.state == -1) {
		no_senders(a, unreadable);
		return SENDERS_UNKNOWN;
	}
	v = senders_may(&l, me, login, address);
	if (v == SENDERS_UNKNOWN)
		no_senders(a, damaged);
	return v;
}

void
access_open_certs(struct access *a, const char *dir)
{
	if (softtable_open(&a->certs, dir, "certs") == -1 &&
	    a->certs.state == -1)
		no_certs(a, strerror(errno));
}

int
access_cert_login(struct access *a, const unsigned char cert[CERTS_LEN],
    struct slice *login)
{
	struct lookup l = softtable_lookup(&a->certs);
	int r;

	if (a->certs.path == NULL)
		return 0;
	check(a);
	if (a->certs.state == 0)
		return 0;
	if (a->certs.state == -1) {
		no_certs(a, unreadable);
		return -1;
	}
	r = certs_login(&l, cert, login);
	if (r == -1)
		no_certs(a, damaged);
	return r;
}
