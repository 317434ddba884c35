#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "chain/event.h"
#include "run/run.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* a message that waits for its report */
struct owed {
	char id[NAME_LEN];
	uint32_t spare;
	int64_t at_ms;
};

struct request {
	char id[NAME_LEN];
	uint8_t used, kind;
	uint32_t n;
	uint32_t rcpt[REPORT_RCPTS_MAX]; /* numbers in the message */
};

/* what a report is of, in the order in which a message's are asked for */
enum { FAILED, DELAYED, RELAYED, DELIVERED, EXPANDED, KINDS };
static const char *const kinds[] = { "failed", "delayed", "relayed",
	"delivered", "expanded" };

static void look(struct run *);

static int
is_owed(const struct schedule_rcpt *p, unsigned kind)
{
	switch (kind) {
	case DELAYED: return p->mark == 'w' && !message_owes(p->state);
	case RELAYED: return p->state == MESSAGE_RELAYED;
	case DELIVERED: return p->state == MESSAGE_DELIVERED;
	case EXPANDED: return p->state == MESSAGE_EXPANDED;
	default: return message_owes(p->state) && !message_sent(p->state);
	}
}

static void
line_up(struct buf *b, const char *id, int64_t at)
{
	struct owed o = { .at_ms = at };

	memcpy(o.id, id, NAME_LEN);
	if (buf_put(b, &o, sizeof o) == -1)
		die(EXIT_TEMP, "out of memory");
}

void
bounces_owe(struct run *r, uint32_t m)
{
	struct schedule_message *x = &r->s.message[m];

	if (!r->can_report || x->flags & (RUN_OWES | RUN_LEAVING))
		return;
	x->flags |= RUN_OWES;
	line_up(&r->bounces.soon, x->id, clock_mono_ms() + REPORT_LINGER_MS);
	look(r);
}

/* are others of the message under way, whose outcome is worth waiting for */
static int
under_way(const struct run *r, uint32_t m)
{
	return r->s.message[m].n_out > 0 || r->s.message[m].n_lane > 0;
}

/* requests */

static unsigned
collect(struct run *r, uint32_t m, struct request *q)
{
	uint32_t x = r->s.message[m].first;

	q->n = 0;
	for (; x != SCHEDULE_NONE && q->n < REPORT_RCPTS_MAX;
	     x = r->s.rcpt[x].later)
		if (is_owed(&r->s.rcpt[x], q->kind))
			q->rcpt[q->n++] = r->s.rcpt[x].n;
	return q->n;
}

static void
ask(struct run *r, const struct request *q, const struct jobhead *c, uint32_t x)
{
	struct buf *b = &r->bounces.helper.wire.out;
	char path[NAME_PATH_LEN + 1];
	struct retry retry;
	int64_t end;
	uint32_t i;

	name_path(path, q->id);
	retries_of(r, x, NULL, &retry);
	end = jobhead_from_ms(c) / 1000 + (int64_t)retry.lifetime;
	if (c->expire > 0 && c->expire < end)
		end = c->expire;
	if (buf_reserve(b, strlen(r->queue) * 2 + 200 + q->n * 8) == -1)
		die(EXIT_TEMP, "out of memory");
	ltsv_put(b, "id", q->id, NAME_LEN);
	ltsv_puts(b, "file", r->queue);
	buf_putc(b, '/');
	buf_puts(b, path);
	buf_printf(b, "\toff:%llu", (unsigned long long)c->off);
	ltsv_puts(b, "kind", kinds[q->kind]);
	buf_puts(b, "\tn:");
	for (i = 0; i < q->n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		buf_putnum(b, q->rcpt[i]);
	}
	buf_printf(b, "\tbirth:%lld.%03d\texpire:%lld",
	    (long long)(c->birth_ms / 1000), (int)(c->birth_ms % 1000),
	    (long long)end);
	ltsv_end(b);
	wire_dirty(&r->bounces.helper.wire);
}

static struct request *
free_request(struct run *r)
{
	unsigned i;

	for (i = 0; i < REPORT_OPEN_MAX; i++)
		if (!r->bounces.request[i].used)
			return &r->bounces.request[i];
	return NULL;
}

