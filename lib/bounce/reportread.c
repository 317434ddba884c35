#include "bounce/reportread.h"
#include "bounce/lastreply.h"
#include "base/num.h"
#include "format/envcheck.h"
#include "format/ltsv.h"
#include "queue/headread.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const char *const notify_of[] = {
	[DSN_FAILED] = "FAILURE",
	[DSN_DELAYED] = "DELAY",
	[DSN_RELAYED] = "SUCCESS",
	[DSN_DELIVERED] = "SUCCESS",
	[DSN_EXPANDED] = "SUCCESS",
};

static const char damaged[] = "the message file is damaged";

/* a value with its escapes undone, allocated; NULL and a note without memory,
 * so that it is asked after in one place */
static char *
unescaped(struct report *r, const char *value, size_t n)
{
	struct ltsv_field f = { NULL, value, 0, n };
	char *s = malloc(n + 1);

	if (s == NULL)
		r->no_memory = 1;
	else
		ltsv_value(&f, s, n + 1);
	return s;
}

const char *
reportread_head(struct report *r)
{
	r->fd = open(r->ask->path, O_RDONLY | O_CLOEXEC);
	if (r->fd == -1)
		return "unable to open the message file";
	if (headread(r->fd, &r->head, &r->m) == 0)
		return NULL;
	if (errno != ENOMEM)
		return damaged;
	r->no_memory = 1;
	return "out of memory";
}

static void
keep(struct report *r, char **where, const struct parcel_line *l)
{
	free(*where);
	*where = unescaped(r, l->value, l->value_len);
}

/* a line that the report takes over; a message from before lines were looked
 * at may have a faulty one, for which its report shall not be refused */
static void
take_over(struct report *r, struct envcheck *check, const struct parcel_line *l)
{
	if (envcheck_line(check, l) == NULL &&
	    buf_printf(&r->kept, "%.*s %.*s\n", (int)l->key_len, l->key,
		(int)l->value_len, l->value) == -1)
		r->no_memory = 1;
}

/* whom to account it to, and how it is to travel: what must not be read on the
 * way must not be in its report, either (RFC 8689 section 5) */
static int
taken_over(const struct parcel_line *l)
{
	return parcel_is(l, "tenant") || parcel_is(l, "prio") ||
	    parcel_is(l, "mt-priority") || parcel_is(l, "requiretls");
}

/* When it came, by its file, and by whom that is asked of: a clock that was
 * wrong then has set the time of its delivery wrong, too. */
static void
right_times(struct report *r, int64_t came)
{
	int64_t birth = r->ask->birth;

	r->out.d.arrival = birth > 0 ? birth : came;
	if (r->by.mode == '\0')
		return;
	if (birth > 0 && came > 0)
		r->by.at += birth - came;
	r->out.d.deliver_by = r->by.at;
}

const char *
reportread_lines(struct report *r)
{
	struct envcheck check = { 0 };
	struct parcel_line l;
	int64_t ms, came = 0;
	int k;

	while ((k = message_line(&r->m, &l)) == 1) {
		if (parcel_is(&l, "from"))
			keep(r, &r->from, &l);
		else if (parcel_is(&l, "ret"))
			keep(r, &r->ret, &l);
		else if (parcel_is(&l, "envid"))
			keep(r, &r->envid, &l);
		else if (parcel_is(&l, "smtputf8"))
			r->out.d.utf8 = 1;
		else if (parcel_is(&l, "time") &&
		    num_scan_time(l.value, l.value_len, &ms) == 0)
			came = ms / 1000;
		else if (parcel_is(&l, "requiretls"))
			r->requiretls = 1;
		else if (parcel_is(&l, "deliver-by"))
			deliverby(l.value, l.value_len, &r->by);
		else if (parcel_is(&l, "hold-until") &&
		    num_scan_time(l.value, l.value_len, &ms) == 0)
			r->out.d.held = ms / 1000;
		else if (parcel_is(&l, "origin"))
			r->inside = 1; /* it has no other word */
		else if (parcel_is(&l, "spf"))
			r->spf = (struct slice){ l.value, l.value_len };
		else if (parcel_is(&l, "dmarc"))
			r->dmarc = (struct slice){ l.value, l.value_len };
		if (taken_over(&l))
			take_over(r, &check, &l);
	}
	right_times(r, came);
	/* of others it is we who held it */
	if (!r->inside)
		r->out.d.held = 0;
	return k == -1 || (r->from == NULL && !r->no_memory) ? damaged : NULL;
}

