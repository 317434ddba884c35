#include "run/run.h"
#include "base/clock.h"
#include "base/die.h"
#include "base/exit.h"
#include "base/num.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	RESULTS_READ = 65536,
	RESULTS_BATCH = 256 /* results taken in together */
};

/* that a job was about to leave, that it did not, or what it left behind */
struct sending {
	char id[NAME_LEN];
	uint32_t n, try, order, file;
	enum result_status status;
	int doubt;
};

/* a failure that neither its file nor the journal takes must not go with the
 * file of results */
static void
take_batch(struct run *r)
{
	size_t used;

	while (buf_len(&r->recover.lines) > 0) {
		used = settle_results(r, buf_data(&r->recover.lines),
		    buf_len(&r->recover.lines));
		if (used == 0 || r->settle.unwritten)
			die(EXIT_TEMP,
			    "unable to take in the results of the "
			    "run before");
		buf_consume(&r->recover.lines, used);
	}
	r->recover.n = 0;
}

static void
take_sending(struct run *r, const struct result *res)
{
	const struct ltsv_field *f = ltsv_find(&res->l, "try");
	struct sending s = { .n = res->n,
		.order = buf_len(&r->recover.sendings) / sizeof s,
		.file = r->recover.file,
		.status = res->status,
		.doubt = res->doubt };
	uint64_t u;

	if (f == NULL ||
	    num_scan(f->value, f->value_len, 0, UINT32_MAX, &u) == -1)
		return;
	memcpy(s.id, res->id, NAME_LEN);
	s.try = u;
	if (buf_put(&r->recover.sendings, &s, sizeof s) == -1)
		die(EXIT_TEMP, "out of memory");
}

/* the recipient of a result that is not known yet */
static uint32_t
unknown(struct run *r, uint32_t m, const struct result *res)
{
	uint32_t x = r->s.message[m].first;

	while (x != SCHEDULE_NONE && r->s.rcpt[x].n != res->n)
		x = r->s.rcpt[x].later;
	if (x == SCHEDULE_NONE ||
	    !resultfile_same_try(res, r->s.rcpt[x].tries) ||
	    (r->s.rcpt[x].state != MESSAGE_QUEUED &&
		r->s.rcpt[x].state != MESSAGE_HELD))
		return SCHEDULE_NONE;
	return x;
}

/* an end of a message that is not in memory; 0, -1 with errno */
static int
record_unseen(struct run *r, const struct result *res, enum message_state s)
{
	struct journal_line l = {
		.id = res->id, .n = res->n, .state = s, .at_s = clock_wall_s()
	};

	final_begin(r);
	if (final_put(r, l.id, l.n, s, l.at_s) == -1 || final_append(r) == -1)
		return -1;
	return oldjournal_add(r, &l, done_current(&r->done));
}

/*
 * Its file cannot be read now: an end goes into the journal unseen, also one
 * that owes a report, which has no other place.  So it does where this run
 * makes no reports: the run before may have, and recorded what it owed; an
 * end that owes nothing would count behind that.
 */
static void
take_unreadable(struct run *r, const struct result *res)
{
	enum message_state s = res->status == RESULT_BOUNCED
	    ? MESSAGE_BOUNCED
	    : result_success(res);

	if (res->status != RESULT_DEFERRED && record_unseen(r, res, s) == -1)
		die(EXIT_TEMP, "unable to write the journal: %m");
}

static void
take_line(struct run *r, const char *p, size_t n)
{
	struct result res;
	struct jobhead *c;
	uint32_t m, x;

	/* also what a full disk has cut */
	if (result_parse(p, n, &res) == -1)
		return;
	/* that of a failure counts where the failure itself cannot be taken
	 * in now */
	if (res.status != RESULT_SENT && res.status != RESULT_BOUNCED)
		take_sending(r, &res);
	if (res.status == RESULT_SENDING || res.status == RESULT_LATER)
		return;
	m = schedule_find(&r->s, res.id);
	if (m != SCHEDULE_NONE && jobs_find(r, m, res.n) != NULL)
		take_batch(r);
	m = load_now(r, res.id);
	if (m == SCHEDULE_NONE) {
		if (errno != ENOENT)
			take_unreadable(r, &res);
		return;
	}
	x = unknown(r, m, &res);
	if (x == SCHEDULE_NONE)
		return;
	c = heads_take(r, m);
	/* at the next start it is taken in unseen, if it is still so then */
	if (c == NULL && errno != ENOENT)
		die(EXIT_TEMP, "unable to read message %.20s: %m", res.id);
	if (c == NULL)
		return;
	if (jobs_claim(r, x, c) == 0 && buf_put(&r->recover.lines, p, n) == -1)
		die(EXIT_TEMP, "out of memory");
	heads_release(r, m, c);
	if (++r->recover.n >= RESULTS_BATCH || r->recover.n >= r->window)
		take_batch(r);
}