/* one report of a message; 0: it owes none */
static int
begin(struct run *r, uint32_t m)
{
	struct request *q = free_request(r);
	struct jobhead *c;

	for (q->kind = 0; collect(r, m, q) == 0; q->kind++)
		if (q->kind + 1 == KINDS)
			return 0;
	memcpy(q->id, r->s.message[m].id, NAME_LEN);
	c = heads_take(r, m);
	if (c == NULL) {
		warn("unable to read message %.20s: %m", q->id);
		line_up(&r->bounces.again, q->id,
		    clock_mono_ms() + REPORT_AGAIN_MS);
		return 1;
	}
	ask(r, q, c, r->s.message[m].first);
	q->used = 1;
	r->bounces.open++;
	heads_release(r, m, c);
	return 1;
}

static void
on_timer(void *arg)
{
	look(arg);
}

/* the first in line if it may go; its message, or SCHEDULE_NONE with the
 * time to wait in *ms */
static uint32_t
due(struct run *r, struct buf *line, int64_t now, int64_t *ms)
{
	struct owed *o;
	uint32_t m;

	while (buf_len(line) > 0) {
		o = (struct owed *)(void *)buf_data(line);
		m = schedule_find(&r->s, o->id);
		if (m != SCHEDULE_NONE && o->at_ms > now &&
		    (line == &r->bounces.again || under_way(r, m))) {
			if (o->at_ms - now < *ms)
				*ms = o->at_ms - now;
			return SCHEDULE_NONE;
		}
		buf_consume(line, sizeof *o);
		if (m != SCHEDULE_NONE)
			return m;
	}
	return SCHEDULE_NONE;
}

static void
look(struct run *r)
{
	int64_t now = clock_mono_ms(), ms = INT64_MAX;
	uint32_t m;

	if (r->stopping || !helper_up(&r->bounces.helper))
		return;
	while (r->bounces.open < REPORT_OPEN_MAX &&
	    !wire_full(&r->bounces.helper.wire)) {
		m = due(r, &r->bounces.soon, now, &ms);
		if (m == SCHEDULE_NONE)
			m = due(r, &r->bounces.again, now, &ms);
		if (m == SCHEDULE_NONE)
			break;
		if (!begin(r, m))
			r->s.message[m].flags &= ~RUN_OWES;
	}
	if (ms != INT64_MAX)
		loop_timer_set(&r->bounces.timer, ms, on_timer, r);
}

/* answers */

static uint32_t
rcpt_of(const struct run *r, uint32_t x, uint32_t n)
{
	while (x != SCHEDULE_NONE && r->s.rcpt[x].n != n)
		x = r->s.rcpt[x].later;
	return x;
}

/* its report is made */
static enum message_state
said_of(enum message_state s)
{
	return message_sent(s)     ? MESSAGE_SENT_SAID
	    : s == MESSAGE_EXPIRED ? MESSAGE_EXPIRED_SAID
				   : MESSAGE_BOUNCED_SAID;
}

/* 0, -1: could not be recorded */
static int
end_said(struct run *r, uint32_t m, const struct request *q)
{
	uint32_t i, x = r->s.message[m].first, next;

	final_begin(r);
	for (i = 0; i < q->n; i++) {
		x = rcpt_of(r, x, q->rcpt[i]);
		if (x == SCHEDULE_NONE)
			break;
		if (final_put(r, q->id, q->rcpt[i], said_of(r->s.rcpt[x].state),
			final_ended_s(&r->s.rcpt[x])) == -1)
			die(EXIT_TEMP, "out of memory");
	}
	if (final_append(r) == -1)
		return -1;
	final_pin(r, m, done_current(&r->done));
	cleaning_dirty(r);
	x = r->s.message[m].first;
	for (i = 0; i < q->n; i++) {
		x = rcpt_of(r, x, q->rcpt[i]);
		if (x == SCHEDULE_NONE)
			break;
		next = r->s.rcpt[x].later;
		final_drop(r, x);
		x = next;
	}
	return 0;
}

/* who has come to his end meanwhile, or been ordered to, is left out */
static int
delay_said(struct run *r, uint32_t m, const struct request *q)
{
	uint32_t i, x, from = r->s.message[m].first;
	struct jobhead *c;
	int bad = 0;

	c = heads_take(r, m);
	for (i = 0; i < q->n; i++) {
		x = rcpt_of(r, from, q->rcpt[i]);
		if (x == SCHEDULE_NONE)
			continue;
		from = r->s.rcpt[x].later;
		if (r->s.rcpt[x].mark != 'w')
			continue;
		r->s.rcpt[x].mark = 'W';
		if (c != NULL && q->rcpt[i] < c->n_rcpt)
			bad |= toline_mark(r, x, c->rcpt[q->rcpt[i]].offset);
	}
	toline_close(r);
	if (c != NULL)
		heads_release(r, m, c);
	return bad;
}

