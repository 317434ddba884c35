#include "route/routeresult.h"
#include "route/putslice.h"
#include <stdio.h>

static int
begin_result(struct buf *b, const struct routejob *j, const char *status)
{
	int r = ltsv_copy(b, j->id);

	if (j->number != NULL)
		r |= ltsv_copy(b, j->number);
	if (j->explain == NULL)
		return r | ltsv_puts(b, "status", status);
	r |= ltsv_puts(b, "status", "explained");
	r |= ltsv_puts(b, "would", status);
	r |= ltsv_copy(b, j->explain);
	return r | routewhy_put(b, j->why);
}

int
routeresult_later(struct buf *b, const struct routejob *j, uint64_t next)
{
	int r = begin_result(b, j, "later");

	r |= ltsv_putnum(b, "next", next);
	return r | ltsv_end(b);
}

int
routeresult_suspended(struct buf *b, const struct routejob *j,
    const struct suspendif_way *w, uint64_t number, uint64_t next)
{
	char text[64];
	int r = begin_result(b, j, "later");

	r |= ltsv_putnum(b, "next", next);
	r |= putslice(b, "site", w->site);
	r |= putslice(b, "provider", w->provider);
	r |= putslice(b, "via", w->via);
	r |= ltsv_putnum(b, "suspended", number);
	snprintf(text, sizeof text, "suspended by order %llu",
	    (unsigned long long)number);
	r |= ltsv_puts(b, "text", text);
	return r | ltsv_end(b);
}

/* up to its text */
static int
begin_answer(struct buf *b, const struct routejob *j, const char *status,
    const char *esc, const char *class, struct slice domain)
{
	int r = begin_result(b, j, status);

	r |= ltsv_puts(b, "code",
	    esc[0] == '2'       ? "250"
		: esc[0] == '5' ? "550"
				: "450");
	r |= ltsv_puts(b, "esc", esc);
	r |= ltsv_puts(b, "class", class);
	return r | putslice(b, "domain", domain);
}

int
routeresult_answer(struct buf *b, const struct routejob *j, const char *status,
    const char *esc, const char *class, struct slice domain, const char *text)
{
	int r = begin_answer(b, j, status, esc, class, domain);

	r |= ltsv_puts(b, "text", text);
	return r | ltsv_end(b);
}

int
routeresult_wait(struct buf *b, const struct routejob *j, uint64_t next,
    struct slice domain, const char *why)
{
	int r = begin_answer(b, j, "later", "4.4.1", "connect", domain);

	r |= ltsv_putnum(b, "next", next);
	r |= buf_printf(b, "\ttext:%s", why);
	return r | ltsv_end(b);
}

int
routeresult_suppressed(struct buf *b, const struct routejob *j,
    const char *reason, struct slice domain, const char *text, int report)
{
	int r = begin_answer(b, j, "bounced", "5.7.1", "policy", domain);

	r |= ltsv_shows(b, "suppressed", reason);
	r |= ltsv_puts(b, "failure", "suppressed");
	r |= ltsv_puts(b, "failure-type", "hard");
	if (!report)
		r |= ltsv_puts(b, "report", "no");
	r |= ltsv_shows(b, "text", text);
	return r | ltsv_end(b);
}

int
routeresult_unsafe(struct buf *b, const struct routejob *j, struct slice domain,
    const struct tlsplan *p)
{
	int r = begin_answer(b, j, p->esc[0] == '5' ? "bounced" : "deferred",
	    p->esc, p->class, domain);

	r |= ltsv_puts(b, "tls-policy", p->policy);
	r |= ltsv_puts(b, "tls-from", p->from);
	r |= ltsv_puts(b, "tls-fail", p->fail);
	r |= ltsv_puts(b, "text", p->text);
	return r | ltsv_end(b);
}
