#include "ship/logfiles.h"
#include "base/ascii.h"
#include "base/num.h"
#include "conf/word.h"
#include <string.h>

enum { TEXT_SIZE = 8192 }; /* of a label */
#define TAI64_1970 4611686018427387914ULL

int
logfiles_name(const char *p, size_t n)
{
	size_t i;

	if (n != LOGFILES_NAME_LEN || p[0] != '@')
		return 0;
	for (i = 1; i < n; i++)
		if (!ascii_digit(p[i]) && (p[i] < 'a' || p[i] > 'f'))
			return 0;
	return 1;
}

static uint64_t
hex(const char *p, unsigned n)
{
	uint64_t v = 0;

	for (; n-- > 0; p++)
		v = v << 4 |
		    (uint64_t)(ascii_digit(*p) ? *p - '0' : *p - 'a' + 10);
	return v;
}

int64_t
logfiles_time_us(const char *name)
{
	uint64_t s = hex(name + 1, 16), us = hex(name + 17, 8) / 1000;

	if (s < TAI64_1970)
		return 0;
	s -= TAI64_1970;
	if (s > INT64_MAX / 1000000 - 5)
		return INT64_MAX;
	return (int64_t)(s * 1000000 + us);
}

static void
copy(char to[LOGFILES_NAME_LEN + 1], const char *name)
{
	memcpy(to, name, LOGFILES_NAME_LEN);
	to[LOGFILES_NAME_LEN] = '\0';
}

int
logfiles_is_read(const struct logfiles *f, const char *name)
{
	unsigned i;

	for (i = 0; i < f->n_read; i++)
		if (strcmp(name, f->read[i].first) >= 0 &&
		    strcmp(name, f->read[i].last) <= 0)
			return 1;
	return 0;
}

int
logfiles_find(const struct logfiles *f, const char *name)
{
	unsigned i;

	for (i = 0; i < f->n_waiting; i++)
		if (strcmp(name, f->waiting[i].name) == 0)
			return (int)i;
	return -1;
}

void
logfiles_first(struct logfiles *f, unsigned at)
{
	struct logfiles_one one = f->waiting[at];

	memmove(f->waiting + 1, f->waiting, at * sizeof *f->waiting);
	f->waiting[0] = one;
}

void
logfiles_forget(struct logfiles *f, const char *name)
{
	int at = logfiles_find(f, name);

	if (at == -1)
		return;
	f->n_waiting--;
	memmove(f->waiting + at, f->waiting + at + 1,
	    (f->n_waiting - (unsigned)at) * sizeof *f->waiting);
}

/* behind all that are there; with no room the first is forgotten, and read once
 * more if it is still there */
static void
add_run(struct logfiles *f, const char *first, const char *last)
{
	if (f->n_read == LOGFILES_READ_MAX)
		memmove(f->read, f->read + 1, --f->n_read * sizeof *f->read);
	copy(f->read[f->n_read].first, first);
	copy(f->read[f->n_read++].last, last);
}

void
logfiles_done(struct logfiles *f, const char *name)
{
	struct logfiles_run run;
	unsigned i;

	logfiles_forget(f, name);
	if (logfiles_is_read(f, name))
		return;
	add_run(f, name, name);
	run = f->read[f->n_read - 1];
	for (i = f->n_read - 1;
	     i > 0 && strcmp(f->read[i - 1].first, run.first) > 0; i--)
		f->read[i] = f->read[i - 1];
	f->read[i] = run;
}

void
logfiles_read_to(struct logfiles *f, const char *name)
{
	f->n_read = 0;
	if (name[0] != '\0')
		add_run(f, LOGFILES_LOWEST, name);
}

/* the names that are there and were read, each for itself as far as there is
 * room, with one left for the next */
static void
seen_read(struct logfiles *f, const struct logfiles_one *there, size_t n)
{
	struct logfiles old = *f;
	size_t i, read = 0;
	int before = 0, is;

	for (i = 0; i < n; i++)
		read += (size_t)logfiles_is_read(&old, there[i].name);
	f->n_read = 0;
	for (i = 0; i < n; i++, before = is) {
		is = logfiles_is_read(&old, there[i].name);
		if (!is)
			continue;
		if (before && read >= LOGFILES_READ_MAX) {
			copy(f->read[f->n_read - 1].last, there[i].name);
			read--;
		} else {
			add_run(f, there[i].name, there[i].name);
		}
	}
}

static const struct logfiles_one *
is_there(const struct logfiles_one *there, size_t n, const char *name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (strcmp(there[i].name, name) == 0)
			return there + i;
	return NULL;
}

int
logfiles_seen(struct logfiles *f, const struct logfiles_one *there, size_t n,
    void (*gone)(void *, const struct logfiles_one *), void *arg,
    unsigned *is_new)
{
	const struct logfiles_one *one;
	struct logfiles_one old;
	unsigned i = 0;
	int changed = 0;

	while (i < f->n_waiting) {
		one = is_there(there, n, f->waiting[i].name);
		if (one != NULL) {
			f->waiting[i++] = *one;
			continue;
		}
		old = f->waiting[i];
		logfiles_forget(f, old.name);
		changed = 1;
		if (gone != NULL)
			gone(arg, &old);
	}
	seen_read(f, there, n);
	*is_new = 0;
	for (; n > 0 && f->n_waiting < LOGFILES_WAITING_MAX; there++, n--)
		if (!logfiles_is_read(f, there->name) &&
		    logfiles_find(f, there->name) == -1) {
			f->waiting[f->n_waiting++] = *there;
			++*is_new;
		}
	return changed || *is_new > 0;
}