static struct request *
request_of(struct run *r, const char *id)
{
	unsigned i;

	for (i = 0; i < REPORT_OPEN_MAX; i++)
		if (r->bounces.request[i].used &&
		    memcmp(r->bounces.request[i].id, id, NAME_LEN) == 0)
			return &r->bounces.request[i];
	return NULL;
}

static void
close_request(struct run *r, struct request *q)
{
	q->used = 0;
	r->bounces.open--;
}

/* by which the log joins the message and its report */
static void
log_reported(const struct request *q, const struct ltsv *l)
{
	const struct ltsv_field *f = ltsv_find(l, "newid");

	if (f == NULL)
		return;
	event_begin("reported");
	event_put("id", q->id, NAME_LEN);
	event_puts("kind", kinds[q->kind]);
	event_copy(ltsv_find(l, "n"));
	event_put("report", f->value, f->value_len);
	f = ltsv_find(l, "copy");
	if (f != NULL)
		event_copy(f);
	event_end();
}

static void
answer(struct run *r, const struct ltsv *l)
{
	const struct ltsv_field *f = ltsv_find(l, "id"), *st, *text;
	struct request *q;
	uint32_t m;
	int said;

	q = f == NULL || name_check(f->value, f->value_len) == -1
	    ? NULL
	    : request_of(r, f->value);
	if (q == NULL) {
		warn("answer of the bounce command to no request ignored");
		return;
	}
	close_request(r, q);
	m = schedule_find(&r->s, q->id);
	if (m == SCHEDULE_NONE)
		return;
	st = ltsv_find(l, "status");
	text = ltsv_find(l, "text");
	said = ltsv_is(st, "queued") || ltsv_is(st, "dropped");
	if (ltsv_is(st, "queued"))
		log_reported(q, l);
	if (ltsv_is(st, "dropped"))
		info("no report for %.20s: %.*s", q->id,
		    text == NULL ? 0 : (int)text->value_len,
		    text == NULL ? "" : text->value);
	if (said && (q->kind == DELAYED || end_said(r, m, q) == 0)) {
		if (q->kind == DELAYED)
			delay_said(r, m, q);
		if (r->s.message[m].flags & RUN_LEAVING)
			return;
		/* perhaps there is more to say */
		line_up(&r->bounces.soon, q->id,
		    clock_mono_ms() + REPORT_LINGER_MS);
		return;
	}
	warn("report for %.20s later: %.*s", q->id,
	    text == NULL ? 0 : (int)text->value_len,
	    text == NULL ? "" : text->value);
	line_up(&r->bounces.again, q->id, clock_mono_ms() + REPORT_AGAIN_MS);
}

static size_t
helper_record(void *arg, const char *p, size_t n)
{
	struct run *r = arg;
	const char *at = p, *e;
	struct ltsv l;

	while ((e = memchr(at, '\n', p + n - at)) != NULL) {
		if (ltsv_parse(at, e + 1 - at, &l) == 0)
			answer(r, &l);
		else
			warn("malformed answer of the bounce command ignored");
		at = e + 1;
	}
	look(r);
	return at - p;
}

static void
helper_started(void *arg)
{
	look(arg);
}

/* what was open is owed again */
static void
helper_ended(void *arg)
{
	struct run *r = arg;
	unsigned i;

	for (i = 0; i < REPORT_OPEN_MAX; i++)
		if (r->bounces.request[i].used) {
			close_request(r, &r->bounces.request[i]);
			line_up(&r->bounces.soon, r->bounces.request[i].id,
			    clock_mono_ms());
		}
}

static void
helper_drained(void *arg)
{
	look(arg);
}

static const struct helper_ops helper_ops = { helper_record, helper_started,
	helper_ended, helper_drained };

void
bounces_start(struct run *r, const char *command)
{
	char **argv = r->bounces.argv;
	struct buf *line = &r->bounces.line;

	if (command == NULL)
		return;
	r->bounces.request =
	    calloc(REPORT_OPEN_MAX, sizeof *r->bounces.request);
	if (r->bounces.request == NULL ||
	    buf_printf(line, "exec %s", command) == -1 ||
	    buf_putc(line, '\0') == -1)
		die(EXIT_TEMP, "out of memory");
	argv[0] = (char *)(uintptr_t) "sh";
	argv[1] = (char *)(uintptr_t) "-c";
	argv[2] = buf_data(line);
	helper_start(&r->bounces.helper, "the bounce command", argv,
	    &helper_ops, r);
}

void
bounces_stop(struct run *r)
{
	helper_stop(&r->bounces.helper);
}
