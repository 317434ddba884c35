/* the books by tenant and hour */
#include "queue/auditgroup.h"
#include "audittest.h"
#include <stdlib.h>

static struct buf told;
static unsigned n_told;
static struct audit_balance sum;

static void
found(void *arg, const struct auditgroup *g)
{
	const struct audit_balance *b = g->sum;

	(void)arg;
	if (n_told++ < 20)
		buf_printf(&told, "%.*s %lld: %d=%d+%d+%d+%d+%d lost %d\n",
		    (int)g->tenant_len, g->tenant,
		    (long long)(g->hour_s / 3600 % 24), (int)b->accepted,
		    (int)b->queued, (int)b->sent, (int)b->bounced,
		    (int)b->expired, (int)b->deleted, (int)b->lost);
	sum.accepted += b->accepted;
	sum.sent += b->sent;
	sum.lost += b->lost;
}

static const char *
groups(const struct audit *a, unsigned by)
{
	buf_clear(&told);
	n_told = 0;
	memset(&sum, 0, sizeof sum);
	if (auditgroup_all(a, by, found, NULL) != 0)
		return "none";
	buf_putc(&told, '\0');
	return buf_data(&told);
}

/* of 2026-01-01 */
static const char *
id_at(char id[NAME_LEN + 1], unsigned hour, unsigned minute, unsigned k)
{
	name_make(id, 1767225600000000 + (hour * 60ull + minute) * 60000000 + k,
	    7, 0);
	return id;
}

static void
event(struct audit *a, const char *kind, const char *id, const char *more)
{
	char line[2048];

	snprintf(line, sizeof line,
	    "ts:2026-01-01T00:00:00.000000Z\tev:%s\tid:%s\t%s", kind, id, more);
	if (audit_event(a, line, strlen(line)) == -1)
		abort();
}

static void
some(void)
{
	struct audit a = { .by_tenant = 1 };
	char id[NAME_LEN + 1];

	event(&a, "accepted", id_at(id, 1, 0, 0), "rcpts:2\ttenant:b\\tx");
	event(&a, "sent", id, "n:0");
	event(&a, "bounced", id, "n:1");
	event(&a, "accepted", id_at(id, 1, 59, 1), "rcpts:1\ttenant:a");
	event(&a, "expired", id, "n:0");
	event(&a, "accepted", id_at(id, 2, 0, 2), "rcpts:1\ttenant:a");
	event(&a, "deleted", id, "n:0");
	event(&a, "accepted", id_at(id, 2, 1, 3), "rcpts:2");
	audit_file(&a, id, 0, MESSAGE_QUEUED);
	event(&a, "accepted", id_at(id, 1, 1, 4), "rcpts:1\ttenant:");
	event(&a, "sent", id, "n:0");
	/* nobody has accepted it: it counts nowhere */
	event(&a, "sent", id_at(id, 3, 1, 5), "n:0\ttenant:c");
	is_str(groups(&a, AUDIT_BY_TENANT),
	    " 0: 3=1+1+0+0+0 lost 1\na 0: 2=0+0+0+1+1 lost 0\n"
	    "b\\tx 0: 2=0+1+1+0+0 lost 0\n",
	    "by tenant");
	is_str(groups(&a, AUDIT_BY_HOUR),
	    " 1: 4=0+2+1+1+0 lost 0\n 2: 3=1+0+0+0+1 lost 1\n", "by hour");
	is_str(groups(&a, AUDIT_BY_HOUR | AUDIT_BY_TENANT),
	    " 1: 1=0+1+0+0+0 lost 0\na 1: 1=0+0+0+1+0 lost 0\n"
	    "b\\tx 1: 2=0+1+1+0+0 lost 0\n 2: 2=1+0+0+0+0 lost 1\n"
	    "a 2: 1=0+0+0+0+1 lost 0\n",
	    "by both");
	is_num((long long)sum.accepted, 7, "together it is the balance");
	audit_free(&a);
	is_str(groups(&a, AUDIT_BY_HOUR), "", "empty books");
	/* who asks for none keeps none */
	event(&a, "accepted", id_at(id, 1, 0, 0), "rcpts:1\ttenant:b");
	is_num(a.n_tenants, 0, "no tenants");
	audit_free(&a);
}

/* as many groups as can be told, and one more */
static void
many(void)
{
	struct audit a = { .stops = 0 };
	char id[NAME_LEN + 1];
	unsigned i;

	for (i = 0; i <= AUDIT_GROUPS_MAX; i++) {
		if (i == AUDIT_GROUPS_MAX) {
			groups(&a, AUDIT_BY_HOUR);
			is_num(n_told, AUDIT_GROUPS_MAX, "all of them");
		}
		event(&a, "accepted", id_at(id, i, 0, 0), "rcpts:1");
	}
	n_told = 0;
	is_num(auditgroup_all(&a, AUDIT_BY_HOUR, found, NULL), 1, "too many");
	is_num(n_told, 0, "and none is told");
	audit_free(&a);
}

int
main(void)
{
	some();
	many();
	buf_free(&told);
	return done();
}