static void
take_file(struct run *r, int fd)
{
	off_t at = lseek(fd, 0, SEEK_DATA);
	struct buf b = { 0 };
	ssize_t n;
	char *e;

	at = at == -1 ? 0 : at;
	for (;;) {
		if (buf_reserve(&b, RESULTS_READ) == -1)
			die(EXIT_TEMP, "out of memory");
		n = pread(fd, buf_tail(&b), RESULTS_READ, at);
		if (n == -1)
			die(EXIT_TEMP,
			    "unable to read the results of the "
			    "run before: %m");
		if (n == 0)
			break;
		at += n;
		buf_added(&b, n);
		while (buf_len(&b) > 0 &&
		    (e = memchr(buf_data(&b), '\n', buf_len(&b))) != NULL) {
			n = e + 1 - buf_data(&b);
			take_line(r, buf_data(&b), n);
			buf_consume(&b, n);
		}
	}
	take_batch(r);
	buf_free(&b);
}

static int
by_job(const void *x, const void *y)
{
	const struct sending *a = x, *b = y;
	int c = memcmp(a->id, b->id, NAME_LEN);

	if (c == 0 && a->n != b->n)
		c = a->n < b->n ? -1 : 1;
	if (c == 0)
		c = a->order < b->order ? -1 : 1;
	return c;
}

/* 0, -1: not now */
static int
doubt(struct run *r, const struct sending *s)
{
	struct doubt d = { .n = s->n, .try = s->try };
	uint32_t m = load_now(r, s->id);

	if (m == SCHEDULE_NONE)
		return errno == ENOENT ? 0 : -1;
	memcpy(d.id, s->id, NAME_LEN);
	return doubts_write(r, m, &d);
}

static int
same_job(const struct sending *a, const struct sending *b)
{
	return a->n == b->n && memcmp(a->id, b->id, NAME_LEN) == 0;
}

/*
 * Of the lines of one job, the one that leaves it in doubt, or NULL.  One that
 * did not leave after all takes back that it was about to, in its own file;
 * what was in doubt before stays so.  One that has failed for now, and was
 * answered, has an outcome that is known.
 */
static const struct sending *
in_doubt(const struct sending *s, size_t n)
{
	const struct sending *stays = NULL, *leaves = NULL;
	size_t i;

	for (i = 0; i < n; i++) {
		if (leaves != NULL && leaves->file != s[i].file)
			stays = leaves;
		leaves = s[i].status == RESULT_SENDING ? &s[i] : NULL;
		if (s[i].doubt)
			stays = &s[i];
		else if (leaves == NULL && s[i].status != RESULT_LATER)
			stays = NULL;
	}
	return leaves != NULL ? leaves : stays;
}

/* who was about to leave, and nobody knows what became of it */
static void
take_doubts(struct run *r)
{
	struct sending *s =
	    (struct sending *)(void *)buf_data(&r->recover.sendings);
	size_t n = buf_len(&r->recover.sendings) / sizeof *s, i, k;
	const struct sending *d;

	if (n > 0)
		qsort(s, n, sizeof *s, by_job);
	for (i = 0; i < n; i += k) {
		for (k = 1; i + k < n && same_job(&s[i], &s[i + k]); k++)
			;
		d = in_doubt(&s[i], k);
		if (d != NULL && doubt(r, d) == -1)
			doubts_add(r, d->id, d->n, d->try);
	}
	buf_free(&r->recover.sendings);
}

/* Now the journal says it, and is to say it first.  A doubt that stands nowhere
 * else keeps them all: taken in once more they say nothing new. */
static void
remove_taken(struct run *r, struct buf *taken, uint32_t segment)
{
	struct resultfile_old f;

	if (r->done.dirty && done_sync(&r->done, segment) == -1)
		die(EXIT_TEMP, "unable to sync the journal: %m");
	while (!r->doubts.nowhere && buf_len(taken) > 0) {
		memcpy(&f, buf_data(taken), sizeof f);
		buf_consume(taken, sizeof f);
		resultfile_remove_old(r, &f);
	}
	buf_free(taken);
}

void
recover_results(struct run *r)
{
	uint32_t segment = done_current(&r->done);
	struct buf taken = { 0 };
	struct resultfile_old f;
	int fd;

	/* what they say of times gets no surer while they are taken in */
	if (clock_mono_ms() < r->lifetime.unsure_ms)
		r->lifetime.unsure_ms = INT64_MAX;
	while ((fd = resultfile_open_old(r, &f)) != -1) {
		take_file(r, fd);
		r->recover.file++;
		close(fd);
		if (buf_put(&taken, &f, sizeof f) == -1)
			die(EXIT_TEMP, "out of memory");
	}
	if (r->lifetime.unsure_ms == INT64_MAX)
		r->lifetime.unsure_ms = 0;
	take_doubts(r);
	remove_taken(r, &taken, segment);
}
