#include "auth/verdictsum.h"
#include "auth/authresult.h"
#include "base/die.h"
#include "base/loop.h"
#include "chain/event.h"
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* labels and values, each with its NUL */
static int
same(const struct buf *x, const struct buf *y)
{
	const char *a = buf_data(x), *b = buf_data(y);
	const char *a_end = a + buf_len(x), *b_end = b + buf_len(y);
	int free_text;

	while (a < a_end && b < b_end) {
		if (strcmp(a, b) != 0)
			return 0;
		free_text = strcmp(a, "from") == 0 || strcmp(a, "helo") == 0;
		a += strlen(a) + 1;
		b += strlen(b) + 1;
		if (!free_text && strcmp(a, b) != 0)
			return 0;
		a += strlen(a) + 1;
		b += strlen(b) + 1;
	}
	return a == a_end && b == b_end;
}

static void
tell(struct verdictsum_kind *k)
{
	char count[24];
	int n = snprintf(count, sizeof count, "%llu",
	    (unsigned long long)k->untold);

	needs(buf_put(&k->note, "count", sizeof "count"));
	needs(buf_put(&k->note, count, (size_t)n + 1));
	authresult_log(&k->note, NULL, 0);
}

void
verdictsum_end(struct verdictsum *s)
{
	struct verdictsum_kind *k;

	for (k = s->kinds; k < s->kinds + s->n_kinds; k++) {
		if (k->untold > 0)
			tell(k);
		buf_free(&k->note);
		k->untold = 0;
	}
	s->n_kinds = 0;
	if (s->others > 0) {
		event_begin("rejected");
		event_num("count", s->others);
		event_num("code", 550);
		event_puts("text", "refusals that were not told one by one");
		event_end();
	}
	s->others = 0;
}

static void
on_window(void *arg)
{
	verdictsum_end(arg);
}

void
verdictsum_refused(struct verdictsum *s, const struct buf *note)
{
	struct verdictsum_kind *k;

	for (k = s->kinds; k < s->kinds + s->n_kinds; k++)
		if (same(&k->note, note)) {
			k->untold++;
			return;
		}
	if (s->n_kinds == VERDICTSUM_KINDS_MAX) {
		s->others++;
		return;
	}
	if (s->n_kinds == 0)
		loop_timer_set(&s->window, VERDICTSUM_WINDOW_S * 1000,
		    on_window, s);
	s->n_kinds++;
	needs(buf_put(&k->note, buf_data(note), buf_len(note)));
	authresult_log(note, NULL, 0);
}
