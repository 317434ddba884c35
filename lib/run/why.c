#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "format/ltsv.h"
#include "run/run.h"
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char begin[] = "explain-";

static void on_deadline(void *);

static void
look_again(struct run *r)
{
	const struct why_asked *a;
	int64_t next = INT64_MAX;

	for (a = r->why.asked; a < r->why.asked + WHY_ASKED_MAX; a++)
		if (a->serial != 0 && a->until_ms < next)
			next = a->until_ms;
	if (next == INT64_MAX)
		loop_timer_stop(&r->why.timer);
	else
		loop_timer_set(&r->why.timer, next - clock_mono_ms(),
		    on_deadline, r);
}

static void
end(struct run *r, struct why_asked *a, const char *line, size_t n)
{
	why_answered *answered = a->answered;

	a->serial = 0;
	r->why.n_asked--;
	answered(a->arg, line, n);
}

static void
on_deadline(void *arg)
{
	struct run *r = arg;
	int64_t now = clock_mono_ms();
	struct why_asked *a;

	for (a = r->why.asked; a < r->why.asked + WHY_ASKED_MAX; a++)
		if (a->serial != 0 && a->until_ms <= now)
			end(r, a, NULL, 0);
	look_again(r);
}

/* without what makes a job of it */
static int
is_left_out(const struct ltsv_field *f)
{
	static const char *const out[] = { "file", "off", "doubt", "explain" };
	unsigned i;

	for (i = 0; i < sizeof out / sizeof out[0]; i++)
		if (f->label_len == strlen(out[i]) &&
		    memcmp(f->label, out[i], f->label_len) == 0)
			return 1;
	return 0;
}

static void
put(struct run *r, const struct buf *job, const char *asked)
{
	struct buf *b = &r->chain.wire.out;
	static struct ltsv l;
	unsigned i;
	int k = 0;

	ltsv_parse(buf_data(job), buf_len(job), &l);
	for (i = 0; i < l.n; i++)
		if (!is_left_out(&l.f[i]))
			k |= ltsv_copy(b, &l.f[i]);
	k |= ltsv_puts(b, "explain", asked);
	if ((k | ltsv_end(b)) != 0)
		die(EXIT_TEMP, "out of memory");
	wire_dirty(&r->chain.wire);
}

/* room for a question, and the id that it has; NULL: none now */
static struct why_asked *
place(struct run *r, char id[WHY_ID_ROOM])
{
	struct why_asked *a = r->why.asked;

	if (r->stopping || r->chain.gone || r->why.n_asked == WHY_ASKED_MAX ||
	    wire_full(&r->chain.wire))
		return NULL;
	while (a->serial != 0)
		a++;
	r->why.serial = (r->why.serial + 1) & 0xffffffffffff;
	r->why.serial += r->why.serial == 0;
	snprintf(id, WHY_ID_ROOM, "%s%012" PRIx64, begin, r->why.serial);
	return a;
}

/* of a job, about a->of */
static void
ask(struct run *r, struct why_asked *a, const struct buf *job,
    why_answered *answered, void *arg)
{
	put(r, job, a->of);
	a->serial = r->why.serial;
	a->until_ms = clock_mono_ms() + WHY_DEADLINE_MS;
	a->answered = answered;
	a->arg = arg;
	r->why.n_asked++;
	look_again(r);
}

int
why_ask(struct run *r, uint32_t x, const struct jobhead *c,
    why_answered *answered, void *arg)
{
	const struct schedule_rcpt *p = &r->s.rcpt[x];
	static struct buf job;
	char id[WHY_ID_ROOM];
	struct why_asked *a;

	if (p->n >= c->n_rcpt || (a = place(r, id)) == NULL)
		return -1;
	buf_clear(&job);
	jobs_put(r, x, c, id, 0, &job);
	snprintf(a->of, sizeof a->of, "%.20s/%u", r->s.message[p->message].id,
	    p->n);
	ask(r, a, &job, answered, arg);
	return 0;
}

int
why_ask_new(struct run *r, const struct buf *labels, why_answered *answered,
    void *arg)
{
	static struct buf job;
	char id[WHY_ID_ROOM];
	struct why_asked *a = place(r, id);
	int bad;

	if (a == NULL)
		return -1;
	buf_clear(&job);
	bad = ltsv_puts(&job, "id", id);
	bad |= ltsv_puts(&job, "n", "0");
	bad |= buf_putc(&job, '\t');
	bad |= buf_put(&job, buf_data(labels), buf_len(labels));
	if (bad != 0)
		die(EXIT_TEMP, "out of memory");
	snprintf(a->of, sizeof a->of, "%s/0", WHY_NEW);
	ask(r, a, &job, answered, arg);
	return 0;
}

void
why_forget(struct run *r, const void *arg)
{
	struct why_asked *a;

	for (a = r->why.asked; a < r->why.asked + WHY_ASKED_MAX; a++)
		if (a->serial != 0 && a->arg == arg) {
			a->serial = 0;
			r->why.n_asked--;
		}
}

/* the number of the question that a line answers, 0: it answers none */
static uint64_t
serial_of(const char *line, size_t n)
{
	const size_t len = sizeof begin - 1;
	static struct ltsv l;
	const struct ltsv_field *f;

	if (ltsv_parse(line, n, &l) == -1 ||
	    (f = ltsv_find(&l, "id")) == NULL || f->value_len != WHY_ID_LEN ||
	    memcmp(f->value, begin, len) != 0)
		return 0;
	return strtoull(f->value + len, NULL, 16);
}

/* a last link that does not know of questions names none */
static void
end_named(struct run *r, struct why_asked *a, const char *line, size_t n)
{
	static struct buf b;
	static struct ltsv l;

	if (ltsv_parse(line, n, &l) == 0 && ltsv_find(&l, "explain") != NULL) {
		end(r, a, line, n);
		return;
	}
	buf_clear(&b);
	if (buf_put(&b, line, n - 1) == -1 ||
	    ltsv_puts(&b, "explain", a->of) == -1 || ltsv_end(&b) == -1)
		die(EXIT_TEMP, "out of memory");
	end(r, a, buf_data(&b), buf_len(&b));
}

int
why_take(struct run *r, const char *line, size_t n)
{
	struct why_asked *a;
	uint64_t serial;

	/* a late one has its id in front, as all links of ours have it */
	if (r->why.n_asked == 0)
		return n > 3 + sizeof begin - 1 &&
		    memcmp(line, "id:explain-", 3 + sizeof begin - 1) == 0;
	serial = serial_of(line, n);
	if (serial == 0)
		return 0;
	for (a = r->why.asked; a < r->why.asked + WHY_ASKED_MAX; a++)
		if (a->serial == serial) {
			end_named(r, a, line, n);
			look_again(r);
			break;
		}
	return 1;
}