/* NAME=value among blank separated parameters, or NULL; allocated */
static char *
parameter(struct report *r, const struct message_rcpt *m, const char *name)
{
	const char *p = m->params, *end = p + m->params_len, *e;
	size_t n = strlen(name);

	for (; p < end; p = e + 1) {
		e = memchr(p, ' ', end - p);
		if (e == NULL)
			e = end;
		if ((size_t)(e - p) > n && p[n] == '=' &&
		    strncasecmp(p, name, n) == 0)
			return unescaped(r, p + n + 1, e - p - n - 1);
	}
	return NULL;
}

int
reportread_late(const struct report *r)
{
	return r->by.mode != '\0' && r->ask->now >= r->by.at;
}

/* who asked for a time hears that a host has it which promises none */
static int
agreed(const struct report *r)
{
	return r->ask->action == DSN_RELAYED &&
	    (r->by.mode == 'N' || r->by.trace);
}

static int
wanted(struct report *r, const struct message_rcpt *m)
{
	char *notify = parameter(r, m, "NOTIFY"), *s, *at = NULL;
	const char *want = notify_of[r->ask->action];
	int yes = agreed(r) || (notify == NULL && strcmp(want, "SUCCESS") != 0);

	for (s = notify == NULL ? NULL : strtok_r(notify, ",", &at); s != NULL;
	     s = strtok_r(NULL, ",", &at))
		if (strcasecmp(s, want) == 0)
			yes = 1;
		else if (strcasecmp(s, "NEVER") == 0)
			yes = 0;
	free(notify);
	return yes;
}

/* room for one more recipient */
static int
more_room(struct report *r)
{
	size_t cap = r->cap * 2 + 8;
	void *p;

	if (r->n < r->cap)
		return 0;
	p = reallocarray(r->rcpt, cap, sizeof *r->rcpt);
	if (p == NULL)
		return -1;
	r->rcpt = p;
	p = reallocarray(r->text, cap, 3 * sizeof *r->text);
	if (p == NULL)
		return -1;
	r->text = p;
	r->cap = cap;
	return 0;
}

static void
add_rcpt(struct report *r, const struct message_rcpt *m)
{
	struct dsn_rcpt *d;
	char **t;

	if (more_room(r) == -1) {
		r->no_memory = 1;
		return;
	}
	d = &r->rcpt[r->n];
	t = &r->text[3 * r->n];
	memset(d, 0, sizeof *d);
	t[0] = unescaped(r, m->address, m->address_len);
	t[1] = unescaped(r, m->reply, m->reply_len);
	t[2] = parameter(r, m, "ORCPT");
	r->n++;
	if (r->no_memory)
		return;
	d->address = t[0];
	lastreply(t[1], d);
	d->orcpt = t[2];
	d->expired =
	    m->state == MESSAGE_EXPIRED || m->state == MESSAGE_EXPIRED_SAID;
	if (reportread_late(r) && d->expired && r->by.mode == 'R')
		d->status = "5.4.7";
	if (reportread_late(r) && r->ask->action == DSN_DELAYED)
		d->status = "4.4.7";
}

/* mark the recipients that the list names; -1 when it is no list */
static int
scan_list(const struct report_ask *a, unsigned char *map, unsigned n_rcpt)
{
	const char *p, *end = a->list + a->list_len, *e;
	uint64_t u;

	for (p = a->list; p <= end; p = e + 1) {
		e = memchr(p, ',', end - p);
		if (e == NULL)
			e = end;
		if (num_scan(p, e - p, 0, n_rcpt - 1, &u) == -1)
			return -1;
		map[u] = 1;
	}
	return 0;
}

const char *
reportread_rcpts(struct report *r)
{
	unsigned char *map = calloc(r->m.n_rcpt, 1);
	const char *wrong = NULL;
	struct message_rcpt m;
	unsigned i;
	int k;

	if (map == NULL) {
		r->no_memory = 1;
		return "out of memory";
	}
	if (scan_list(r->ask, map, r->m.n_rcpt) == -1)
		wrong = "the request names no recipients of the message";
	for (i = 0; wrong == NULL && (k = message_rcpt(&r->m, &m)) != 0; i++) {
		if (k == -1)
			wrong = damaged;
		else if (map[i] && wanted(r, &m))
			add_rcpt(r, &m);
	}
	free(map);
	return wrong;
}

const char *
reportread_start(struct report *r)
{
	size_t n = r->m.size < REPORT_LOOK_MAX ? r->m.size : REPORT_LOOK_MAX;

	r->start = malloc(n + 1);
	if (r->start == NULL) {
		r->no_memory = 1;
		return "out of memory";
	}
	if (pread(r->fd, r->start, n, r->m.head_len) != (ssize_t)n)
		return "unable to read the message";
	r->start_len = n;
	return NULL;
}