/* is a the next one rather than b, behind this time? */
static int
sooner(int64_t a, int64_t b, int64_t us)
{
	if ((a >= us) != (b >= us))
		return a >= us;
	return a < b;
}

/* the clock was set back while this one was written */
static int
goes_back(const struct logfiles_one *w, int64_t begin_us)
{
	return begin_us - LOGFILES_SLACK_US > logfiles_time_us(w->name);
}

/* which of them is next, behind this time? */
static unsigned
next_of(const struct logfiles_one *w, const int64_t *begin_us, unsigned n,
    int64_t us)
{
	unsigned best = 0, back = n, i;

	for (i = 0; i < n; i++) {
		if (sooner(begin_us[i], begin_us[best], us))
			best = i;
		if (begin_us[i] >= us && goes_back(w + i, begin_us[i]) &&
		    (back == n || begin_us[i] < begin_us[back]))
			back = i;
	}
	/* what was ended after that one was begun is of the time behind it */
	if (back < n && logfiles_time_us(w[best].name) > begin_us[back])
		return back;
	return best;
}

void
logfiles_order(struct logfiles *f, unsigned from, int64_t *begin_us, int64_t us)
{
	struct logfiles_one *w = f->waiting + from, one;
	unsigned n = f->n_waiting - from, i, best;
	int64_t t;

	for (i = 0; i < n; i++)
		if (begin_us[i] == -1)
			begin_us[i] = logfiles_time_us(w[i].name);
	for (; n > 0; n--, w++, begin_us++) {
		if (us != INT64_MIN)
			us -= LOGFILES_SLACK_US;
		best = next_of(w, begin_us, n, us);
		one = w[best];
		t = begin_us[best];
		memmove(w + 1, w, best * sizeof *w);
		memmove(begin_us + 1, begin_us, best * sizeof *begin_us);
		w[0] = one;
		begin_us[0] = t;
		us = logfiles_time_us(one.name);
	}
}

void
logfiles_learn(struct logfiles *f, const struct logfiles *of)
{
	unsigned i;

	for (i = 0; i < of->n_waiting && f->n_waiting < LOGFILES_WAITING_MAX;
	     i++)
		if (!logfiles_is_read(f, of->waiting[i].name) &&
		    logfiles_find(f, of->waiting[i].name) == -1)
			f->waiting[f->n_waiting++] = of->waiting[i];
}

int
logfiles_put(struct buf *out, const struct logfiles *f)
{
	const char *comma = "";
	unsigned i;

	if (ltsv_puts(out, "read", "") == -1)
		return -1;
	for (i = 0; i < f->n_read; i++, comma = ",") {
		if (buf_printf(out, "%s%s", comma, f->read[i].first) == -1)
			return -1;
		if (strcmp(f->read[i].first, f->read[i].last) != 0 &&
		    buf_printf(out, "-%s", f->read[i].last) == -1)
			return -1;
	}
	if (ltsv_puts(out, "waiting", "") == -1)
		return -1;
	for (i = 0, comma = ""; i < f->n_waiting; i++, comma = ",")
		if (buf_printf(out, "%s%s=%llu", comma, f->waiting[i].name,
			(unsigned long long)f->waiting[i].bytes) == -1)
			return -1;
	return 0;
}

static int
get_read(struct logfiles *f, struct slice one)
{
	const char *last = one.p;

	if (f->n_read == LOGFILES_READ_MAX)
		return -1;
	if (one.n == 2 * LOGFILES_NAME_LEN + 1 &&
	    one.p[LOGFILES_NAME_LEN] == '-')
		last = one.p + LOGFILES_NAME_LEN + 1;
	else if (one.n != LOGFILES_NAME_LEN)
		return -1;
	if (!logfiles_name(one.p, LOGFILES_NAME_LEN) ||
	    !logfiles_name(last, LOGFILES_NAME_LEN) ||
	    memcmp(one.p, last, LOGFILES_NAME_LEN) > 0)
		return -1;
	add_run(f, one.p, last);
	return 0;
}

static int
get_waiting(struct logfiles *f, struct slice one)
{
	struct logfiles_one *w = f->waiting + f->n_waiting;

	if (f->n_waiting == LOGFILES_WAITING_MAX ||
	    one.n <= LOGFILES_NAME_LEN + 1 ||
	    !logfiles_name(one.p, LOGFILES_NAME_LEN) ||
	    one.p[LOGFILES_NAME_LEN] != '=' ||
	    num_scan(one.p + LOGFILES_NAME_LEN + 1,
		one.n - LOGFILES_NAME_LEN - 1, 0, INT64_MAX, &w->bytes) == -1)
		return -1;
	copy(w->name, one.p);
	w->ino = 0;
	f->n_waiting++;
	return 0;
}

static int
get_list(struct logfiles *f, const struct ltsv *l, const char *label,
    int (*get)(struct logfiles *, struct slice))
{
	char text[TEXT_SIZE];
	long n = ltsv_get(l, label, text, sizeof text);
	struct slice rest = { n > 0 ? text : NULL, n > 0 ? (size_t)n : 0 };
	struct slice one;

	if (n == -1)
		return -1;
	while (word_piece(&rest, ',', &one))
		if (get(f, one) == -1)
			return -1;
	return 0;
}

int
logfiles_get(struct logfiles *f, const struct ltsv *l)
{
	f->n_read = f->n_waiting = 0;
	return get_list(f, l, "read", get_read) == -1 ||
		get_list(f, l, "waiting", get_waiting) == -1
	    ? -1
	    : 0;
}
