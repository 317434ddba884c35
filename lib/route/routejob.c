#include "route/routejob.h"
#include "base/num.h"
#include "route/tlslabels.h"
#include <stddef.h>
#include <string.h>

static int
is(const struct ltsv_field *f, const char *label, size_t n)
{
	return f->label_len == n && memcmp(f->label, label, n) == 0;
}

/* reading */

/* the value of a field; only those with escapes are copied */
static struct slice
value(struct routejob *j, const struct ltsv_field *f)
{
	struct slice s = { f->value, f->value_len };
	long n;

	if (memchr(s.p, '\\', s.n) == NULL)
		return s;
	n = ltsv_value(f, j->spare + j->used, sizeof j->spare - j->used);
	if (n == -1)
		return s; /* with its escapes it matches nothing */
	s.p = j->spare + j->used;
	s.n = (size_t)n;
	j->used += s.n + 1;
	return s;
}

static void
number(const struct ltsv_field *f, uint64_t *out)
{
	uint64_t u;

	if (num_scan(f->value, f->value_len, 0, UINT64_MAX, &u) == 0)
		*out = u;
}

static void
read_field(struct routejob *j, const struct ltsv_field *f)
{
	if (is(f, "id", 2)) {
		j->id = f;
		j->w.id = value(j, f);
	} else if (is(f, "n", 1)) {
		j->number = f;
	} else if (is(f, "to", 2)) {
		j->to = f;
		j->w.to = value(j, f);
	} else if (is(f, "from", 4)) {
		j->w.from = value(j, f);
	} else if (is(f, "tenant", 6)) {
		j->w.tenant = value(j, f);
	} else if (is(f, "user", 4)) {
		j->w.user = value(j, f);
	} else if (is(f, "tag", 3)) {
		if (j->w.n_tag < ROUTING_TAGS_MAX)
			j->w.tag[j->w.n_tag++] = value(j, f);
	} else if (is(f, "requiretls", 10)) {
		j->w.requiretls |= ltsv_is(f, "1");
		j->wish = f;
	} else if (is(f, "tls-optional", 12)) {
		j->w.tls_optional |= ltsv_is(f, "1");
	} else if (is(f, "origin", 6)) {
		j->inside = (unsigned)ltsv_is(f, "inside") & 1;
	} else if (is(f, "size", 4)) {
		number(f, &j->w.size);
	} else if (is(f, "try", 3)) {
		number(f, &j->w.try);
	}
}

int
routejob_read(struct routejob *j, const char *p, size_t n)
{
	int bad = ltsv_parse(p, n, &j->l);
	unsigned i;

	if (n > 0 && p[n - 1] == '\n')
		n--;
	j->line = p;
	j->n = n;
	memset(&j->w, 0, offsetof(struct routing_job, tag));
	j->w.n_tag = 0;
	j->w.size = j->w.try = 0;
	j->w.requiretls = j->w.tls_optional = 0;
	j->used = 0;
	j->dns_ms = 0;
	j->inside = 0;
	j->id = j->number = j->to = j->wish = NULL;
	j->w.from.p = NULL;
	/* of a bad line at least what it is called, to answer it */
	for (i = 0; i < j->l.n; i++)
		read_field(j, &j->l.f[i]);
	if (!j->w.requiretls || j->w.from.p == NULL || j->w.from.n > 0)
		j->wish = NULL;
	if (j->wish != NULL)
		j->w.requiretls = 0;
	return bad == -1 || j->id == NULL || j->to == NULL ? -1 : 0;
}

/* results */

static int
begin_result(struct buf *b, const struct routejob *j, const char *status)
{
	int r = ltsv_copy(b, j->id);

	if (j->number != NULL)
		r |= ltsv_copy(b, j->number);
	return r | ltsv_puts(b, "status", status);
}

int
routejob_later(struct buf *b, const struct routejob *j, uint64_t next)
{
	int r = begin_result(b, j, "later");

	r |= ltsv_putnum(b, "next", next);
	return r | ltsv_end(b);
}

static int
put(struct buf *b, const char *label, struct slice s)
{
	return s.n == 0 ? 0 : ltsv_put(b, label, s.p, s.n);
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
	return r | put(b, "domain", domain);
}

int
routejob_answer(struct buf *b, const struct routejob *j, const char *status,
    const char *esc, const char *class, struct slice domain, const char *text)
{
	int r = begin_answer(b, j, status, esc, class, domain);

	r |= ltsv_puts(b, "text", text);
	return r | ltsv_end(b);
}

