#include "bounce/report.h"
#include "bounce/lastreply.h"
#include "base/ascii.h"
#include "base/num.h"
#include "format/envcheck.h"
#include "format/ltsv.h"
#include "mail/header.h"
#include "queue/headread.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

static const struct {
	const char *name, *notify;
} kinds[] = {
	[DSN_FAILED] = { "failed", "FAILURE" },
	[DSN_DELAYED] = { "delayed", "DELAY" },
	[DSN_RELAYED] = { "relayed", "SUCCESS" },
	[DSN_DELIVERED] = { "delivered", "SUCCESS" },
	[DSN_EXPANDED] = { "expanded", "SUCCESS" },
};

static const char damaged[] = "the message file is damaged";

int
report_action(const char *name, size_t n)
{
	size_t i;

	for (i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (strlen(kinds[i].name) == n &&
		    memcmp(kinds[i].name, name, n) == 0)
			return i;
	return -1;
}

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

static const char *
read_head(struct report *r)
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

/* envelope lines: what the report needs, and what it takes over */
static const char *
read_lines(struct report *r)
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

/* the time by which it was to be delivered is over */
static int
is_late(const struct report *r)
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
	const char *want = kinds[r->ask->action].notify;
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
	if (is_late(r) && d->expired && r->by.mode == 'R')
		d->status = "5.4.7";
	if (is_late(r) && r->ask->action == DSN_DELAYED)
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

static const char *
read_rcpts(struct report *r)
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

static const char *
read_start(struct report *r)
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

/* sent by a machine to many? nobody waits for news of its delay */
static int
bulk(const struct report *r)
{
	const char *p = r->start, *end = p + r->start_len;
	struct header_field f;

	while (header_field(&p, end, &f)) {
		if (header_is(&f, "List-Id") ||
		    header_is(&f, "List-Unsubscribe"))
			return 1;
		if (header_is(&f, "Precedence") &&
		    (ascii_is(f.value, f.value_len, "bulk") ||
			ascii_is(f.value, f.value_len, "list") ||
			ascii_is(f.value, f.value_len, "junk")))
			return 1;
		if (header_is(&f, "Auto-Submitted") &&
		    !ascii_is(f.value, f.value_len, "no"))
			return 1;
	}
	return 0;
}

/* the original's Message-ID, if it can be quoted as it is */
static void
find_id(struct report *r)
{
	struct header_field f;
	size_t i;

	if (!header_find(r->start, r->start_len, "Message-ID", &f) ||
	    f.value_len < 3 || f.value_len >= sizeof r->original_id ||
	    f.value[0] != '<' || f.value[f.value_len - 1] != '>')
		return;
	for (i = 0; i < f.value_len; i++)
		if (f.value[i] <= ' ' || f.value[i] == 0x7f)
			return;
	memcpy(r->original_id, f.value, f.value_len);
	r->out.d.original_id = r->original_id;
}

/* to whom; NULL: nobody */
static const char *
reader(const struct report *r)
{
	if (r->from != NULL && r->from[0] != '\0' && !r->ask->to_second)
		return r->from;
	return r->out.d.action == DSN_FAILED ? r->ask->second : NULL;
}

enum report_verdict
report_read(struct report *r, const struct report_ask *a, const char **why)
{
	struct header_field f;

	memset(r, 0, sizeof *r);
	r->fd = -1;
	r->ask = a;
	r->out.d.action = a->action;
	r->out.d.me = a->me;
	r->out.d.now = a->now;
	r->out.d.until = a->expire;
	if ((*why = read_head(r)) != NULL || (*why = read_lines(r)) != NULL)
		return r->no_memory ? REPORT_MEMORY : REPORT_LATER;
	*why = "null sender: nobody to tell";
	r->out.d.to = reader(r);
	if (r->out.d.to == NULL && !r->no_memory)
		return REPORT_DROP;
	r->out.d.second = r->out.d.to != r->from;
	if ((*why = read_rcpts(r)) != NULL || (*why = read_start(r)) != NULL)
		return r->no_memory ? REPORT_MEMORY : REPORT_LATER;
	if (r->no_memory)
		return REPORT_MEMORY;
	*why = "a report about mail without a sender failed, too";
	if (r->out.d.second &&
	    header_find(r->start, r->start_len, DSN_SECOND, &f))
		return REPORT_LOST;
	*why = "the sender wants no report";
	if (r->n == 0)
		return REPORT_DROP;
	*why = "no delay warning for bulk mail";
	if (a->action == DSN_DELAYED && !is_late(r) && bulk(r))
		return REPORT_DROP;
	*why = NULL;
	r->out.d.envid = r->envid;
	find_id(r);
	return REPORT_MAKE;
}

/* may it be returned as it is? finds out about bytes above 127, too */
static int
returnable(struct report *r)
{
	uint64_t at = r->m.head_len, left = r->m.size;
	char block[16384];
	size_t line = 0, n;
	ssize_t got;

	while (left > 0) {
		n = left < sizeof block ? left : sizeof block;
		got = pread(r->fd, block, n, at);
		if (got <= 0 || !returned_fits(&line, block, got))
			return 0;
		r->out.d.eight_bit |= returned_eight_bit(block, got);
		at += got;
		left -= got;
	}
	return 1;
}

static int
whole(struct report *r)
{
	return r->out.d.action == DSN_FAILED && !r->requiretls &&
	    r->m.size <= r->ask->original_max &&
	    !(r->ret != NULL && strcasecmp(r->ret, "HDRS") == 0) &&
	    returnable(r);
}

int
report_parcel(struct report *r, struct buf *env, struct buf *before,
    uint64_t *off, uint64_t *len, struct buf *after)
{
	struct buf header = { 0 };
	int bad = 0;

	returned_name(&r->out, r->ask->name);
	r->out.d.original = whole(r) ? DSN_WHOLE : DSN_HEADER;
	*off = r->m.head_len;
	*len = r->out.d.original == DSN_WHOLE ? r->m.size : 0;
	if (r->out.d.original == DSN_HEADER) {
		bad = dsn_header(&header, r->start, r->start_len,
		    RETURNED_HEADER_MAX);
		r->out.d.eight_bit =
		    returned_eight_bit(buf_data(&header), buf_len(&header));
	}
	if (bad == -1 || dsn_open(before, &r->out.d, r->rcpt, r->n) == -1 ||
	    buf_put(before, buf_data(&header), buf_len(&header)) == -1 ||
	    dsn_close(after, &r->out.d) == -1 ||
	    returned_envelope(&r->out.d, env) == -1 ||
	    buf_put(env, buf_data(&r->kept), buf_len(&r->kept)) == -1)
		bad = -1;
	buf_free(&header);
	return bad;
}

void
report_free(struct report *r)
{
	size_t i;

	for (i = 0; i < 3 * r->n; i++)
		free(r->text[i]);
	free(r->rcpt);
	free(r->text);
	free(r->from);
	free(r->ret);
	free(r->envid);
	buf_free(&r->head);
	free(r->start);
	buf_free(&r->kept);
	if (r->fd != -1)
		close(r->fd);
}
