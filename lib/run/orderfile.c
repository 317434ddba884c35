#include "base/die.h"
#include "base/exit.h"
#include "base/fd.h"
#include "base/num.h"
#include "run/run.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ORDERFILE_MAX = ORDERS_MAX * CTLREQUEST_KEPT_MAX };

int
orderfile_put(const struct order *o, struct buf *b)
{
	char since[32];
	int k =
	    ctlrequest_put(&o->req, 0, buf_len(&o->req.sel.ids) / NAME_LEN, b);

	if (k == -1)
		return -1;
	b->end--; /* the LF */
	k |= ltsv_putnum(b, "number", o->number);
	k |= ltsv_put(b, "since", since,
	    (size_t)snprintf(since, sizeof since, "%lld.%03d",
		(long long)(o->since_ms / 1000), (int)(o->since_ms % 1000)));
	if (o->until_s > 0)
		k |= ltsv_putnum(b, "until", (uint64_t)o->until_s);
	k |= ltsv_putnum(b, "by", o->by);
	k |= ltsv_puts(b, "user", o->user);
	k |= ltsv_end(b);
	return k == 0 ? 0 : -1;
}

/* what is found faster than by looking at all selectors */
static void
sum_up(struct order *o)
{
	const struct selector_list *l = &o->req.sel;
	unsigned kinds = selector_kinds(l);

	o->head = (kinds & FACTS_IN_HEAD) != 0 || buf_len(&l->ids) > 0;
	o->below = (kinds & CTLREQUEST_OF_ROUTE) != 0;
	if (l->n == 1 && !l->all && l->by[0].what == SELECTOR_DOMAIN &&
	    !l->by[0].negated && l->by[0].value[0] != '.')
		o->domain = nametable_hash(l->by[0].value, l->by[0].len);
}

static int
read_line(struct order *o, const char *line, size_t n)
{
	const struct ltsv_field *f;
	struct ltsv l;
	uint64_t u = 0;

	if (ctlrequest_parse(line, n, &o->req) != NULL ||
	    !ctlrequest_stands(&o->req) || ltsv_parse(line, n, &l) == -1 ||
	    ltsv_num(&l, "number", 1, INT64_MAX, &o->number) == -1 ||
	    (f = ltsv_find(&l, "since")) == NULL ||
	    num_scan_time(f->value, f->value_len, &o->since_ms) == -1)
		return -1;
	if (ltsv_num(&l, "until", 1, INT64_MAX, &u) == 0)
		o->until_s = (int64_t)u;
	if (ltsv_num(&l, "by", 0, UINT32_MAX, &u) == 0)
		o->by = (uint32_t)u;
	ltsv_get(&l, "user", o->user, sizeof o->user);
	return 0;
}

struct order *
orderfile_line(const char *line, size_t n)
{
	struct order *o = calloc(1, sizeof *o);

	if (o == NULL)
		return NULL;
	errno = EINVAL;
	if (read_line(o, line, n) == -1)
		goto bad;
	errno = ENOMEM;
	if (ctlrequest_words(&o->req, &o->words) == -1)
		goto bad;
	sum_up(o);
	return o;
bad:
	n = (size_t)errno;
	orderfile_free(o);
	errno = (int)n;
	return NULL;
}

void
orderfile_free(struct order *o)
{
	ctlrequest_free(&o->req);
	buf_free(&o->words);
	free(o);
}

static int
write_new(const struct run *r, const struct buf *b)
{
	int fd = openat(r->qfd, "orders.new",
	    O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	int ok = fd != -1 &&
	    (buf_len(b) == 0 ||
		fd_write_all(fd, buf_data(b), buf_len(b)) == 0) &&
	    fdatasync(fd) == 0;

	if (fd != -1 && close(fd) == -1)
		ok = 0;
	return ok ? 0 : -1;
}

/* the number given last is kept, too: none is given twice */
int
orderfile_store(const struct run *r)
{
	struct buf b = { 0 };
	unsigned i;
	int k;

	k = buf_printf(&b, "last:%llu\n", (unsigned long long)r->orders.last);
	for (i = 0; i < r->orders.n; i++)
		k |= orderfile_put(r->orders.one[i], &b);
	/* one that is left out would be forgotten at the next start */
	if (k != 0)
		die(EXIT_TEMP, "out of memory");
	k = write_new(r, &b);
	buf_free(&b);
	if (k == -1 || renameat(r->qfd, "orders.new", r->qfd, "orders") == -1 ||
	    (unlinkat(r->qfd, "suspended", 0) == -1 && errno != ENOENT))
		return -1;
	return fsync(r->qfd);
}

static void
take(struct run *r, const char *path, const char *line, size_t n)
{
	struct order *o;
	struct ltsv l;
	uint64_t u;

	if (ltsv_parse(line, n, &l) == 0 &&
	    ltsv_num(&l, "last", 0, INT64_MAX, &u) == 0) {
		r->orders.last = u;
		return;
	}
	errno = ENOSPC;
	o = r->orders.n == ORDERS_MAX ? NULL : orderfile_line(line, n);
	/* mail that somebody has stopped must not go for that */
	if (o == NULL)
		die(EXIT_TEMP, "unable to read %s: %m", path);
	o->slot = ++r->orders.slot;
	if (o->number > r->orders.last)
		r->orders.last = o->number;
	r->orders.one[r->orders.n++] = o;
}

/* a domain, as the file before had it */
static void
take_domain(struct run *r, const char *path, const char *p, size_t n)
{
	struct buf b = { 0 };
	int k;

	if (n == 0 || n > JOBHEAD_DOMAIN_MAX)
		return;
	k = buf_puts(&b, "cmd:suspend\tsel:domain");
	k |= ltsv_put(&b, "arg", p, n);
	k |= ltsv_putnum(&b, "number", r->orders.last + 1);
	k |= buf_puts(&b, "\tsince:0\tby:0\tuser:\n");
	if (k != 0)
		die(EXIT_TEMP, "out of memory");
	take(r, path, buf_data(&b), buf_len(&b));
	buf_free(&b);
}

static int
each_line(struct run *r, const char *name,
    void (*line)(struct run *, const char *, const char *, size_t))
{
	char path[RUN_PATH_MAX + 16], *text, *p, *e;
	size_t n;

	snprintf(path, sizeof path, "%s/%s", r->queue, name);
	if (fd_slurp(path, ORDERFILE_MAX, &text, &n) == -1) {
		if (errno != ENOENT)
			die(EXIT_TEMP, "unable to read %s: %m", path);
		return -1;
	}
	for (p = text; *p != '\0'; p = e + (*e != '\0')) {
		e = strchrnul(p, '\n');
		line(r, path, p, (size_t)(e - p));
	}
	free(text);
	return 0;
}

void
orderfile_load(struct run *r)
{
	if (each_line(r, "orders", take) == -1)
		each_line(r, "suspended", take_domain);
}
