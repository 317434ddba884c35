/* rptpart and rptread: whatever a stranger sends is a report or none, and of
 * one that is none nothing is told */
#include "tlsrpt/rptpart.h"
#include "tlsrpt/rptread.h"
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const unsigned char *, size_t);

static unsigned told;
static const struct rptread_policy *now;

static void
on_policy(void *arg, const struct rptread_policy *p)
{
	(void)arg;
	if (p->domain[0] == '\0' || p->type[0] == '\0' ||
	    p->report->org == NULL || p->report->id == NULL ||
	    p->good > INT64_MAX || p->bad > INT64_MAX)
		abort();
	now = p;
	told++;
}

static void
on_failure(void *arg, const struct rptread_failure *f)
{
	(void)arg;
	if (f->policy != now || f->result[0] == '\0' || f->host == NULL ||
	    f->ip == NULL || f->from_ip == NULL || f->reason == NULL ||
	    f->count > INT64_MAX)
		abort();
	told++;
}

static const struct rptread_ops ops = { on_policy, on_failure };

static void
read_json(const char *p, size_t n)
{
	char why[RPT_FAULT_MAX];

	told = 0;
	memset(why, 'x', sizeof why);
	if (rptread_json(p, n, &ops, NULL, why) == -1 &&
	    (told > 0 || memchr(why, '\0', sizeof why) == NULL))
		abort();
}

int
LLVMFuzzerTestOneInput(const unsigned char *data, size_t n)
{
	static const char head[] =
	    "MIME-Version: 1.0\nContent-Type: application/tlsrpt+json\n\n";
	struct buf mail = { 0 }, part = { 0 };
	const char *p = (const char *)data;

	read_json(p, n);
	if (rptpart_find(&part, p, n) == 1)
		read_json(buf_data(&part), buf_len(&part));
	/* the same as the one part of a message */
	buf_clear(&part);
	if (n > 0 && p[0] == '{' &&
	    (buf_puts(&mail, head) == -1 || buf_put(&mail, p, n) == -1 ||
		rptpart_find(&part, buf_data(&mail), buf_len(&mail)) != 1 ||
		buf_len(&part) != n || memcmp(buf_data(&part), p, n) != 0))
		abort();
	buf_free(&mail);
	buf_free(&part);
	return 0;
}