int
routejob_suppressed(struct buf *b, const struct routejob *j, const char *reason,
    struct slice domain, const char *text, int report)
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
routejob_unsafe(struct buf *b, const struct routejob *j, struct slice domain,
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

/* jobs */

/* labels that are ours: what came under these names goes */
static int
is_ours(const struct ltsv_field *f, const struct routing *w)
{
	int local = w->what == ROUTING_LOCAL;

	switch (f->label_len) {
	case 2: return is(f, "mx", 2);
	case 3:
		return is(f, "via", 3) || is(f, "src", 3) || is(f, "ext", 3) ||
		    tlslabels_has(f);
	case 4:
		return is(f, "site", 4) || is(f, "bind", 4) ||
		    is(f, "helo", 4) || is(f, "orig", 4) || is(f, "keep", 4) ||
		    (local && is(f, "user", 4)) || tlslabels_has(f);
	case 5:
		return is(f, "bind6", 5) || is(f, "proto", 5) ||
		    tlslabels_has(f);
	case 6:
		return is(f, "domain", 6) || is(f, "ms-dns", 6) ||
		    tlslabels_has(f);
	case 7:
		return is(f, "forward", 7) || is(f, "program", 7) ||
		    tlslabels_has(f);
	/* by LMTP it has arrived, and REQUIRETLS is done with */
	case 10: return w->what == ROUTING_LMTP && is(f, "requiretls", 10);
	case 13: return is(f, "msgs-per-conn", 13);
	default: return tlslabels_has(f);
	}
}

/* the job as it came, without our labels, with its new address */
static int
begin_job(struct buf *b, const struct routejob *j, const struct routing *w)
{
	const struct ltsv_field *f, *end = j->l.f + j->l.n;
	int wish = j->wish != NULL && w->what != ROUTING_LOCAL;
	int as_it_is = !w->renamed && !wish, r = 0;

	for (f = j->l.f; as_it_is && f < end; f++)
		as_it_is = !is_ours(f, w);
	if (as_it_is)
		return buf_put(b, j->line, j->n);
	for (f = j->l.f; f < end; f++)
		if (f == j->to && w->renamed) {
			r |= ltsv_put(b, "to", buf_data(&w->to),
			    buf_len(&w->to));
			r |= ltsv_put(b, "orig", j->w.to.p, j->w.to.n);
		} else if (!is_ours(f, w)) {
			r |= wish && f == j->wish
			    ? ltsv_puts(b, "requiretls", "may")
			    : ltsv_copy(b, f);
		}
	return r;
}

/* at: bytes in the buffer before this job */
static int
end_job(struct buf *b, const struct routejob *j, size_t at, int r)
{
	const char *p, *end;
	unsigned fields = 1;

	if ((r | ltsv_end(b)) != 0)
		return -1;
	p = buf_data(b) + at;
	end = buf_data(b) + buf_len(b);
	if (end - p <= LTSV_LINE_MAX &&
	    j->l.n < LTSV_FIELDS_MAX - ROUTEJOB_LABELS_MAX)
		return 0;
	if (end - p <= LTSV_LINE_MAX) {
		while ((p = memchr(p, '\t', end - p)) != NULL) {
			p++;
			fields++;
		}
		if (fields <= LTSV_FIELDS_MAX)
			return 0;
	}
	b->end -= buf_len(b) - at;
	return ROUTEJOB_TOO_LONG;
}

static struct slice
of_buf(const struct buf *b)
{
	struct slice s = { buf_data(b), buf_len(b) };

	return s;
}

static struct slice
domain_of(const struct routing *w)
{
	struct slice s = { w->addr.domain, w->addr.domain_len };

	return s;
}

int
routejob_local(struct buf *b, const struct routejob *j, const struct routing *w)
{
	size_t at = buf_len(b);
	int r = begin_job(b, j, w);

	r |= ltsv_puts(b, "site", "local");
	r |= ltsv_puts(b, "via", "local");
	r |= put(b, "domain", domain_of(w));
	r |= put(b, "user", of_buf(&w->user));
	r |= put(b, "ext", of_buf(&w->ext));
	if (w->several) {
		if (w->alias.keep)
			r |= ltsv_puts(b, "keep", "1");
		r |= put(b, "forward", of_buf(&w->alias.forward));
		r |= put(b, "program", of_buf(&w->alias.command));
	}
	return end_job(b, j, at, r);
}

int
routejob_remote(struct buf *b, const struct routejob *j,
    const struct routing *w, const char *me, struct slice site, struct slice mx,
    const struct protect *how)
{
	struct slice myself = { me, strlen(me) };
	size_t at = buf_len(b);
	int r = begin_job(b, j, w);

	r |= put(b, "site", site);
	r |= put(b, "mx", mx);
	r |= put(b, "domain", domain_of(w));
	r |= put(b, "via", w->rule.via.n > 0 ? w->rule.via : w->pool);
	r |= put(b, "src", w->source.name);
	r |= put(b, "bind", w->source.ip);
	r |= put(b, "bind6", w->source.ip6);
	r |= put(b, "helo", w->source.helo.n > 0 ? w->source.helo : myself);
	r |= tlslabels_put(b, how);
	r |= put(b, "msgs-per-conn", w->rule.per_conn);
	if (w->what == ROUTING_LMTP)
		r |= ltsv_puts(b, "proto", "lmtp");
	if (j->dns_ms > 0)
		r |= ltsv_putnum(b, "ms-dns", (uint64_t)j->dns_ms);
	return end_job(b, j, at, r);
}

int
routejob_literals(const struct routing *w, struct buf *site, struct buf *mx)
{
	const struct routes_host *h = w->rule.host;
	unsigned i;
	int r = 0;

	buf_clear(mx);
	buf_clear(site);
	for (i = 0; i < w->rule.n_host; i++, h++) {
		if (h->port != 0 && !h->literal)
			return 0;
		if (i > 0) {
			r |= buf_putc(mx, ' ');
			r |= buf_putc(site, ',');
		}
		r |= buf_put(site, h->name.p, h->name.n);
		if (h->port == 0) {
			r |= buf_puts(mx, "localhost");
		} else {
			r |= buf_put(mx, h->name.p, h->name.n);
			if (h->port != 25 || w->what == ROUTING_LMTP) {
				r |= buf_putc(site, ':');
				r |= buf_putnum(site, h->port);
			}
		}
		r |= buf_putc(mx, '/');
		r |= buf_putnum(mx, h->port);
		r |= buf_putc(mx, '/');
		r |= buf_put(mx, h->name.p, h->name.n);
	}
	return (r | site_cut(site)) != 0 ? -1 : 1;
}
