#include "route/routejob.h"
#include "base/num.h"
#include "route/putslice.h"
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
		j->from = f;
		j->w.from = value(j, f);
	} else if (is(f, "srs", 3)) {
		j->srs = f;
	} else if (is(f, "of", 2)) {
		j->copy = 1;
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
	} else if (is(f, "explain", 7)) {
		j->explain = f;
	} else if (is(f, "file", 4)) {
		j->has_file = 1;
	} else if (is(f, "origin", 6)) {
		j->inside = (unsigned)ltsv_is(f, "inside") & 1;
	} else if (is(f, "last-class", 10)) {
		j->w.last_class = value(j, f);
	} else if (is(f, "last-failure", 12)) {
		j->w.last_failure = value(j, f);
	} else if (is(f, "last-src", 8)) {
		j->w.last_src = value(j, f);
	} else if (is(f, "avoid-src", 9)) {
		j->w.avoid_src = value(j, f);
	} else if (is(f, "pool", 4)) {
		j->w.pool = value(j, f);
	} else if (is(f, "host", 4)) {
		j->w.host = value(j, f);
	} else if (is(f, "suspend-if", 10)) {
		j->suspend_if = value(j, f);
	} else if (is(f, "use-pool", 8)) {
		j->w.use_pool = value(j, f);
	} else if (is(f, "size", 4)) {
		number(f, &j->w.size);
	} else if (is(f, "try", 3)) {
		number(f, &j->w.try);
	}
}

/* pools and hosts are chosen by the id of the message that it asks about */
static void
read_question(struct routejob *j)
{
	const char *slash;

	if (j->has_file)
		j->explain = NULL;
	if (j->explain == NULL)
		return;
	j->w.id = value(j, j->explain);
	slash = memchr(j->w.id.p, '/', j->w.id.n);
	if (slash != NULL)
		j->w.id.n = slash - j->w.id.p;
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
	j->w.last_class.n = j->w.last_failure.n = j->w.last_src.n = 0;
	j->w.avoid_src.n = j->w.use_pool.n = 0;
	j->w.pool.n = j->w.host.n = j->suspend_if.n = 0;
	j->w.requiretls = j->w.tls_optional = 0;
	j->used = 0;
	j->dns_ms = 0;
	j->inside = j->has_file = j->copy = 0;
	j->explain = NULL;
	j->why = NULL;
	j->id = j->number = j->to = j->wish = j->from = j->srs = NULL;
	j->w.from.p = NULL;
	/* of a bad line at least what it is called, to answer it */
	for (i = 0; i < j->l.n; i++)
		read_field(j, &j->l.f[i]);
	read_question(j);
	if (!j->w.requiretls || j->w.from.p == NULL || j->w.from.n > 0)
		j->wish = NULL;
	if (j->wish != NULL)
		j->w.requiretls = 0;
	return bad == -1 || j->id == NULL || j->to == NULL ? -1 : 0;
}

struct slice
routejob_via(const struct routing *w)
{
	return w->rule.via.n > 0 ? w->rule.via : w->pool;
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
		    is(f, "srs", 3) || tlslabels_has(f);
	case 4:
		return is(f, "site", 4) || is(f, "bind", 4) ||
		    is(f, "helo", 4) || is(f, "orig", 4) || is(f, "keep", 4) ||
		    (local && is(f, "user", 4)) || tlslabels_has(f);
	case 5:
		return is(f, "bind6", 5) || is(f, "proto", 5) ||
		    is(f, "spill", 5) || is(f, "socks", 5) ||
		    is(f, "proxy", 5) || tlslabels_has(f);
	case 6:
		return is(f, "domain", 6) || is(f, "ms-dns", 6) ||
		    tlslabels_has(f);
	case 7:
		return is(f, "forward", 7) || is(f, "program", 7) ||
		    tlslabels_has(f);
	case 8: return is(f, "provider", 8) || tlslabels_has(f);
	case 9:
		return is(f, "mx-groups", 9) || is(f, "smarthost", 9) ||
		    tlslabels_has(f);
	/* by LMTP it has arrived, and REQUIRETLS is done with */
	case 10: return w->what == ROUTING_LMTP && is(f, "requiretls", 10);
	case 11: return is(f, "socks-login", 11) || tlslabels_has(f);
	case 13: return is(f, "msgs-per-conn", 13);
	default: return tlslabels_has(f);
	}
}

int
routejob_forwards(const struct routejob *j, const struct routing *w)
{
	return j->srs != NULL && j->from != NULL && j->w.from.n > 0 &&
	    !j->inside && w->outside && (w->forwarded || j->copy);
}

static int
put_sender(struct buf *b, const struct ltsv_field *srs)
{
	struct ltsv_field f = *srs;

	f.label = "from";
	f.label_len = 4;
	return ltsv_copy(b, &f);
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
		} else if (f == j->from && routejob_forwards(j, w)) {
			r |= put_sender(b, j->srs);
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
	r |= putslice(b, "domain", domain_of(w));
	r |= putslice(b, "user", of_buf(&w->user));
	r |= putslice(b, "ext", of_buf(&w->ext));
	if (w->several) {
		if (w->alias.keep)
			r |= ltsv_puts(b, "keep", "1");
		r |= putslice(b, "forward", of_buf(&w->alias.forward));
		r |= putslice(b, "program", of_buf(&w->alias.command));
	}
	r |= routewhy_put(b, j->why);
	return end_job(b, j, at, r);
}

int
routejob_remote(struct buf *b, const struct routejob *j,
    const struct routing *w, const char *me, struct slice site, struct slice mx,
    const char *groups, const struct protect *how)
{
	struct slice myself = { me, strlen(me) };
	size_t at = buf_len(b);
	int r = begin_job(b, j, w);

	r |= putslice(b, "site", site);
	r |= putslice(b, "mx", mx);
	if (*groups != '\0')
		r |= ltsv_puts(b, "mx-groups", groups);
	if (w->what != ROUTING_MX)
		r |= ltsv_puts(b, "smarthost", "1");
	r |= putslice(b, "domain", domain_of(w));
	r |= putslice(b, "provider", w->provider.name);
	r |= putslice(b, "via", routejob_via(w));
	r |= putslice(b, "src", w->source.name);
	r |= putslice(b, "bind", w->source.ip);
	r |= putslice(b, "bind6", w->source.ip6);
	if (w->spill)
		r |= ltsv_puts(b, "spill", "1");
	r |=
	    putslice(b, "helo", w->source.helo.n > 0 ? w->source.helo : myself);
	r |= putslice(b, "socks", w->source.socks);
	r |= putslice(b, "socks-login", w->source.login);
	r |= putslice(b, "proxy", w->source.proxy);
	r |= tlslabels_put(b, how);
	r |= putslice(b, "msgs-per-conn", w->rule.per_conn);
	if (w->what == ROUTING_LMTP)
		r |= ltsv_puts(b, "proto", "lmtp");
	if (j->dns_ms > 0)
		r |= ltsv_putnum(b, "ms-dns", (uint64_t)j->dns_ms);
	r |= routewhy_put(b, j->why);
	return end_job(b, j, at, r);
}
